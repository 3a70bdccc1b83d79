package handlers

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"outcry/auction"
	"outcry/views"
	"outcry/views/lang"
)

// someWrong stands above a form of which a field is wrong.
const someWrong = string(lang.Key("Something needs another look; it is marked below. Nothing is lost."))

// saleFields fills the form with a sale as it is.
func saleFields(ctx context.Context, s auction.Sale) views.SaleFormView {
	f := func(v string) views.Field { return views.Field{Value: v} }
	return views.SaleFormView{
		Slug: s.Slug, Title: f(s.Title), Address: f(s.Slug), Intro: f(s.Intro), Conditions: f(s.Conditions),
		Currency: f(s.Currency.Code), Zone: f(s.Zone), OpensAt: f(views.ForInput(s.OpensAt, s.Zone)), ClosesAt: f(views.ForInput(s.ClosesAt, s.Zone)),
		Stagger: f(strconv.Itoa(int(s.Stagger / time.Second))), Window: f(minutes(s.SoftClose.Window)), Extension: f(minutes(s.SoftClose.Extension)),
		Cap: f(minutes(s.Cap)), ByNumber: s.ByNumber,
		StepsName: f(s.StepsName), Steps: f(tableText(ctx, s.Steps, s.Currency)), Registration: f(string(s.Registration)), Private: s.Private,
		Premium: f(aboveOut(ctx, s.Fees.Premium.Text(s.Currency))), TaxRate: percent(s.Fees.TaxRate), TaxHammer: s.Fees.TaxHammer, Goal: money(s.Goal, s.Currency),
		Collection: f(s.Collection), Payment: f(s.Payment), Email: f(s.Contact.Email), Phone: f(s.Contact.Phone),
		DueDays: days0(s.DueDays), Paper: views.Field{Value: string(s.Paper)}, Receipts: !s.NoReceipts,
	}
}

// saleForm reads the form over a sale as it was. Error is set when a field is
// wrong.
func (h *Handlers) saleForm(r *request, old auction.Sale) (views.SaleFormView, auction.Sale, error) {
	if err := form(r); err != nil {
		return views.SaleFormView{}, old, err
	}
	f := func(name string) views.Field { return views.Field{Value: strings.TrimSpace(r.PostFormValue(name))} }
	v := views.SaleFormView{
		Title: f("title"), Address: f("slug"), Intro: f("intro"), Conditions: f("conditions"),
		Currency: f("currency"), Zone: f("zone"), OpensAt: f("opens_at"), ClosesAt: f("closes_at"),
		Stagger: f("stagger"), Window: f("window"), Extension: f("extension"),
		Cap: f("cap"), ByNumber: r.PostFormValue("close_order") == "number",
		StepsName: f("steps_name"), Steps: f("steps"), Registration: f("registration"), Private: r.PostFormValue("private") == "1",
		Premium: f("premium"), TaxRate: f("tax_rate"), TaxHammer: r.PostFormValue("tax_on") == "hammer", Goal: f("goal"),
		Collection: f("collection"), Payment: f("payment"), Email: f("email"), Phone: f("phone"),
		DueDays: f("due_days"), Paper: f("paper"), Receipts: r.PostFormValue("receipts") == "1",
	}
	var counts auction.Counts
	if old.ID != 0 {
		var err error
		if counts, err = h.cfg.Store.SaleCounts(r.Context(), old.ID); err != nil {
			return v, old, err
		}
	}
	if v.Frozen = hasOpened(counts); v.Frozen {
		v.Currency.Value, v.Zone.Value, v.Address.Value = old.Currency.Code, old.Zone, old.Slug
	}
	s := old
	readSaleWords(&v, &s)
	if v.Currency.Error == "" && counts.Lots > 0 && s.Currency.Digits != old.Currency.Digits {
		v.Currency.Error = lang.T(r.Context(), "The prices of the lots are written in %s, and this currency has other decimals. Remove the lots first, or make another sale.", old.Currency.Code)
	}
	readSaleTimes(r.Context(), &v, &s)
	readSaleSteps(r.Context(), &v, &s)
	readSaleBidders(&v, &s)
	readSaleFees(r.Context(), &v, &s)
	for _, field := range v.Fields() {
		if field.Error != "" {
			v.Error = someWrong
		}
	}
	return v, s, nil
}

var slugForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

func readSaleWords(v *views.SaleFormView, s *auction.Sale) {
	v.Title.Value, v.Intro.Value, v.Conditions.Value = cleanLine(v.Title.Value), cleanText(v.Intro.Value), cleanText(v.Conditions.Value)
	if v.Title.Value == "" || len(v.Title.Value) > 200 {
		v.Title.Error = "Give the sale a title of up to 200 letters."
	}
	if v.Address.Value == "" {
		v.Address.Value = Slug(v.Title.Value)
	}
	if v.Address.Value == "new" {
		v.Address.Error = "This address is taken by the form for a new sale. Choose another one."
	} else if !slugForm.MatchString(v.Address.Value) || len(v.Address.Value) > 60 {
		v.Address.Error = "An address has small letters, figures and single hyphens only, such as winter-2026."
	}
	if len(v.Intro.Value) > 500 {
		v.Intro.Error = "One or two sentences, 500 letters at most."
	}
	if len(v.Conditions.Value) > 50_000 {
		v.Conditions.Error = "That is longer than we take (50,000 letters)."
	}
	c, ok := auction.CurrencyOf(v.Currency.Value)
	if !ok {
		v.Currency.Error = "Choose a currency from the list."
	}
	s.Title, s.Slug, s.Intro, s.Conditions, s.Currency = v.Title.Value, v.Address.Value, v.Intro.Value, v.Conditions.Value, c
}

func readSaleTimes(ctx context.Context, v *views.SaleFormView, s *auction.Sale) {
	zone, err := time.LoadLocation(v.Zone.Value)
	if err != nil || v.Zone.Value == "" {
		v.Zone.Error = "Choose a time zone by its name, such as Europe/London."
		zone = time.UTC
	}
	s.Zone = v.Zone.Value
	s.OpensAt = readTime(ctx, &v.OpensAt, zone, lang.Key("Give the day and the time at which the sale opens, such as 2026-12-05T19:00."), s.OpensAt)
	s.ClosesAt = readTime(ctx, &v.ClosesAt, zone, lang.Key("Give the day and the time at which the first lot closes, such as 2026-12-05T19:00."), s.ClosesAt)
	if v.OpensAt.Error == "" && v.ClosesAt.Error == "" && !s.ClosesAt.After(s.OpensAt) {
		v.ClosesAt.Error = "The first lot must close after the sale opens."
	}
	s.Stagger = time.Duration(readNumber(ctx, &v.Stagger, 0, 24*3600, lang.Key("Give whole seconds, from %s to %s."))) * time.Second
	s.SoftClose.Window = readMinutes(&v.Window)
	s.SoftClose.Extension = readMinutes(&v.Extension)
	s.Cap = readMinutes(&v.Cap)
	s.ByNumber = v.ByNumber
	if s.SoftClose.Window > 0 && s.SoftClose.Extension == 0 && v.Extension.Error == "" {
		v.Extension.Error = "With a window, a late bid must move the close."
	}
}

func readSaleSteps(ctx context.Context, v *views.SaleFormView, s *auction.Sale) {
	if v.Currency.Error != "" {
		return
	}
	var err error
	if v.StepsName.Value == "own" {
		s.Steps, v.Steps.Error = readTable(ctx, v.Steps.Value, s.Currency)
	} else if s.Steps, err = auction.Preset(v.StepsName.Value, s.Currency); err != nil {
		v.StepsName.Error = wrongWords(ctx, err, s.Currency)
	}
	s.StepsName = v.StepsName.Value
}

// readSaleBidders reads who may see the sale and bid, and how bidders reach the
// organiser.
func readSaleBidders(v *views.SaleFormView, s *auction.Sale) {
	s.Registration, s.Private = auction.Registration(v.Registration.Value), v.Private
	switch s.Registration {
	case auction.RegisterOpen, auction.RegisterApprove, auction.RegisterInvite:
	default:
		v.Registration.Error = "Choose how bidders get a paddle."
	}
	if v.Email.Value = cleanEmail(v.Email.Value); v.Email.Value != "" {
		v.Email.Error = emailProblem(v.Email.Value)
	}
	v.Phone.Value = cleanLine(v.Phone.Value)
	if len(v.Phone.Value) > 40 {
		v.Phone.Error = "At most 40 letters."
	}
	s.Contact = auction.Contact{Email: v.Email.Value, Phone: v.Phone.Value}
}

// readSaleFees reads what is paid on top of hammer prices, and how.
func readSaleFees(ctx context.Context, v *views.SaleFormView, s *auction.Sale) {
	for _, f := range []*views.Field{&v.Collection, &v.Payment} {
		f.Value = strings.ReplaceAll(f.Value, "\r\n", "\n")
		if len(f.Value) > 5_000 {
			f.Error = "That is longer than we take (5,000 letters)."
		}
	}
	s.Collection, s.Payment = v.Collection.Value, v.Payment.Value
	s.NoReceipts = !v.Receipts
	switch s.Paper = auction.Paper(v.Paper.Value); s.Paper {
	case auction.PaperUsual, auction.PaperA4, auction.PaperLetter:
	default:
		v.Paper.Error = lang.T(ctx, "Choose a paper of the list.")
	}
	if s.DueDays = 0; v.DueDays.Value != "" {
		s.DueDays = readNumber(ctx, &v.DueDays, 0, 365, lang.Key("Give whole days, from %s to %s."))
	}
	var err error
	s.Fees.TaxHammer = v.TaxHammer
	if s.Fees.TaxRate, err = readRate(v.TaxRate.Value); err != nil {
		v.TaxRate.Error = wrongWords(ctx, err, s.Currency)
	}
	if v.Currency.Error != "" {
		return // amounts cannot be read
	}
	if s.Fees.Premium, err = auction.ParsePremium(aboveIn(ctx, v.Premium.Value), s.Currency); err != nil {
		v.Premium.Error = wrongWords(ctx, err, s.Currency)
	}
	s.Goal = readMoney(ctx, &v.Goal, s.Currency)
}

// readRate reads a rate that may be left out: 0.
func readRate(text string) (auction.Rate, error) {
	if text == "" {
		return 0, nil
	}
	return auction.ParseRate(text)
}

// days0 fills a form's field; nothing for 0.
func days0(n int) views.Field {
	if n == 0 {
		return views.Field{}
	}
	return views.Field{Value: strconv.Itoa(n)}
}

// percent fills a form's field; nothing for 0.
func percent(r auction.Rate) views.Field {
	if r == 0 {
		return views.Field{}
	}
	return views.Field{Value: r.String()}
}

// readTable reads one "up to: step" a line, in major units; the last line, for
// every price above, is "above: step" or ": step". wrong is a sentence, "" when nothing is.
func readTable(ctx context.Context, text string, c auction.Currency) (t auction.Table, wrong string) {
	var lines []int // of the text, by band
	for n, line := range strings.Split(aboveIn(ctx, text), "\n") {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		upTo, step, ok := strings.Cut(line, ":")
		if !ok {
			return nil, lang.T(ctx, "Line %s: write the price, a colon and the step, such as 99: 5.", strconv.Itoa(n+1))
		}
		var b auction.Band
		var err error
		if upTo = strings.TrimSpace(strings.ToLower(upTo)); upTo != "above" && upTo != "" {
			if b.UpTo, err = auction.ParseMoney(upTo, c); err != nil {
				return nil, lang.T(ctx, "Line %s: %s", strconv.Itoa(n+1), moneyProblem(ctx, err, c))
			}
		}
		if b.Step, err = auction.ParseMoney(strings.TrimSpace(step), c); err != nil {
			return nil, lang.T(ctx, "Line %s: %s", strconv.Itoa(n+1), moneyProblem(ctx, err, c))
		}
		t, lines = append(t, b), append(lines, n+1)
	}
	if err := auction.OnLines(t.Check(), lines); err != nil {
		return nil, wrongWords(ctx, err, c)
	}
	return t, ""
}

// tableText writes a table as readTable reads it.
func tableText(ctx context.Context, t auction.Table, c auction.Currency) string {
	var b strings.Builder
	for _, band := range t {
		upTo := "above"
		if band.UpTo > 0 {
			upTo = band.UpTo.Decimal(c)
		}
		fmt.Fprintf(&b, "%s: %s\n", upTo, band.Step.Decimal(c))
	}
	return aboveOut(ctx, b.String())
}

// aboveOut writes the last line of a table or a premium in the reader's words,
// aboveIn reads it back; the rules know it as "above".
func aboveOut(ctx context.Context, text string) string {
	return strings.Replace(text, "above:", lang.T(ctx, "above")+":", 1)
}

func aboveIn(ctx context.Context, text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if word, rest, ok := strings.Cut(line, ":"); ok && strings.EqualFold(strings.TrimSpace(word), lang.T(ctx, "above")) {
			lines[i] = "above:" + rest
		}
	}
	return strings.Join(lines, "\n")
}

// Slug makes an address of a title.
func Slug(title string) string {
	var b strings.Builder
	for _, c := range strings.ToLower(title) {
		switch {
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
			b.WriteRune(c)
		case c == '\'' || c == '’':
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	s := b.String()
	if len(s) > 60 {
		s = s[:60]
	}
	return strings.Trim(s, "-")
}
