package handlers

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"path"
	"time"

	"outcry/auction"
	"outcry/handlers/photo"
	"outcry/handlers/sheet"
	"outcry/views"
	"outcry/views/lang"
)

const (
	archiveBytes = 1 << 30          // the largest upload of pictures for a whole sale
	archiveFiles = 5_000            // in one upload
	archiveWhile = 30 * time.Minute // an upload may take
)

// photosPage is where pictures for many lots are handed over.
func (h *Handlers) photosPage(w http.ResponseWriter, r *request) error {
	s, err := h.saleOf(r)
	if err != nil {
		return err
	}
	return h.showPhotos(w, r, http.StatusOK, s, "")
}

func (h *Handlers) showPhotos(w http.ResponseWriter, r *request, status int, s auction.Sale, wrong string) error {
	v := views.PhotosView{Sale: s, Now: now(), Error: wrong}
	var err error
	if v.Page, err = h.frame(r, "Pictures", views.HereLots, s); err != nil {
		return err
	}
	if v.Jobs, err = h.cfg.Store.Jobs(r.Context(), s.ID, auction.JobPhotos, few); err != nil {
		return err
	}
	return h.page(w, r.Request, status, views.Photos(v))
}

// postPhotos takes a ZIP or many pictures, and puts them to their lots by a job.
func (h *Handlers) postPhotos(w http.ResponseWriter, r *request) error {
	s, err := h.saleOf(r)
	if err != nil {
		return err
	}
	slow := http.NewResponseController(w)
	for _, set := range []func(time.Time) error{slow.SetReadDeadline, slow.SetWriteDeadline} {
		if err := set(time.Now().Add(archiveWhile)); err != nil {
			return fmt.Errorf("give an upload its time: %w", err)
		}
	}
	if err := form(r); err != nil {
		return err
	}
	files := r.MultipartForm
	if files == nil {
		return h.showPhotos(w, r, http.StatusUnprocessableEntity, s, string(lang.Key("Choose a ZIP file or pictures first.")))
	}
	pictures, what, err := picturesOf(r.Context(), files.File["photos"])
	var bad *photo.Unusable
	if errors.As(err, &bad) {
		return h.showPhotos(w, r, http.StatusUnprocessableEntity, s, unusable(r.Context(), bad))
	}
	if err != nil {
		return err
	}
	replace := r.PostFormValue("have") == "replace"
	j, err := h.start(r.Context(), s, auction.JobPhotos, what, len(pictures.names), func(ctx context.Context, p *progress) error {
		defer files.RemoveAll()
		defer pictures.close()
		return h.keepPictures(ctx, s, pictures, replace, p)
	})
	if err != nil {
		pictures.close()
		return err
	}
	r.MultipartForm = nil // the job's now; the server would remove it after this request
	http.Redirect(w, r.Request, jobPath(j.ID), http.StatusSeeOther)
	return nil
}

// pictures are the files of an upload, opened one at a time.
type pictures struct {
	names []string
	open  func(name string) (io.ReadCloser, error)
	close func()
}

// picturesOf reads what was uploaded: one ZIP, or files.
func picturesOf(ctx context.Context, parts []*multipart.FileHeader) (p pictures, what string, err error) {
	byName := map[string]*multipart.FileHeader{}
	for _, part := range parts {
		if part.Size > 0 {
			p.names = append(p.names, part.Filename)
			byName[part.Filename] = part
		}
	}
	switch {
	case len(p.names) == 0:
		return p, "", &photo.Unusable{Text: "Choose a ZIP file or pictures first."}
	case len(p.names) == 1 && isZIP(byName[p.names[0]]):
		what = lang.T(ctx, "Pictures from %s", path.Base(p.names[0]))
		p, err = archive(byName[p.names[0]])
	default:
		p.open = func(name string) (io.ReadCloser, error) { return byName[name].Open() }
		p.close = func() {}
		what = lang.T(ctx, "Pictures from files")
	}
	if err == nil && len(p.names) > archiveFiles {
		p.close()
		err = &photo.Unusable{Text: "There are more than %d files in it. Send them in several parts.", Args: []any{archiveFiles}}
	}
	return p, what, err
}

func isZIP(part *multipart.FileHeader) bool {
	f, err := part.Open()
	if err != nil {
		return false
	}
	defer f.Close()
	var head [4]byte
	_, err = io.ReadFull(f, head[:])
	return err == nil && string(head[:]) == "PK\x03\x04"
}

// archive opens a ZIP. What its headers claim of sizes is not believed: a
// picture is read up to the lab's limit, one at a time.
func archive(part *multipart.FileHeader) (pictures, error) {
	f, err := part.Open()
	if err != nil {
		return pictures{}, err
	}
	z, err := zip.NewReader(f, part.Size)
	if err != nil {
		f.Close()
		return pictures{}, &photo.Unusable{Text: "This ZIP file is damaged, or only a part of it arrived. Pack it anew and send that."}
	}
	p := pictures{close: func() { f.Close() }}
	files := map[string]*zip.File{}
	for _, file := range z.File {
		if file.Mode().IsRegular() && isText(file.Name) {
			p.names = append(p.names, file.Name)
			files[file.Name] = file
		}
	}
	p.open = func(name string) (io.ReadCloser, error) { return files[name].Open() }
	return p, nil
}

// keepPictures puts pictures to the lots that their names say. A lot that has
// pictures keeps them and gets no more, unless they are to be replaced: the same
// upload again changes nothing.
func (h *Handlers) keepPictures(ctx context.Context, s auction.Sale, files pictures, replace bool, p *progress) error {
	entries, _, err := h.cfg.Store.Entries(ctx, s.ID, auction.Query{})
	if err != nil {
		return err
	}
	numbers := make([]string, len(entries))
	for i, e := range entries {
		numbers[i] = e.Number
	}
	of, strangers := photo.ByLot(files.names, numbers, sheet.NumberKey)
	p.job.Total = len(strangers)
	for _, list := range of {
		p.job.Total += len(list)
	}
	for _, name := range strangers {
		if err := p.step(ctx, lang.T(ctx, "“%s” names no lot of the sale. Name it after its lot, such as 12.jpg or 12-2.jpg.", name)); err != nil {
			return err
		}
	}
	for _, e := range entries {
		if len(of[e.Number]) == 0 {
			continue
		}
		if err := h.keepOfLot(ctx, e, of[e.Number], files, replace, p); err != nil {
			return err
		}
	}
	return nil
}

// keepOfLot puts one lot's pictures to it. Old ones go once a new one is there.
func (h *Handlers) keepOfLot(ctx context.Context, e auction.Entry, names []string, files pictures, replace bool, p *progress) error {
	kept := 0
	for _, name := range names {
		problem := ""
		if len(e.Photos) > 0 && !replace {
			problem = lang.T(ctx, "Lot %s has pictures already: “%s” is left out.", e.Number, name)
		} else {
			var err error
			if problem, err = h.keepFile(ctx, e, name, files); err != nil {
				return err
			}
			if problem == "" {
				kept++
			}
		}
		if err := p.step(ctx, problem); err != nil {
			return err
		}
	}
	if !replace || kept == 0 {
		return nil
	}
	for _, old := range e.Photos {
		if err := h.cfg.Store.RemovePhoto(ctx, e.ID, old.Name); err != nil {
			return err
		}
		if err := h.dropPhoto(ctx, old); err != nil {
			return err
		}
	}
	return nil
}

// unusable is why a picture cannot be used, for its sender.
func unusable(ctx context.Context, u *photo.Unusable) string {
	return lang.Say(ctx, lang.Key(u.Text), u.Args...)
}

// keepFile puts one picture to a lot. problem says why it cannot be used.
func (h *Handlers) keepFile(ctx context.Context, e auction.Entry, name string, files pictures) (problem string, err error) {
	f, err := files.open(name)
	if err != nil {
		return lang.T(ctx, "“%s” cannot be read. Pack the file anew.", name), nil
	}
	defer f.Close()
	set, err := h.photos.Sizes(ctx, f)
	var bad *photo.Unusable
	switch {
	case errors.As(err, &bad):
		return "“" + name + "”: " + unusable(ctx, bad), nil
	case errors.Is(err, zip.ErrChecksum), errors.Is(err, zip.ErrFormat), errors.Is(err, zip.ErrAlgorithm), errors.Is(err, io.ErrUnexpectedEOF):
		return lang.T(ctx, "“%s” is damaged in the ZIP file. Pack it anew.", name), nil
	case err != nil:
		return "", err
	}
	return "", KeepPhoto(ctx, h.cfg.Store, h.cfg.Photos, e, set)
}
