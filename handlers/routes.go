package handlers

import (
	"net/http"
	"slices"

	"outcry/auction"
	"outcry/static"
)

// who may use a route. Each line of the site map says it; one that says
// nothing stops the program at its start.
type who int

const (
	unsaid    who = iota // forgotten: New panics
	nobody               // the same for all; the session is not even read
	anyone               // read by all, told apart when signed in
	bidding              // signed in; answered by the handler itself, which keeps the amount that was typed
	member               // signed in, by an account or by a paddle's link
	account              // signed in by an account: a paddle's link is a sheet of paper
	clerk                // staff at the desk
	maker                // makes sales: whoever has the role of organiser
	organiser            // runs the sale that the address is about
	owner                // answers for the house and its people
)

// admit says whether a viewer may come in.
func (w who) admit(v viewer) error {
	if w <= bidding {
		return nil
	}
	return w.allows(v)
}

// allows says whether the route is for a viewer, whoever tells them so.
func (w who) allows(v viewer) error {
	role := v.role()
	switch {
	case w == nobody || w == anyone:
		return nil
	case !v.signedIn():
		return errSignIn
	case w == bidding, w == member, w == clerk && role.Staff():
		return nil
	case w == account && v.session.ByLink:
		return errLinkOnly
	case w == account, w == owner && role == auction.RoleOwner:
		return nil
	case w == maker && (role == auction.RoleOrganiser || role == auction.RoleOwner), w == organiser && v.runs:
		return nil
	case w == organiser && role == auction.RoleOrganiser && v.sale == 0:
		return auction.ErrNotFound // staff see all sales: this tells them of none
	case w == organiser && role == auction.RoleOrganiser:
		return errOtherOrganisers
	}
	return errNotForYou
}

// route is one line of the site map.
type route struct {
	pattern string
	who     who
	serve   func(http.ResponseWriter, *request) error
	upload  int64 // largest body in bytes, 0 = maxForm
}

// routes is the site map: every address, who may use it, and what answers.
func (h *Handlers) routes() []route {
	return slices.Concat(h.houseRoutes(), h.peopleRoutes(), h.saleRoutes(),
		h.deskRoutes(), h.catalogueRoutes(), h.nightRoutes(), h.booksRoutes())
}

// houseRoutes are the house itself.
func (h *Handlers) houseRoutes() []route {
	return []route{
		{"GET /{$}", anyone, h.home, 0},
		{"GET /static/", nobody, h.staticFile, 0},
		{"POST /language", anyone, h.postLanguage, 0},
		{"GET /favicon.ico", nobody, h.favicon, 0},
		{"GET /robots.txt", nobody, h.robots, 0},
		{"GET /manifest.webmanifest", nobody, h.manifest, 0},
		{"GET /sw.js", nobody, h.worker, 0},
		{"GET /offline", nobody, h.offline, 0},
		{"POST /theme", anyone, h.postTheme, 0},
		{"GET /photos/{name}", nobody, h.photo, 0},
		{"GET /healthz", nobody, h.healthz, 0},
		{"GET /readyz", nobody, h.readyz, 0},
		{"GET /metrics", nobody, h.metrics, 0},
	}
}

// peopleRoutes say who somebody is.
func (h *Handlers) peopleRoutes() []route {
	return []route{
		{"GET /sign-in", anyone, h.signInPage, 0},
		{"POST /sign-in", anyone, h.postSignIn, 0},
		{"POST /sign-in/link", anyone, h.postAskLink, 0},
		{"POST /sign-in/step", anyone, h.postStep, 0},
		{"GET /link/{token}", anyone, h.linkPage, 0},
		{"POST /link/{token}", anyone, h.postLink, 0},
		{"GET /sign-up", anyone, h.signUpPage, 0},
		{"POST /sign-up", anyone, h.postSignUp, 0},
		{"POST /sign-out", anyone, h.postSignOut, 0},
		{"GET /account", account, h.accountPage, 0},
		{"POST /account/name", account, h.postAccountName, 0},
		{"POST /account/email", account, h.postAccountEmail, 0},
		{"POST /account/password", account, h.postAccountPassword, 0},
		{"GET /account/second-step", account, h.stepPage, 0},
		{"POST /account/second-step", account, h.postMyStep, 0},
		{"POST /account/second-step/desk", owner, h.postDeskStep, 0},
		{"POST /account/mails", account, h.postAccountMails, 0},
		{"POST /account/phones", account, h.postAccountPhones, 0},
		{"GET /push", member, h.pushState, 0},
		{"POST /push", member, h.postPush, 0},
		{"POST /push/end", member, h.postEndPush, 0},
		{"POST /account/house", owner, h.postHouseName, 0},
		{"GET /account/data.json", account, h.accountData, 0},
		{"POST /account/remove", account, h.postRemoveAccount, 0},
		{"GET /sessions", account, h.sessions, 0},
		{"POST /sessions/end", account, h.postEndSession, 0},
		{"GET /enter/{token}", anyone, h.enter, 0},
		{"GET /setup/{token}", anyone, h.setUpPage, 0},
		{"POST /setup/{token}", anyone, h.postSetUp, 0},
		{"GET /mail/stop/{token}", anyone, h.stopPage, 0},
		{"POST /mail/stop/{token}", anyone, h.postStop, 0},
	}
}

// saleRoutes are a sale, as bidders see it.
func (h *Handlers) saleRoutes() []route {
	return []route{
		{"GET /sales/{slug}", anyone, h.sale, 0},
		{"GET /sales/{slug}/register", member, h.registerPage, 0},
		{"POST /sales/{slug}/register", member, h.postRegister, 0},
		{"GET /sales/{slug}/conditions", anyone, h.conditions, 0},
		{"GET /sales/{slug}/results", anyone, h.publicResults, 0},
		{"GET /sales/{slug}/closings.ics", anyone, h.calendar, 0},
		{"GET /sales/{slug}/mine", member, h.mine, 0},
		{"POST /sales/{slug}/watch", bidding, h.postWatch, 0},
		{"GET /sales/{slug}/invoice", member, h.invoice, 0},
		{"GET /offers/{token}", anyone, h.offer, 0},
		{"POST /offers/{token}", anyone, h.postOffer, 0},
		{"GET /sales/{slug}/appeal", anyone, h.appeal, 0},
		{"POST /sales/{slug}/appeal", anyone, h.postAppeal, 0},
		{"GET /sales/{slug}/board", anyone, h.board, 0},
		{"GET /lots/{id}", anyone, h.lot, 0},
		{"GET /lots/{id}/qr.svg", anyone, h.lotCode, 0},
		{"GET /lots/{id}/log", anyone, h.lotLog, 0},
		{"POST /lots/{id}/bids", bidding, h.postBid, 0},
		{"POST /lots/{id}/take-back", member, h.postTakeBack, 0},
		{"GET /live", anyone, h.socket, 0},
	}
}

// deskRoutes are the desk: its sales, its staff, its mails.
func (h *Handlers) deskRoutes() []route {
	return []route{
		{"GET /desk", clerk, h.desk, 0},
		{"GET /desk/mail", clerk, h.deskMail, 0},
		{"GET /desk/sales/new", maker, h.newSale, 0},
		{"POST /desk/sales/new", maker, h.postNewSale, 0},
		{"GET /desk/sales/{slug}", clerk, h.deskSale, 0},
		{"GET /desk/sales/{slug}/edit", organiser, h.editSale, 0},
		{"POST /desk/sales/{slug}/edit", organiser, h.postEditSale, 0},
		{"POST /desk/sales/{slug}/publish", organiser, h.postPublish, 0},
		{"POST /desk/sales/{slug}/unpublish", organiser, h.postUnpublish, 0},
		{"GET /desk/sales/{slug}/copy", organiser, h.copySale, 0},
		{"POST /desk/sales/{slug}/copy", organiser, h.postCopySale, 0},
		{"GET /desk/sales/{slug}/organisers", clerk, h.organisers, 0},
		{"POST /desk/sales/{slug}/organisers", organiser, h.postOrganiser, 0},
		{"POST /desk/sales/{slug}/try", organiser, h.postTry, 0},
		{"POST /desk/sales/{slug}/wipe", organiser, h.postWipe, 0},
		{"GET /desk/staff", owner, h.staffPage, 0},
		{"POST /desk/staff", owner, h.postStaff, 0},
		{"POST /desk/staff/{id}", owner, h.postRole, 0},
	}
}

// catalogueRoutes are the desk's work on the lots, before the sale.
func (h *Handlers) catalogueRoutes() []route {
	return []route{
		{"GET /desk/sales/{slug}/lots", clerk, h.deskLots, 0},
		{"GET /desk/sales/{slug}/lots/new", organiser, h.newLot, 0},
		{"POST /desk/sales/{slug}/lots/new", organiser, h.postNewLot, photoBytes},
		{"GET /desk/sales/{slug}/import", organiser, h.importPage, 0},
		{"POST /desk/sales/{slug}/import", organiser, h.postImport, sheetBytes},
		{"GET /desk/sales/{slug}/photos", organiser, h.photosPage, 0},
		{"POST /desk/sales/{slug}/photos", organiser, h.postPhotos, archiveBytes},
		{"GET /desk/sales/{slug}/prints", clerk, h.prints, 0},
		{"GET /desk/sales/{slug}/prints/{what}", clerk, h.printOut, 0},
		{"GET /desk/jobs/{id}", organiser, h.job, 0},
		{"GET /desk/jobs/{id}/file", organiser, h.jobFile, 0},
		{"GET /desk/lots/{id}", clerk, h.deskLot, 0},
		{"POST /desk/lots/{id}", organiser, h.postLot, 0},
		{"POST /desk/lots/{id}/photos", organiser, h.postPhoto, photoBytes},
		{"POST /desk/lots/{id}/copy", organiser, h.postCopyLot, 0},
		{"POST /desk/lots/{id}/photos/{name}/first", organiser, h.postFirstPhoto, 0},
		{"POST /desk/lots/{id}/photos/{name}/remove", organiser, h.postRemovePhoto, 0},
		{"POST /desk/lots/{id}/remove", organiser, h.postRemoveLot, 0},
	}
}

// nightRoutes are the desk on the night: bidders, bids and clocks.
func (h *Handlers) nightRoutes() []route {
	return []route{
		{"POST /desk/sales/{slug}/pause", organiser, h.postPause, 0},
		{"POST /desk/sales/{slug}/resume", organiser, h.postResume, 0},
		{"POST /desk/sales/{slug}/extend", organiser, h.postExtend, 0},
		{"POST /desk/sales/{slug}/close", organiser, h.postClose, 0},
		{"POST /desk/sales/{slug}/call-off", organiser, h.postCallOff, 0},
		{"POST /desk/sales/{slug}/message", organiser, h.postMessage, 0},
		{"GET /desk/sales/{slug}/bidders", clerk, h.bidders, 0},
		{"POST /desk/sales/{slug}/bidders", clerk, h.postBidder, 0},
		{"GET /desk/sales/{slug}/invitations", organiser, h.invitations, 0},
		{"POST /desk/sales/{slug}/invitations", organiser, h.postInvitations, 0},
		{"GET /desk/sales/{slug}/letters", organiser, h.letters, 0},
		{"POST /desk/sales/{slug}/letters", organiser, h.postLetter, 0},
		{"GET /desk/sales/{slug}/bidders/import", organiser, h.importBiddersPage, 0},
		{"POST /desk/sales/{slug}/bidders/import", organiser, h.postBidders, sheetBytes},
		{"POST /desk/paddles/{id}", clerk, h.postPaddle, 0},
		{"GET /desk/paddles/{id}", clerk, h.paddlePage, 0},
		{"POST /desk/paddles/{id}/block", organiser, h.postBlock, 0},
		{"GET /desk/sales/{slug}/check-in", clerk, h.checkIn, 0},
		{"POST /desk/sales/{slug}/check-in", clerk, h.postCheckIn, 0},
		{"GET /desk/sales/{slug}/audit", organiser, h.audit, 0},
		{"GET /desk/sales/{slug}/audit.csv", organiser, h.auditCSV, 0},
		{"GET /desk/audit", owner, h.houseAudit, 0},
		{"GET /desk/audit.csv", owner, h.houseAuditCSV, 0},
		{"GET /desk/sales/{slug}/line", clerk, h.line, 0},
		{"POST /desk/sales/{slug}/line", clerk, h.postLine, 0},
		{"GET /desk/sales/{slug}/line/lot", clerk, h.lineLot, 0},
		{"POST /desk/sales/{slug}/line/undo", clerk, h.postUndo, 0},
		{"POST /desk/lots/{id}/pause", organiser, h.postPauseLot, 0},
		{"POST /desk/lots/{id}/resume", organiser, h.postResumeLot, 0},
		{"POST /desk/lots/{id}/withdraw", organiser, h.postWithdraw, 0},
		{"POST /desk/lots/{id}/release", organiser, h.postRelease, 0},
		{"POST /desk/lots/{id}/void", clerk, h.postVoid, 0},
	}
}

// booksRoutes are the desk after the fall: money, donations, results.
func (h *Handlers) booksRoutes() []route {
	return []route{
		{"GET /desk/sales/{slug}/checkout", clerk, h.checkout, 0},
		{"GET /desk/sales/{slug}/checkout/{paddle}", clerk, h.account, 0},
		{"GET /desk/sales/{slug}/checkout/{paddle}/invoice", clerk, h.deskInvoice, 0},
		{"POST /desk/sales/{slug}/checkout/{paddle}/payments", clerk, h.postPayment, 0},
		{"POST /desk/sales/{slug}/checkout/{paddle}/donations", clerk, h.postDeskDonation, 0},
		{"POST /desk/sales/{slug}/checkout/{paddle}/mail", clerk, h.postMailInvoice, 0},
		{"POST /desk/sales/{slug}/checkout/{paddle}/lots", clerk, h.postHandOver, 0},
		{"POST /desk/payments/{id}/undo", clerk, h.postUndoPayment, 0},
		{"POST /desk/donations/{id}/undo", clerk, h.postUndoDonation, 0},
		{"GET /desk/sales/{slug}/appeal", clerk, h.deskAppeal, 0},
		{"POST /desk/sales/{slug}/appeal", organiser, h.postAppealForm, 0},
		{"POST /desk/sales/{slug}/appeal/donations", clerk, h.postPledges, 0},
		{"GET /desk/lots/{id}/after", organiser, h.after, 0},
		{"POST /desk/lots/{id}/after", organiser, h.postAfter, 0},
		{"GET /desk/sales/{slug}/results", clerk, h.results, 0},
		{"GET /desk/sales/{slug}/results.csv", clerk, h.resultsCSV, 0},
		{"GET /desk/sales/{slug}/results.zip", organiser, h.pack, 0},
		{"POST /desk/sales/{slug}/pack", organiser, h.postPack, 0},
		{"GET /desk/sales/{slug}/files", organiser, h.filesPage, 0},
		{"GET /desk/sales/{slug}/files/{name}", organiser, h.file, 0},
		{"GET /desk/sales/{slug}/overdue", organiser, h.overdue, 0},
		{"POST /desk/sales/{slug}/overdue", organiser, h.postReminders, 0},
	}
}

func (h *Handlers) staticFile(w http.ResponseWriter, r *request) error {
	findable(w, auction.Sale{})
	static.Handler().ServeHTTP(w, r.Request)
	return nil
}
