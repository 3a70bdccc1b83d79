package views

// ErrorView is what a page that cannot be shown says instead: what happened,
// and what to do next.
type ErrorView struct {
	Page
	Status int    // 400 to 503
	Head   string // "" = the usual words for the status
	Text   string // one sentence; "" = the usual one for the status
	Next   Link   // zero = the front page
}

// Link is an address of ours and its words.
type Link struct {
	Href string
	Text string
}
