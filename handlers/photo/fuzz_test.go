package photo

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"image"
	"testing"

	"golang.org/x/image/draw"
)

// whole is what shrink must equal: one pass of the library.
func whole(src *image.RGBA, edge int) *image.RGBA {
	w, h := fit(src.Rect.Dx(), src.Rect.Dy(), edge)
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.CatmullRom.Scale(out, out.Rect, src, src.Rect, draw.Src, nil)
	return out
}

func FuzzOrientation(f *testing.F) {
	for _, order := range []binary.AppendByteOrder{binary.BigEndian, binary.LittleEndian} {
		f.Add(tiffOf(order, 6))
		f.Add(tiffOf(order, 9))
		f.Add(tiffOf(order, 6)[:20])
	}
	f.Add(withExifJPEG(jpegOf(f, scene(8, 8)), tiffOf(binary.BigEndian, 3)))
	f.Add([]byte("II*\x00\xff\xff\xff\xff"))
	f.Add([]byte("MM\x00*\x00\x00\x00\x08\xff\xff"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, tiff := range [][]byte{data, exifJPEG(data), exifPNG(data), exifWebP(data)} {
			if o := orientation(tiff); o < 1 || o > 8 {
				t.Errorf("orientation %d", o)
			}
		}
	})
}

func FuzzSizes(f *testing.F) {
	f.Add(jpegOf(f, scene(20, 10)))
	f.Add(withExifJPEG(jpegOf(f, scene(20, 10)), tiffOf(binary.BigEndian, 5)))
	f.Add(pngOf(f, scene(20, 10)))
	f.Add(claimPNG(60_000, 60_000))
	f.Add([]byte(tinyWebP))
	f.Add([]byte("GIF89a\x01\x00\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"))
	lab := NewLab()
	lab.maxBytes, lab.maxPixels = 1<<16, 1<<16
	f.Fuzz(func(t *testing.T, data []byte) {
		set, err := lab.Sizes(context.Background(), bytes.NewReader(data))
		var u *Unusable
		if err != nil {
			if !errors.As(err, &u) || u.Text == "" {
				t.Errorf("Sizes: %v, want an *Unusable with a text", err)
			}
			return
		}
		for _, s := range set.All() {
			if s.Width < 1 || s.Height < 1 || max(s.Width, s.Height) > LargeEdge || len(s.JPEG) == 0 {
				t.Errorf("size %s: %d × %d, %d bytes", s.Letter, s.Width, s.Height, len(s.JPEG))
			}
		}
	})
}
