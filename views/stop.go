package views

import "github.com/a-h/templ"

// StopView ends mails about something.
type StopView struct {
	Page
	Token string // of the link
	Topic string // as in "mails about …"
	Done  bool   // they are ended
}

func stopURL(token string) templ.SafeURL { return path("/mail/stop/", token, "") }
