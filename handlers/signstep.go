package handlers

import (
	"context"
	"errors"
	"net/http"
	"time"

	"outcry/auction"
	"outcry/views"
	"outcry/views/lang"
)

// welcome leads on whose password or mailed link was right: in, or to the second
// step where there is one. Programs send its code along.
func (h *Handlers) welcome(w http.ResponseWriter, r *request, u auction.User, next string) error {
	st, err := h.cfg.Store.SecondStep(r.Context(), u.ID)
	none := errors.Is(err, auction.ErrNotFound)
	if err != nil && !none {
		return err
	}
	v := views.StepView{Next: next}
	if none {
		wanted, err := h.stepWanted(r.Context(), u)
		if err != nil {
			return err
		}
		if !wanted {
			return h.letIn(w, r, u, next)
		}
		return h.showStep(w, r, http.StatusOK, u, v, newNonce())
	}
	typed := r.PostFormValue("code")
	if typed == "" {
		return h.showStep(w, r, http.StatusOK, u, v, "")
	}
	if v.Code.Error, err = h.codeProblem(r, st, typed); err != nil {
		return err
	}
	if v.Code.Error != "" {
		return h.showStep(w, r, http.StatusUnprocessableEntity, u, v, "")
	}
	return h.letIn(w, r, u, next)
}

// showStep asks for the code. With a nonce it first offers the step to who has
// none yet.
func (h *Handlers) showStep(w http.ResponseWriter, r *request, status int, u auction.User, v views.StepView, nonce string) error {
	if wantsJSON(r.Request) {
		message := lang.T(r.Context(), "This account has a second step at sign-in. Send the six digits of its app as code, with the email and the password.")
		if nonce != "" {
			message = lang.T(r.Context(), "Everybody at this desk signs in with a second step, and this account has none yet. Sign in with a browser and set it up.")
		}
		return writeJSON(w, http.StatusUnauthorized, map[string]string{"reason": "second_step", "message": message})
	}
	v.Proof = h.halfWay(u, time.Now().Add(halfWayFor))
	var err error
	if nonce != "" {
		if v.New, err = h.newStep(r, u, nonce); err != nil {
			return err
		}
	}
	if v.Page, err = h.frame(r, "Sign in", views.HereSignIn, auction.Sale{}); err != nil {
		return err
	}
	return h.page(w, r.Request, status, views.Step(v))
}

// postStep takes the code of who is half way in.
func (h *Handlers) postStep(w http.ResponseWriter, r *request) error {
	if err := form(r); err != nil {
		return err
	}
	v := views.StepView{Next: ownPath(r.FormValue("next"), "")}
	u, err := h.whoIsHalfWay(r.Context(), r.PostFormValue("proof"))
	if errors.Is(err, auction.ErrNotFound) {
		return h.startAgain(w, r, v.Next)
	}
	if err != nil {
		return err
	}
	typed, nonce := r.PostFormValue("code"), r.PostFormValue("nonce")
	st, err := h.cfg.Store.SecondStep(r.Context(), u.ID)
	switch {
	case errors.Is(err, auction.ErrNotFound) && nonce == "": // it was given up meanwhile
		return h.startAgain(w, r, v.Next)
	case errors.Is(err, auction.ErrNotFound):
		var codes []string
		if codes, v.Code.Error, err = h.takeUpStep(r, u, nonce, typed); codes != nil {
			return h.letInWith(w, r, u, codes, v.Next)
		}
	case err == nil:
		nonce = ""
		if v.Code.Error, err = h.codeProblem(r, st, typed); err == nil && v.Code.Error == "" {
			return h.letIn(w, r, u, v.Next)
		}
	}
	if err != nil {
		return err
	}
	return h.showStep(w, r, http.StatusUnprocessableEntity, u, v, nonce)
}

// startAgain asks for the password once more of who was half way in.
func (h *Handlers) startAgain(w http.ResponseWriter, r *request, next string) error {
	return h.showSignIn(w, r, http.StatusUnprocessableEntity, views.SignInView{Next: next, Error: lang.T(r.Context(), "That took a while, and for safety it is over. Sign in once more.")})
}

// letInWith signs in who has just taken up the second step, and shows the spare
// codes this one time.
func (h *Handlers) letInWith(w http.ResponseWriter, r *request, u auction.User, codes []string, next string) error {
	if err := h.signIn(w, r.Request, u, 0); err != nil {
		return err
	}
	h.remember(w, u)
	r.viewer = viewer{user: u}
	return h.showSpareCodes(w, r, codes, leadOn(u, next))
}

func (h *Handlers) showSpareCodes(w http.ResponseWriter, r *request, codes []string, next string) error {
	page, err := h.frame(r, "Spare codes", views.HereNone, auction.Sale{})
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return h.page(w, r.Request, http.StatusOK, views.SpareCodes(views.SpareCodesView{Page: page, Codes: codes, Next: next}))
}

// codeProblem uses a code, and says in a sentence why it was not taken.
func (h *Handlers) codeProblem(r *request, st auction.SecondStep, typed string) (string, error) {
	err := h.useCode(r.Context(), st, typed)
	switch {
	case errors.Is(err, errWrongCode):
		h.cfg.Log.Info("second step refused", "user", st.UserID, "from", h.client(r.Request))
		return lang.T(r.Context(), "That code is not right. They change every 30 seconds: type the one that the app shows now."), nil
	case errors.Is(err, errCodeIsSpent):
		return lang.T(r.Context(), "That code was used already. Wait for the next one, half a minute at most."), nil
	}
	return "", err
}

// takeUpStep keeps the proposed second step of who shows by a first code that
// their app has it. It returns the spare codes, or a problem in a sentence.
func (h *Handlers) takeUpStep(r *request, u auction.User, nonce, typed string) (codes []string, problem string, err error) {
	if !h.codes.allow(codesOf(u.ID)) {
		return nil, "", errTooMany
	}
	secret := h.proposal(u.ID, nonce)
	span, ok := spanOfTyped(secret, plainCode(typed), time.Now())
	if !ok || len(nonce) < nonceLetters {
		return nil, lang.T(r.Context(), "That code is not right. They change every 30 seconds: type the one that the app shows now."), nil
	}
	codes, kept := newSpareCodes()
	if err := h.cfg.Store.AddSecondStep(r.Context(), auction.SecondStep{UserID: u.ID, Secret: secret, At: now(), Used: span}, kept); err != nil {
		return nil, "", err
	}
	h.cfg.Log.Info("second step taken up", "user", u.ID, "from", h.client(r.Request))
	return codes, "", nil
}

// newStep draws a proposal.
func (h *Handlers) newStep(r *request, u auction.User, nonce string) (*views.NewStep, error) {
	house, err := h.house.get(r.Context())
	if err != nil {
		return nil, err
	}
	secret := h.proposal(u.ID, nonce)
	code, err := qrOf(otpAddress(house, u.Email, secret), lang.T(r.Context(), "For an authenticator app; the same stands below in letters."))
	if err != nil {
		return nil, err
	}
	return &views.NewStep{Nonce: nonce, Code: code, Address: otpAddress(house, u.Email, secret), Secret: inFours(letters32.EncodeToString(secret))}, nil
}

// stepPage is the second step on one's account.
func (h *Handlers) stepPage(w http.ResponseWriter, r *request) error {
	return h.showMyStep(w, r, http.StatusOK, views.MyStepView{}, newNonce())
}

func (h *Handlers) showMyStep(w http.ResponseWriter, r *request, status int, v views.MyStepView, nonce string) error {
	u := r.viewer.user
	st, err := h.cfg.Store.SecondStep(r.Context(), u.ID)
	switch {
	case err == nil:
		v.Since, v.Spare = st.At, st.Spare
	case errors.Is(err, auction.ErrNotFound):
		if v.New, err = h.newStep(r, u, nonce); err != nil {
			return err
		}
	default:
		return err
	}
	if v.Wanted, err = h.stepWanted(r.Context(), u); err != nil {
		return err
	}
	v.HasPassword, v.Owner = u.Password != "", owner.allows(r.viewer) == nil
	if v.Page, err = h.frame(r, "Second step at sign-in", views.HereNone, auction.Sale{}); err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return h.page(w, r.Request, status, views.MyStep(v))
}

// postMyStep takes the second step up, or gives it up.
func (h *Handlers) postMyStep(w http.ResponseWriter, r *request) error {
	if err := form(r); err != nil {
		return err
	}
	var v views.MyStepView
	nonce := r.PostFormValue("nonce")
	if len(nonce) < nonceLetters {
		nonce = newNonce()
	}
	them, err := h.isThem(r)
	if err != nil {
		return err
	}
	if !them {
		v.Current.Error = string(notThem)
		return h.showMyStep(w, r, http.StatusUnprocessableEntity, v, nonce)
	}
	if r.viewer.user.Password == "" && now().Sub(r.viewer.session.Created) > halfWayFor {
		v.Code.Error = lang.T(r.Context(), "You have no password to show that it is you. Sign out, sign in by a link, and do this within ten minutes.")
		return h.showMyStep(w, r, http.StatusUnprocessableEntity, v, nonce)
	}
	st, err := h.cfg.Store.SecondStep(r.Context(), r.viewer.user.ID)
	switch {
	case err == nil:
		return h.giveUpStep(w, r, st)
	case !errors.Is(err, auction.ErrNotFound):
		return err
	}
	codes, problem, err := h.takeUpStep(r, r.viewer.user, nonce, r.PostFormValue("code"))
	if err != nil {
		return err
	}
	if problem != "" {
		v.Code.Error = problem
		return h.showMyStep(w, r, http.StatusUnprocessableEntity, v, nonce)
	}
	if err := h.endSessionsOf(r.Context(), r.viewer.user.ID, r.viewer.session.Token); err != nil {
		return err
	}
	return h.showSpareCodes(w, r, codes, "/account")
}

func (h *Handlers) giveUpStep(w http.ResponseWriter, r *request, st auction.SecondStep) error {
	var v views.MyStepView
	wanted, err := h.stepWanted(r.Context(), r.viewer.user)
	if err != nil {
		return err
	}
	if wanted {
		v.Code.Error = lang.T(r.Context(), "The owner of this house wants the second step of everybody at the desk, so it stays.")
	} else if v.Code.Error, err = h.codeProblem(r, st, r.PostFormValue("code")); err != nil {
		return err
	}
	if v.Code.Error != "" {
		return h.showMyStep(w, r, http.StatusUnprocessableEntity, v, newNonce())
	}
	if err := h.cfg.Store.DropSecondStep(r.Context(), st.UserID); err != nil {
		return err
	}
	h.cfg.Log.Info("second step given up", "user", st.UserID, "from", h.client(r.Request))
	return done(w, r, "/account", "saved")
}

// postDeskStep says whether everybody at the desk needs a second step. Who has
// none is signed out, and sets it up on coming back.
func (h *Handlers) postDeskStep(w http.ResponseWriter, r *request) error {
	if err := form(r); err != nil {
		return err
	}
	value, what := "", "second step: whoever wants it"
	if r.PostFormValue("desk") == "1" {
		value, what = "staff", "second step: everybody at the desk"
	}
	if value != "" {
		_, err := h.cfg.Store.SecondStep(r.Context(), r.viewer.user.ID)
		if errors.Is(err, auction.ErrNotFound) {
			return h.showMyStep(w, r, http.StatusUnprocessableEntity, views.MyStepView{DeskError: lang.T(r.Context(), "Take the second step up yourself first; then ask it of the others.")}, newNonce())
		}
		if err != nil {
			return err
		}
	}
	if err := h.cfg.Store.SetSetting(r.Context(), settingStep, value); err != nil {
		return err
	}
	if value != "" {
		if err := h.endWithoutStep(r.Context()); err != nil {
			return err
		}
	}
	if err := h.note(r, auction.Act{Kind: auction.ActStaff, What: what}); err != nil {
		return err
	}
	return done(w, r, "/account/second-step", "saved")
}

// endWithoutStep signs out the staff who have no second step. It looks after the
// owner's word stands, so that whoever signs in later is asked.
func (h *Handlers) endWithoutStep(ctx context.Context) error {
	without, err := h.cfg.Store.StaffWithoutStep(ctx)
	for _, u := range without {
		if err == nil {
			err = h.endSessionsOf(ctx, u.ID, auction.Hash{})
		}
	}
	return err
}
