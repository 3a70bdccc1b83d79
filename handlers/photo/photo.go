// Package photo turns what people upload into the pictures that pages show:
// upright, of three sizes, and without anything but the picture in them. It
// knows no HTTP and writes no file.
package photo

import (
	"context"
	"fmt"
	"image"
	"io"
)

// Limits of an upload.
const (
	MaxBytes  = 20 << 20 // of the file
	MaxPixels = 40_000_000
	maxEdge   = 30_000 // pixels: longer ones fit the limit above only as a hair
)

// The long edges of the three sizes, in pixels. A picture is never enlarged:
// one that is smaller keeps its own size.
const (
	SmallEdge  = 400
	MediumEdge = 1000
	LargeEdge  = 2000
)

// Unusable is the error of an upload that cannot become a photo. Its text is a
// sentence for the person who sent it.
type Unusable struct {
	Text string // with a verb of package fmt for each of Args
	Args []any
}

func (e *Unusable) Error() string { return fmt.Sprintf(e.Text, e.Args...) }

// Size is one JPEG file of a photo.
type Size struct {
	Letter string // "s", "m" or "l"
	Width  int    // pixels
	Height int
	JPEG   []byte
}

// Set is a photo in its three sizes. Where the upload was smaller than a size,
// that size has the same bytes as the one before it.
type Set struct {
	Small, Medium, Large Size
}

// All returns the three sizes, smallest first.
func (s Set) All() [3]Size { return [3]Size{s.Small, s.Medium, s.Large} }

// Lab develops photos, one at a time: a picture of 40 megapixels takes some
// hundred megabytes while it is decoded, and a house may run in few.
type Lab struct {
	turn      chan struct{} // holds one token; who has it decodes, the others wait
	maxBytes  int64
	maxPixels int64
}

// NewLab returns a lab with the limits above. A house has one.
func NewLab() *Lab {
	l := &Lab{turn: make(chan struct{}, 1), maxBytes: MaxBytes, maxPixels: MaxPixels}
	l.turn <- struct{}{}
	return l
}

// Sizes reads an uploaded JPEG, PNG, WebP or GIF (its first frame) and returns
// it upright in three sizes, transparent parts on white. Metadata, the place
// where it was taken included, is left behind.
//
// The file is read before the wait for a turn, so that a slow upload holds up
// nobody; at most MaxBytes of each are in memory. An *Unusable is the sender's
// to mend; other errors come from r, or from ctx, which ends the wait only.
func (l *Lab) Sizes(ctx context.Context, r io.Reader) (Set, error) {
	data, err := io.ReadAll(io.LimitReader(r, l.maxBytes+1))
	if err != nil {
		return Set{}, fmt.Errorf("read the upload: %w", err)
	}
	if int64(len(data)) > l.maxBytes {
		return Set{}, &Unusable{Text: "This file is larger than %d MB; send a smaller one.", Args: []any{l.maxBytes >> 20}}
	}
	f, err := formatOf(data)
	if err != nil {
		return Set{}, err
	}
	if err := l.checkHeader(f, data); err != nil {
		return Set{}, err
	}
	select {
	case <-l.turn:
		defer func() { l.turn <- struct{}{} }()
	case <-ctx.Done():
		return Set{}, fmt.Errorf("wait for a turn to read the picture: %w", ctx.Err())
	}
	return develop(f, data)
}

// checkHeader refuses by what the header claims, before anything is allocated
// for it.
func (l *Lab) checkHeader(f format, data []byte) error {
	c, err := f.header(data)
	if err != nil {
		return damaged(f)
	}
	w, h := int64(c.Width), int64(c.Height)
	switch {
	case w < 1 || h < 1:
		return damaged(f)
	case w*h > l.maxPixels:
		return &Unusable{Text: "This picture has %d × %d pixels; at most %d megapixels are taken. Send a smaller one.", Args: []any{w, h, l.maxPixels / 1_000_000}}
	case w > maxEdge || h > maxEdge:
		return &Unusable{Text: "This picture has %d × %d pixels; no edge may be longer than %d.", Args: []any{w, h, maxEdge}}
	case f.scans(data) > maxScans:
		return &Unusable{Text: "This JPEG is built of too many layers to be read in reasonable time; open and save it anew, then send that."}
	}
	return nil
}

func damaged(f format) *Unusable {
	return &Unusable{Text: "This %s file is damaged, or only a part of it arrived; send it again.", Args: []any{f.name}}
}

// develop decodes the file and makes the three sizes.
func develop(f format, data []byte) (Set, error) {
	img, err := f.decode(data)
	if err != nil || img.Bounds().Empty() {
		return Set{}, damaged(f)
	}
	large := upright(shrink(img, LargeEdge), orientation(f.exif(data)))
	var set Set
	if set.Large, err = encode("l", large); err != nil {
		return Set{}, err
	}
	if set.Medium, err = smaller("m", large, MediumEdge, set.Large); err != nil {
		return Set{}, err
	}
	if set.Small, err = smaller("s", large, SmallEdge, set.Medium); err != nil {
		return Set{}, err
	}
	return set, nil
}

// smaller makes the size of edge from the large picture, or, where that would
// enlarge it, gives the size above another letter.
func smaller(letter string, large *image.RGBA, edge int, above Size) (Size, error) {
	if max(above.Width, above.Height) <= edge {
		above.Letter = letter
		return above, nil
	}
	return encode(letter, shrink(large, edge))
}
