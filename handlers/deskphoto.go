package handlers

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"path"

	"outcry/auction"
	"outcry/handlers/photo"
	"outcry/views"
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
	files := r.MultipartForm
	if files == nil || len(files.File["photos"]) == 0 {
		return h.photoProblem(w, r, e, s, "Choose a picture first.")
	}
	for _, part := range files.File["photos"] {
		f, err := part.Open()
		if err != nil {
			return err
		}
		set, err := h.uploads.photos.Sizes(r.Context(), f)
		f.Close()
		var bad *photo.Unusable
		if errors.As(err, &bad) {
			return h.photoProblem(w, r, e, s, part.Filename+": "+bad.Error())
		}
		if err != nil {
			return err
		}
		if err := KeepPhoto(r.Context(), h.cfg.Store, h.cfg.Photos, e, set); err != nil {
			return err
		}
	}
	return done(w, r, deskLotPath(e.ID), "saved")
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

// dropPhoto removes a picture's files, which no row points at any more.
func (h *Handlers) dropPhoto(p auction.Photo) error {
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
		if err := h.dropPhoto(p); err != nil {
			return err
		}
		return done(w, r, deskLotPath(e.ID), "removed")
	}
	return auction.ErrNotFound
}
