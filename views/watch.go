package views

import (
	"context"

	"outcry/views/lang"
)

// WatchView is the star of a lot.
type WatchView struct {
	Lot    int64
	Number string
	On     bool // it is on the viewer's watch list
}

func watchID(lot int64) string { return "watch-" + itoa64(lot) }

// watchName is the field that a tap sends: what the star shall be.
func (v WatchView) name() string {
	if v.On {
		return "off"
	}
	return "on"
}

func (v WatchView) word(ctx context.Context) string {
	if v.On {
		return lang.T(ctx, "Watching")
	}
	return lang.T(ctx, "Watch")
}

func (v WatchView) pressed() string {
	if v.On {
		return "true"
	}
	return "false"
}

func (c CardView) watch() WatchView {
	return WatchView{Lot: c.Entry.ID, Number: c.Entry.Number, On: c.Watched}
}

func (v LotView) watch() WatchView {
	return WatchView{Lot: v.Entry.ID, Number: v.Entry.Number, On: v.Watched}
}
