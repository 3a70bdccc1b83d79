package handlers

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"outcry/auction"
)

// subject is how an address of the site map says which sale it is about. The sale
// is known before anything else is, because it decides who may come in, and the
// way of a bid reads who bids and their place in the sale in one statement.
type subject int

const (
	aboutNothing subject = iota
	aboutSale            // {slug} is a sale's, at the desk
	aboutLot             // {id} is a lot's
	aboutPaddle          // {id} is a holder's
	aboutJob             // {id} is a job's
)

// subjects are the beginnings of addresses that are about a sale.
var subjects = []struct {
	path    string
	subject subject
}{
	{"/desk/sales/{slug}", aboutSale}, {"/lots/{id}", aboutLot}, {"/desk/lots/{id}", aboutLot},
	{"/desk/paddles/{id}", aboutPaddle}, {"/desk/jobs/{id}", aboutJob},
}

func (rt route) subject() subject {
	_, path, _ := strings.Cut(rt.pattern, " ")
	for _, t := range subjects {
		if strings.HasPrefix(path, t.path) {
			return t.subject
		}
	}
	return aboutNothing
}

// saleAt is the sale that an address is about, 0 for what is not there, of which
// the address's handler will tell.
func (h *Handlers) saleAt(r *request, t subject) (int64, error) {
	if t == aboutNothing {
		return 0, nil
	}
	if t == aboutSale {
		s, err := h.cfg.Store.Sale(r.Context(), r.PathValue("slug"))
		r.about = s // the handler asks for it again
		return s.ID, orNothing(err)
	}
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return 0, nil
	}
	saleID, err := h.saleOfThe(r.Context(), t, id)
	return saleID, orNothing(err)
}

// saleOfThe is the sale of a lot, a holder or a job.
func (h *Handlers) saleOfThe(ctx context.Context, t subject, id int64) (int64, error) {
	switch t {
	case aboutLot:
		place, err := h.places.get(ctx, id)
		return place.SaleID, err
	case aboutPaddle:
		holder, err := h.cfg.Store.HolderByID(ctx, id)
		return holder.SaleID, err
	}
	j, err := h.cfg.Store.Job(ctx, id)
	return j.SaleID, err
}

func orNothing(err error) error {
	if errors.Is(err, auction.ErrNotFound) {
		return nil
	}
	return err
}
