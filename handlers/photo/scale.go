package photo

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	stddraw "image/draw"
	"image/jpeg"

	"golang.org/x/image/draw"
)

const (
	// quality of the JPEGs: above 85 files grow and nobody sees why.
	quality = 82
	// strip is how many rows or columns are scaled at a time.
	strip = 64
)

// shrink returns img on white, its long edge edge pixels, or as large as it is
// when that is less.
//
// draw.CatmullRom works through a buffer of 32 bytes for each pixel of target
// width and source height, 350 MB for the largest picture that is taken. The
// kernel is separable, and at scale 1 it changes nothing: so the rows are
// scaled in width first, a strip of them at a time, and then the columns in
// height. The outcome is the same, without seams, and the buffer is a few MB.
func shrink(img image.Image, edge int) *image.RGBA {
	b := img.Bounds()
	w, h := fit(b.Dx(), b.Dy(), edge)
	wide := image.NewRGBA(image.Rect(0, 0, w, b.Dy()))
	var paper *image.RGBA
	for y := 0; y < b.Dy(); y += strip {
		rows := image.Rect(0, 0, b.Dx(), min(strip, b.Dy()-y))
		if paper == nil {
			paper = image.NewRGBA(rows)
		}
		stddraw.Draw(paper, rows, image.NewUniform(color.White), image.Point{}, stddraw.Src)
		stddraw.Draw(paper, rows, img, b.Min.Add(image.Pt(0, y)), stddraw.Over)
		scale(wide, image.Rect(0, y, w, y+rows.Dy()), paper, rows)
	}
	if h == b.Dy() {
		return wide
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	for x := 0; x < w; x += strip {
		end := min(x+strip, w)
		scale(out, image.Rect(x, 0, end, h), wide, image.Rect(x, 0, end, b.Dy()))
	}
	return out
}

// scale draws one rectangle into another, copying where the size is the same.
func scale(dst *image.RGBA, to image.Rectangle, src *image.RGBA, from image.Rectangle) {
	if to.Size() == from.Size() {
		stddraw.Draw(dst, to, src, from.Min, stddraw.Src)
		return
	}
	draw.CatmullRom.Scale(dst, to, src, from, draw.Src, nil)
}

// fit returns the size of a picture of w × h whose long edge is at most edge.
func fit(w, h, edge int) (int, int) {
	long := max(w, h)
	if long <= edge {
		return w, h
	}
	half := long / 2 // rounds to the nearest pixel
	return max(1, (w*edge+half)/long), max(1, (h*edge+half)/long)
}

// encode writes a JPEG, which holds the picture and nothing else.
func encode(letter string, img *image.RGBA) (Size, error) {
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, &jpeg.Options{Quality: quality}); err != nil {
		return Size{}, fmt.Errorf("encode size %s: %w", letter, err)
	}
	return Size{Letter: letter, Width: img.Rect.Dx(), Height: img.Rect.Dy(), JPEG: out.Bytes()}, nil
}
