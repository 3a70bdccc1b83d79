package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"outcry/auction"
)

const saleCols = `slug, title, intro, conditions, currency, symbol, digits, zone, published, opens_at, closes_at,
	stagger_ms, by_number, window_ms, extension_ms, latest_at, cap_ms, steps, steps_name, paused_at, rehearses, ` + houseRules

// houseRules are a sale's columns about who may bid and what is paid. approval
// says the same as registration for a program of before it.
const houseRules = `registration, approval, private, premium, tax_rate, tax_hammer, goal, collection, payment,
	contact_email, contact_phone, due_days, no_receipts, paper`

func houseRulesInto(s *auction.Sale) []any {
	var approval bool // registration says it
	return []any{(*string)(&s.Registration), &approval, &s.Private, tiers(&s.Fees.Premium), (*int64Into)(&s.Fees.TaxRate),
		&s.Fees.TaxHammer, money(&s.Goal), &s.Collection, &s.Payment, &s.Contact.Email, &s.Contact.Phone,
		count(&s.DueDays), &s.NoReceipts, (*string)(&s.Paper)}
}

func houseRulesArgs(s auction.Sale) []any {
	return []any{string(s.Registration), s.Registration != auction.RegisterOpen, s.Private, tiersText(s.Fees.Premium),
		int64(s.Fees.TaxRate), s.Fees.TaxHammer, int64(s.Goal), s.Collection, s.Payment, s.Contact.Email, s.Contact.Phone,
		s.DueDays, s.NoReceipts, string(s.Paper)}
}

func readSale(row scanner, s *auction.Sale) error {
	return row.Scan(into([]any{number(&s.ID), &s.Slug, &s.Title, &s.Intro, &s.Conditions,
		&s.Currency.Code, &s.Currency.Symbol, count(&s.Currency.Digits), &s.Zone, &s.Published, at(&s.OpensAt), at(&s.ClosesAt),
		lasts(&s.Stagger), &s.ByNumber, lasts(&s.SoftClose.Window), lasts(&s.SoftClose.Extension), at(&s.SoftClose.Latest), lasts(&s.Cap),
		steps(&s.Steps), &s.StepsName, at(&s.PausedAt), number(&s.Rehearses)}, houseRulesInto(s))...)
}

const selectSale = "SELECT id, " + saleCols + " FROM sales"

// Sales lists sales, the one that closes last first; those not published too
// when unpublished is set.
func (s *Store) Sales(ctx context.Context, unpublished bool) ([]auction.Sale, error) {
	list, err := all(ctx, s.reads, readSale,
		selectSale+" WHERE published OR $1 ORDER BY closes_at DESC, opens_at DESC, id DESC", unpublished)
	return list, in(err, "list sales")
}

// Sale returns a sale by its address.
func (s *Store) Sale(ctx context.Context, slug string) (auction.Sale, error) {
	sale, err := one(ctx, s.reads, readSale, selectSale+" WHERE slug = $1", slug)
	return sale, in(err, "sale %q", slug)
}

// SaleByID returns a sale.
func (s *Store) SaleByID(ctx context.Context, id int64) (auction.Sale, error) {
	sale, err := one(ctx, s.reads, readSale, selectSale+" WHERE id = $1", id)
	return sale, in(err, "sale %d", id)
}

// CreateSale adds a sale, run by some organisers, and returns it with its id.
// ErrConflict when its address is taken, or when the sale that it rehearses has a
// rehearsal.
func (s *Store) CreateSale(ctx context.Context, sale auction.Sale, organisers ...int64) (auction.Sale, error) {
	err := s.Update(ctx, func(tx *Tx) (err error) {
		sale.ID, err = one(ctx, tx, readInt64, insert("sales", saleCols, 1)+" RETURNING id", into([]any{
			sale.Slug, sale.Title, sale.Intro, sale.Conditions,
			sale.Currency.Code, sale.Currency.Symbol, sale.Currency.Digits, sale.Zone, sale.Published,
			ms(sale.OpensAt), ms(sale.ClosesAt), span(sale.Stagger), sale.ByNumber,
			span(sale.SoftClose.Window), span(sale.SoftClose.Extension), ms(sale.SoftClose.Latest), span(sale.Cap),
			stepsText(sale.Steps), sale.StepsName, ms(sale.PausedAt), sale.Rehearses}, houseRulesArgs(sale))...)
		for _, id := range organisers {
			if err == nil {
				err = tx.addOrganiser(ctx, sale.ID, id, time.Now())
			}
		}
		if err != nil || !sale.Rehearsal() {
			return err
		}
		if err := tx.sameOrganisers(ctx, sale); err != nil {
			return err
		}
		// Who comes from now on may have come for it alone.
		return must(ctx, tx, "UPDATE sales SET guests_after = (SELECT COALESCE(MAX(id), 0) FROM users) WHERE id = $1", sale.ID)
	})
	return sale, in(err, "create sale %q", sale.Slug)
}

// SaveSale writes a sale's words, times and defaults. Whether it is published
// or paused is left alone: PublishSale and the saleroom change that. ErrConflict
// when the address is taken, or when the currency would change under lots that
// have opened; auction.ErrFeesStand when premium or tax would.
func (s *Store) SaveSale(ctx context.Context, sale auction.Sale) error {
	err := s.Update(ctx, func(tx *Tx) error {
		old, err := one(ctx, tx, readSale, selectSale+" WHERE id = $1"+s.engine.forUpdate(), sale.ID)
		if err != nil {
			return err
		}
		if old.Currency.Code != sale.Currency.Code || old.Currency.Digits != sale.Currency.Digits {
			if err := tx.unopened(ctx, sale.ID); err != nil {
				return fmt.Errorf("change the currency: %w", err)
			}
		}
		if tiersText(old.Fees.Premium) != tiersText(sale.Fees.Premium) || old.Fees.TaxRate != sale.Fees.TaxRate || old.Fees.TaxHammer != sale.Fees.TaxHammer {
			// What a lot was bid on under is what it costs.
			if err := tx.unopened(ctx, sale.ID); errors.Is(err, ErrConflict) {
				return auction.ErrFeesStand
			} else if err != nil {
				return err
			}
		}
		return must(ctx, tx, `UPDATE sales SET slug = $1, title = $2, intro = $3, conditions = $4, currency = $5,
			symbol = $6, digits = $7, zone = $8, opens_at = $9, closes_at = $10, stagger_ms = $11, by_number = $12,
			window_ms = $13, extension_ms = $14, latest_at = $15, cap_ms = $16, steps = $17, steps_name = $18,
			registration = $19, approval = $20, private = $21, premium = $22, tax_rate = $23, tax_hammer = $24, goal = $25,
			collection = $26, payment = $27, contact_email = $28, contact_phone = $29, due_days = $30, no_receipts = $31, paper = $32 WHERE id = $33`, into([]any{
			sale.Slug, sale.Title, sale.Intro, sale.Conditions, sale.Currency.Code,
			sale.Currency.Symbol, sale.Currency.Digits, sale.Zone, ms(sale.OpensAt), ms(sale.ClosesAt), span(sale.Stagger), sale.ByNumber,
			span(sale.SoftClose.Window), span(sale.SoftClose.Extension), ms(sale.SoftClose.Latest), span(sale.Cap), stepsText(sale.Steps),
			sale.StepsName}, houseRulesArgs(sale), []any{sale.ID})...)
	})
	return in(err, "save sale %d", sale.ID)
}

// unopened is ErrConflict when a lot of the sale has opened.
func (t *Tx) unopened(ctx context.Context, saleID int64) error {
	n, err := one(ctx, t, readInt64, "SELECT count(*) FROM lots WHERE sale_id = $1 AND seq > 0", saleID)
	if err == nil && n > 0 {
		return fmt.Errorf("%d lots have opened: %w", n, ErrConflict)
	}
	return err
}

// PublishSale lets everybody see a sale, and its lots open when it is time.
func (s *Store) PublishSale(ctx context.Context, id int64) error {
	return in(s.write(ctx, "UPDATE sales SET published = TRUE WHERE id = $1", id), "publish sale %d", id)
}

// HideSale takes a sale back from the public; ErrConflict once a lot of it
// has opened.
func (s *Store) HideSale(ctx context.Context, id int64) error {
	err := s.Update(ctx, func(tx *Tx) error {
		if err := tx.unopened(ctx, id); err != nil {
			return err
		}
		return must(ctx, tx, "UPDATE sales SET published = FALSE WHERE id = $1", id)
	})
	return in(err, "hide sale %d", id)
}

// SaleCounts adds up the figures of a sale. An unknown sale has none.
func (s *Store) SaleCounts(ctx context.Context, saleID int64) (auction.Counts, error) {
	c, err := one(ctx, s.reads, func(row scanner, c *auction.Counts) error {
		return row.Scan(count(&c.Lots), count(&c.Upcoming), count(&c.Open), count(&c.NoBids), count(&c.Sold),
			count(&c.Passed), count(&c.Withdrawn), count(&c.Bids), money(&c.Raised), money(&c.Promised), count(&c.Bidding),
			count(&c.After), money(&c.AfterRaised), money(&c.Given))
	}, `SELECT count(*),
			count(CASE WHEN state = 'upcoming' THEN 1 END),
			count(CASE WHEN state = 'open' THEN 1 END),
			count(CASE WHEN state IN ('upcoming', 'open') AND bids = 0 THEN 1 END),
			count(CASE WHEN state = 'sold' THEN 1 END),
			count(CASE WHEN state = 'passed' THEN 1 END),
			count(CASE WHEN state = 'withdrawn' THEN 1 END),
			CAST(COALESCE(SUM(bids), 0) AS BIGINT),
			CAST(COALESCE(SUM(CASE WHEN state = 'sold' THEN hammer END), 0) AS BIGINT),
			CAST(COALESCE(SUM(CASE WHEN state = 'open' AND price >= reserve THEN price END), 0) AS BIGINT),
			(SELECT count(*) FROM paddles p WHERE p.sale_id = $1 AND EXISTS (
				SELECT 1 FROM bids b JOIN lots l ON l.id = b.lot_id
				WHERE b.paddle = p.paddle AND b.seq IS NOT NULL AND l.sale_id = $1)),
			(SELECT count(*) FROM after_acts a JOIN lots l ON l.id = a.lot_id
				WHERE l.sale_id = $1 AND a.kind IN ('accepted', 'taken')),
			(SELECT CAST(COALESCE(SUM(a.price), 0) AS BIGINT) FROM after_acts a JOIN lots l ON l.id = a.lot_id
				WHERE l.sale_id = $1 AND a.kind IN ('accepted', 'taken')),
			(SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM donations WHERE sale_id = $1 AND undone_at = 0)
		FROM lots WHERE sale_id = $1`, saleID)
	return c, in(err, "count sale %d", saleID)
}

// Categories lists the categories of a sale's lots by name.
func (s *Store) Categories(ctx context.Context, saleID int64) ([]auction.CategoryCount, error) {
	list, err := all(ctx, s.reads, func(row scanner, c *auction.CategoryCount) error {
		return row.Scan(&c.Name, count(&c.Lots))
	}, "SELECT category, count(*) FROM lots WHERE sale_id = $1 AND category <> '' GROUP BY category ORDER BY category", saleID)
	return list, in(err, "categories of sale %d", saleID)
}
