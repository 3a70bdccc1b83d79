package handlers

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"outcry/auction"
	"outcry/handlers/photo"
	"outcry/handlers/sheet"
	"outcry/views"
)

// sheetBytes is the largest spreadsheet, with its form.
const sheetBytes = sheet.MaxBytes + 1<<20

// uploads keeps spreadsheets between the preview and the word to go on, and
// develops photos.
type uploads struct {
	photos *photo.Lab

	mu   sync.Mutex // guards kept
	kept map[string]upload
}

type upload struct {
	name  string
	data  []byte
	until time.Time
}

const (
	uploadFor  = 30 * time.Minute
	uploadMost = 10 // at once; the oldest gives way
)

func newUploads() *uploads { return &uploads{photos: photo.NewLab(), kept: map[string]upload{}} }

func (u *uploads) keep(name string, data []byte) (token string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for t, k := range u.kept {
		if time.Now().After(k.until) {
			delete(u.kept, t)
		}
	}
	for len(u.kept) >= uploadMost {
		oldest := ""
		for t, k := range u.kept {
			if oldest == "" || k.until.Before(u.kept[oldest].until) {
				oldest = t
			}
		}
		delete(u.kept, oldest)
	}
	token = newKey()
	u.kept[token] = upload{name, data, time.Now().Add(uploadFor)}
	return token
}

func (u *uploads) get(token string) (upload, bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	k, ok := u.kept[token]
	return k, ok && time.Now().Before(k.until)
}

func (h *Handlers) importPage(w http.ResponseWriter, r *request) error {
	s, err := h.saleOf(r)
	if err != nil {
		return err
	}
	return h.showUpload(w, r, s, views.ImportLots, h.importLots)
}

func (h *Handlers) importBiddersPage(w http.ResponseWriter, r *request) error {
	s, err := h.saleOf(r)
	if err != nil {
		return err
	}
	return h.showUpload(w, r, s, views.ImportBidders, h.importBidders)
}

// showUpload asks for a spreadsheet, or shows a part of what one would do that
// was handed over before.
func (h *Handlers) showUpload(w http.ResponseWriter, r *request, s auction.Sale, kind views.ImportKind, run importer) error {
	q := r.URL.Query()
	v := views.ImportView{Sale: s, Kind: kind, Token: q.Get("token")}
	up, seen := h.uploads.get(v.Token)
	if !seen {
		return h.showImport(w, r, http.StatusOK, v)
	}
	v.Stage, v.FileName = views.ImportPreview, up.name
	lines, problems, err := run(r.Context(), s, bytes.NewReader(up.data), true)
	if err != nil {
		return err
	}
	fillImport(&v, lines, problems)
	part, _ := strconv.Atoi(q.Get("page")) // anything else is the first
	v.Cut(part, q.Get("show") == "bad")
	return h.showImport(w, r, http.StatusOK, v)
}

func (h *Handlers) showImport(w http.ResponseWriter, r *request, status int, v views.ImportView) error {
	var err error
	here := views.HereLots
	if v.Kind == views.ImportBidders {
		here = views.HereBidders
	}
	if v.Page, err = h.frame(r, "Import", here, v.Sale); err != nil {
		return err
	}
	return h.page(w, r.Request, status, views.Import(v))
}

// postImport shows what a spreadsheet of lots would do, and does it when told
// to go on.
func (h *Handlers) postImport(w http.ResponseWriter, r *request) error {
	return h.importSheet(w, r, views.ImportLots, h.importLots)
}

// postBidders does the same for a list of bidders.
func (h *Handlers) postBidders(w http.ResponseWriter, r *request) error {
	return h.importSheet(w, r, views.ImportBidders, h.importBidders)
}

// importer reads a spreadsheet and tries it (dry), or takes it over. Problems
// that are more than notes stop it.
type importer func(ctx context.Context, s auction.Sale, file io.Reader, dry bool) ([]views.ImportLine, []sheet.Problem, error)

func (h *Handlers) importSheet(w http.ResponseWriter, r *request, kind views.ImportKind, run importer) error {
	s, err := h.saleOf(r)
	if err != nil {
		return err
	}
	if err := form(r); err != nil {
		return err
	}
	v := views.ImportView{Sale: s, Kind: kind, Stage: views.ImportPreview, Token: r.PostFormValue("token")}
	up, seen := h.uploads.get(v.Token)
	if !seen {
		var there bool
		if up, there = uploadOf(r); !there {
			v.Stage, v.File.Error = views.ImportChoose, "Choose a spreadsheet saved as CSV first."
			return h.showImport(w, r, http.StatusUnprocessableEntity, v)
		}
		v.Token = h.uploads.keep(up.name, up.data)
	}
	v.FileName = up.name
	dry := !seen || r.PostFormValue("confirm") != "1"
	lines, problems, err := run(r.Context(), s, bytes.NewReader(up.data), dry)
	var unreadable *sheet.Unreadable
	if errors.As(err, &unreadable) {
		v.Stage, v.File.Error = views.ImportChoose, unreadable.Error()
		return h.showImport(w, r, http.StatusUnprocessableEntity, v)
	}
	if err != nil {
		return err
	}
	fillImport(&v, lines, problems)
	v.Cut(1, false)
	status := http.StatusOK
	switch {
	case v.Bad > 0 && (dry || v.Hopeless || v.New+v.Updated+v.Same == 0): // nothing was brought in
		status = http.StatusUnprocessableEntity
	case !dry:
		v.Stage = views.ImportDone
		h.cfg.Room.Wake()
	}
	return h.showImport(w, r, status, v)
}

// uploadOf reads the file of a form; false when there is none.
func uploadOf(r *request) (upload, bool) {
	f, header, err := r.FormFile("file")
	if err != nil {
		return upload{}, false
	}
	defer f.Close()
	data, err := io.ReadAll(f)
	return upload{name: header.Filename, data: data}, err == nil && len(data) > 0
}

// fillImport counts the lines, and puts each problem with its line.
func fillImport(v *views.ImportView, lines []views.ImportLine, problems []sheet.Problem) {
	v.Hopeless = sheet.Hopeless(problems)
	at := map[int]int{}
	for i, l := range lines {
		at[l.Line] = i
	}
	for _, p := range problems {
		text := p.Text
		if p.Value != "" {
			text = "“" + p.Value + "” " + text
		}
		if p.Column != "" {
			text = p.Column + ": " + text
		}
		if p.Note && p.Line <= 1 {
			v.Ignored = append(v.Ignored, p.Column)
			continue
		}
		i, ok := at[p.Line]
		if !ok {
			i = len(lines)
			at[p.Line] = i
			lines = append(lines, views.ImportLine{Line: p.Line, Number: p.Number, Title: p.Title})
		}
		lines[i].Problems = append(lines[i].Problems, text)
		if !p.Note {
			lines[i].Fate = views.FateBad
		}
	}
	for _, l := range lines {
		switch l.Fate {
		case views.FateNew:
			v.New++
		case views.FateUpdate:
			v.Updated++
		case views.FateSame:
			v.Same++
		case views.FateBad:
			v.Bad++
		}
	}
	slices.SortStableFunc(lines, func(a, b views.ImportLine) int { return cmp.Compare(a.Line, b.Line) })
	v.Lines = lines
}

// importLots tries or takes over the lines of a file that can be taken; the
// others are left out, as the preview says.
func (h *Handlers) importLots(ctx context.Context, s auction.Sale, file io.Reader, dry bool) ([]views.ImportLine, []sheet.Problem, error) {
	read, problems, err := sheet.Lots(file, s.Currency, OpeningOf(s))
	if err != nil || sheet.Hopeless(problems) {
		return nil, problems, err
	}
	have, err := h.cfg.Store.Drafts(ctx, s.ID)
	if err != nil {
		return nil, nil, err
	}
	drafts := CompleteDrafts(s, have, read)
	fates, err := h.cfg.Store.ImportLots(ctx, s.ID, drafts, true)
	if err != nil {
		return nil, nil, err
	}
	lines := lotLines(s, have, read, drafts, fates)
	if dry {
		return lines, problems, nil
	}
	var good []sheet.LotLine
	for i, l := range lines {
		if l.Fate != views.FateBad {
			good = append(good, read[i])
		}
	}
	if _, err = h.cfg.Store.ImportLots(ctx, s.ID, CompleteDrafts(s, have, good), false); err != nil {
		return lines, problems, err
	}
	return lines, problems, h.retime(ctx, s)
}

func (h *Handlers) importBidders(ctx context.Context, s auction.Sale, file io.Reader, dry bool) ([]views.ImportLine, []sheet.Problem, error) {
	read, problems, err := sheet.Bidders(file)
	if err != nil {
		return nil, nil, err
	}
	lines := make([]views.ImportLine, len(read))
	rows := make([]auction.HolderRow, len(read))
	for i, l := range read {
		lines[i] = views.ImportLine{Line: l.Line, Number: string(l.Paddle), Title: l.Name, Fate: views.FateNew}
		rows[i] = auction.HolderRow{Name: l.Name, Email: l.Email, Paddle: l.Paddle}
	}
	if sheet.Hopeless(problems) {
		return nil, problems, nil
	}
	fates, err := h.cfg.Store.ImportHolders(ctx, s.ID, rows, dry)
	for i, f := range fates {
		tell(&lines[i], f)
	}
	return lines, problems, err
}
