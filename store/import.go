package store

import (
	"context"
	"errors"
	"fmt"

	"outcry/auction"
)

// errDry undoes an import that was only to be tried.
var errDry = errors.New("dry run")

// imported runs an import in one transaction, or tries it.
func (s *Store) imported(ctx context.Context, dry bool, fn func(*Tx) error) error {
	err := s.Update(ctx, func(tx *Tx) error {
		if err := fn(tx); err != nil {
			return err
		}
		if dry {
			return errDry
		}
		return nil
	})
	if errors.Is(err, errDry) {
		return nil
	}
	return err
}

// ImportLots adds and updates lots of a sale, all or none, and tells what
// became of each draft, in their order. Lots are found by number; drafts
// without one by the same title among those that came without one before, or
// they get the next free number: the same drafts again change nothing. A lot
// that has opened takes new words but keeps its terms and times. When dry is
// set nothing is written. ErrConflict when a number comes twice.
func (s *Store) ImportLots(ctx context.Context, saleID int64, drafts []auction.Draft, dry bool) ([]auction.ImportFate, error) {
	fates := make([]auction.ImportFate, len(drafts))
	err := s.imported(ctx, dry, func(tx *Tx) error {
		match, err := tx.matchLots(ctx, saleID, drafts)
		if err != nil {
			return err
		}
		for i, d := range drafts {
			if was := match.rows[i]; was != nil {
				fates[i], err = tx.updateLot(ctx, *was, was.fill(d))
			} else {
				fates[i], err = tx.newLot(ctx, saleID, d, match.numbers)
			}
			if err != nil {
				return in(err, "line %d", i+1)
			}
			if dry && fates[i].Fate == auction.FateNew {
				fates[i].ID = 0
			}
		}
		return nil
	})
	if err != nil {
		return nil, in(err, "import lots into sale %d", saleID)
	}
	return fates, nil
}

// lotMatch says which lot each draft is about, nil for a new one.
type lotMatch struct {
	rows    []*draftRow
	numbers *takenNumbers
}

func (t *Tx) matchLots(ctx context.Context, saleID int64, drafts []auction.Draft) (lotMatch, error) {
	m := lotMatch{rows: make([]*draftRow, len(drafts))}
	var err error
	if m.numbers, err = t.takenNumbers(ctx, saleID); err != nil {
		return m, err
	}
	have, err := all(ctx, t, readDraft, selectDraft+" WHERE sale_id = $1 ORDER BY id"+t.s.engine.forUpdate(), saleID)
	if err != nil {
		return m, err
	}
	byNumber := make(map[string]*draftRow, len(have))
	for i := range have {
		byNumber[have[i].Number] = &have[i]
	}
	seen := make(map[string]bool, len(drafts))
	for i, d := range drafts {
		if d.Number == "" {
			continue
		}
		if seen[d.Number] {
			return m, fmt.Errorf("lot number %q comes twice: %w", d.Number, ErrConflict)
		}
		seen[d.Number] = true
		m.numbers.add(d.Number)
		m.rows[i] = byNumber[d.Number]
	}
	byTitle := make(map[string][]*draftRow)
	for i := range have {
		if h := &have[i]; h.unnumbered && !seen[h.Number] {
			byTitle[h.Title] = append(byTitle[h.Title], h)
		}
	}
	for i, d := range drafts {
		if same := byTitle[d.Title]; d.Number == "" && len(same) > 0 {
			m.rows[i], byTitle[d.Title] = same[0], same[1:]
		}
	}
	return m, nil
}

func (t *Tx) newLot(ctx context.Context, saleID int64, d auction.Draft, numbers *takenNumbers) (auction.ImportFate, error) {
	unnumbered := d.Number == ""
	if unnumbered {
		d.Number = numbers.next()
	}
	id, err := t.addLot(ctx, saleID, d, unnumbered)
	return auction.ImportFate{ID: id, Number: d.Number, Fate: auction.FateNew}, err
}

func (t *Tx) updateLot(ctx context.Context, was draftRow, d auction.Draft) (auction.ImportFate, error) {
	fate := auction.ImportFate{ID: was.lot.ID, Number: d.Number, Fate: auction.FateSame}
	words, terms := sameWords(was.Draft, d), sameTerms(was.Draft, d)
	if words && terms {
		return fate, nil
	}
	if !terms && !was.open() {
		fate.Fate = auction.FateKept
		fate.Why = "it is " + string(was.lot.State) + " already: its terms and times stay as they are"
		if words {
			return fate, nil
		}
		fate.Why += ", its words are changed"
	} else {
		fate.Fate = auction.FateChanged
	}
	return fate, t.saveDraft(ctx, was, d)
}
