package sheet

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func seeds(f *testing.F) {
	for _, s := range []string{
		"", "Title", "Title\nClock\n", "Lot,Title,Opening bid\n1,\"a\"\"b\",£5\n",
		"Lot;Title;Opening bid;Reserve\r\n1;\"a\nb\";5,00;4,00\r\n1;x;;;;y\r\n",
		"\ufeffTitle\tEstimate\tPhotos\n\"open\t5–9\ta.jpg;../b\n", "sep=;\nTitle;Lot\nx;7.0\n",
		"\xff\xfeT\x00i\x00t\x00l\x00e\x00\n\x00x\x00", "Title\nCaf\xe9\n", "Title\n\x81\n", "PK\x03\x04",
		"Title\n&#0;&#xD800;&amp;&\n", "Title\r\r\rx\r\"\"\"y", "Name,Email,Paddle\nA,a@b.cd,1\nB,a@b.cd,1\n", "Surname\n\"x\n",
	} {
		f.Add([]byte(s))
	}
}

func checkProblems(t *testing.T, problems []Problem) {
	for _, p := range problems {
		if p.Line < 1 || p.Text == "" || letters(p.Value) > 60 || strings.ContainsRune(p.String(), '\n') {
			t.Errorf("problem %+v", p)
		}
	}
}

func checkError(t *testing.T, err error) {
	var u *Unreadable
	if err != nil && !errors.As(err, &u) {
		t.Errorf("error %v, want an *Unreadable", err)
	}
}

func tidy(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl) && strings.TrimSpace(s) == s
}

func FuzzLots(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		got, problems, err := Lots(bytes.NewReader(data), gbp, firstStep)
		checkError(t, err)
		checkProblems(t, problems)
		for _, l := range got {
			d := l.Draft
			if l.Line < 1 || d.Title == "" || letters(d.Title) > maxTitle || !tidy(d.Title) || !tidy(d.Consignor) ||
				letters(d.Description) > maxDescription {
				t.Errorf("line %d: words %+v", l.Line, d.Words)
			}
			if d.Opening <= 0 || d.Reserve != 0 && d.Reserve < d.Opening || d.BuyNow != 0 && d.BuyNow < max(d.Opening, d.Reserve) ||
				d.EstimateHigh != 0 && d.EstimateHigh < d.EstimateLow {
				t.Errorf("line %d: terms %+v, estimate %d to %d", l.Line, d.Terms, d.EstimateLow, d.EstimateHigh)
			}
		}
	})
}

func FuzzBidders(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		got, problems, err := Bidders(bytes.NewReader(data))
		checkError(t, err)
		checkProblems(t, problems)
		for _, b := range got {
			if b.Name == "" || !tidy(b.Name) || !tidy(b.Email) || b.Email == "" && b.Paddle == "" || len(b.Paddle) > maxPaddle {
				t.Errorf("bidder %+v", b)
			}
		}
	})
}
