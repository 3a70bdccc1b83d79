package views

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"outcry/auction"
	"outcry/views/lang"
)

// AuditView is the list of what staff did.
type AuditView struct {
	Page
	Sale  auction.Sale // zero = of the house
	Query auction.ActQuery
	Acts  []auction.Act // newest first
	Staff []auction.User
	Older int64 // the id to go on before, 0 = this is all
}

var actWords = map[auction.ActKind]lang.Key{
	auction.ActEntered:   "entered a bid at the desk",
	auction.ActLeft:      "left an absentee bid",
	auction.ActTookBack:  "took an absentee bid back",
	auction.ActUndone:    "undid a bid of the desk",
	auction.ActVoided:    "struck out a bid",
	auction.ActWithdrawn: "withdrew the lot",
	auction.ActReleased:  "released the lot",
	auction.ActLotPaused: "paused the lot",
	auction.ActLotGoesOn: "resumed the lot",
	auction.ActPaused:    "paused the sale",
	auction.ActResumed:   "resumed the sale",
	auction.ActExtended:  "extended the open lots",
	auction.ActClosing:   "announced the close of all open lots",
	auction.ActCalledOff: "called the announced close off",
	auction.ActMessage:   "wrote to all pages",
	auction.ActPublished: "published the sale",
	auction.ActSale:      "changed the sale",
	auction.ActMade:      "made the sale",
	auction.ActOrganiser: "made somebody an organiser of the sale",
	auction.ActStoodDown: "took an organiser off the sale",
	auction.ActHidden:    "took the sale back from the public",
	auction.ActLot:       "changed the lot",
	auction.ActLotAdded:  "added a lot",
	auction.ActLotGone:   "removed a lot",
	auction.ActPaddle:    "gave a paddle",
	auction.ActApproved:  "changed a paddle’s approval",
	auction.ActLimit:     "set a spending limit",
	auction.ActRelinked:  "made a paddle’s link anew",
	auction.ActBlocked:   "blocked a paddle",
	auction.ActUnblocked: "let a paddle bid again",
	auction.ActStaff:     "added somebody to the staff",
	auction.ActRole:      "changed somebody’s role",
	auction.ActInvited:   "invited bidders",
	auction.ActLetter:    "wrote to all bidders",
	auction.ActHouse:     "named the house",
	auction.ActRehearsed: "held a rehearsal and wiped it",
	auction.ActPaid:      "took a payment",
	auction.ActUnpaid:    "undid a payment",
	auction.ActGiven:     "entered a donation",
	auction.ActNotGiven:  "undid a donation",
	auction.ActReminded:  "reminded of an invoice",
	auction.ActHanded:    "handed the lot over",
	auction.ActNotHanded: "took back that the lot was handed over",
	auction.ActAfterBest: "sold the lot to the best bidder after the sale",
	auction.ActAfterAsk:  "offered the lot to a bidder after the sale",
	auction.ActAfterDrop: "took the offer of the lot back",
	auction.ActAfterList: "put the lot into another sale",
}

// ActWords says what somebody did.
func ActWords(k auction.ActKind) lang.Key {
	if words, ok := actWords[k]; ok {
		return words
	}
	return lang.Key(k)
}

// ActName is who did it.
func ActName(ctx context.Context, a auction.Act) string {
	switch {
	case a.Name != "":
		return a.Name
	case a.UserID == 0:
		return lang.T(ctx, "The house")
	}
	return lang.T(ctx, "Somebody who is gone")
}

// ownWords are what the house writes down of an act.
var ownWords = map[string]lang.Key{
	"in the room": "in the room", "a maximum": "a maximum", "approved": "approved", "approval taken back": "approval taken back", "none": "none",
	"second step: whoever wants it": "second step: whoever wants it", "second step: everybody at the desk": "second step: everybody at the desk",
}

// actMore is what more the list tells of an act. It is kept as it was written
// down, in English; what the house wrote itself is said in the reader's words.
func actMore(ctx context.Context, a auction.Act) string {
	var word string
	var n int
	switch a.Kind {
	case auction.ActExtended:
		if _, err := fmt.Sscanf(a.What, "by %s %d lots", &word, &n); err == nil {
			return lang.T(ctx, "by %s, %s", lasting(ctx, word), lang.N(ctx, n, "%s lot", "%s lots"))
		}
	case auction.ActClosing:
		if _, err := fmt.Sscanf(a.What, "in %s %d lots", &word, &n); err == nil {
			return lang.T(ctx, "in %s, %s", lasting(ctx, word), lang.N(ctx, n, "%s lot brought forward", "%s lots brought forward"))
		}
	case auction.ActCalledOff:
		if _, err := fmt.Sscanf(a.What, "%d lots", &n); err == nil {
			return lang.N(ctx, n, "%s lot put back", "%s lots put back")
		}
	case auction.ActInvited:
		if _, err := fmt.Sscanf(a.What, "%d address", &n); err == nil {
			return lang.N(ctx, n, "%s address", "%s addresses")
		}
	case auction.ActRehearsed:
		return rehearsedWords(ctx, a.What)
	case auction.ActStaff, auction.ActRole:
		return roleWords(ctx, a.What)
	case auction.ActEntered, auction.ActApproved, auction.ActLimit:
		return ownSum(ctx, ownWord(ctx, a.What))
	case auction.ActPaid, auction.ActUnpaid, auction.ActGiven, auction.ActNotGiven, auction.ActReminded,
		auction.ActAfterBest, auction.ActAfterAsk, auction.ActAfterDrop:
		return ownSum(ctx, a.What)
	}
	return a.What
}

// ownWord says what the house wrote in the reader's words; what anybody else
// wrote stays.
func ownWord(ctx context.Context, text string) string {
	if said, ok := ownWords[text]; ok {
		return lang.Say(ctx, said)
	}
	return text
}

// roleWords says the roles in "Clem: clerk → organiser", or in "Clem: clerk".
func roleWords(ctx context.Context, text string) string {
	at := strings.LastIndex(text, ": ")
	if said := ownWord(ctx, text); at < 0 || said != text {
		return said
	}
	roles := strings.Split(text[at+len(": "):], " → ")
	for i, r := range roles {
		if word := roleWord(auction.Role(r)); word != "" {
			roles[i] = lang.Say(ctx, word)
		}
	}
	return text[:at] + ": " + strings.Join(roles, " → ")
}

// ownSum says an amount that was written as "12.50 GBP".
func ownSum(ctx context.Context, text string) string {
	figure, code, _ := strings.Cut(text, " ")
	c, ok := auction.CurrencyOf(code)
	if !ok {
		return text
	}
	m, err := auction.ParseMoney(figure, c)
	if err != nil {
		return text
	}
	return MoneyFull(ctx, m, c)
}

var rehearsed = regexp.MustCompile(`^began (.+), (\d+) lots, (\d+) bids$`)

// rehearsedWords says when a rehearsal that is wiped began, and what was in it.
func rehearsedWords(ctx context.Context, text string) string {
	m := rehearsed.FindStringSubmatch(text)
	if m == nil {
		return text
	}
	began, err := time.Parse(dayTime, m[1])
	if err != nil {
		return text
	}
	lots, _ := strconv.Atoi(m[2])
	bids, _ := strconv.Atoi(m[3])
	return lang.T(ctx, "began %s, %s, %s", DateTime(ctx, began, "UTC"), lang.N(ctx, lots, "%s lot", "%s lots"), lang.N(ctx, bids, "%s bid", "%s bids"))
}

// actWhy is why, as whoever did it wrote; of a payment it is how it was made.
func actWhy(ctx context.Context, a auction.Act) string {
	if a.Kind == auction.ActPaid {
		return methodWord(ctx, auction.Method(a.Why))
	}
	return reasonWords(ctx, a.Why)
}

// ownReasons are the house's own for striking out a bid, as the public log has
// them.
var ownReasons = map[string]lang.Key{
	"entered by mistake at the desk": "entered by mistake at the desk", "taken back by the bidder": "taken back by the bidder",
}

// reasonWords is the reason that stands in a lot's log: the house's own, in the
// reader's words, or what somebody wrote.
func reasonWords(ctx context.Context, reason string) string {
	if said, ok := ownReasons[reason]; ok {
		return lang.Say(ctx, said)
	}
	return reason
}

// lasting is a duration that was written as Go does.
func lasting(ctx context.Context, text string) string {
	d, err := time.ParseDuration(strings.TrimSuffix(text, ","))
	if err != nil {
		return text
	}
	return Lasting(ctx, d)
}

var actKinds = []option{
	{"", "Everything"}, {"bid", "Bids"}, {"lot", "Lots"}, {"sale", "The sale"}, {"paddle", "Paddles"}, {"money", "Money"}, {"after", "After the sale"}, {"staff", "Staff"},
}

func staffOptions(staff []auction.User) []option {
	list := []option{{"", "Everybody"}}
	for _, u := range staff {
		list = append(list, option{itoa64(u.ID), lang.Key(u.Name)})
	}
	return list
}

// auditURL is the audit list, or its file.
func auditURL(v AuditView, file string) templ.SafeURL {
	if v.Sale.ID == 0 {
		return templ.SafeURL("/desk/audit" + file)
	}
	return deskURL(v.Sale.Slug, "/audit"+file)
}

// filtered is auditURL with what is asked for now.
func filtered(v AuditView, file string, before int64) templ.SafeURL {
	q := url.Values{}
	for name, value := range map[string]string{"kind": v.Query.Kind, "paddle": string(v.Query.Paddle), "lot": v.Query.Lot} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if v.Query.UserID != 0 {
		q.Set("who", itoa64(v.Query.UserID))
	}
	if before != 0 {
		q.Set("before", itoa64(before))
	}
	if len(q) == 0 {
		return auditURL(v, file)
	}
	return auditURL(v, file) + templ.SafeURL("?"+q.Encode())
}

func whoField(v AuditView) Field {
	if v.Query.UserID == 0 {
		return Field{}
	}
	return Field{Value: itoa64(v.Query.UserID)}
}
