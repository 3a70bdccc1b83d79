package handlers

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"path"

	"outcry/auction"
	"outcry/static"
)

func (h *Handlers) healthz(w http.ResponseWriter, _ *request) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, err := io.WriteString(w, "ok\n")
	return ignoreGone(err)
}

// readyz is 200 while a bid could be committed.
func (h *Handlers) readyz(w http.ResponseWriter, r *request) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	err := h.cfg.Room.Ready()
	if h.leaving.Load() {
		err = errors.New("this process is making way")
	}
	if err == nil {
		err = h.cfg.Store.Ready(r.Context())
	}
	h.tellReady(err)
	if err != nil {
		w.WriteHeader(http.StatusServiceUnavailable)
		_, err = io.WriteString(w, "Bids cannot be committed at the moment.\n")
		return ignoreGone(err)
	}
	_, err = io.WriteString(w, "ready\n")
	return ignoreGone(err)
}

// tellReady logs when readiness has changed, not each time that a balancer
// asks.
func (h *Handlers) tellReady(err error) {
	switch {
	case err != nil && !h.unready.Swap(true):
		h.cfg.Log.Warn("not ready", "err", err)
	case err == nil && h.unready.Swap(false):
		h.cfg.Log.Info("ready again")
	}
}

// metrics answers in Prometheus' text format, when it is switched on.
func (h *Handlers) metrics(w http.ResponseWriter, r *request) error {
	if !h.cfg.Metrics {
		return auction.ErrNotFound
	}
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	hs := h.cfg.Hub.Stats()
	for _, m := range []struct {
		name, kind, help string
		value            int64
	}{
		{"outcry_sockets", "gauge", "Open sockets.", int64(hs.Sockets)},
		{"outcry_topics", "gauge", "Topics with a watcher.", int64(hs.Topics)},
		{"outcry_frames_published_total", "counter", "Frames handed to watched topics.", int64(hs.Published)},
		{"outcry_frames_delivered_total", "counter", "Frames written to sockets.", int64(hs.Delivered)},
		{"outcry_sockets_evicted_total", "counter", "Sockets let go because they took no bytes.", int64(hs.Evicted)},
	} {
		fmt.Fprintf(w, "# HELP %s %s\n# TYPE %s %s\n%s %d\n", m.name, m.help, m.name, m.kind, m.name, m.value)
	}
	return nil
}

func (h *Handlers) favicon(w http.ResponseWriter, r *request) error {
	http.Redirect(w, r.Request, static.Path("icon.svg"), http.StatusFound)
	return nil
}

// photo serves a picture by its random name: it never changes under it.
func (h *Handlers) photo(w http.ResponseWriter, r *request) error {
	name := r.PathValue("name")
	f, at, err := h.cfg.Photos.OpenPhoto(name)
	if errors.Is(err, fs.ErrNotExist) {
		return auction.ErrNotFound
	}
	if err != nil {
		return err
	}
	defer f.Close()
	findable(w, auction.Sale{})
	w.Header().Set("Content-Type", mime.TypeByExtension(path.Ext(name)))
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	http.ServeContent(w, r.Request, name, at, f)
	return nil
}
