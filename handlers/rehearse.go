package handlers

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"outcry/auction"
	"outcry/views"
	"outcry/views/lang"
)

var (
	errRehearsal = &problem{http.StatusUnprocessableEntity, "rehearsal", "This is a rehearsal: it sends nothing to anybody."}
	errNoLots    = &problem{http.StatusUnprocessableEntity, "no_lots", "There is nothing to try yet. Bring in the lots first."}
	errTrying    = &problem{http.StatusUnprocessableEntity, "rehearsal", "A rehearsal cannot be rehearsed, nor copied. Go to the sale itself."}
	errCounts    = &problem{http.StatusUnprocessableEntity, "counts", "Only a rehearsal can be wiped. This sale counts."}
	errSureWipe  = &problem{http.StatusUnprocessableEntity, "sure", "Tick the box if you are sure. Then all of the rehearsal is removed."}
)

// rehearsalStore keeps rehearsals, and takes them out again.
type rehearsalStore interface {
	// RehearsalOf returns the rehearsal of a sale.
	RehearsalOf(ctx context.Context, saleID int64) (auction.Sale, error)
	// SharePhotos hangs the pictures of a sale on the lots of another that have
	// the same numbers.
	SharePhotos(ctx context.Context, from, to int64) error
	// WipeRehearsal removes a rehearsal, notes that, and returns the pictures
	// whose files nothing needs any more. A sale that counts is ErrConflict.
	WipeRehearsal(ctx context.Context, saleID int64, note auction.Act) ([]auction.Photo, error)
}

// WipedAfter is how long a rehearsal is kept after its end.
const WipedAfter = 24 * time.Hour

// triedOf is what the control page says of rehearsals.
func (h *Handlers) triedOf(ctx context.Context, s auction.Sale) (views.Tried, error) {
	v := views.Tried{Bots: len(h.cfg.Bots)}
	if s.Rehearsal() {
		of, err := h.cfg.Store.SaleByID(ctx, s.Rehearses)
		v.Of = views.SaleLink{Slug: of.Slug, Title: of.Title}
		return v, err
	}
	r, err := h.cfg.Store.RehearsalOf(ctx, s.ID)
	if errors.Is(err, auction.ErrNotFound) {
		return v, nil
	}
	v.Slug = r.Slug
	return v, err
}

// postTry makes a rehearsal of a sale. Bots bid in it as soon as the process
// that runs them sees it.
func (h *Handlers) postTry(w http.ResponseWriter, r *request) error {
	s, err := h.saleOf(r)
	if err != nil {
		return err
	}
	if err := form(r); err != nil {
		return err
	}
	minutes, err := strconv.Atoi(r.PostFormValue("minutes"))
	if err != nil || minutes != 5 && minutes != 15 {
		return errUnreadable
	}
	if s.Rehearsal() {
		return errTrying
	}
	if old, err := h.cfg.Store.RehearsalOf(r.Context(), s.ID); !errors.Is(err, auction.ErrNotFound) {
		if err != nil {
			return err
		}
		return done(w, r, "/desk/sales/"+old.Slug, "try-there") // pressed twice
	}
	try, err := h.rehearse(r, s, time.Duration(minutes)*time.Minute)
	if err != nil {
		return err
	}
	h.cfg.Room.Wake()
	return h.noted(w, r, auction.Act{SaleID: try.ID, Kind: auction.ActMade}, "/desk/sales/"+try.Slug, "trying")
}

// rehearse makes the copy, with its lots, pictures and bots, and opens it.
func (h *Handlers) rehearse(r *request, s auction.Sale, length time.Duration) (auction.Sale, error) {
	ctx := context.WithoutCancel(r.Context()) // whoever leaves the page leaves no half copy
	counts, err := h.cfg.Store.SaleCounts(ctx, s.ID)
	if err != nil {
		return s, err
	}
	if counts.Lots == 0 {
		return s, errNoLots
	}
	try := s.Rehearse(now(), length, counts.Lots)
	try.Title = lang.T(ctx, "Rehearsal: %s", s.Title)
	if try, err = h.createBeside(ctx, s.Slug, try); err != nil {
		return try, err
	}
	if err := h.copyLots(ctx, s, try, func(d auction.Draft, i int) auction.Draft { return try.RehearseLot(s, d, i) }); err != nil {
		return try, err
	}
	if err := h.cfg.Store.SharePhotos(ctx, s.ID, try.ID); err != nil {
		return try, err
	}
	if _, err := h.cfg.Store.ImportHolders(ctx, try.ID, h.cfg.Bots, false); err != nil {
		return try, err
	}
	return try, h.cfg.Store.PublishSale(ctx, try.ID)
}

// createBeside makes a sale at an address like another's.
func (h *Handlers) createBeside(ctx context.Context, slug string, s auction.Sale) (auction.Sale, error) {
	for n := 1; ; n++ {
		s.Slug = slug + "-rehearsal"
		if n > 1 {
			s.Slug += "-" + strconv.Itoa(n)
		}
		made, err := h.cfg.Store.CreateSale(ctx, s)
		if n < 20 && errors.Is(err, auction.ErrConflict) {
			if _, err := h.cfg.Store.Sale(ctx, s.Slug); err == nil {
				continue // that address is taken
			}
		}
		return made, err
	}
}

// postWipe removes a rehearsal at once.
func (h *Handlers) postWipe(w http.ResponseWriter, r *request) error {
	s, err := h.saleOf(r)
	if err != nil {
		return err
	}
	if err := form(r); err != nil {
		return err
	}
	switch {
	case !s.Rehearsal():
		return errCounts
	case r.PostFormValue("sure") != "1":
		return errSureWipe
	}
	of, err := h.cfg.Store.SaleByID(r.Context(), s.Rehearses)
	if err != nil {
		return err
	}
	// Whoever pressed the button may leave: it goes on to its end.
	if err := h.Wipe(context.WithoutCancel(r.Context()), s, r.viewer.user.ID); err != nil {
		return err
	}
	return done(w, r, "/desk/sales/"+of.Slug, "wiped")
}

// Wipe removes a rehearsal and all that is of it, for somebody of the staff or,
// with 0, for the house itself. The pages that show it are told.
func (h *Handlers) Wipe(ctx context.Context, s auction.Sale, by int64) error {
	counts, err := h.cfg.Store.SaleCounts(ctx, s.ID)
	if err != nil {
		return err
	}
	if err := h.cfg.Room.Message(ctx, by, s.ID, lang.T(ctx, "The rehearsal is over, and is being wiped. You can close this page.")); err != nil {
		h.cfg.Log.Warn("nobody could be told that a rehearsal is wiped", "sale", s.ID, "err", err)
	}
	photos, err := h.cfg.Store.WipeRehearsal(ctx, s.ID, auction.Act{
		UserID: by, Kind: auction.ActRehearsed,
		What: fmt.Sprintf("began %s, %d lots, %d bids", views.DayTime(s.OpensAt, s.Zone), counts.Lots, counts.Bids),
	})
	h.sales.forget(s.ID)
	h.cfg.Room.Wake()
	if err != nil {
		return fmt.Errorf("wipe the rehearsal %q: %w", s.Slug, err)
	}
	for _, p := range photos {
		if err := h.dropPhoto(ctx, p); err != nil {
			return fmt.Errorf("drop a picture of the rehearsal %q: %w", s.Slug, err)
		}
	}
	h.cfg.Log.Info("a rehearsal was wiped", "sale", s.Slug, "lots", counts.Lots, "bids", counts.Bids)
	return nil
}
