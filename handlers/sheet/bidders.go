package sheet

import (
	"io"
	"net/mail"
	"strings"

	"outcry/auction"
)

// The columns of a bidders file.
const (
	colName   = "Name"
	colFirst  = "First name"
	colLast   = "Last name"
	colEmail  = "Email"
	colPaddle = "Paddle"
)

const (
	maxName   = 100 // letters
	maxPaddle = 8
	maxEmail  = 254 // bytes; RFC 5321, 4.5.3.1.3
)

func bidderColumns() []column {
	return []column{
		{colName, []string{"Full name", "Bidder", "Bidder name", "Guest", "Guest name"}},
		{colFirst, []string{"Given name", "Forename"}},
		{colLast, []string{"Surname", "Family name"}},
		{colEmail, []string{"E-mail address", "Email address", "Mail"}},
		{colPaddle, []string{"Paddle number", "Paddle no", "Bidder number", "Bidder no"}},
	}
}

// BidderLine is one bidder of a file.
type BidderLine struct {
	Line int // row as the spreadsheet counts it
	auction.HolderRow
}

// Bidders reads bidders. A line needs a name, and an email address or a
// paddle: by one of them the same file is known again. A line with a problem is
// not among the bidders; when Refused counts any, the file is best not taken at
// all. Errors are those of Lots.
func Bidders(r io.Reader) ([]BidderLine, []Problem, error) {
	t, problems, err := open(r, bidderColumns(), "", colName, colLast)
	if err != nil || t == nil {
		return nil, problems, err
	}
	var bidders []BidderLine
	emails, paddles := map[string]int{}, map[string]int{}
	for n := 0; ; n++ {
		l, more := t.next()
		if !more {
			return bidders, problems, nil
		}
		if n == MaxBidders {
			l.refuse("", "", "the file has more than %d bidders; nothing from this line on was read", MaxBidders)
			return bidders, append(problems, l.found...), nil
		}
		b := readBidder(l)
		once(l, colEmail, b.Email, b.Email, emails)
		once(l, colPaddle, strings.ToUpper(string(b.Paddle)), string(b.Paddle), paddles)
		if found := l.name(string(b.Paddle), b.Name); len(found) > 0 {
			problems = append(problems, found...)
			continue
		}
		bidders = append(bidders, b)
	}
}

func readBidder(l *line) BidderLine {
	b := BidderLine{Line: l.number}
	b.Name = l.words(colName, maxName)
	if b.Name == "" {
		b.Name = strings.TrimSpace(l.words(colFirst, maxName) + " " + l.words(colLast, maxName))
	}
	if b.Name == "" {
		l.refuse(colName, "", "the bidder has no name")
	}
	b.Email = email(l)
	b.Paddle = auction.Paddle(oneLine(l.raw(colPaddle)))
	if b.Paddle != "" && !plainCode(string(b.Paddle), maxPaddle) {
		l.refuse(colPaddle, string(b.Paddle), "is no paddle: up to eight letters, digits and hyphens")
	}
	if b.Email == "" && b.Paddle == "" {
		l.refuse(colEmail, "", "the bidder has neither an email address nor a paddle")
	}
	return b
}

// email reads an address in lower case. What reaches nobody outside the
// machine, without a dot in its domain, is refused: it is a slip of the pen.
func email(l *line) string {
	s := strings.ToLower(strings.TrimPrefix(oneLine(l.raw(colEmail)), "mailto:"))
	if s == "" {
		return ""
	}
	a, err := mail.ParseAddress(s)
	if err == nil {
		local, domain, _ := strings.Cut(a.Address, "@")
		dot := strings.LastIndex(domain, ".")
		if len(a.Address) <= maxEmail && dot > 0 && dot < len(domain)-1 && !strings.ContainsAny(local+domain, " \"<>@") {
			return a.Address
		}
	}
	l.refuse(colEmail, s, "is not an email address")
	return s
}
