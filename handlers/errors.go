package handlers

import (
	"context"
	"errors"
	"net/http"
	"os"
	"strings"
	"syscall"

	"outcry/auction"
	"outcry/saleroom"
	"outcry/views"
	"outcry/views/lang"
)

// problem is what somebody is told instead of what they asked for.
type problem struct {
	status int
	reason string   // for programs
	text   lang.Key // for people: what is wrong and what to do
}

func (p *problem) Error() string { return p.say(context.Background()) }

// say is the text in a reader's language.
func (p *problem) say(ctx context.Context) string { return lang.Say(ctx, p.text) }

var (
	errSignIn          = &problem{http.StatusUnauthorized, "not_signed_in", "Sign in first; you come back to this page."}
	errNotForYou       = &problem{http.StatusForbidden, "forbidden", "This page is for the people who run the sale. Sign in as one of them to see it."}
	errOtherOrganisers = &problem{http.StatusForbidden, "other_organisers", "Other organisers run this sale, and only they may do this. One of them, or the owner, can add you: Desk, the sale, Organisers."}
	errRegister        = &problem{http.StatusForbidden, "not_registered", "Register for this sale to bid: you get a paddle number and come back to this lot."}
	errOtherSale       = &problem{http.StatusForbidden, "other_sale", "You came by a paddle's link, which is good for its own sale. Sign in with an account to join this one."}
	errLinkOnly        = &problem{http.StatusForbidden, "link_only", "You came by a paddle's link, which has no account of its own. Sign in with an account to see this page."}
	errOpenIt          = &problem{http.StatusForbidden, "open_it", "This link signs in whoever opens it, and nothing happens before that. Open it."}
	errApproval        = &problem{http.StatusForbidden, "not_approved", "The organiser has not approved your paddle yet. You can bid as soon as they have."}
	errMedia           = &problem{http.StatusUnsupportedMediaType, "media_type", "Send the form as a form: application/x-www-form-urlencoded or multipart/form-data."}
	errTooMany         = &problem{http.StatusTooManyRequests, "too_many", "That was a lot at once. Wait a moment and try again; nothing was lost."}
	errNotAccepted     = &problem{http.StatusServiceUnavailable, "not_accepted", "Not accepted: nothing happened. Try again in a moment; your amount is kept."}
	errInDoubt         = &problem{http.StatusInternalServerError, "in_doubt", "The house lost its database while your bid was on its way, and cannot tell yet whether it was taken. Look at the lot before you bid again; sending the same bid again is safe."}
	errElsewhere       = &problem{http.StatusForbidden, "cross_site", "This came from another site and was not taken. Open the page here and try again."}
	errKey             = &problem{http.StatusBadRequest, "bad_key", "The bid came without a proper key (16 to 64 of A-Z a-z 0-9 _ -). Reload the page and bid again."}
	errKind            = &problem{http.StatusBadRequest, "bad_kind", "A bid's kind is max or exact."}
	errTooLarge        = &problem{http.StatusRequestEntityTooLarge, "too_large", "That is larger than the server takes. Send less, or a smaller file."}
	errSlow            = &problem{http.StatusRequestTimeout, "slow", "The form took too long to arrive, and nothing happened. Try again, nearer to the router if you can."}
	errWatch           = &problem{http.StatusBadRequest, "bad_watch", "Name a sale, or up to 200 lots by their ids."}
	errUnreadable      = &problem{http.StatusBadRequest, "unreadable", "The form could not be read. Reload the page and try again."}
	errAway            = &problem{http.StatusServiceUnavailable, "away", "The house cannot reach its records for the moment. Nothing that was accepted is lost; try again in a few seconds."}
	errUnknown         = &problem{http.StatusInternalServerError, "error", "Something went wrong on our side. Nothing that was accepted is lost; try again in a moment."}
	errNothingHere     = &problem{http.StatusNotFound, "not_found", "There is nothing at this address. It may have been mistyped, or taken away."}
	errMethod          = &problem{http.StatusMethodNotAllowed, "method", "This address does not take that. Go back and use the page's own buttons."}
	errOutdatedForm    = &problem{http.StatusConflict, "conflict", "Somebody changed this at the same time. Reload the page, look, and save again."}
)

// problemOf is the one place where an error becomes a status and a text. What
// it does not know is nobody's fault but ours.
func problemOf(ctx context.Context, err error) (p *problem, known bool) {
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &p):
		return p, true
	case errors.As(err, &tooLarge):
		return errTooLarge, true
	case errors.Is(err, os.ErrDeadlineExceeded): // only reading a form has a deadline
		return errSlow, true
	case errors.Is(err, auction.ErrNotFound):
		return errNothingHere, true
	case errors.Is(err, auction.ErrConflict):
		return errOutdatedForm, true
	case errors.Is(err, saleroom.ErrNotRegistered):
		return errRegister, true
	case errors.Is(err, saleroom.ErrNotAccepted):
		return errNotAccepted, true
	case errors.Is(err, saleroom.ErrInDoubt):
		return errInDoubt, true
	}
	if text := notAllowed(ctx, err); text != "" {
		return &problem{http.StatusUnprocessableEntity, "not_allowed", text}, true
	}
	return errUnknown, false
}

// stateWords are what a lot can be, in a sentence.
var stateWords = map[auction.State]lang.Key{
	auction.Upcoming: "not open yet", auction.Open: "open", auction.Sold: "sold", auction.Passed: "passed", auction.Withdrawn: "withdrawn",
}

// notAllowed says why the rules do not allow an act on a lot, "" when it is
// another error.
func notAllowed(ctx context.Context, err error) lang.Key {
	var state *auction.StateError
	var early *auction.EarlyCloseError
	switch {
	case errors.As(err, &state) && !state.Close.IsZero():
		return lang.Key("The lot has just closed; nothing about its bids changes any more.")
	case errors.As(err, &state) && state.Paused:
		return lang.Key("The lot's clock stands still at the moment. Try again when it goes on.")
	case errors.As(err, &state):
		return lang.Key(lang.T(ctx, "The lot is %s, so this cannot be done any more.", lang.Say(ctx, stateWords[state.State])))
	case errors.As(err, &early):
		if early.Least > 0 {
			return lang.Key(lang.T(ctx, "The new close must lie at least %s ahead, so that whoever wants to bid still can.", views.Lasting(ctx, early.Least)))
		}
		return lang.Key("The new close must lie ahead. Choose a later time.")
	}
	for e, text := range map[error]lang.Key{
		auction.ErrNoSuchBid:        "There is no such bid on this lot.",
		auction.ErrVoided:           "This bid is struck out already.",
		auction.ErrNoReason:         "Say why the bid is struck out; it is shown in the history.",
		saleroom.ErrPaused:          "The clocks stand still at the moment. Resume first, then move the close.",
		saleroom.ErrNothingOpen:     "No lot is open, so there is no close to move.",
		auction.ErrNotHeld:          "The lot is not held: its clock runs.",
		auction.ErrTakeBackTooLate:  "A bid can be taken back within 60 seconds only. If it was a slip, speak to the desk.",
		auction.ErrTakeBackOutbid:   "Your bid does not lead, so there is nothing to take back.",
		auction.ErrTakeBackInWindow: "So near to the close no bid can be taken back. If it was a slip, speak to the desk.",
		auction.ErrTakeBackAnswered: "Another bid came after yours, so it stands. If it was a slip, speak to the desk.",
	} {
		if errors.Is(err, e) {
			return text
		}
	}
	return ""
}

// fail answers a request that came to nothing.
func (h *Handlers) fail(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() != nil && errors.Is(err, context.Canceled) {
		return // the browser has left
	}
	r = r.WithContext(context.WithoutCancel(r.Context())) // it ends with a form that does not come, and the answer is still to be read
	p, known := problemOf(r.Context(), err)
	switch {
	case !known && h.cfg.Store.Away(err):
		p = errAway
	case !known:
		h.cfg.Log.Error("request failed", "method", r.Method, "path", loggable(r.URL.Path), "err", err)
	}
	switch p.status {
	case http.StatusServiceUnavailable, http.StatusTooManyRequests:
		w.Header().Set("Retry-After", "1")
	case http.StatusUnauthorized:
		if r.Method == http.MethodGet && !wantsJSON(r) {
			http.Redirect(w, r, "/sign-in?next="+nextFor(r), http.StatusSeeOther)
			return
		}
	}
	if wantsJSON(r) {
		err = writeJSON(w, p.status, map[string]string{"reason": p.reason, "message": p.Error()})
	} else {
		err = h.page(w, r, p.status, views.Error(h.errorView(r, p)))
	}
	if err != nil {
		h.cfg.Log.Error("error page failed", "path", loggable(r.URL.Path), "err", err)
	}
}

// loggable is a path without the token of a link, which is as good as a
// password.
func loggable(path string) string {
	for _, link := range []string{"/enter/", "/setup/", "/offers/", "/mail/stop/", "/link/"} {
		if strings.HasPrefix(path, link) {
			return link + "…"
		}
	}
	return path
}

// ignoreGone drops the error of writing to a client that has left.
func ignoreGone(err error) error {
	if errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, context.Canceled) || errors.Is(err, http.ErrHandlerTimeout) {
		return nil
	}
	return err
}
