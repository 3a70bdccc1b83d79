package handlers

import (
	"context"
	"fmt"
	"net/http"
	"time"

	ical "github.com/arran4/golang-ical"

	"outcry/auction"
	"outcry/views"
	"outcry/views/lang"
)

// calendar is a sale's closings for a calendar program (RFC 5545): one entry a
// lot that is still to close, said again with a higher sequence when its close
// has moved.
func (h *Handlers) calendar(w http.ResponseWriter, r *request) error {
	s, err := h.saleOf(r)
	if err != nil {
		return err
	}
	lots, _, err := h.cfg.Store.Entries(r.Context(), s.ID, auction.Query{})
	if err != nil {
		return err
	}
	c := ical.NewCalendarFor("outcry")
	c.SetMethod(ical.MethodPublish)
	c.SetXWRCalName(s.Title)
	for _, e := range lots {
		if e.State == auction.Upcoming || e.State == auction.Open {
			closing(r.Context(), c, e, s, h.address(r.Request))
		}
	}
	w.Header().Set("Content-Type", "text/calendar; charset=utf-8")
	w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", s.Slug+"-closings.ics"))
	w.Header().Set("Cache-Control", "no-store")
	return ignoreGone(c.SerializeTo(w, ical.WithNewLineWindows)) // lines end so in the RFC, not as on this machine
}

// calendarLength is how long a close is shown to take: long enough to be seen.
const calendarLength = 5 * time.Minute

// closing adds a lot's close, with a word a quarter of an hour before it.
func closing(ctx context.Context, c *ical.Calendar, e auction.Entry, s auction.Sale, origin string) {
	ev := c.AddEvent(fmt.Sprintf("lot-%d@outcry", e.ID))
	ev.SetDtStampTime(now())
	ev.SetSequence(e.Extended)
	ev.SetStartAt(e.ClosesAt)
	ev.SetEndAt(e.ClosesAt.Add(calendarLength))
	ev.SetSummary(lang.T(ctx, "Lot %s closes: %s", e.Number, e.Title))
	ev.SetDescription(lang.T(ctx, "%s, %s. A late bid may move the close; the lot’s page says so.", s.Title, views.DateTime(ctx, e.ClosesAt, s.Zone)))
	ev.SetURL(origin + fmt.Sprintf("/lots/%d", e.ID))
	ev.SetTimeTransparency(ical.TransparencyTransparent)
	alarm := ev.AddAlarm()
	alarm.SetAction(ical.ActionDisplay)
	alarm.SetTrigger("-PT15M")
	alarm.SetDescription(lang.T(ctx, "Lot %s closes in 15 minutes", e.Number))
}
