package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"io"
	"io/fs"
	"math/big"
	"os"
	"strconv"
	"sync"
	"time"

	"outcry/auction"
	"outcry/handlers"
	"outcry/handlers/demo"
	"outcry/static"
)

const demoUsage = `
outcry demo [--listen ADDR] [--bots N] [--minutes M]

Opens a fresh sale in a temporary directory: two dozen lots with pictures, in
every state, closing a few minutes apart, and bots that bid. It prints the
address, two links that sign in as bidders (open one in another browser, or in
a private window, and bid against yourself), and how to sign in as the
organiser. Everything is thrown away at the end.
`

func runDemo(ctx context.Context, args []string, out io.Writer) error {
	set := append(settings{
		{name: "bots", value: "12", help: "how many bots bid, 0 to 200"},
		{name: "minutes", value: "20", help: "how long the sale lasts, 2 to 1440"},
	}, demoSettings()...)
	rest, err := set.parse("demo", demoUsage, args, out)
	if err != nil {
		return err
	}
	bots, err := strconv.Atoi(set.get("bots"))
	if err != nil || bots < 0 || bots > 200 {
		return misused("bots is %q; give a whole number from 0 to 200", set.get("bots"))
	}
	minutes, err := strconv.Atoi(set.get("minutes"))
	if err != nil || minutes < 2 || minutes > 1440 {
		return misused("minutes is %q; give a whole number from 2 to 1440", set.get("minutes"))
	}
	if len(rest) > 0 {
		return misused("%q is not a setting", rest[0])
	}
	dir, err := os.MkdirTemp("", "outcry-demo-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	log, err := logger(set.get("log-level"))
	if err != nil {
		return err
	}
	ho, err := openHouse(ctx, append(set, &setting{name: "data", value: dir}), log)
	if err != nil {
		return err
	}
	defer ho.close()
	show := &show{house: ho, length: time.Duration(minutes) * time.Minute, bots: bots, out: out}
	return show.run(ctx)
}

// demoSettings are serve's, without those that a temporary house has no use
// for.
func demoSettings() settings {
	var kept settings
	for _, x := range serveSettings() {
		switch x.name {
		case "data", "database", "allow-async", "nats":
		case "log-level":
			x.value = "warn"
			kept = append(kept, x)
		default:
			kept = append(kept, x)
		}
	}
	return append(kept, &setting{name: "database"}, &setting{name: "allow-async"}, &setting{name: "nats"})
}

// show is one run of the demo.
type show struct {
	house  *house
	length time.Duration
	bots   int
	out    io.Writer

	sale    auction.Sale
	lots    []demo.Lot
	ids     []int64 // of lots, in their order
	holders map[auction.Paddle]auction.Holder
}

func (s *show) run(ctx context.Context) error {
	if err := s.furnish(ctx); err != nil {
		return fmt.Errorf("furnish the demo: %w", err)
	}
	password, err := s.organiser(ctx)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var bidding sync.WaitGroup
	served := make(chan error, 1)
	go func() { served <- s.house.serve(ctx) }()
	if err := s.opening(ctx); err != nil {
		return fmt.Errorf("the first bids: %w", err)
	}
	s.welcome(password)
	in := &hall{house: s.house, sale: s.sale.ID}
	for _, b := range demo.Bots(s.bots, 1, s.lots) {
		bidding.Go(func() { in.play(ctx, b) })
	}
	err = <-served
	cancel()
	bidding.Wait()
	return err
}

// furnish enters the sale, its lots with their pictures, and its people.
func (s *show) furnish(ctx context.Context) error {
	st := s.house.store
	currency, _ := auction.CurrencyOf("GBP")
	start := time.Now().UTC().Truncate(time.Millisecond)
	sale, err := demo.Sale(start, s.length, currency)
	if err != nil {
		return err
	}
	sale.Published = false
	if s.sale, err = st.CreateSale(ctx, sale); err != nil {
		return err
	}
	if err := st.SetSetting(ctx, "house", "St Alder’s Hospice"); err != nil {
		return err
	}
	s.lots = demo.Lots(start, s.length, currency)
	drafts := make([]auction.Draft, len(s.lots))
	for i, l := range s.lots {
		drafts[i] = s.sale.Complete(l.Draft, i)
		drafts[i].Photos = nil
	}
	fates, err := st.ImportLots(ctx, s.sale.ID, drafts, false)
	if err != nil {
		return err
	}
	for i, f := range fates {
		s.ids = append(s.ids, f.ID)
		for _, p := range s.lots[i].Photos {
			if err := s.hang(ctx, f.ID, p); err != nil {
				return err
			}
		}
	}
	if err := s.people(ctx); err != nil {
		return err
	}
	return st.PublishSale(ctx, s.sale.ID)
}

// hang gives a lot one of the drawn pictures.
func (s *show) hang(ctx context.Context, lot int64, p auction.Photo) error {
	data, err := fs.ReadFile(static.Demo(), "lot-"+p.Name+".svg")
	if err != nil {
		return err
	}
	raw := make([]byte, 18)
	rand.Read(raw) // never fails
	p.Name = base64.RawURLEncoding.EncodeToString(raw)
	if err := s.house.store.KeepPhoto(p.Name+".svg", data); err != nil {
		return err
	}
	return s.house.store.AddPhoto(ctx, lot, p)
}

// people gives everybody a paddle: the bots, and two for whoever looks around.
func (s *show) people(ctx context.Context) error {
	var rows []auction.HolderRow
	for _, who := range demo.People(max(s.bots, demo.Least)) {
		rows = append(rows, auction.HolderRow{Name: who.Name, Paddle: who.Paddle})
	}
	rows = append(rows,
		auction.HolderRow{Name: "You", Paddle: demo.Visitor},
		auction.HolderRow{Name: "You, again", Paddle: demo.Visitor + "B"})
	for _, row := range rows {
		u, err := s.house.store.AddUser(ctx, auction.User{Name: row.Name, Role: auction.RoleBidder, At: time.Now()})
		if err != nil {
			return err
		}
		if _, err := s.house.store.RegisterAs(ctx, s.sale.ID, u.ID, row.Paddle, row.Name, true); err != nil {
			return err
		}
	}
	holders, err := s.house.store.Holders(ctx, s.sale.ID)
	s.holders = map[auction.Paddle]auction.Holder{}
	for _, holder := range holders {
		s.holders[holder.Paddle] = holder
	}
	return err
}

// organiser makes the account that runs the sale.
func (s *show) organiser(ctx context.Context) (password string, err error) {
	n, err := rand.Int(rand.Reader, big.NewInt(900_000))
	if err != nil {
		return "", err
	}
	password = fmt.Sprintf("winter sale %d", n.Int64()+100_000)
	_, err = s.house.store.AddUser(ctx, auction.User{
		Email: "ruth@example.org", Name: "Ruth", Role: auction.RoleOwner,
		Password: handlers.HashPassword(password), At: time.Now(),
	})
	return password, err
}

// opening sends the bids that are settled beforehand, and withdraws what is to
// be withdrawn.
func (s *show) opening(ctx context.Context) error {
	s.house.room.Wake()
	people := demo.People(max(s.bots, demo.Least))
	for i, l := range s.lots {
		for n, m := range l.Moves {
			_, err := s.house.room.Bid(ctx, s.ids[i], auction.Bid{
				By: auction.Bidder{Paddle: people[m.By].Paddle}, Amount: m.Amount, Kind: m.Kind,
				Key: fmt.Sprintf("opening-move-%03d-%03d", i, n),
			})
			if err != nil {
				return err
			}
		}
		if l.Becomes == auction.Withdrawn {
			if err := s.house.room.Withdraw(ctx, 0, s.ids[i], l.Why); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *show) link(p auction.Paddle) string {
	return s.house.address() + "/enter/" + handlers.EnterToken(s.house.secret, s.holders[p])
}

func (s *show) welcome(password string) {
	fmt.Fprintf(s.out, `
The Winter Sale is open, for %s:

    %s

Sign in as paddle %s:   %s
and as paddle %s:  %s
(the second in another browser or a private window: bid against yourself)

Run the sale:  %s/sign-in   ruth@example.org   %s

Ctrl-C ends it, and nothing of it is kept.

`, s.length, s.house.address(), demo.Visitor, s.link(demo.Visitor), demo.Visitor+"B", s.link(demo.Visitor+"B"), s.house.address(), password)
}
