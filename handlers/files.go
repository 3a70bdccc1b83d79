package handlers

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"outcry/auction"
	"outcry/views"
	"outcry/views/lang"
)

// ledger is a sale as its files are written from: the books as they are at one
// moment, so that all files agree to the cent.
type ledger struct {
	h       *Handlers
	sale    auction.Sale
	books   auction.Books
	holders map[auction.Paddle]auction.Holder
	order   []auction.Holder // by paddle
}

// saleFile is one file about a sale, for a spreadsheet.
type saleFile struct {
	name  string // without ".csv"
	about lang.Key
	write func(l *ledger, ctx context.Context, out *sheetWriter) error
}

// saleFiles are all files about a sale.
var saleFiles = []saleFile{
	{"totals", "The sums of everything", (*ledger).totals},
	{"lots", "Every lot, what became of it, and who has it", (*ledger).lots},
	{"invoices", "What each paddle owes and has paid", (*ledger).invoices},
	{"invoice-lines", "Every lot on every invoice, with premium and tax", (*ledger).lines},
	{"payments", "Every payment, undone ones too", (*ledger).payments},
	{"donations", "Every donation, undone ones too", (*ledger).donations},
	{"bidders", "Everybody with a paddle", (*ledger).bidders},
	{"bids", "Every lot’s public history", (*ledger).bids},
	{"donors", "What each donor’s lots brought", (*ledger).donors},
	{"after-sale", "What was done about lots that passed", (*ledger).after},
}

// filesPage lists the files about a sale.
func (h *Handlers) filesPage(w http.ResponseWriter, r *request) error {
	s, err := h.saleOf(r)
	if err != nil {
		return err
	}
	v := views.FilesView{Sale: s, Now: now()}
	if v.Page, err = h.frame(r, "Files", views.HereResults, s); err != nil {
		return err
	}
	if v.Jobs, err = h.cfg.Store.Jobs(r.Context(), s.ID, auction.JobPack, few); err != nil {
		return err
	}
	for _, f := range saleFiles {
		v.Files = append(v.Files, views.FileLink{Name: f.name, About: f.about})
	}
	return h.page(w, r.Request, http.StatusOK, views.Files(v))
}

// openLedger reads what the files are written from.
func (h *Handlers) openLedger(r *request) (*ledger, error) {
	s, err := h.saleOf(r)
	if err != nil {
		return nil, err
	}
	return h.ledgerOf(r.Context(), s)
}

func (h *Handlers) ledgerOf(ctx context.Context, s auction.Sale) (*ledger, error) {
	var err error
	l := &ledger{h: h, sale: s, holders: map[auction.Paddle]auction.Holder{}}
	if l.books, err = h.cfg.Store.Books(ctx, s.ID); err != nil {
		return nil, err
	}
	if l.order, err = h.cfg.Store.Holders(ctx, s.ID); err != nil {
		return nil, err
	}
	for _, holder := range l.order {
		l.holders[holder.Paddle] = holder
	}
	return l, nil
}

// file answers with one of a sale's files.
func (h *Handlers) file(w http.ResponseWriter, r *request) error {
	name, isCSV := strings.CutSuffix(r.PathValue("name"), ".csv")
	for _, f := range saleFiles {
		if f.name == name && isCSV {
			return h.sendFile(w, r, f)
		}
	}
	return auction.ErrNotFound
}

func (h *Handlers) sendFile(w http.ResponseWriter, r *request, f saleFile) error {
	l, err := h.openLedger(r)
	if err != nil {
		return err
	}
	attach(w, "text/csv; charset=utf-8", l.sale.Slug+"-"+f.name+".csv")
	return h.broken(r, f.to(r.Context(), l, h.patient(w)))
}

// resultsCSV answers with the results at the address that programs know.
func (h *Handlers) resultsCSV(w http.ResponseWriter, r *request) error {
	return h.sendFile(w, r, saleFile{name: "results", write: (*ledger).results})
}

// pack answers with all files in one ZIP, as they are written: nothing of it
// is held in memory, and the browser shows how far it is.
func (h *Handlers) pack(w http.ResponseWriter, r *request) error {
	l, err := h.openLedger(r)
	if err != nil {
		return err
	}
	attach(w, "application/zip", l.packName())
	return h.broken(r, l.pack(r.Context(), h.patient(w), func() error { return nil }))
}

func (l *ledger) packName() string { return l.sale.Slug + "-results.zip" }

// pack writes all files as one ZIP, and tells after each.
func (l *ledger) pack(ctx context.Context, w io.Writer, step func() error) error {
	out := zip.NewWriter(w)
	for _, f := range saleFiles {
		part, err := out.CreateHeader(&zip.FileHeader{Name: l.sale.Slug + "-" + f.name + ".csv", Method: zip.Deflate, Modified: now()})
		if err == nil {
			err = f.to(ctx, l, part)
		}
		if err == nil {
			err = step()
		}
		if err != nil {
			return err
		}
	}
	return out.Close()
}

// packFor is how long a results pack is kept.
const packFor = 24 * time.Hour

// postPack makes the results pack by a job, for whoever does not want to wait
// for it: it is kept for a day.
func (h *Handlers) postPack(w http.ResponseWriter, r *request) error {
	s, err := h.saleOf(r)
	if err != nil {
		return err
	}
	j, err := h.start(r.Context(), s, auction.JobPack, lang.T(r.Context(), "Results pack"), len(saleFiles)+1, func(ctx context.Context, p *progress) error {
		l, err := h.ledgerOf(ctx, s)
		if err != nil {
			return err
		}
		var made bytes.Buffer
		if err := l.pack(ctx, &made, func() error { return p.step(ctx, "") }); err != nil {
			return err
		}
		err = h.cfg.Store.KeepJobFile(ctx, auction.JobFile{JobID: p.job.ID, Name: l.packName(), Data: made.Bytes(), Until: now().Add(packFor)})
		if err != nil {
			return err
		}
		return p.step(ctx, "")
	})
	if err != nil {
		return err
	}
	http.Redirect(w, r.Request, jobPath(j.ID), http.StatusSeeOther)
	return nil
}

func attach(w http.ResponseWriter, kind, name string) {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	w.Header().Set("Cache-Control", "no-store")
}

// broken cuts the line when a file that is on its way cannot be finished: what
// arrived must not pass for the whole.
func (h *Handlers) broken(r *request, err error) error {
	if err == nil || ignoreGone(err) == nil || r.Context().Err() != nil {
		return nil
	}
	h.cfg.Log.Error("a file was not finished", "path", r.URL.Path, "err", err)
	panic(http.ErrAbortHandler)
}

// stall is how long a download may take no bytes.
const stall = time.Minute

// patient lets a download take as long as it moves.
func (h *Handlers) patient(w http.ResponseWriter) io.Writer {
	return &patientWriter{w, http.NewResponseController(w)}
}

type patientWriter struct {
	io.Writer
	control *http.ResponseController
}

func (p *patientWriter) Write(b []byte) (int, error) {
	if err := p.control.SetWriteDeadline(time.Now().Add(stall)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return 0, err
	}
	return p.Writer.Write(b)
}

// to writes the file.
func (f saleFile) to(ctx context.Context, l *ledger, w io.Writer) error {
	out := &sheetWriter{table: NewTable(w), sale: l.sale}
	err := f.write(l, ctx, out)
	return errors.Join(err, out.table.Flush())
}

// sheetWriter writes rows of values for a spreadsheet.
type sheetWriter struct {
	table *Table
	sale  auction.Sale
	line  []string
}

// row writes one row: money in major units, moments in UTC as
// RFC 3339 and "" for never.
func (o *sheetWriter) row(cells ...any) {
	o.line = o.line[:0]
	for _, c := range cells {
		o.line = append(o.line, o.cell(c))
	}
	o.table.Row(o.line...)
}

func (o *sheetWriter) cell(c any) string {
	switch c := c.(type) {
	case auction.Money:
		return c.Decimal(o.sale.Currency)
	case time.Time:
		if c.IsZero() {
			return ""
		}
		return c.UTC().Format(time.RFC3339)
	case int:
		return strconv.Itoa(c)
	case bool:
		if c {
			return "yes"
		}
		return ""
	case auction.Paddle:
		return string(c)
	case string:
		return c
	}
	return fmt.Sprint(c)
}
