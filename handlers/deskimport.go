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
	"time"

	"outcry/auction"
	"outcry/handlers/sheet"
	"outcry/views"
	"outcry/views/lang"
)

// sheetBytes is the largest spreadsheet, with its form.
const sheetBytes = sheet.MaxBytes + 1<<20

// uploadFor is how long a spreadsheet waits for the word to go on. It waits in
// the store, so that any process of the house may hear the word.
const uploadFor = 30 * time.Minute

// uploadKey names the spreadsheet of a token as the viewer's own, for one sale
// and one purpose.
func uploadKey(r *request, s auction.Sale, kind views.ImportKind, token string) auction.Upload {
	return auction.Upload{Token: tokenHash(token), UserID: r.viewer.user.ID, SaleID: s.ID, What: string(kind)}
}

// kept is the spreadsheet that a preview was of; false when it is not kept, or
// not any more.
func (h *Handlers) kept(r *request, s auction.Sale, kind views.ImportKind, token string) (auction.Upload, bool, error) {
	if token == "" {
		return auction.Upload{}, false, nil
	}
	up, err := h.cfg.Store.Upload(r.Context(), uploadKey(r, s, kind, token), now())
	if errors.Is(err, auction.ErrNotFound) {
		return up, false, nil
	}
	return up, err == nil, err
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

// previewOver is said of a preview that was left alone for too long, or that
// gave way to others.
const previewOver = string(lang.Key("This preview is not kept any more. Choose the file again."))

// showUpload asks for a spreadsheet, or shows a part of what one would do that
// was handed over before.
func (h *Handlers) showUpload(w http.ResponseWriter, r *request, s auction.Sale, kind views.ImportKind, run importer) error {
	q := r.URL.Query()
	v := views.ImportView{Sale: s, Kind: kind, Token: q.Get("token")}
	up, seen, err := h.kept(r, s, kind, v.Token)
	if err != nil {
		return err
	}
	if !seen {
		if v.Token != "" {
			v.File.Error = previewOver
		}
		return h.showImport(w, r, http.StatusOK, v)
	}
	v.Stage, v.FileName = views.ImportPreview, up.Name
	lines, problems, err := run(r.Context(), s, bytes.NewReader(up.Data), true)
	if err != nil {
		return err
	}
	fillImport(r.Context(), &v, lines, problems)
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
	up, seen, err := h.kept(r, s, kind, v.Token)
	if err != nil {
		return err
	}
	if !seen {
		var there bool
		if up, there = uploadOf(r); !there {
			v.Stage, v.File.Error = views.ImportChoose, "Choose a spreadsheet saved as CSV first."
			if v.Token != "" {
				v.File.Error = previewOver
			}
			return h.showImport(w, r, http.StatusUnprocessableEntity, v)
		}
		v.Token = newKey()
	}
	v.FileName = up.Name
	dry := !seen || r.PostFormValue("confirm") != "1"
	lines, problems, err := run(r.Context(), s, bytes.NewReader(up.Data), dry)
	var unreadable *sheet.Unreadable
	if errors.As(err, &unreadable) {
		v.Stage, v.File.Error = views.ImportChoose, lang.Say(r.Context(), lang.Key(unreadable.Text), unreadable.Args...)
		return h.showImport(w, r, http.StatusUnprocessableEntity, v)
	}
	if err == nil && !seen {
		err = h.keepUpload(r, s, v, up)
	}
	if err != nil {
		return err
	}
	fillImport(r.Context(), &v, lines, problems)
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

// keepUpload keeps a spreadsheet that could be read, for the word to go on.
func (h *Handlers) keepUpload(r *request, s auction.Sale, v views.ImportView, up auction.Upload) error {
	key := uploadKey(r, s, v.Kind, v.Token)
	key.Name, key.Data, key.Until = up.Name, up.Data, now().Add(uploadFor)
	return h.cfg.Store.KeepUpload(r.Context(), key, now())
}

// uploadOf reads the file of a form; false when there is none.
func uploadOf(r *request) (auction.Upload, bool) {
	f, header, err := r.FormFile("file")
	if err != nil {
		return auction.Upload{}, false
	}
	defer f.Close()
	data, err := io.ReadAll(f)
	return auction.Upload{Name: cleanLine(header.Filename), Data: data}, err == nil && len(data) > 0
}

// fillImport counts the lines, and puts each problem with its line.
func fillImport(ctx context.Context, v *views.ImportView, lines []views.ImportLine, problems []sheet.Problem) {
	v.Hopeless = sheet.Hopeless(problems)
	at := map[int]int{}
	for i, l := range lines {
		at[l.Line] = i
	}
	for _, p := range problems {
		text := lang.Say(ctx, lang.Key(p.Form), p.Args...)
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
	fates, err := h.cfg.Store.ImportGoodLots(ctx, s.ID, drafts, badLot(ctx, s), dry)
	if err != nil {
		return nil, nil, err
	}
	lines := lotLines(ctx, s, have, read, drafts, fates)
	if dry {
		return lines, problems, nil
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
		tell(ctx, &lines[i], f)
	}
	return lines, problems, err
}
