package handlers

import (
	"bytes"
	"context"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"outcry/auction"
	"outcry/handlers/hub"
	"outcry/views"
	"outcry/views/lang"
)

const (
	boardLots = 5 // the next to close, the first of them large
	boardBids = 6 // the newest, in the last line
)

func boardTopic(sale int64) string { return "board/" + strconv.FormatInt(sale, 10) }
func deskTopic(sale int64) string  { return "desk/" + strconv.FormatInt(sale, 10) }

// board is the big screen of a sale: what everybody may see, for a projector.
func (h *Handlers) board(w http.ResponseWriter, r *request) error {
	s, err := h.saleOf(r)
	if err != nil {
		return err
	}
	v, err := h.boardView(r.Context(), s)
	if err != nil {
		return err
	}
	if v.House, err = h.house.get(r.Context()); err != nil {
		return err
	}
	v.Theme = h.themeOf(r.Request)
	address := h.address(r.Request) + "/sales/" + s.Slug
	if v.Code, err = qrOf(address, lang.T(r.Context(), "QR code: %s", address)); err != nil {
		return err
	}
	_, v.Address, _ = strings.Cut(address, "://")
	return h.page(w, r.Request, http.StatusOK, views.Board(v))
}

// boardView is the live part of a board.
func (h *Handlers) boardView(ctx context.Context, s auction.Sale) (views.BoardView, error) {
	v := views.BoardView{Sale: s}
	var err error
	if v.Counts, err = h.counts.get(ctx, s.ID); err != nil {
		return v, err
	}
	entries, _, err := h.cfg.Store.Entries(ctx, s.ID, auction.Query{Show: auction.ShowOpen, Order: auction.ByClosing, Limit: boardLots})
	if err != nil {
		return v, err
	}
	if len(entries) == 0 && v.Counts.Upcoming > 0 { // what is to come
		if entries, _, err = h.cfg.Store.Entries(ctx, s.ID, auction.Query{Order: auction.ByClosing, Limit: boardLots}); err != nil {
			return v, err
		}
	}
	v.Next = cards(entries, s, nil)
	if v.Latest, err = h.cfg.Store.LatestShown(ctx, s.ID, boardBids); err != nil {
		return v, err
	}
	said, err := h.news.get(ctx, s.ID)
	v.News = newsView(said, s)
	return v, err
}

// watchBoard lets a socket watch a board, or, with the desk's word, the
// figures of the control page.
func (h *Handlers) watchBoard(r *request, o *hub.Watch, slug string, desk bool) error {
	s, err := h.cfg.Store.Sale(r.Context(), slug)
	if err != nil {
		return err
	}
	if desk && !r.viewer.staff() {
		return errNotForYou
	}
	if err := h.mayEnter(r, s); err != nil {
		return err
	}
	sc := screen{sale: s.ID, desk: desk, in: tongueOf(r.Request)}
	o.Topics = append(o.Topics, sc.topic())
	if desk {
		o.Topics = append(o.Topics, newsTopic(s.ID))
	}
	h.screens.watch(sc)
	o.Snapshot = func(ctx context.Context) ([]byte, error) {
		out, err := h.screenFrame(ctx, sc)
		if err != nil || !desk {
			return out, err
		}
		return h.withNews(ctx, out, s)
	}
	return nil
}

// screen is a part of pages that sums a sale up.
type screen struct {
	sale int64
	desk bool // the control page's, else the board's
	in   *lang.Lang
}

func (sc screen) topic() string {
	if sc.desk {
		return deskTopic(sc.sale)
	}
	return boardTopic(sc.sale)
}

// screens are those that somebody watches. What a second brought is rendered
// once, whatever it was, and sent when it differs from what was sent before:
// an evening of bids costs a screen one frame a second at most.
type screens struct {
	mu    sync.Mutex // guards shown
	shown map[screen][]byte
}

func newScreens() *screens { return &screens{shown: map[screen][]byte{}} }

func (s *screens) watch(sc screen) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.shown[sc]; !ok {
		s.shown[sc] = nil
	}
}

// list is what to look at, without what nobody watches any more.
func (s *screens) list(h *hub.Hub, fresh map[screen]bool) []screen {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []screen
	for sc := range s.shown {
		switch {
		case h.Watched(sc.topic() + sc.in.Suffix()):
			delete(fresh, sc)
			all = append(all, sc)
		case fresh[sc]: // nobody came for a whole round
			delete(fresh, sc)
			delete(s.shown, sc)
		default:
			fresh[sc] = true
		}
	}
	return all
}

// news reports whether a frame differs from the last, and remembers it.
func (s *screens) news(sc screen, frame []byte) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	same := bytes.Equal(s.shown[sc], frame)
	s.shown[sc] = frame
	return !same
}

// runScreens renders what is watched, once a second until ctx ends.
func (h *Handlers) runScreens(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	lonely := map[screen]bool{}
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		for _, sc := range h.screens.list(h.cfg.Hub, lonely) {
			frame, err := h.screenFrame(lang.With(ctx, sc.in), sc)
			if err != nil {
				if ctx.Err() == nil {
					h.cfg.Log.Warn("a screen was not brought up to date", "sale", sc.sale, "err", err)
				}
				continue
			}
			if h.screens.news(sc, frame) {
				h.cfg.Hub.Publish(sc.topic()+sc.in.Suffix(), sc.sale, time.Now().UnixMilli(), frame)
			}
		}
	}
}

func (h *Handlers) screenFrame(ctx context.Context, sc screen) ([]byte, error) {
	s, err := h.sales.get(ctx, sc.sale)
	if err != nil {
		return nil, err
	}
	if !sc.desk {
		v, err := h.boardView(ctx, s)
		if err != nil {
			return nil, err
		}
		return h.render(ctx, views.BoardFrame(v))
	}
	v := views.ControlView{Sale: s}
	if v.Counts, err = h.counts.get(ctx, s.ID); err != nil {
		return nil, err
	}
	if err := h.controlLists(ctx, &v); err != nil {
		return nil, err
	}
	return h.render(ctx, views.ControlFrame(v))
}
