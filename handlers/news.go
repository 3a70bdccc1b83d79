package handlers

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"outcry/auction"
	"outcry/views"
	"outcry/views/lang"
)

// What all pages of a sale say: a message of the organiser's, and a close that
// was announced. It is part of every page as it is made, and is pushed to
// those that are open.

// news spares pages a read of what their sale says. What another process
// announced is seen after a second.
type news struct {
	store Store

	mu   sync.Mutex // guards kept
	kept map[int64]keptNews
}

type keptNews struct {
	said  auction.Announcement
	until time.Time
}

func newNews(s Store) *news { return &news{store: s, kept: map[int64]keptNews{}} }

func (n *news) get(ctx context.Context, saleID int64) (auction.Announcement, error) {
	n.mu.Lock()
	k, ok := n.kept[saleID]
	n.mu.Unlock()
	if ok && time.Now().Before(k.until) {
		return k.said, nil
	}
	said, err := n.store.Announcement(ctx, saleID)
	if err == nil && said.ClosesAt.After(now()) {
		err = n.dropClose(ctx, &said)
	}
	if err != nil {
		return said, err
	}
	n.mu.Lock()
	n.kept[saleID] = keptNews{said, time.Now().Add(time.Second)}
	n.mu.Unlock()
	return said, nil
}

// dropClose leaves out an announced close once no lot is left to close then.
func (n *news) dropClose(ctx context.Context, said *auction.Announcement) error {
	counts, err := n.store.SaleCounts(ctx, said.SaleID)
	if err == nil && counts.Open == 0 {
		said.ClosesAt = time.Time{}
	}
	return err
}

func (n *news) forget(saleID int64) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.kept, saleID)
}

func newsTopic(sale int64) string { return "news/" + strconv.FormatInt(sale, 10) }

func newsView(a auction.Announcement, s auction.Sale) views.News {
	v := views.News{Seq: a.Seq, Message: a.Message, Zone: s.Zone}
	if a.ClosesAt.After(now()) {
		v.ClosesAt = a.ClosesAt
	}
	return v
}

// newsFrame is what the pages of a sale say now; nothing for a sale that never
// said anything.
func (h *Handlers) newsFrame(ctx context.Context, s auction.Sale) ([]byte, int64, error) {
	said, err := h.news.get(ctx, s.ID)
	if err != nil || said.Seq == 0 {
		return nil, 0, err
	}
	frame, err := h.render(ctx, views.NewsFrame(newsView(said, s)))
	return frame, said.Seq, err
}

// withNews adds to a snapshot what the sale says. The snapshot may be shared.
func (h *Handlers) withNews(ctx context.Context, out []byte, s auction.Sale) ([]byte, error) {
	frame, _, err := h.newsFrame(ctx, s)
	return append(slices.Clip(out), frame...), err
}

// showNews publishes what a sale says, after it was changed.
func (h *Handlers) showNews(ctx context.Context, saleID int64) error {
	h.news.forget(saleID)
	topic := newsTopic(saleID)
	if !h.isWatched(topic) {
		return nil
	}
	s, err := h.sales.get(ctx, saleID)
	if err != nil {
		return err
	}
	for in := range h.watchedIn(topic) {
		frame, seq, err := h.newsFrame(lang.With(ctx, in), s)
		if err != nil || frame == nil {
			return err
		}
		h.cfg.Hub.Publish(topic+in.Suffix(), saleID, seq, frame)
	}
	return nil
}

// pollNews looks for what other processes have announced. The hub keeps what
// it has pushed already from being pushed again as something new.
func (l *live) pollNews(ctx context.Context) error {
	for _, name := range l.h.cfg.Hub.Names() {
		text, ok := strings.CutPrefix(name, "news/")
		if !ok {
			continue
		}
		text, _, _ = strings.Cut(text, "@") // the language
		id, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			continue
		}
		said, err := l.h.cfg.Store.Announcement(ctx, id)
		if err != nil {
			return err
		}
		if said.Seq == l.news[id] {
			continue
		}
		l.news[id] = said.Seq
		if err := l.h.showNews(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// The acts of the control page.

// saleAct runs one act of the organiser's on a sale, tells all its pages, and
// leads back to the control page.
func (h *Handlers) saleAct(w http.ResponseWriter, r *request, what string, do func(s auction.Sale, reason string) error) error {
	s, err := h.saleOf(r)
	if err != nil {
		return err
	}
	if err := form(r); err != nil {
		return err
	}
	if err := do(s, cleanLine(r.PostFormValue("reason"))); err != nil {
		return err
	}
	if err := h.showNews(r.Context(), s.ID); err != nil {
		return err
	}
	return done(w, r, "/desk/sales/"+s.Slug, what)
}

// minutesOf reads a chooser of minutes.
func minutesOf(r *request) (time.Duration, error) {
	n, err := strconv.Atoi(r.PostFormValue("minutes"))
	if err != nil || n < 1 || n > 24*60 {
		return 0, &problem{http.StatusUnprocessableEntity, "minutes", "Give whole minutes, from 1 to 1440."}
	}
	return time.Duration(n) * time.Minute, nil
}

func orElse(reason, usual string) string {
	if reason == "" {
		return usual
	}
	return reason
}

func (h *Handlers) postExtend(w http.ResponseWriter, r *request) error {
	return h.saleAct(w, r, "extended", func(s auction.Sale, reason string) error {
		longer, err := minutesOf(r)
		if err != nil {
			return err
		}
		return h.cfg.Room.Extend(r.Context(), r.viewer.user.ID, s.ID, longer, orElse(reason, "The organiser gave all open lots more time."))
	})
}

func (h *Handlers) postClose(w http.ResponseWriter, r *request) error {
	return h.saleAct(w, r, "closing", func(s auction.Sale, reason string) error {
		ahead, err := minutesOf(r)
		if err != nil {
			return err
		}
		return h.cfg.Room.CloseIn(r.Context(), r.viewer.user.ID, s.ID, ahead, orElse(reason, "The organiser announced the close of all open lots."))
	})
}

func (h *Handlers) postCallOff(w http.ResponseWriter, r *request) error {
	return h.saleAct(w, r, "called-off", func(s auction.Sale, reason string) error {
		return h.cfg.Room.CallOff(r.Context(), r.viewer.user.ID, s.ID, orElse(reason, "The announced close was called off."))
	})
}

// longestMessage is how many bytes all pages are told at most.
const longestMessage = 500

func (h *Handlers) postMessage(w http.ResponseWriter, r *request) error {
	what := "said"
	if cleanLine(r.PostFormValue("message")) == "" {
		what = "unsaid"
	}
	return h.saleAct(w, r, what, func(s auction.Sale, _ string) error {
		text := cleanLine(r.PostFormValue("message"))
		if len(text) > longestMessage {
			return &problem{http.StatusUnprocessableEntity, "message", "That is too long to be read at a glance: at most 500 letters."}
		}
		return h.cfg.Room.Message(r.Context(), r.viewer.user.ID, s.ID, text)
	})
}

func (h *Handlers) postPauseLot(w http.ResponseWriter, r *request) error {
	return h.act(w, r, "lot-paused", func(e auction.Entry, _ auction.Sale) error {
		return h.cfg.Room.PauseLot(r.Context(), r.viewer.user.ID, e.ID, cleanLine(r.PostFormValue("reason")))
	})
}

func (h *Handlers) postResumeLot(w http.ResponseWriter, r *request) error {
	return h.act(w, r, "lot-resumed", func(e auction.Entry, _ auction.Sale) error {
		return h.cfg.Room.ResumeLot(r.Context(), r.viewer.user.ID, e.ID)
	})
}
