package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

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

// importRun is how many lots one transaction of an import writes: bids get
// their turn between two.
const importRun = 100

// ImportLots adds and updates lots of a sale, and tells what became of each
// draft, in their order. Lots are found by number; drafts without one by the
// same title among those that came without one before, or they get the next
// free number: the same drafts again change nothing. A lot that has opened
// takes new words but keeps its terms and times. When dry is set nothing is
// written.
//
// ErrConflict when a number comes twice: then nothing is written. An import
// that breaks off later, because somebody else changes the lots at the same
// time, has written its first runs; the same drafts again write the rest.
func (s *Store) ImportLots(ctx context.Context, saleID int64, drafts []auction.Draft, dry bool) ([]auction.ImportFate, error) {
	return s.ImportGoodLots(ctx, saleID, drafts, func(auction.Draft, bool) string { return "" }, dry)
}

// ImportGoodLots is ImportLots without the drafts for which bad gives a reason;
// it is told whether the lot would be a new one. These are refused, and get no
// number: what follows them is numbered as if they were not in the file.
func (s *Store) ImportGoodLots(ctx context.Context, saleID int64, drafts []auction.Draft, bad func(d auction.Draft, fresh bool) string, dry bool) ([]auction.ImportFate, error) {
	plan, err := s.planLots(ctx, saleID, drafts, bad)
	if err != nil {
		return nil, in(err, "import lots into sale %d", saleID)
	}
	if dry {
		return plan.fates, nil
	}
	var todo []int // drafts that change something
	for i, f := range plan.fates {
		if f.Fate != auction.FateSame && f.Fate != auction.FateRefused {
			todo = append(todo, i)
		}
	}
	for run := range slices.Chunk(todo, importRun) {
		err := s.Update(ctx, func(tx *Tx) error { return tx.importRun(ctx, saleID, plan, run) })
		if err != nil {
			return nil, in(err, "import lots into sale %d", saleID)
		}
	}
	return plan.fates, nil
}

// lotPlan says what each draft of an import is about, and what becomes of it.
type lotPlan struct {
	drafts     []auction.Draft // with their numbers
	unnumbered []bool          // came without one
	ids        []int64         // of the lot, 0 for a new one
	fates      []auction.ImportFate
}

// planLots reads what an import would do. It holds nothing: the runs look again.
func (s *Store) planLots(ctx context.Context, saleID int64, drafts []auction.Draft, bad func(auction.Draft, bool) string) (lotPlan, error) {
	n := len(drafts)
	p := lotPlan{slices.Clone(drafts), make([]bool, n), make([]int64, n), make([]auction.ImportFate, n)}
	if _, err := s.SaleByID(ctx, saleID); err != nil {
		return p, err
	}
	have, err := all(ctx, s.reads, readDraft, selectDraft+" WHERE sale_id = $1 ORDER BY id", saleID)
	if err != nil {
		return p, err
	}
	rows, numbers, err := matchLots(have, drafts)
	if err != nil {
		return p, err
	}
	for i, d := range drafts {
		was := rows[i]
		if was != nil {
			d = was.fill(d)
		}
		if why := bad(d, was == nil); why != "" {
			p.fates[i] = auction.ImportFate{Number: d.Number, Fate: auction.FateRefused, Why: why}
			continue
		}
		if was != nil {
			p.drafts[i], p.ids[i] = d, was.lot.ID
			p.fates[i] = was.fate(p.drafts[i])
			continue
		}
		if p.unnumbered[i] = d.Number == ""; p.unnumbered[i] {
			p.drafts[i].Number = numbers.next()
		}
		p.fates[i] = auction.ImportFate{Number: p.drafts[i].Number, Fate: auction.FateNew}
	}
	return p, nil
}

// matchLots says which lot each draft is about, nil for a new one, and which
// numbers are in use.
func matchLots(have []draftRow, drafts []auction.Draft) ([]*draftRow, *takenNumbers, error) {
	rows, numbers := make([]*draftRow, len(drafts)), &takenNumbers{}
	byNumber := make(map[string]*draftRow, len(have))
	for i := range have {
		byNumber[have[i].Number] = &have[i]
		numbers.add(have[i].Number)
	}
	seen := make(map[string]bool, len(drafts))
	for i, d := range drafts {
		if d.Number == "" {
			continue
		}
		if seen[d.Number] {
			return nil, nil, fmt.Errorf("lot number %q comes twice: %w", d.Number, ErrConflict)
		}
		seen[d.Number] = true
		numbers.add(d.Number)
		rows[i] = byNumber[d.Number]
	}
	byTitle := make(map[string][]*draftRow)
	for i := range have {
		if h := &have[i]; h.unnumbered && !seen[h.Number] {
			byTitle[h.Title] = append(byTitle[h.Title], h)
		}
	}
	for i, d := range drafts {
		if same := byTitle[d.Title]; d.Number == "" && len(same) > 0 {
			rows[i], byTitle[d.Title] = same[0], same[1:]
		}
	}
	return rows, numbers, nil
}

// importRun writes some drafts of a plan, and what became of them into it.
func (t *Tx) importRun(ctx context.Context, saleID int64, p lotPlan, run []int) error {
	if err := t.holdSale(ctx, saleID); err != nil {
		return err
	}
	rows, err := t.holdDrafts(ctx, p, run)
	if err != nil {
		return err
	}
	for _, i := range run {
		d := p.drafts[i]
		if p.ids[i] == 0 {
			if p.fates[i].ID, err = t.addLot(ctx, saleID, d, p.unnumbered[i]); err != nil {
				return in(err, "line %d", i+1)
			}
			continue
		}
		was, there := rows[p.ids[i]]
		if !there {
			return fmt.Errorf("line %d: lot %q has been removed: %w", i+1, d.Number, ErrConflict)
		}
		if p.fates[i], err = t.updateLot(ctx, was, d); err != nil {
			return in(err, "line %d", i+1)
		}
	}
	return nil
}

// holdDrafts holds the lots that some drafts of a plan are about, in ascending
// order of id, and returns them as they are now.
func (t *Tx) holdDrafts(ctx context.Context, p lotPlan, run []int) (map[int64]draftRow, error) {
	rows := make(map[int64]draftRow)
	var ids []int64
	for _, i := range run {
		if p.ids[i] != 0 {
			ids = append(ids, p.ids[i])
		}
	}
	if len(ids) == 0 {
		return rows, nil
	}
	w := &where{}
	w.in("id", ids)
	list, err := all(ctx, t, readDraft, selectDraft+" WHERE "+w.text.String()+" ORDER BY id"+t.s.engine.forUpdate(), w.args...)
	for _, d := range list {
		rows[d.lot.ID] = d
	}
	return rows, err
}

// fate is what becomes of a lot that is to be as d says.
func (was draftRow) fate(d auction.Draft) auction.ImportFate {
	fate := auction.ImportFate{ID: was.lot.ID, Number: d.Number, Fate: auction.FateSame}
	words, terms := sameWords(was.Draft, d), sameTerms(was.Draft, d)
	switch {
	case words && terms:
	case terms || was.open():
		fate.Fate = auction.FateChanged
	default:
		fate.Fate = auction.FateKept
		fate.Why = "it is " + string(was.lot.State) + " already: its terms and times stay as they are"
		if !words {
			fate.Why += ", its words are changed"
		}
	}
	return fate
}

// updateLot writes a lot as d says, as far as it may change.
func (t *Tx) updateLot(ctx context.Context, was draftRow, d auction.Draft) (auction.ImportFate, error) {
	fate := was.fate(d)
	if fate.Fate == auction.FateSame || sameWords(was.Draft, d) && fate.Fate == auction.FateKept {
		return fate, nil
	}
	return fate, t.saveDraft(ctx, was, d)
}
