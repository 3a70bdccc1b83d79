package handlers

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"path"

	"outcry/auction"
	"outcry/handlers/photo"
	"outcry/views"
	"outcry/views/lang"
)

// photoBytes is the largest upload of pictures.
const photoBytes = 80 << 20

func (h *Handlers) postPhoto(w http.ResponseWriter, r *request) error {
	e, s, err := h.lotAndSale(r)
	if err != nil {
		return err
	}
	if err := form(r); err != nil {
		return err
	}
	switch wrong, n, err := h.keepUploads(r, e); {
	case err != nil:
		return err
	case wrong != "":
		return h.photoProblem(w, r, e, s, wrong)
	case n == 0:
		return h.photoProblem(w, r, e, s, string(lang.Key("Choose a picture first.")))
	}
	return done(w, r, deskLotPath(e.ID), "saved")
}

// keepUploads adds the pictures of a form to a lot, one at a time, and says how
// many there were, and what is wrong with the first that cannot be used: those
// before it are kept.
func (h *Handlers) keepUploads(r *request, e auction.Entry) (wrong string, n int, err error) {
	if r.MultipartForm == nil {
		return "", 0, nil
	}
	for _, part := range r.MultipartForm.File["photos"] {
		if part.Size == 0 && part.Filename == "" {
			continue // a field that was left empty
		}
		f, err := part.Open()
		if err != nil {
			return "", n, err
		}
		set, err := h.photos.Sizes(r.Context(), f)
		f.Close()
		var bad *photo.Unusable
		if errors.As(err, &bad) {
			return part.Filename + ": " + unusable(r.Context(), bad), n, nil
		}
		if err != nil {
			return "", n, err
		}
		if err := KeepPhoto(r.Context(), h.cfg.Store, h.cfg.Photos, e, set); err != nil {
			return "", n, err
		}
		n++
	}
	return "", n, nil
}

func (h *Handlers) photoProblem(w http.ResponseWriter, r *request, e auction.Entry, s auction.Sale, text string) error {
	d, err := h.cfg.Store.Draft(r.Context(), e.ID)
	if err != nil {
		return err
	}
	v := h.lotFields(r, e, s, d)
	v.PhotoError = text
	return h.showLotForm(w, r, http.StatusUnprocessableEntity, v)
}

// KeepPhoto adds a developed photo to a lot. It writes the files first and the
// row last: a row never points at nothing.
func KeepPhoto(ctx context.Context, st lotStore, files Photos, e auction.Entry, set photo.Set) error {
	p := auction.Photo{Name: newKey(), Ext: "jpg", Width: set.Large.Width, Height: set.Large.Height, Alt: e.Title}
	for _, size := range set.All() {
		if err := files.KeepPhoto(p.Name+"-"+size.Letter+"."+p.Ext, size.JPEG); err != nil {
			return err
		}
	}
	return st.AddPhoto(ctx, e.ID, p)
}

// dropPhoto removes the files of a picture that was taken from a lot, unless it
// hangs on the same lot of another sale.
func (h *Handlers) dropPhoto(ctx context.Context, p auction.Photo) error {
	if hangs, err := h.cfg.Store.PhotoHangs(ctx, p.Name); err != nil || hangs {
		return err
	}
	for _, size := range []string{"s", "m", "l"} {
		if err := h.cfg.Photos.DropPhoto(path.Base(views.PhotoURL(p, size))); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

func (h *Handlers) postRemovePhoto(w http.ResponseWriter, r *request) error {
	e, _, err := h.lotAndSale(r)
	if err != nil {
		return err
	}
	name := r.PathValue("name")
	for _, p := range e.Photos {
		if p.Name != name {
			continue
		}
		if err := h.cfg.Store.RemovePhoto(r.Context(), e.ID, name); err != nil {
			return err
		}
		if err := h.dropPhoto(r.Context(), p); err != nil {
			return err
		}
		return done(w, r, deskLotPath(e.ID), "removed")
	}
	return auction.ErrNotFound
}

// postFirstPhoto makes a picture the one that the catalogue shows.
func (h *Handlers) postFirstPhoto(w http.ResponseWriter, r *request) error {
	e, _, err := h.lotAndSale(r)
	if err != nil {
		return err
	}
	names := []string{r.PathValue("name")}
	for _, p := range e.Photos {
		if p.Name != names[0] {
			names = append(names, p.Name)
		}
	}
	if err := h.cfg.Store.SortPhotos(r.Context(), e.ID, names); err != nil {
		return err
	}
	return done(w, r, deskLotPath(e.ID), "saved")
}

// copyPhoto keeps a copy of a picture's files under a name of its own.
func (h *Handlers) copyPhoto(p auction.Photo) (auction.Photo, error) {
	was := p
	p.Name = newKey()
	for _, size := range []string{"s", "m", "l"} {
		f, _, err := h.cfg.Photos.OpenPhoto(path.Base(views.PhotoURL(was, size)))
		if err != nil {
			return p, err
		}
		data, err := io.ReadAll(f)
		f.Close()
		if err != nil {
			return p, err
		}
		if err := h.cfg.Photos.KeepPhoto(path.Base(views.PhotoURL(p, size)), data); err != nil {
			return p, err
		}
	}
	return p, nil
}
