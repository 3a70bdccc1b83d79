package store

import (
	"context"
	"fmt"

	"outcry/auction"
)

const photoCols = "name, ext, width, height, alt"

func photoInto(p *auction.Photo) []any {
	return []any{&p.Name, &p.Ext, count(&p.Width), count(&p.Height), &p.Alt}
}

// LotPhotos lists a lot's photos in their order.
func (s *Store) LotPhotos(ctx context.Context, lot int64) ([]auction.Photo, error) {
	list, err := all(ctx, s.reads, func(row scanner, p *auction.Photo) error { return row.Scan(photoInto(p)...) },
		"SELECT "+photoCols+" FROM photos WHERE lot_id = $1 ORDER BY place, name", lot)
	return list, in(err, "photos of lot %d", lot)
}

type lotPhoto struct {
	lot int64
	auction.Photo
}

// fewEntries is up to how many lots their photos are asked for one by one.
const fewEntries = 4

// addPhotos puts their photos to entries of one sale.
func (s *Store) addPhotos(ctx context.Context, saleID int64, list []auction.Entry) (err error) {
	if len(list) <= fewEntries {
		for i := range list {
			if list[i].Photos, err = s.LotPhotos(ctx, list[i].ID); err != nil {
				return err
			}
		}
		return nil
	}
	photos, err := all(ctx, s.reads, func(row scanner, p *lotPhoto) error {
		return row.Scan(into([]any{&p.lot}, photoInto(&p.Photo))...)
	}, "SELECT p.lot_id, "+prefixed("p", photoCols)+` FROM photos p JOIN lots l ON l.id = p.lot_id
		WHERE l.sale_id = $1 ORDER BY p.lot_id, p.place, p.name`, saleID)
	if err != nil {
		return err
	}
	of := make(map[int64][]auction.Photo, len(list))
	for _, p := range photos {
		of[p.lot] = append(of[p.lot], p.Photo)
	}
	for i := range list {
		list[i].Photos = of[list[i].ID]
	}
	return nil
}

// AddPhoto puts a photo behind those that a lot has. Its files are kept by
// KeepPhoto, before.
func (s *Store) AddPhoto(ctx context.Context, lot int64, p auction.Photo) error {
	err := s.Update(ctx, func(tx *Tx) error { return tx.addPhoto(ctx, lot, p) })
	return in(err, "add a photo to lot %d", lot)
}

func (t *Tx) addPhoto(ctx context.Context, lot int64, p auction.Photo) error {
	return must(ctx, t, "INSERT INTO photos ("+photoCols+`, lot_id, place)
		SELECT $1, $2, $3, $4, $5, $6, COALESCE(MAX(place), 0) + 1 FROM photos WHERE lot_id = $6`,
		p.Name, p.Ext, p.Width, p.Height, p.Alt, lot)
}

// RemovePhoto takes a photo from a lot; its files are the caller's to drop.
func (s *Store) RemovePhoto(ctx context.Context, lot int64, name string) error {
	err := s.write(ctx, "DELETE FROM photos WHERE lot_id = $1 AND name = $2", lot, name)
	return in(err, "remove a photo of lot %d", lot)
}

// SortPhotos puts a lot's photos in the order of names, which has to name
// each of them once; else it is ErrConflict.
func (s *Store) SortPhotos(ctx context.Context, lot int64, names []string) error {
	err := s.Update(ctx, func(tx *Tx) error {
		have, err := one(ctx, tx, readInt64, "SELECT count(*) FROM photos WHERE lot_id = $1", lot)
		if err != nil {
			return err
		}
		seen := make(map[string]bool)
		for i, name := range names {
			if seen[name] {
				return fmt.Errorf("%q is named twice: %w", name, ErrConflict)
			}
			seen[name] = true
			if err := must(ctx, tx, "UPDATE photos SET place = $1 WHERE lot_id = $2 AND name = $3", i+1, lot, name); err != nil {
				return err
			}
		}
		if int(have) != len(names) {
			return fmt.Errorf("%d of %d photos are named: %w", len(names), have, ErrConflict)
		}
		return nil
	})
	return in(err, "sort the photos of lot %d", lot)
}
