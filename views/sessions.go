package views

import (
	"context"
	"strings"
	"time"

	"outcry/views/lang"
)

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

func sessionDevice(ctx context.Context, r SessionRow) string {
	browser, system, both := strings.Cut(r.Device, " on ")
	if browser == "" || browser == "A browser" {
		browser = lang.T(ctx, "A browser")
	}
	if both {
		return lang.T(ctx, "%[1]s on %[2]s", browser, system)
	}
	return browser
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
