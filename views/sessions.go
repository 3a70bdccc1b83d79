package views

import "time"

// SessionsView is where somebody is signed in.
type SessionsView struct {
	Page
	Rows []SessionRow // newest first, this browser's among them
}

// SessionRow is one browser that is signed in.
type SessionRow struct {
	ID     string // names it in the form that ends it
	Device string // "Firefox on Windows"; "" = signed in before this was noted
	Since  time.Time
	Until  time.Time
	ByLink bool // by a paddle's link
	Here   bool // the one that looks
}

func sessionDevice(r SessionRow) string {
	if r.Device == "" {
		return "A browser"
	}
	return r.Device
}

// others reports whether there is another browser to sign out.
func (v SessionsView) others() bool {
	for _, r := range v.Rows {
		if !r.Here {
			return true
		}
	}
	return false
}
