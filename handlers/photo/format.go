package photo

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/webp"
)

// maxScans bounds the passes of a progressive JPEG over its whole picture:
// cameras and programs write about ten, an attack some hundred thousand.
const maxScans = 200

// format is one kind of file that is taken. The standard library's registry of
// formats is not used: what is taken is decided here, whatever else the
// program may import.
type format struct {
	name   string
	header func([]byte) (image.Config, error)
	decode func([]byte) (image.Image, error)
	exif   func([]byte) []byte // the TIFF block that tells the orientation, or nil
	scans  func([]byte) int
}

// formatOf tells the format by the file's first bytes; names and declared
// types are the sender's and are not asked.
func formatOf(data []byte) (format, error) {
	one := func([]byte) int { return 1 }
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xd8\xff")):
		return format{"JPEG", header(jpeg.DecodeConfig), decoder(jpeg.Decode), exifJPEG, countScans}, nil
	case bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n")):
		return format{"PNG", header(png.DecodeConfig), decoder(png.Decode), exifPNG, one}, nil
	case bytes.HasPrefix(data, []byte("GIF87a")), bytes.HasPrefix(data, []byte("GIF89a")):
		return format{"GIF", header(gif.DecodeConfig), decoder(gif.Decode), noExif, one}, nil
	case len(data) >= 12 && string(data[:4]) == "RIFF" && string(data[8:12]) == "WEBP":
		return format{"WebP", header(webp.DecodeConfig), decoder(webp.Decode), exifWebP, one}, nil
	}
	return format{}, refusal(data)
}

func header(f func(io.Reader) (image.Config, error)) func([]byte) (image.Config, error) {
	return func(data []byte) (image.Config, error) { return f(bytes.NewReader(data)) }
}

func decoder(f func(io.Reader) (image.Image, error)) func([]byte) (image.Image, error) {
	return func(data []byte) (image.Image, error) { return f(bytes.NewReader(data)) }
}

// refusal says what to do about a file of another kind.
func refusal(data []byte) *Unusable {
	head := bytes.TrimLeft(bytes.TrimPrefix(data[:min(len(data), 512)], []byte("\xef\xbb\xbf")), " \t\r\n")
	switch {
	case len(data) == 0:
		return &Unusable{Text: "This file is empty."}
	case len(data) >= 12 && string(data[4:8]) == "ftyp":
		return &Unusable{Text: "This is a HEIC or AVIF picture, or a film; save it as JPEG and send that."}
	case bytes.HasPrefix(head, []byte("<")) && bytes.Contains(data[:min(len(data), 4096)], []byte("<svg")):
		return &Unusable{Text: "This is an SVG drawing, which can carry a program; save it as PNG and send that."}
	case bytes.HasPrefix(data, []byte("%PDF")):
		return &Unusable{Text: "This is a PDF; save the picture in it as JPEG or PNG and send that."}
	case bytes.HasPrefix(data, []byte("II*\x00")), bytes.HasPrefix(data, []byte("MM\x00*")):
		return &Unusable{Text: "This is a TIFF or raw picture; save it as JPEG and send that."}
	}
	return &Unusable{Text: "This is not a picture that can be read; send a JPEG, PNG, WebP or GIF."}
}

// countScans counts start-of-scan markers. In picture data an FF is always
// followed by 00 or a restart mark, so that only markers, and a few in an
// embedded thumbnail, are counted.
func countScans(data []byte) int { return bytes.Count(data, []byte("\xff\xda")) }

func noExif([]byte) []byte { return nil }

// exifJPEG walks the segments before the picture to the one that holds EXIF.
func exifJPEG(data []byte) []byte {
	for p := 2; p+4 <= len(data); {
		if data[p] != 0xff {
			return nil
		}
		kind := data[p+1]
		if kind == 0xff { // fill byte
			p++
			continue
		}
		if kind == 0xda || kind == 0xd9 { // the picture begins, or ends
			return nil
		}
		size := int(binary.BigEndian.Uint16(data[p+2:])) // counts itself
		if size < 2 || p+2+size > len(data) {
			return nil
		}
		body := data[p+4 : p+2+size]
		if tiff, ok := bytes.CutPrefix(body, []byte("Exif\x00\x00")); ok && kind == 0xe1 {
			return tiff
		}
		p += 2 + size
	}
	return nil
}

// exifPNG finds the eXIf chunk.
func exifPNG(data []byte) []byte {
	for p := 8; p+12 <= len(data); {
		size := uint64(binary.BigEndian.Uint32(data[p:]))
		end := uint64(p) + 8 + size
		if end+4 > uint64(len(data)) {
			return nil
		}
		if string(data[p+4:p+8]) == "eXIf" {
			return data[p+8 : end]
		}
		p = int(end) + 4
	}
	return nil
}

// exifWebP finds the EXIF chunk. Some programs put JPEG's prefix before it.
func exifWebP(data []byte) []byte {
	for p := 12; p+8 <= len(data); {
		size := uint64(binary.LittleEndian.Uint32(data[p+4:]))
		end := uint64(p) + 8 + size
		if end > uint64(len(data)) {
			return nil
		}
		if string(data[p:p+4]) == "EXIF" {
			return bytes.TrimPrefix(data[p+8:end], []byte("Exif\x00\x00"))
		}
		p = int(end + size&1)
	}
	return nil
}
