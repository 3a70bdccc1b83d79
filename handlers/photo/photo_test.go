package photo

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
)

var (
	red    = color.RGBA{200, 30, 30, 255}
	green  = color.RGBA{30, 160, 60, 255}
	blue   = color.RGBA{40, 60, 200, 255}
	yellow = color.RGBA{230, 210, 40, 255}
)

// scene is a picture that looks different from all eight sides.
func scene(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := red // top left
			switch {
			case x >= w/2 && y < h/2:
				c = green
			case x < w/2 && y >= h/2:
				c = blue
			case y >= h/2:
				c = yellow
			}
			img.SetRGBA(x, y, c)
		}
	}
	return img
}

func jpegOf(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func pngOf(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// tiffOf is an EXIF block that tells an orientation, and a place.
func tiffOf(order binary.AppendByteOrder, value uint16) []byte {
	head := "MM\x00*"
	if order.String() == "LittleEndian" {
		head = "II*\x00"
	}
	b := order.AppendUint32([]byte(head), 8)
	b = order.AppendUint16(b, 2)
	entry := func(tag, kind uint16, v uint16) {
		b = order.AppendUint16(b, tag)
		b = order.AppendUint16(b, kind)
		b = order.AppendUint32(b, 1)
		b = order.AppendUint16(b, v)
		b = order.AppendUint16(b, 0)
	}
	entry(0x0100, 3, 7)
	entry(0x0112, 3, value)
	b = order.AppendUint32(b, 0)
	return append(b, "GPS 51.5N 0.1W"...)
}

// withExifJPEG puts an EXIF segment after the start of a JPEG.
func withExifJPEG(file, tiff []byte) []byte {
	seg := binary.BigEndian.AppendUint16([]byte("\xff\xe1"), uint16(2+6+len(tiff)))
	seg = append(append(seg, "Exif\x00\x00"...), tiff...)
	return append(append(append([]byte{}, file[:2]...), seg...), file[2:]...)
}

func chunkPNG(kind string, body []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	b = append(append(b, kind...), body...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

func sizes(t *testing.T, file []byte) Set {
	t.Helper()
	set, err := NewLab().Sizes(context.Background(), bytes.NewReader(file))
	if err != nil {
		t.Fatalf("Sizes: %v", err)
	}
	for _, s := range set.All() {
		c, err := jpeg.DecodeConfig(bytes.NewReader(s.JPEG))
		if err != nil || c.Width != s.Width || c.Height != s.Height {
			t.Fatalf("size %s says %d × %d, its file %d × %d, %v", s.Letter, s.Width, s.Height, c.Width, c.Height, err)
		}
	}
	return set
}

func decoded(t *testing.T, s Size) image.Image {
	t.Helper()
	img, err := jpeg.Decode(bytes.NewReader(s.JPEG))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// near compares a pixel with a colour, JPEG's losses allowed.
func near(img image.Image, x, y int, want color.RGBA) error {
	r, g, b, _ := img.At(x, y).RGBA()
	got := color.RGBA{uint8(r >> 8), uint8(g >> 8), uint8(b >> 8), 255}
	for _, d := range []int{int(got.R) - int(want.R), int(got.G) - int(want.G), int(got.B) - int(want.B)} {
		if d < -14 || d > 14 {
			return fmt.Errorf("pixel %d,%d is %v, want about %v", x, y, got, want)
		}
	}
	return nil
}

func TestSizesNeverEnlarge(t *testing.T) {
	for _, c := range []struct {
		w, h    int
		s, m, l string
	}{
		{3000, 1500, "400×200", "1000×500", "2000×1000"},
		{1500, 2400, "250×400", "625×1000", "1250×2000"},
		{1200, 900, "400×300", "1000×750", "1200×900"},
		{640, 480, "400×300", "640×480", "640×480"},
		{90, 60, "90×60", "90×60", "90×60"},
		{1, 1, "1×1", "1×1", "1×1"},
		{5000, 2, "400×1", "1000×1", "2000×1"},
	} {
		set := sizes(t, pngOf(t, scene(c.w, c.h)))
		for i, want := range []string{c.s, c.m, c.l} {
			s := set.All()[i]
			if got := fmt.Sprintf("%d×%d", s.Width, s.Height); got != want || s.Letter != string("sml"[i]) {
				t.Errorf("%d×%d: size %d is %s %s, want %s", c.w, c.h, i, s.Letter, got, want)
			}
		}
	}
}

// The sides of the seen picture where the stored first row and first column
// lie (Exif 2.32, tag Orientation).
var sides = map[uint16][2]string{
	1: {"top", "left"}, 2: {"top", "right"}, 3: {"bottom", "right"}, 4: {"bottom", "left"},
	5: {"left", "top"}, 6: {"right", "top"}, 7: {"right", "bottom"}, 8: {"left", "bottom"},
}

// stored lays a picture down as a camera with this orientation would.
func stored(seen *image.RGBA, orientation uint16) *image.RGBA {
	w, h := seen.Rect.Dx(), seen.Rect.Dy()
	side := sides[orientation]
	rows, cols := h, w
	if side[0] == "left" || side[0] == "right" {
		rows, cols = w, h
	}
	out := image.NewRGBA(image.Rect(0, 0, cols, rows))
	for r := range rows {
		for c := range cols {
			x, y := 0, 0
			for i, d := range []int{r, c} {
				switch side[i] {
				case "top":
					y = d
				case "bottom":
					y = h - 1 - d
				case "left":
					x = d
				case "right":
					x = w - 1 - d
				}
			}
			out.SetRGBA(c, r, seen.RGBAAt(x, y))
		}
	}
	return out
}

func TestAllOrientationsComeUpright(t *testing.T) {
	seen := scene(96, 48)
	for o := uint16(1); o <= 8; o++ {
		lying := stored(seen, o)
		png := pngOf(t, lying)
		files := map[string][]byte{
			"JPEG, big-endian":    withExifJPEG(jpegOf(t, lying), tiffOf(binary.BigEndian, o)),
			"JPEG, little-endian": withExifJPEG(jpegOf(t, lying), tiffOf(binary.LittleEndian, o)),
			"PNG":                 append(append(append([]byte{}, png[:33]...), chunkPNG("eXIf", tiffOf(binary.BigEndian, o))...), png[33:]...),
		}
		for name, file := range files {
			set := sizes(t, file)
			if set.Large.Width != 96 || set.Large.Height != 48 {
				t.Errorf("orientation %d, %s: %d × %d, want 96 × 48", o, name, set.Large.Width, set.Large.Height)
				continue
			}
			img := decoded(t, set.Large)
			err := errors.Join(near(img, 20, 10, red), near(img, 76, 10, green), near(img, 20, 38, blue), near(img, 76, 38, yellow))
			if err != nil {
				t.Errorf("orientation %d, %s: %v", o, name, err)
			}
			for _, s := range set.All() {
				if bytes.Contains(s.JPEG, []byte("GPS")) || bytes.Contains(s.JPEG, []byte("Exif")) {
					t.Errorf("orientation %d, %s: size %s still has metadata", o, name, s.Letter)
				}
			}
		}
	}
}

// The two passes in strips must equal one pass of the library over the whole
// picture; a difference would show as seams.
func TestStripsLeaveNoSeams(t *testing.T) {
	src := image.NewRGBA(image.Rect(0, 0, 700, 500))
	for y := range 500 {
		for x := range 700 {
			src.SetRGBA(x, y, color.RGBA{uint8(x / 3), uint8(y / 2), uint8((x + y) / 5), 255})
		}
	}
	got, want := shrink(src, 300), whole(src, 300)
	for i := range want.Pix {
		if d := int(got.Pix[i]) - int(want.Pix[i]); d < -1 || d > 1 {
			t.Fatalf("byte %d is %d, in one pass %d", i, got.Pix[i], want.Pix[i])
		}
	}
}

func TestTransparentPartsAreWhite(t *testing.T) {
	white := color.RGBA{255, 255, 255, 255}
	img := image.NewNRGBA(image.Rect(0, 0, 64, 64))
	for y := range 64 {
		for x := range 32 {
			img.SetNRGBA(x, y, color.NRGBA{200, 30, 30, 255})
		}
	}
	var g bytes.Buffer
	pal := image.NewPaletted(image.Rect(0, 0, 64, 64), color.Palette{color.Transparent, red})
	for y := range 64 {
		for x := range 32 {
			pal.SetColorIndex(x, y, 1)
		}
	}
	if err := gif.Encode(&g, pal, nil); err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string][]byte{"PNG": pngOf(t, img), "GIF": g.Bytes()} {
		got := decoded(t, sizes(t, file).Small)
		if err := errors.Join(near(got, 10, 30, red), near(got, 54, 30, white)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestOtherKindsOfPixels(t *testing.T) {
	gray := image.NewGray(image.Rect(0, 0, 20, 20))
	deep := image.NewNRGBA64(image.Rect(0, 0, 20, 20))
	cmyk := image.NewCMYK(image.Rect(0, 0, 20, 20))
	for y := range 20 {
		for x := range 20 {
			gray.Set(x, y, color.Gray{120})
			deep.Set(x, y, green)
			cmyk.Set(x, y, green)
		}
	}
	if err := near(decoded(t, sizes(t, pngOf(t, gray)).Small), 5, 5, color.RGBA{120, 120, 120, 255}); err != nil {
		t.Error("gray PNG:", err)
	}
	if err := near(decoded(t, sizes(t, pngOf(t, deep)).Small), 5, 5, green); err != nil {
		t.Error("16-bit PNG:", err)
	}
	if err := near(shrink(cmyk, 10), 5, 5, green); err != nil {
		t.Error("CMYK:", err)
	}
}

// A real WebP, 1 × 1 and lossless, as small as they come.
const tinyWebP = "RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00"

func TestWebP(t *testing.T) {
	set := sizes(t, []byte(tinyWebP))
	if set.Large.Width != 1 || set.Large.Height != 1 {
		t.Errorf("WebP: %d × %d, want 1 × 1", set.Large.Width, set.Large.Height)
	}
}

func TestPolyglotLosesItsOtherHalf(t *testing.T) {
	const payload = "<script>alert('two in one')</script>PK\x03\x04"
	file := append(jpegOf(t, scene(64, 64)), payload...)
	file = append(append(append([]byte{}, file[:2]...), "\xff\xfe\x00\x20<script>alert('comment')</scrip"[:34]...), file[2:]...)
	for _, s := range sizes(t, file).All() {
		if bytes.Contains(s.JPEG, []byte("script")) || bytes.Contains(s.JPEG, []byte("PK\x03\x04")) {
			t.Errorf("size %s still has the other half", s.Letter)
		}
	}
}

// claimPNG is a PNG whose header claims a size, and that has next to nothing.
func claimPNG(w, h uint32) []byte {
	body := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
	body = append(body, 8, 6, 0, 0, 0)
	file := append([]byte("\x89PNG\r\n\x1a\n"), chunkPNG("IHDR", body)...)
	return append(append(file, chunkPNG("IDAT", []byte("\x78\x9c\x63\x00"))...), chunkPNG("IEND", nil)...)
}

func TestRefusedUploads(t *testing.T) {
	good := jpegOf(t, scene(300, 200))
	goodPNG := pngOf(t, scene(300, 200))
	screen := append([]byte("GIF89a"), 0xff, 0xff, 0xff, 0xff, 0x80, 0, 0, 0, 0, 0, 255, 255, 255)
	layers := append(append([]byte{}, good[:len(good)-2]...), bytes.Repeat([]byte("\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00"), 300)...)
	for _, c := range []struct {
		name string
		file []byte
		says string
	}{
		{"empty", nil, "empty"},
		{"text", []byte("Dear Sir or Madam"), "not a picture"},
		{"PNG bomb", claimPNG(60_000, 60_000), "60000 × 60000"},
		{"PNG of 40 megapixels and a bit", claimPNG(8000, 5001), "at most 40 megapixels"},
		{"PNG as a hair", claimPNG(31_000, 2), "no edge"},
		{"PNG of no size", claimPNG(0, 10), "damaged"},
		{"PNG of negative size", claimPNG(0xffffffff, 0xffffffff), "damaged"},
		{"GIF bomb", screen, "65535 × 65535"},
		{"WebP bomb", []byte("RIFF\x16\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00\xff\x3f\x00\xff\x3f\x00"), "16384 × 16384"},
		{"JPEG of many layers", layers, "layers"},
		{"truncated JPEG", good[:len(good)/2], "damaged"},
		{"truncated JPEG header", good[:40], "damaged"},
		{"truncated PNG", goodPNG[:len(goodPNG)/2], "damaged"},
		{"only a beginning", []byte("\xff\xd8\xff"), "damaged"},
		{"SVG", []byte(`<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>`), "SVG"},
		{"SVG with a byte order mark", []byte("\xef\xbb\xbf\n<svg/>"), "SVG"},
		{"HTML", []byte("<!doctype html><p>hello"), "not a picture"},
		{"HEIC", []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00"), "HEIC"},
		{"PDF", []byte("%PDF-1.7 and so on"), "PDF"},
		{"TIFF", []byte("II*\x00\x08\x00\x00\x00\x00\x00"), "TIFF"},
	} {
		_, err := NewLab().Sizes(context.Background(), bytes.NewReader(c.file))
		var u *Unusable
		if !errors.As(err, &u) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want an *Unusable that says %q", c.name, err, c.says)
		}
	}
}

func TestBombTakesNoMemory(t *testing.T) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := NewLab().Sizes(context.Background(), bytes.NewReader(claimPNG(60_000, 60_000)))
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; err == nil || grown > 1<<20 {
		t.Errorf("a bomb took %d bytes, error %v", grown, err)
	}
}

func TestTooManyBytes(t *testing.T) {
	lab := NewLab()
	lab.maxBytes = 1 << 20
	_, err := lab.Sizes(context.Background(), bytes.NewReader(make([]byte, 1<<20+1)))
	var u *Unusable
	if !errors.As(err, &u) || !strings.Contains(u.Error(), "1 MB") {
		t.Errorf("a file of a byte too many: %v", err)
	}
}

func TestReaderErrorIsNotTheSendersFault(t *testing.T) {
	_, err := NewLab().Sizes(context.Background(), iotest.ErrReader(errors.New("wire cut")))
	var u *Unusable
	if err == nil || errors.As(err, &u) {
		t.Errorf("a broken reader: %v, want an error that is no *Unusable", err)
	}
}

func TestOneAtATime(t *testing.T) {
	lab := NewLab()
	<-lab.turn // somebody else's picture is being decoded
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	file := jpegOf(t, scene(10, 10))
	if _, err := lab.Sizes(ctx, bytes.NewReader(file)); !errors.Is(err, context.Canceled) {
		t.Errorf("while the lab is taken and the sender has gone: %v, want context.Canceled", err)
	}
	lab.turn <- struct{}{}
	for i := range 3 { // a refused picture gives the turn back too
		file := file
		if i == 1 {
			file = file[:len(file)-20]
		}
		if _, err := lab.Sizes(context.Background(), bytes.NewReader(file)); (err != nil) != (i == 1) {
			t.Errorf("picture %d: %v", i, err)
		}
	}
}
