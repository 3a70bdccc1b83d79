package main

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"outcry/auction"
	"outcry/handlers"
	"outcry/handlers/photo"
	"outcry/handlers/sheet"
	"outcry/store"
)

const importUsage = `
outcry import --sale SLUG [--create] LOTS.csv

Reads lots from a spreadsheet saved as CSV (comma, semicolon or tab). Columns,
in any order: Lot, Title, Description, Category, Opening bid, Reserve, Buy now,
Step, Group, Donor (or Consignor), Estimate low, Estimate high, Fair value,
Collection, Photos. Only Title is required; of a lot that is there already, what
the file has no column for stays. Every problem is listed by line before anything is written, and then
nothing is written. The same file again updates; it doubles nothing.

With --create the sale is made and published if it is not there:
  --title, --currency, --increments, --opens-at or --opens-in, --closes-at or
  --closes-in, --soft-close WINDOW/EXTENSION, --stagger. Times in RFC 3339
  (2026-12-05T19:00:00Z), durations as 90m. Without an opening time the sale is
  open at once.

  outcry import --sale spring --create --title "Spring Sale" --closes-in 90m lots.csv
`

func importSettings() settings {
	return append(storeSettings(), settings{
		{name: "sale", help: "the sale's address, such as spring"},
		{name: "create", value: "false", help: "make and publish the sale when it is not there"},
		{name: "title", help: "of the sale; without it, its address"},
		{name: "currency", value: "GBP", help: "ISO 4217"},
		{name: "zone", value: "UTC", help: "time zone, such as Europe/London"},
		{name: "increments", value: "ebay-us", help: "a preset: " + strings.Join(auction.PresetNames(), ", ")},
		{name: "opens-at", help: "when the lots open"},
		{name: "opens-in", help: "or how long from now"},
		{name: "closes-at", help: "when the first lot closes"},
		{name: "closes-in", help: "or how long from now; without either, 24h after the opening"},
		{name: "soft-close", value: "2m/2m", help: "a bid in the last WINDOW gives EXTENSION more; 0 = a hard close"},
		{name: "stagger", value: "0s", help: "each next lot closes this much later"},
		{name: "photos", help: "directory or ZIP with the pictures that the file names, or named by lot number"},
		{name: "nats", secret: true, help: "nats://… of running processes, which then open the lots at once and not within a second"},
		{name: "dry-run", value: "false", help: "say what would happen, write nothing"},
	}...)
}

func runImport(ctx context.Context, args []string, out io.Writer) error {
	set := importSettings()
	rest, err := set.parse("import", importUsage, args, out)
	if err != nil {
		return err
	}
	if len(rest) != 1 || set.get("sale") == "" {
		return misused("name the sale with --sale, and one file")
	}
	data, err := os.ReadFile(rest[0])
	if err != nil {
		return err
	}
	st, err := store.Open(ctx, storeConfig(set))
	if err != nil {
		return runningError(set, err, "Import on its page instead: Desk, the sale, Import")
	}
	defer st.Close()
	im := importing{set: set, store: st, out: out, dry: set.get("dry-run") == "true"}
	if err := im.run(ctx, data); err != nil || im.dry {
		return err
	}
	if err := wakeHouse(ctx, set.get("nats"), st); err != nil {
		fmt.Fprintf(out, "The running processes find the lots by themselves, within a second; they could not be told: %v\n", err)
	}
	return nil
}

// importing is one run of the command.
type importing struct {
	set   settings
	store *store.Store
	out   io.Writer
	dry   bool
}

func (im *importing) run(ctx context.Context, data []byte) error {
	s, fresh, err := im.sale(ctx)
	if err != nil {
		return err
	}
	read, problems, err := sheet.Lots(strings.NewReader(string(data)), s.Currency, handlers.OpeningOf(s))
	if err != nil {
		return err
	}
	for _, p := range problems {
		fmt.Fprintln(im.out, p)
	}
	if n := sheet.Refused(problems); n > 0 {
		return refused(n, im.advice(s, fresh, problems))
	}
	pictures, err := im.pictures(read)
	if err != nil {
		return err
	}
	if im.dry && fresh {
		fmt.Fprintf(im.out, "%d lots would be new in the new sale %s. Nothing was written.\n", len(read), s.Slug)
		return nil
	}
	if fresh {
		if s, err = im.create(ctx, s); err != nil {
			return err
		}
	}
	have, err := im.store.Drafts(ctx, s.ID)
	if err != nil {
		return err
	}
	fates, err := im.store.ImportLots(ctx, s.ID, handlers.CompleteDrafts(s, have, read), im.dry)
	if err != nil {
		return err
	}
	im.report(fates)
	if im.dry {
		return nil
	}
	if err := im.keepPictures(ctx, fates, read, pictures); err != nil {
		return err
	}
	if fresh {
		return im.store.PublishSale(ctx, s.ID)
	}
	return nil
}

// create makes the sale. A command is nobody's of the house: whoever has the role
// of organiser runs the sale, until its page Organisers says otherwise.
func (im *importing) create(ctx context.Context, s auction.Sale) (auction.Sale, error) {
	users, err := im.store.Users(ctx)
	if err != nil {
		return s, err
	}
	var organisers []int64
	for _, u := range users {
		if u.Role == auction.RoleOrganiser {
			organisers = append(organisers, u.ID)
		}
	}
	return im.store.CreateSale(ctx, s, organisers...)
}

// refused is the error of a file that was not taken.
func refused(n int, advice string) error {
	if n == 1 {
		return fmt.Errorf("1 problem; nothing was imported. %s", advice)
	}
	return fmt.Errorf("%d problems; nothing was imported. %s", n, advice)
}

const mend = "Mend the file and try again"

// advice says what to do about problems. A file whose amounts are in another
// currency than the sale to be made needs no mending.
func (im *importing) advice(s auction.Sale, fresh bool, problems []sheet.Problem) string {
	if !fresh {
		return mend
	}
	for _, c := range auction.Currencies() {
		sign, _ := utf8.DecodeRuneInString(c.Symbol)
		if c.Code == s.Currency.Code || !unicode.Is(unicode.Sc, sign) {
			continue
		}
		if slices.ContainsFunc(problems, func(p sheet.Problem) bool { return !p.Note && strings.HasPrefix(p.Value, c.Symbol) }) {
			return fmt.Sprintf("Its amounts are in %s and the sale would be in %s: give its currency, such as --currency %s", c.Symbol, s.Currency.Code, c.Code)
		}
	}
	return mend
}

func (im *importing) report(fates []auction.ImportFate) {
	n := map[auction.Fate]int{}
	for _, f := range fates {
		n[f.Fate]++
		if f.Why != "" {
			fmt.Fprintf(im.out, "lot %s: %s\n", f.Number, f.Why)
		}
	}
	word := ""
	if im.dry {
		word = " (nothing was written)"
	}
	fmt.Fprintf(im.out, "%d lots: %d new, %d changed, %d the same, %d kept as they are%s\n",
		len(fates), n[auction.FateNew], n[auction.FateChanged], n[auction.FateSame], n[auction.FateKept], word)
}

// sale finds the sale, or describes the one to make.
func (im *importing) sale(ctx context.Context) (s auction.Sale, fresh bool, err error) {
	slug := im.set.get("sale")
	s, err = im.store.Sale(ctx, slug)
	if err == nil {
		return s, false, nil
	}
	if !errors.Is(err, auction.ErrNotFound) {
		return s, false, err
	}
	if im.set.get("create") != "true" {
		return s, false, fmt.Errorf("there is no sale %q; --create makes it", slug)
	}
	if handlers.Slug(slug) != slug {
		return s, false, fmt.Errorf("a sale's address has small letters, figures and single hyphens only: --sale %s", handlers.Slug(slug))
	}
	s, err = im.newSale(slug)
	return s, true, err
}

func (im *importing) newSale(slug string) (auction.Sale, error) {
	s := auction.Sale{Slug: slug, Title: im.set.get("title"), Zone: im.set.get("zone"), StepsName: im.set.get("increments")}
	if s.Title == "" {
		s.Title = slug
	}
	var ok bool
	if s.Currency, ok = auction.CurrencyOf(im.set.get("currency")); !ok {
		return s, fmt.Errorf("the currency %q is not known; give a code such as GBP", im.set.get("currency"))
	}
	if _, err := time.LoadLocation(s.Zone); err != nil {
		return s, fmt.Errorf("the time zone %q is not known; give a name such as Europe/London", s.Zone)
	}
	var err error
	if s.Steps, err = auction.Preset(s.StepsName, s.Currency); err != nil {
		return s, err
	}
	now := time.Now().UTC().Truncate(time.Millisecond)
	if s.OpensAt, err = im.when("opens", now, now); err != nil {
		return s, err
	}
	if s.ClosesAt, err = im.when("closes", now, s.OpensAt.Add(24*time.Hour)); err != nil {
		return s, err
	}
	if !s.ClosesAt.After(s.OpensAt) {
		return s, errors.New("the sale would close before it opens")
	}
	if !s.ClosesAt.After(now) {
		return s, fmt.Errorf("the sale would be over already: its first lot closes at %s", s.ClosesAt.Format(time.RFC3339))
	}
	if s.Stagger, err = time.ParseDuration(im.set.get("stagger")); err != nil || s.Stagger < 0 {
		return s, fmt.Errorf("stagger is %q; give a duration such as 30s", im.set.get("stagger"))
	}
	s.SoftClose, err = softClose(im.set.get("soft-close"))
	return s, err
}

// when reads --WHAT-at or --WHAT-in.
func (im *importing) when(what string, now, otherwise time.Time) (time.Time, error) {
	at, in := im.set.get(what+"-at"), im.set.get(what+"-in")
	switch {
	case at != "" && in != "":
		return now, fmt.Errorf("give --%s-at or --%s-in, not both", what, what)
	case at != "":
		t, err := time.Parse(time.RFC3339, at)
		if err != nil {
			return now, fmt.Errorf("--%s-at is %q; write it like 2026-12-05T19:00:00Z", what, at)
		}
		return t.UTC().Truncate(time.Millisecond), nil
	case in != "":
		d, err := time.ParseDuration(in)
		if err != nil {
			return now, fmt.Errorf("--%s-in is %q; write it like 90m", what, in)
		}
		return now.Add(d), nil
	}
	return otherwise, nil
}

func softClose(text string) (auction.SoftClose, error) {
	if text == "0" || text == "" {
		return auction.SoftClose{}, nil
	}
	window, extension, ok := strings.Cut(text, "/")
	w, err := time.ParseDuration(window)
	e, err2 := time.ParseDuration(extension)
	if !ok || err != nil || err2 != nil || w < 0 || e <= 0 {
		return auction.SoftClose{}, fmt.Errorf("soft-close is %q; write WINDOW/EXTENSION such as 2m/2m, or 0 for a hard close", text)
	}
	return auction.SoftClose{Window: w, Extension: e}, nil
}

// pictures opens where pictures are, and checks that each that the file names
// is there, before anything is written.
func (im *importing) pictures(read []sheet.LotLine) (fs.FS, error) {
	where := im.set.get("photos")
	if where == "" {
		return nil, nil
	}
	info, err := os.Stat(where)
	if err != nil {
		return nil, fmt.Errorf("photos: %w", err)
	}
	var files fs.FS
	if info.IsDir() {
		files = os.DirFS(where)
	} else {
		z, err := zip.OpenReader(where)
		if err != nil {
			return nil, fmt.Errorf("photos: %s is neither a directory nor a ZIP file: %w", where, err)
		}
		files = z
	}
	missing := 0
	for _, l := range read {
		for _, name := range l.Photos {
			if _, err := fs.Stat(files, path.Clean(name)); err != nil {
				fmt.Fprintf(im.out, "line %d, Photos: there is no file %q\n", l.Line, name)
				missing++
			}
		}
	}
	if missing > 0 {
		return nil, fmt.Errorf("%d pictures are missing; nothing was imported", missing)
	}
	return files, nil
}

// keepPictures adds pictures to lots that have none yet: those the file names,
// else those named by the lot number, such as 12.jpg and 12-2.jpg.
func (im *importing) keepPictures(ctx context.Context, fates []auction.ImportFate, read []sheet.LotLine, files fs.FS) error {
	if files == nil {
		return nil
	}
	of, err := byLot(fates, files)
	if err != nil {
		return err
	}
	lab := photo.NewLab()
	for i, f := range fates {
		e, err := im.store.Entry(ctx, f.ID)
		if err != nil {
			return err
		}
		if len(e.Photos) > 0 {
			continue
		}
		names := read[i].Photos
		if len(names) == 0 {
			names = of[f.Number]
		}
		for _, name := range names {
			if err := im.keepPicture(ctx, lab, files, path.Clean(name), e); err != nil {
				return err
			}
		}
	}
	return nil
}

// byLot sorts all files to the lots that their names say.
func byLot(fates []auction.ImportFate, files fs.FS) (map[string][]string, error) {
	var names, numbers []string
	for _, f := range fates {
		numbers = append(numbers, f.Number)
	}
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			names = append(names, name)
		}
		return err
	})
	of, _ := photo.ByLot(names, numbers, sheet.NumberKey)
	return of, err
}

func (im *importing) keepPicture(ctx context.Context, lab *photo.Lab, files fs.FS, name string, e auction.Entry) error {
	f, err := files.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	set, err := lab.Sizes(ctx, f)
	var bad *photo.Unusable
	if errors.As(err, &bad) {
		fmt.Fprintf(im.out, "lot %s: %s: %v; the lot has no picture of it\n", e.Number, name, err)
		return nil
	}
	if err != nil {
		return err
	}
	return handlers.KeepPhoto(ctx, im.store, im.store, e, set)
}
