package views

import "time"

// StepView asks who is half way in for the code of their app.
type StepView struct {
	Page
	Proof string // that the password was right
	Next  string // where to go then, a path of ours; "" = home
	Code  Field  // its Value is never shown
	New   *NewStep
}

// NewStep is a second step that is offered.
type NewStep struct {
	Nonce   string
	Code    QR
	Address string // the same as a link, for an app on this phone
	Secret  string // the same in letters
}

// MyStepView is the second step on one's account. New is nil when there is one.
type MyStepView struct {
	Page
	Since       time.Time
	Spare       int // spare codes left
	New         *NewStep
	Wanted      bool // the owner wants it of this account
	HasPassword bool
	Owner       bool
	Current     Field
	Code        Field
	DeskError   string
}

// SpareCodesView shows spare codes, this one time.
type SpareCodesView struct {
	Page
	Codes []string
	Next  string
}
