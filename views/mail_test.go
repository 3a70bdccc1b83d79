package views

import (
	"strings"
	"testing"
	"time"

	nethtml "golang.org/x/net/html"

	"outcry/auction"
)

// personPages are about mails, links and accounts.
func personPages() []pageOf {
	staff := Page{House: hostile, Title: "Mails", Viewer: Viewer{SignedIn: true, Staff: true, Name: hostile}, Here: HereDesk}
	guest := Page{House: "The house", Title: "Mails"}
	mails := []auction.Mail{
		{Kind: auction.MailOutbid, Paddle: "87", State: auction.MailFailed, Error: hostile},
		{Kind: auction.MailInvite, Email: hostile, State: auction.MailWaiting, Fails: 2},
	}
	return []pageOf{
		{name: "desk-mail", c: DeskMail(DeskMailView{Page: staff, On: true, Now: closes, Troubled: mails,
			Counts: auction.MailCounts{Sent: 3, Waiting: 2, Failed: 1, Oldest: closes.Add(-time.Hour)}})},
		{name: "desk-mail-off", c: DeskMail(DeskMailView{Page: staff})},
		{name: "sent", c: Sent(SentView{Page: guest, Email: hostile})},
		{name: "link", c: LinkPage(LinkView{Page: guest, Token: "a/b", Link: auction.Link{Purpose: auction.LinkPassword, Email: hostile}, Password: Field{Error: "Too short."}})},
		{name: "link-over", c: LinkPage(LinkView{Page: guest, Token: "a/b", Link: auction.Link{Next: hostile}, Over: true})},
		{name: "sign-in-links", c: SignIn(SignInView{Page: guest, Links: true, Next: "/lots/1?amount=5", LinkEmail: Field{Value: hostile, Error: "No address."}})},
		{name: "sign-up-links", c: SignUp(SignUpView{Page: guest, Links: true})},
		{name: "account", c: MyAccount(MyAccountView{Page: staff, Mails: true, Owner: true, HasPassword: true, Name: Field{Value: hostile}, Topics: []MailTopic{{"news", hostile, true}, {"money", "x", false}}, Remove: "No.",
			Told: PhonesView{On: true, Rows: []PhoneRow{{ID: 1, Device: hostile, Since: "today"}}, Topics: []MailTopic{{"push-won", hostile, true}}}})},
		{name: "invitations", c: Invitations(InvitationsView{Page: staff, Sale: winter, Mails: true, Register: "https://x/sales/winter/register", Emails: Field{Value: hostile, Error: hostile}, Rows: []auction.Invitation{{Email: hostile, At: closes}, {Email: "a@b.c", At: closes, Paddle: "87"}}})},
		{name: "letters", c: Letters(LettersView{Page: staff, Sale: winter, Mails: true, Key: "k", Rows: []auction.Letter{{Subject: hostile, At: closes, Mails: auction.MailCounts{Sent: 2, Waiting: 1, Dropped: 1, Failed: 1}}}})},
		{name: "stop", c: Stop(StopView{Page: guest, Token: "a/b", Topic: "being outbid"})},
		{name: "stop-done", c: Stop(StopView{Page: guest, Token: "a/b", Topic: "being outbid", Done: true})},
	}
}

// Both parts of a mail say the same, and what people typed stays words.
func TestMailsSayTheSameTwice(t *testing.T) {
	v := MailLotView{
		Frame: MailView{House: hostile, Home: "https://sale.example.org", Why: "Because.", Stop: "https://sale.example.org/mail/stop/x"},
		Sale:  winter, Entry: entries()[4], Paddle: "87", Reason: hostile, Charge: auction.Charge{Hammer: 24000, Premium: 2400, Tax: 480},
	}
	v.Entry.Title = hostile
	for name, m := range map[string]MailView{
		"outbid": OutbidMail(t.Context(), v), "won": WonMail(t.Context(), v), "passed": PassedMail(t.Context(), v), "outage": OutageMail(t.Context(), v), "voided": VoidedMail(t.Context(), v), "consign": ConsignMail(t.Context(), v),
		"won many": WonManyMail(t.Context(), v, []WonLot{{entries()[4], v.Charge}, {v.Entry, v.Charge}}), "ready": ReadyMail(t.Context(), v.Frame, winter, auction.Holder{Paddle: "87", Limit: 500}),
		"payment": PaymentMail(t.Context(), v.Frame, winter, auction.Invoice{Number: "1-0087"}, auction.Payment{Amount: 500, At: closes}),
		"sign in": LinkMail(t.Context(), MailLinkView{Frame: v.Frame, Address: "https://sale.example.org/link/x"}),
		"letter":  LetterMail(t.Context(), v.Frame, winter, auction.Letter{Subject: hostile, Words: "One.\n\nTwo. " + hostile}),
	} {
		text, page := MailText(t.Context(), m), html(t, Mail(m))
		if m.Subject == "" || m.Head == "" || len(m.Lines) == 0 || !strings.HasPrefix(m.Act.Address, "https://sale.example.org/") {
			t.Errorf("%s: %+v", name, m)
		}
		if strings.Contains(page, "<script>") || strings.Contains(page, "<img") {
			t.Errorf("%s: typed words became markup", name)
		}
		for _, s := range append([]string{m.Head, m.Act.Text, m.Act.Address, m.Why, m.Stop}, m.Lines...) {
			if !strings.Contains(text, s) {
				t.Errorf("%s: the text lacks %q", name, s)
			}
			if !strings.Contains(plainOf(t, page), strings.Join(strings.Fields(s), " ")) {
				t.Errorf("%s: the HTML lacks %q", name, s)
			}
		}
	}
	if text := MailText(t.Context(), WonMail(t.Context(), v)); !strings.Contains(text, "To pay: £268.80") {
		t.Errorf("the bill does not add up: %s", text)
	}
}

// plainOf is what a page says, white space tidied.
func plainOf(t *testing.T, page string) string {
	t.Helper()
	doc, err := nethtml.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var words []string
	var visit func(*nethtml.Node)
	visit = func(n *nethtml.Node) {
		if n.Type == nethtml.TextNode {
			words = append(words, n.Data)
		}
		for _, a := range n.Attr {
			words = append(words, a.Val)
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			visit(c)
		}
	}
	visit(doc)
	return strings.Join(strings.Fields(strings.Join(words, " ")), " ")
}
