package store

import (
	"context"
	"fmt"
	"slices"

	"outcry/auction"
)

// ErrOpened is an ErrConflict: the lot has opened, and its terms and times
// stand.
var ErrOpened = fmt.Errorf("the lot has opened: %w", ErrConflict)

// draftRow is a lot as an organiser entered it, with how far it has come.
type draftRow struct {
	auction.Draft
	lot        auction.Lot
	unnumbered bool // came without a number and was given one
}

const selectDraft = "SELECT " + stateCols + ", " + termCols + ", " + wordCols + ", unnumbered FROM lots"

func readDraft(row scanner, d *draftRow) error {
	err := row.Scan(into(stateInto(&d.lot), termsInto(&d.Terms), wordsInto(&d.Words), []any{&d.unnumbered})...)
	d.OpensAt, d.ClosesAt = d.lot.OpensAt, d.lot.ClosesAt
	return err
}

// open reports whether the lot's terms may still change.
func (d draftRow) open() bool { return d.lot.State == auction.Upcoming && d.lot.Seq == 0 }

// fill gives a draft what it leaves open from the lot as it is: number, times.
func (d draftRow) fill(n auction.Draft) auction.Draft {
	if n.Number == "" {
		n.Number = d.Number
	}
	if n.OpensAt.IsZero() {
		n.OpensAt = d.OpensAt
	}
	if n.ClosesAt.IsZero() {
		n.ClosesAt = d.ClosesAt
	}
	return n
}

func frozenArgs(d auction.Draft) []any {
	return append(termArgs(d.Terms), ms(d.OpensAt), ms(d.ClosesAt))
}

func wordArgs(w auction.Words) []any {
	return []any{w.Number, w.Title, w.Subtitle, w.Description, w.Category, w.Consignor,
		int64(w.EstimateLow), int64(w.EstimateHigh), int64(w.FairValue), w.Collection}
}

// keyArgs are the keys made from a lot's words, of keyCols.
func keyArgs(w auction.Words) []any {
	return []any{orderKey(w.Number), foldName(w.Consignor),
		searchKey(w.Number, w.Title, w.Subtitle, w.Description, w.Category, w.Consignor)}
}

const keyCols = "number_key, consignor_key, search_key"

func sameTerms(a, b auction.Draft) bool { return slices.Equal(frozenArgs(a), frozenArgs(b)) }
func sameWords(a, b auction.Draft) bool {
	return slices.Equal(wordArgs(a.Words), wordArgs(b.Words))
}

// Draft returns a lot as an organiser entered it, the reserve included.
func (s *Store) Draft(ctx context.Context, lot int64) (auction.Draft, error) {
	d, err := one(ctx, s.reads, readDraft, selectDraft+" WHERE id = $1", lot)
	if err == nil {
		d.Photos, err = s.LotPhotos(ctx, lot)
	}
	return d.Draft, in(err, "draft of lot %d", lot)
}

// Drafts lists the lots of a sale as an organiser entered them, in the order of
// their numbers, without photos.
func (s *Store) Drafts(ctx context.Context, saleID int64) ([]auction.Entered, error) {
	list, err := all(ctx, s.reads, func(row scanner, e *auction.Entered) error {
		var d draftRow
		err := readDraft(row, &d)
		*e = auction.Entered{ID: d.lot.ID, State: d.lot.State, Draft: d.Draft}
		return err
	}, selectDraft+" WHERE sale_id = $1 ORDER BY number_key, id", saleID)
	return list, in(err, "drafts of sale %d", saleID)
}

// AddLot adds a lot, its photos included, and returns its id. Without a number
// it gets the next free one. ErrConflict when its number is taken, ErrNotFound
// when the sale is not there.
func (s *Store) AddLot(ctx context.Context, saleID int64, d auction.Draft) (id int64, err error) {
	err = s.Update(ctx, func(tx *Tx) error {
		unnumbered := d.Number == ""
		if unnumbered {
			taken, err := tx.takenNumbers(ctx, saleID)
			if err != nil {
				return err
			}
			d.Number = taken.next()
		}
		id, err = tx.addLot(ctx, saleID, d, unnumbered)
		return err
	})
	return id, in(err, "add a lot to sale %d", saleID)
}

// takenNumbers knows the numbers in use, and gives out those that follow.
type takenNumbers struct {
	last int64
}

func (n *takenNumbers) add(text string) {
	if v, ok := wholeNumber(text); ok {
		n.last = max(n.last, v)
	}
}

func (n *takenNumbers) next() string {
	n.last++
	return fmt.Sprint(n.last)
}

// takenNumbers reads the lot numbers of a sale, which is held: nobody else
// gives one out meanwhile.
func (t *Tx) takenNumbers(ctx context.Context, saleID int64) (*takenNumbers, error) {
	if err := t.holdSale(ctx, saleID); err != nil {
		return nil, err
	}
	numbers, err := all(ctx, t, readText, "SELECT number FROM lots WHERE sale_id = $1", saleID)
	taken := &takenNumbers{}
	for _, n := range numbers {
		taken.add(n)
	}
	return taken, err
}

// holdSale holds a sale's row until the transaction ends.
func (t *Tx) holdSale(ctx context.Context, saleID int64) error {
	_, err := one(ctx, t, readInt64, "SELECT id FROM sales WHERE id = $1"+t.s.engine.forUpdate(), saleID)
	return in(err, "sale %d", saleID)
}

var insertLot = insert("lots", "sale_id, state, seq, at, hash, opens_at, closes_at, price, lead, max, max_at, bids, "+
	"extended, extended_at, hammer, paused_at, held, latest_shift_ms, unnumbered, "+
	termCols+", "+wordCols+", "+keyCols, 1) + " RETURNING id"

func (t *Tx) addLot(ctx context.Context, saleID int64, d auction.Draft, unnumbered bool) (int64, error) {
	none := make([]byte, len(auction.Hash{}))
	id, err := one(ctx, t, readInt64, insertLot, into(
		[]any{saleID, string(auction.Upcoming), 0, 0, none, ms(d.OpensAt), ms(d.ClosesAt), 0, "", 0, 0, 0,
			0, 0, 0, 0, false, 0, unnumbered},
		termArgs(d.Terms), wordArgs(d.Words), keyArgs(d.Words))...)
	if err != nil {
		return 0, in(err, "lot %q", d.Number)
	}
	for _, p := range d.Photos {
		if err := t.addPhoto(ctx, id, p); err != nil {
			return 0, in(err, "photo of lot %q", d.Number)
		}
	}
	return id, nil
}

// SaveDraft writes what an organiser changed. Words may change at any time,
// terms and times until the lot opens: then it is ErrOpened, and nothing is
// saved. A draft without a number or a time leaves that as it is; photos have
// methods of their own. ErrConflict when the number is taken.
func (s *Store) SaveDraft(ctx context.Context, lot int64, d auction.Draft) error {
	err := s.Update(ctx, func(tx *Tx) error {
		was, err := one(ctx, tx, readDraft, selectDraft+" WHERE id = $1"+s.engine.forUpdate(), lot)
		if err != nil {
			return err
		}
		d = was.fill(d)
		if !was.open() && !sameTerms(was.Draft, d) {
			return ErrOpened
		}
		return tx.saveDraft(ctx, was, d)
	})
	return in(err, "save lot %d", lot)
}

// SwapNumbers gives a lot the number of another one of its sale, and that one
// its own. ErrNotFound when no lot has the number, ErrOpened when either has
// opened: bids were made on it by its number.
func (s *Store) SwapNumbers(ctx context.Context, lot int64, number string) error {
	err := s.Update(ctx, func(tx *Tx) error {
		mine, err := one(ctx, tx, readDraft, selectDraft+" WHERE id = $1", lot)
		if err != nil {
			return err
		}
		if err := tx.holdSale(ctx, mine.lot.SaleID); err != nil {
			return err
		}
		two, err := all(ctx, tx, readDraft, selectDraft+" WHERE id = $1 OR sale_id = $2 AND number = $3 ORDER BY id"+s.engine.forUpdate(),
			lot, mine.lot.SaleID, number)
		if err != nil {
			return err
		}
		if len(two) != 2 {
			return fmt.Errorf("lot %q: %w", number, ErrNotFound)
		}
		if !two[0].open() || !two[1].open() {
			return ErrOpened
		}
		a, b := two[0].Draft, two[1].Draft
		// For a moment neither has its number: two rows cannot be changed at once.
		if err := must(ctx, tx, "UPDATE lots SET number = $1 WHERE id = $2", fmt.Sprintf("swapped %d", two[0].lot.ID), two[0].lot.ID); err != nil {
			return err
		}
		a.Number, b.Number = b.Number, a.Number
		if err := tx.saveDraft(ctx, two[1], b); err != nil {
			return err
		}
		return tx.saveDraft(ctx, two[0], a)
	})
	return in(err, "swap the number of lot %d", lot)
}

// saveDraft writes words and, while they may change, terms and times.
func (t *Tx) saveDraft(ctx context.Context, was draftRow, d auction.Draft) error {
	err := must(ctx, t, `UPDATE lots SET number = $1, title = $2, subtitle = $3, description = $4, category = $5,
		consignor = $6, estimate_low = $7, estimate_high = $8, fair_value = $9, collection = $10, number_key = $11,
		consignor_key = $12, search_key = $13 WHERE id = $14`, into(wordArgs(d.Words), keyArgs(d.Words), []any{was.lot.ID})...)
	if err != nil || !was.open() {
		return err
	}
	return must(ctx, t, `UPDATE lots SET opening = $1, reserve = $2, buy_now = $3, steps = $4, window_ms = $5,
		extension_ms = $6, latest_at = $7, lot_group = $8, opens_at = $9, closes_at = $10
		WHERE id = $11 AND seq = 0`, append(frozenArgs(d), was.lot.ID)...)
}

// RemoveLot removes a lot that has not opened, with its photos (the files are
// the caller's to drop) and what it refused; else it is ErrOpened.
func (s *Store) RemoveLot(ctx context.Context, lot int64) error {
	err := s.Update(ctx, func(tx *Tx) error {
		was, err := one(ctx, tx, readDraft, selectDraft+" WHERE id = $1"+s.engine.forUpdate(), lot)
		if err != nil {
			return err
		}
		if !was.open() {
			return ErrOpened
		}
		if _, err := tx.exec(ctx, "DELETE FROM bids WHERE lot_id = $1 AND seq IS NULL", lot); err != nil {
			return err
		}
		return must(ctx, tx, "DELETE FROM lots WHERE id = $1", lot)
	})
	return in(err, "remove lot %d", lot)
}
