package photo

import (
	"reflect"
	"strings"
	"testing"
)

func key(number string) string { return strings.TrimLeft(strings.ToUpper(number), "0") }

func TestByLot(t *testing.T) {
	files := []string{
		"12-10.jpg", "12-2.jpg", "12.JPG", "a/b/Lot 12 front.jpg", "lot_7.png", "#7 (2).png", "012a.webp", "12-3b back.jpg",
		"7/", "7/zebra.jpg", "7/apple.jpg", "IMG_1234.jpg", "1.jpg", "1200.jpg", "__MACOSX/12.jpg", ".DS_Store", "12/.hidden.jpg", "Thumbs.db", "über.jpg", "7 May/x.jpg",
	}
	of, strangers := ByLot(files, []string{"7", "12", "12A", "12-3B", "99"}, key)
	want := map[string][]string{
		"12":    {"12.JPG", "12-2.jpg", "12-10.jpg", "a/b/Lot 12 front.jpg"},
		"7":     {"#7 (2).png", "7/apple.jpg", "7/zebra.jpg", "lot_7.png"},
		"12A":   {"012a.webp"},
		"12-3B": {"12-3b back.jpg"},
	}
	if !reflect.DeepEqual(of, want) {
		t.Errorf("ByLot:\n got %q\nwant %q", of, want)
	}
	if want := []string{"IMG_1234.jpg", "1.jpg", "1200.jpg", "über.jpg", "7 May/x.jpg"}; !reflect.DeepEqual(strangers, want) {
		t.Errorf("strangers %q, want %q", strangers, want)
	}
}
