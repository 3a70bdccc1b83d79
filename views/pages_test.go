package views

import (
	"fmt"
	"slices"
	"time"

	"github.com/a-h/templ"

	"outcry/auction"
)

// pageOf is one page or fragment in one state, by a name for failures and files.
type pageOf struct {
	name string
	c    templ.Component
	part bool // a fragment, not a whole page
}

// hostile is what people have typed into forms to break them.
const hostile = `"><script>alert(1)</script></section><img src=x onerror=alert(1)> it’s 'quoted' & "quoted" </template></hx-partial><hx-partial hx-target="body">`

var winter = auction.Sale{
	ID: 1, Slug: "winter", Title: "The Winter Sale", Intro: "Twenty-four lots, given by our neighbours, sold online and in the Great Hall",
	Conditions: "A bid is a promise to buy.\n\nLots are collected by Friday.", Currency: gbp, Zone: london, Published: true,
	OpensAt: closes.Add(-2 * time.Hour), ClosesAt: closes, Stagger: 30 * time.Second, StepsName: "charity",
}

var counts = auction.Counts{Lots: 186, Upcoming: 0, Open: 121, NoBids: 23, Sold: 60, Passed: 5, Bids: 1904, Bidding: 73, Raised: 3821000, Promised: 1000000}

func entryOf(id int64, number, title, by, drawing string, change func(*auction.Public)) auction.Entry {
	p := vase()
	p.ID = id
	p.ClosesAt = closes.Add(time.Duration(id) * 30 * time.Second)
	if change != nil {
		change(&p)
	}
	return auction.Entry{SaleID: 1, Sale: "winter", Public: p, Words: auction.Words{
		Number: number, Title: title, Subtitle: by, Category: "House & garden", Consignor: "The van der Meer family",
		EstimateLow: 30000, EstimateHigh: 50000,
		Description: "Of baluster form on a spreading foot, painted in two tones of blue.\n\nFrom a house in Haarlem.",
		Photos:      []auction.Photo{{Name: "lot-" + drawing, Ext: "svg", Width: 1000, Height: 1000}},
	}}
}

func entries() []auction.Entry {
	none := func(p *auction.Public) { p.Bids, p.Price, p.Lead, p.ReserveMet, p.Seq = 0, 0, "", nil, 1 }
	sold := func(p *auction.Public) {
		p.State, p.Hammer, p.EndedAt = auction.Sold, 24000, closes
	}
	passed := func(p *auction.Public) { p.State, p.ReserveMet, p.EndedAt = auction.Passed, &no, closes }
	rich := func(p *auction.Public) { p.Price, p.Ask, p.Bids = 123456000, 123556000, 104 }
	under := func(p *auction.Public) { p.ReserveMet = &no }
	return []auction.Entry{
		entryOf(41, "111", "Cello, three-quarter size", "Mittenwald, about 1900, with bow and case", "cello", nil),
		entryOf(42, "114", "Blue and white vase with chrysanthemums", "Delft, De Klaauw workshop, about 1760", "vase", nil),
		entryOf(43, "113", "Sloop off the point, evening", "Manner of H. W. Moesman, oil on canvas", "painting", under),
		entryOf(44, "117", "Cheese board for twelve, every month for a year", "Given by The Old Dairy, Market Street", "cheese", none),
		entryOf(45, "118", "Teak armchair, recovered in wool", "Danish, about 1962", "chair", sold),
		entryOf(46, "119", "The complete county history, in five volumes, with the folding maps and the rare errata slip to volume three", "London, 1797–1801", "books", passed),
		entryOf(47, "120", "Pair to the preceding", "Delft, about 1760", "vase", rich),
	}
}

func standingOn(e auction.Entry, leads bool) *auction.Standing {
	s := &auction.Standing{Paddle: "214", Lot: e.ID, Seq: e.Seq, Max: 34000, Leads: leads}
	if leads {
		s.Max = 42000
	}
	return s
}

func cards(n int) []CardView {
	var list []CardView
	all := entries()
	for i := range n {
		e := all[i%len(all)]
		if i >= len(all) {
			e.ID += int64(100 * (i / len(all)))
			e.Number = itoa(int(e.ID))
		}
		c := CardView{Entry: e, Currency: gbp, Zone: london}
		if i < 2 {
			c.Standing = standingOn(e, i == 1)
		}
		list = append(list, c)
	}
	return list
}

func pageFor(here Here, signedIn, staff bool) Page {
	p := Page{House: "St Alder’s Hospice", Title: "The Winter Sale", Here: here, Sale: SaleLink{Slug: "winter", Title: "The Winter Sale"}}
	if signedIn {
		p.Viewer = Viewer{SignedIn: true, Name: "Maria Okonjo", Paddle: "214", Outbid: 1, Staff: staff, Manager: staff}
	}
	return p
}

func lotViewOf(e auction.Entry, access Access) LotView {
	return LotView{
		Page: pageFor(HereCatalogue, access != AccessGuest, false), Sale: winter, Entry: e, History: vaseRows(),
		Prev: &Neighbour{ID: 41, Number: "113"}, Next: &Neighbour{ID: 43, Number: "115"}, Access: access,
		Keys: BidKeys{Exact: "exactexactexactexact", Max: "maxmaxmaxmaxmaxmax", Buy: "buybuybuybuybuybuy"},
	}
}

// lotPages are the lot page in every state that its slip has.
func lotPages() []pageOf {
	vase := entries()[1]
	page := func(name string, v LotView) pageOf { return pageOf{name: "lot-" + name, c: Lot(v)} }
	with := func(name string, access Access, change func(*LotView)) pageOf {
		v := lotViewOf(vase, access)
		change(&v)
		return page(name, v)
	}
	return []pageOf{
		with("guest", AccessGuest, func(*LotView) {}),
		with("unregistered", AccessUnregistered, func(*LotView) {}),
		with("waiting", AccessWaiting, func(*LotView) {}),
		with("own", AccessOwn, func(*LotView) {}),
		with("open", AccessBidder, func(*LotView) {}),
		with("nobids", AccessBidder, func(v *LotView) {
			v.Entry = entries()[3]
			v.Entry.BuyNow, v.History = 90000, nil
		}),
		with("outbid", AccessBidder, func(v *LotView) { v.Standing = standingOn(v.Entry, false) }),
		with("lead", AccessBidder, func(v *LotView) { v.Standing, v.TakeBack = standingOn(v.Entry, true), true }),
		with("under", AccessBidder, func(v *LotView) { v.Entry.ReserveMet, v.Standing = &no, standingOn(v.Entry, true) }),
		with("upcoming", AccessBidder, func(v *LotView) {
			v.Entry.State, v.Entry.Bids, v.Entry.Price, v.Entry.Lead, v.History = auction.Upcoming, 0, 0, "", nil
		}),
		with("extended", AccessBidder, func(v *LotView) {
			v.Entry.Extended, v.Entry.ExtendedAt = 2, closes.Add(-time.Minute)
		}),
		with("paused", AccessBidder, func(v *LotView) {
			v.Entry.PausedAt, v.Standing = closes.Add(-3*time.Minute), standingOn(v.Entry, true)
		}),
		with("held", AccessBidder, func(v *LotView) { v.Entry.Held = true }),
		with("won", AccessBidder, func(v *LotView) {
			v.Entry.State, v.Entry.Hammer, v.Entry.Lead, v.Entry.EndedAt = auction.Sold, 38000, "214", closes
			v.Standing = &auction.Standing{Paddle: "214", Lot: 42, Seq: 17, Max: 42000, Won: true, Over: true, Leads: true}
		}),
		with("sold", AccessBidder, func(v *LotView) {
			v.Entry.State, v.Entry.Hammer, v.Entry.EndedAt = auction.Sold, 44000, closes
			v.Standing = &auction.Standing{Paddle: "214", Lot: 42, Seq: 17, Max: 42000, Over: true}
		}),
		with("passed", AccessBidder, func(v *LotView) { v.Entry.State, v.Entry.EndedAt = auction.Passed, closes }),
		with("withdrawn", AccessBidder, func(v *LotView) { v.Entry.State, v.Entry.EndedAt = auction.Withdrawn, closes }),
		with("history", AccessBidder, func(v *LotView) {
			v.AllHistory = true
			v.History[1].Voided, v.History[1].Reason = true, hostile
			v.Story = []auction.Step{
				{Event: auction.Event{Kind: auction.LotOpened, At: closes.Add(-24 * time.Hour)}},
				{Event: auction.Event{Kind: auction.BidTaken, At: closes, Paddle: "214", Lead: "214", Amount: 100, Price: 100}, Struck: hostile},
				{Event: auction.Event{Kind: auction.BidVoided, At: closes, Paddle: "214", Reason: hostile}},
			}
		}),
		with("refused", AccessBidder, func(v *LotView) { v.Answer, v.Typed = &answers()[0], "350" }),
		with("hostile", AccessBidder, func(v *LotView) {
			w := &v.Entry.Words
			w.Title, w.Subtitle, w.Description = hostile, hostile, hostile+"\n\n"+hostile
			w.Category, w.Consignor, w.Number = hostile, hostile, hostile
			w.Photos = []auction.Photo{{Name: hostile, Ext: hostile, Alt: hostile}, {Name: "b", Ext: "jpg", Alt: hostile}}
			v.Sale.Title, v.Sale.Slug, v.House, v.Viewer.Name = hostile, hostile, hostile, hostile
			v.Typed = hostile
		}),
		with("long", AccessBidder, func(v *LotView) {
			v.Entry.Title = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbau and a normal end"
			v.Entry.Description = longText(6600)
			v.Entry.Price, v.Entry.Ask, v.Entry.Next = 123456000, 123556000, [2]auction.Money{123656000, 123756000}
		}),
		with("rtl", AccessBidder, func(v *LotView) {
			v.Entry.Title, v.Entry.Subtitle = "مزهرية زرقاء وبيضاء مع زهور الأقحوان", "دلفت، حوالي 1760"
			v.Entry.Description = "على شكل مزهرية، مرسومة بدرجتين من اللون الأزرق. Height 34 cm."
		}),
	}
}

func longText(n int) string {
	text := "supercalifragilisticexpialidociousantidisestab "
	for len(text) < n {
		text += "DO NOT MISS this rare find, mint in box, never displayed. "
	}
	return text[:n]
}

// answers are what a bidder can be told.
func answers() []BidAnswerView {
	base := BidAnswerView{LotID: 42, Number: "114", Sale: "winter", Currency: gbp, Zone: london, Amount: "350"}
	make := func(change func(*BidAnswerView)) BidAnswerView {
		v := base
		v.Answer = auction.Answer{
			Lot: 42, Outcome: auction.Refused, Amount: 35000, Seq: 17, At: closes.Add(-time.Minute), Price: 36000,
			Ask: 38000, Lead: "87", ClosesAt: closes, Missed: closes, OwnMax: 40000, BuyNow: 90000, Limit: 100000,
		}
		change(&v)
		return v
	}
	list := []BidAnswerView{
		make(func(v *BidAnswerView) { v.Answer.Reason = auction.BelowAsk }),
		make(func(v *BidAnswerView) { v.Answer.Outcome = auction.Outbid }),
		make(func(v *BidAnswerView) { v.Answer.Outcome, v.TakeBack = auction.Leading, true }),
		make(func(v *BidAnswerView) { v.Answer.Outcome = auction.Raised }),
	}
	for _, r := range []auction.Reason{auction.BelowOwnMax, auction.NotOpen, auction.Closed, auction.Paused, auction.OwnLot,
		auction.OverLimit, auction.BuyNowInstead, auction.BadAmount, auction.KeyReused} {
		list = append(list, make(func(v *BidAnswerView) { v.Answer.Reason = r }))
	}
	for _, t := range []Trouble{TroubleFar, TroubleSignIn, TroubleRegister, TroubleApproval, TroubleUnavailable, TroubleTooFast, TroubleBroken} {
		list = append(list, make(func(v *BidAnswerView) {
			v.Trouble, v.Amount, v.Wait, v.Kind, v.Key = t, hostile, 3*time.Second, auction.Maximum, "0123456789abcdef"
		}))
	}
	panel, standing := LotFrameView{LotPanelView: vasePanel(), History: vaseRows()}, StandingView{Standing: *standingOn(entries()[1], false), Number: "114", Currency: gbp}
	list[1].Panel, list[1].Standing = &panel, &standing
	return list
}

// bidderPages are the pages of those who bid, the lot page left out.
func bidderPages() []pageOf {
	c := cards(7)
	catalogue := CatalogueView{
		Page: pageFor(HereCatalogue, true, false), Sale: winter, Counts: counts, Soon: c[:4], Lots: c, Found: 186, Mine: 2,
		Query: auction.Query{Limit: PageLots}, Categories: []Category{{"Books", 12}, {"House & garden", 40}},
	}
	full := catalogue
	full.Lots, full.Query.Offset = cards(PageLots), PageLots
	empty := CatalogueView{Page: pageFor(HereCatalogue, false, false), Sale: winter, Query: auction.Query{Words: hostile}}
	none := empty
	none.Counts = counts
	past := catalogue
	past.Counts, past.Soon, past.Lots = counts, nil, c[4:6]
	past.Counts.Open, past.Counts.Sold = 0, 181
	holder := auction.Holder{ID: 9, Paddle: "214", Name: "Maria Okonjo", Email: "maria@example.org", Approved: true}
	waiting := holder
	waiting.Approved = false
	home := HomeView{Page: pageFor(HereNone, false, false), Highlights: c[:5],
		Current: []SaleCard{{Sale: winter, Counts: counts}}, Coming: []SaleCard{{Sale: winter, Counts: auction.Counts{}}},
		Past: []SaleCard{{Sale: winter, Counts: auction.Counts{Lots: 3, Sold: 3, Raised: 90000}, Paddle: "7"}}}
	home.Sale, home.Title = SaleLink{}, ""
	bad := Field{Value: hostile, Error: "That cannot be right."}
	return []pageOf{
		{name: "home", c: Home(home)},
		{name: "home-empty", c: Home(HomeView{Page: Page{Viewer: Viewer{SignedIn: true, Manager: true, Staff: true}}})},
		{name: "catalogue", c: Catalogue(catalogue)},
		{name: "catalogue-full", c: Catalogue(full)},
		{name: "catalogue-empty", c: Catalogue(empty)},
		{name: "catalogue-none", c: Catalogue(none)},
		{name: "sign-in", c: SignIn(SignInView{Page: pageFor(HereSignIn, false, false), Email: bad, Next: "/lots/42?amount=380", Error: "Email and password do not fit together."})},
		{name: "sign-up", c: SignUp(SignUpView{Page: pageFor(HereSignIn, false, false), Name: bad, Email: bad, Password: bad, Next: hostile})},
		{name: "register", c: Register(RegisterView{Page: pageFor(HereNone, true, false), Sale: winter, Name: Field{Value: "Maria"}, Agree: Field{Error: "Tick this to bid."}})},
		{name: "register-held", c: Register(RegisterView{Page: pageFor(HereNone, true, false), Sale: winter, Holder: &holder, Next: "/lots/42"})},
		{name: "register-waiting", c: Register(RegisterView{Page: pageFor(HereNone, true, false), Sale: winter, Holder: &waiting})},
		{name: "register-guest", c: Register(RegisterView{Page: pageFor(HereNone, false, false), Sale: winter})},
		{name: "conditions", c: Conditions(ConditionsView{Page: pageFor(HereNone, false, false), Sale: winter})},
		{name: "catalogue-over", c: Catalogue(past)},
		{name: "home-over", c: Home(HomeView{Page: home.Page, Past: []SaleCard{{Sale: winter, Counts: past.Counts}}})},
		{name: "mine", c: Mine(MineView{Page: onPhones(pageFor(HereMine, true, false)), Sale: winter, Holder: holder, Outbid: mine(c[:1]), Leading: mine(c[1:2]), Watching: mine(c[2:3]), Won: mine(c[4:5]), Lost: mine(c[5:6]), ToPay: auction.Charge{Hammer: 30500, Premium: 6100, Tax: 1220}, IfWon: auction.Charge{Hammer: 36000}}.Cut(1))},
		{name: "mine-none", c: Mine(MineView{Page: pageFor(HereMine, true, false), Sale: winter, Holder: holder}.Cut(1))},
		{name: "setup", c: Setup(SetupView{Page: Page{Title: "First run"}, Token: "tok/en", Email: bad})},
		{name: "error-404", c: Error(ErrorView{Page: pageFor(HereNone, false, false), Status: 404})},
		{name: "error-503", c: Error(ErrorView{Page: Page{}, Status: 503, Next: Link{Href: "javascript:alert(1)", Text: hostile}})},
	}
}

func deskPages() []pageOf {
	p := func(h Here) Page {
		p := pageFor(h, true, true)
		p.Notice = Notice{Text: "Saved. " + hostile}
		return p
	}
	c := cards(7)
	bad := Field{Value: hostile, Error: "That cannot be right."}
	draft, paused := winter, winter
	draft.Published = false
	ended, struck := auction.Counts{Lots: 3, Sold: 2, Passed: 1, Bids: 9, Bidding: 3, Raised: 17050}, vaseRows()[0]
	struck.Voided = true
	paused.PausedAt = closes
	lots := []DeskLot{}
	for _, e := range entries() {
		lots = append(lots, DeskLot{Entry: e})
	}
	form := LotFormView{Page: p(HereLots), Sale: winter, ID: 42, State: auction.Open, Frozen: true, Number: Field{Value: "114"}, Title: bad,
		Description: bad, Opening: Field{Value: "200.00"}, Reserve: bad, Categories: []string{hostile}, Photos: entries()[1].Photos,
		PhotoError: "Not a picture.", Control: &LotControl{Lot: vase(), History: vaseRows()}}
	held := form
	held.Control = &LotControl{Lot: vase(), Reason: bad}
	held.Control.Lot.Held = true
	rows := []BidderRow{
		{Holder: auction.Holder{ID: 1, Paddle: "1", Name: hostile, Email: "a@example.org", Approved: true, Limit: 50000}, Link: "http://127.0.0.1:8080/enter/abc", Committed: 36000, Won: 1},
		{Holder: auction.Holder{ID: 2, Paddle: "2", Name: "Ben Hall"}, Committed: -1},
	}
	lines := []ImportLine{{Line: 2, Number: "1", Title: hostile, Fate: FateNew}, {Line: 3, Title: "x", Fate: FateBad, Problems: []string{"Opening bid: " + hostile}}, {Line: 4, Number: "3", Title: "y", Fate: FateUpdate, Changes: []string{"title"}}, {Line: 5, Fate: FateSame}}
	preview := ImportView{Page: p(HereLots), Sale: winter, Kind: ImportLots, Stage: ImportPreview, FileName: hostile, Token: "tok", Ignored: []string{hostile}, Lines: lines, New: 1, Updated: 1, Same: 1, Bad: 1}
	done := preview
	done.Stage, done.Kind = ImportDone, ImportBidders
	return []pageOf{
		{name: "desk", c: Desk(DeskView{Page: p(HereDesk), Sales: []SaleCard{{Sale: winter, Counts: counts}, {Sale: draft}, {Sale: paused, Counts: counts}}})},
		{name: "desk-empty", c: Desk(DeskView{Page: p(HereDesk)})},
		{name: "control", c: Control(ControlView{Page: p(HereControl), Sale: winter, Counts: counts, Now: closes, Public: "http://127.0.0.1:8080/sales/winter", Waiting: 3, NoBids: c[3:4], UnderReserve: c[2:3], Held: c[6:7], Latest: []auction.LotRow{{LotID: 42, Number: "114", Row: vaseRows()[0]}}})},
		{name: "control-draft", c: Control(ControlView{Page: p(HereControl), Sale: draft, Now: closes})},
		{name: "control-over", c: Control(ControlView{Page: p(HereControl), Sale: winter, Counts: ended, Now: closes, Latest: []auction.LotRow{{LotID: 42, Number: "114", Row: struck}}})},
		{name: "control-coming", c: Control(ControlView{Page: p(HereControl), Sale: winter, Counts: auction.Counts{Lots: 16, Upcoming: 16, NoBids: 16}, Now: closes})},
		{name: "control-paused", c: Control(ControlView{Page: p(HereControl), Sale: paused, Counts: counts, Now: closes})},
		{name: "desk-lots", c: DeskLots(DeskLotsView{Page: p(HereLots), Sale: winter, Counts: counts, Lots: lots})},
		{name: "desk-lots-none", c: DeskLots(DeskLotsView{Page: p(HereLots), Sale: winter})},
		{name: "lot-form", c: LotForm(form)},
		{name: "lot-form-held", c: LotForm(held)},
		{name: "lot-form-new", c: LotForm(LotFormView{Page: p(HereLots), Sale: winter})},
		{name: "sale-form", c: SaleForm(SaleFormView{Page: p(HereControl), Slug: "winter", Title: bad, Conditions: bad, Currency: Field{Value: "GBP"}, Currencies: []auction.Currency{gbp}, Presets: []string{"house", "charity"}, Zones: []string{london}, Premium: bad, Goal: bad, Private: true, TaxHammer: true, Error: "Two things to mend."})},
		{name: "sale-form-frozen", c: SaleForm(SaleFormView{Page: p(HereControl), Slug: "winter", Frozen: true, Currency: Field{Value: "GBP"}})},
		{name: "import", c: Import(ImportView{Page: p(HereLots), Sale: winter, Kind: ImportLots, File: Field{Error: "Not a CSV file."}})},
		{name: "import-preview", c: Import(preview)},
		{name: "import-done", c: Import(done)},
		{name: "bidders", c: Bidders(BiddersView{Page: p(HereBidders), Sale: winter, Rows: rows, Name: bad, LimitOf: 2, Typed: bad})},
		{name: "bidders-none", c: Bidders(BiddersView{Page: p(HereBidders), Sale: winter})},
	}
}

// fragments are what is pushed or swapped.
func fragments() []pageOf {
	standing := StandingView{Standing: *standingOn(entries()[1], false), Number: hostile, Currency: gbp}
	lead := standing
	lead.Standing.Leads = true
	list := []pageOf{
		{name: "frame", c: LotFrame(LotFrameView{LotPanelView: vasePanel(), History: vaseRows()}), part: true},
		{name: "appeal-frame", c: AppealFrame(ThermometerView{Appeal: auction.Appeal{SaleID: 1, Goal: 100}, Given: auction.Given{Appeal: 50, Gifts: 1, Seq: 3}, Currency: gbp}), part: true},
		{name: "card-frame", c: CardFrame(CardFrameView{Lot: vase(), Currency: gbp, Zone: london}), part: true},
		{name: "standing-out", c: StandingFrame(standing), part: true},
		{name: "standing-lead", c: StandingFrame(lead), part: true},
	}
	for i, a := range answers() {
		list = append(list, pageOf{name: fmt.Sprintf("answer-%d", i), c: BidAnswer(a), part: true})
	}
	return list
}

func allPages() []pageOf {
	return slices.Concat(lotPages(), bidderPages(), personPages(), deskPages(), nightPages(), moneyPages(), workPages(), fragments())
}

// mine gives lots of theirs a premium and a tax.
func mine(cards []CardView) []MineLot {
	var all []MineLot
	for _, c := range cards {
		all = append(all, MineLot{CardView: c, Cost: auction.Fees{Premium: auction.Premium{{Rate: 2000}}, TaxRate: 2000}.On(c.Entry.Price)})
	}
	return all
}

// onPhones is a page whose viewer may ask to be told on their phone.
func onPhones(p Page) Page {
	p.Phones = true
	return p
}
