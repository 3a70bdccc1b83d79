package handlers

import (
	"context"
	"io"
	"time"

	"outcry/auction"
)

// Store is what the handlers read, and what they write of people, sales and
// catalogues. What is not there is auction.ErrNotFound, what has moved on or
// is taken auction.ErrConflict. Lots that run change only through the
// saleroom.
type Store interface {
	saleStore
	jobStore
	lotStore
	paddleStore
	deskStore
	peopleStore
	mailStore
	pushStore
	accountStore
	moneyStore
	rehearsalStore

	Setting(ctx context.Context, key string) (string, error)
	SetSetting(ctx context.Context, key, value string) error
	// Ready is nil when a bid could be committed now.
	Ready(ctx context.Context) error
	// Away reports whether an error means that the database cannot be reached
	// for the moment.
	Away(err error) bool
}

type saleStore interface {
	// Sales lists sales, the one that closes last first; drafts too when all.
	Sales(ctx context.Context, all bool) ([]auction.Sale, error)
	Sale(ctx context.Context, slug string) (auction.Sale, error)
	SaleByID(ctx context.Context, id int64) (auction.Sale, error)
	// CreateSale adds a sale and says who runs it beside the owners.
	CreateSale(ctx context.Context, s auction.Sale, organisers ...int64) (auction.Sale, error)
	// Organisers lists who runs a sale, the owners first.
	Organisers(ctx context.Context, saleID int64) ([]auction.User, error)
	// Organised are the sales that somebody runs by being one of their organisers.
	Organised(ctx context.Context, userID int64) (map[int64]bool, error)
	// SetOrganiser is ErrNotFound for somebody whose role is not to run sales.
	SetOrganiser(ctx context.Context, saleID, userID int64, on bool, now time.Time) error
	SaveSale(ctx context.Context, s auction.Sale) error
	PublishSale(ctx context.Context, id int64) error
	// HideSale takes a sale back from the public, until a lot of it has opened.
	HideSale(ctx context.Context, id int64) error
	SaleCounts(ctx context.Context, id int64) (auction.Counts, error)
	Categories(ctx context.Context, saleID int64) ([]auction.CategoryCount, error)
}

// jobStore keeps how far work is that goes on by itself.
type jobStore interface {
	AddJob(ctx context.Context, j auction.Job) (auction.Job, error)
	SaveJob(ctx context.Context, j auction.Job) error
	Job(ctx context.Context, id int64) (auction.Job, error)
	// Jobs lists the newest jobs of a kind in a sale, the last first.
	Jobs(ctx context.Context, saleID int64, kind auction.JobKind, limit int) ([]auction.Job, error)
	// KeepJobFile keeps what a job made until its time is over.
	KeepJobFile(ctx context.Context, f auction.JobFile) error
	JobFile(ctx context.Context, job int64, now time.Time) (auction.JobFile, error)
}

type lotStore interface {
	Entry(ctx context.Context, id int64) (auction.Entry, error)
	// Place is what of an entry hardly ever changes, for a tenth of its price.
	Place(ctx context.Context, id int64) (auction.Place, error)
	Entries(ctx context.Context, saleID int64, q auction.Query) ([]auction.Entry, int, error)
	LotByNumber(ctx context.Context, saleID int64, number string) (int64, error)
	Neighbours(ctx context.Context, id int64) (prev, next *auction.LotRef, err error)
	Events(ctx context.Context, id int64) ([]auction.Event, error)
	EventsAfter(ctx context.Context, id, seq int64) ([]auction.Event, error)
	// Seqs lists where the lots of some sales stand.
	Seqs(ctx context.Context, saleIDs []int64) ([]auction.LotSeq, error)
	// Decisions lists how often something was decided about lots after their sales.
	Decisions(ctx context.Context, saleIDs []int64) ([]auction.LotSeq, error)
	LatestEvents(ctx context.Context, id int64, n int) ([]auction.Event, error)
	LatestBids(ctx context.Context, saleID int64, n int) ([]auction.LotEvent, error)
	Standing(ctx context.Context, lot int64, p auction.Paddle) (auction.Standing, bool, error)
	Standings(ctx context.Context, saleID int64, p auction.Paddle) (map[int64]auction.Standing, error)
	BidPaddles(ctx context.Context, lot int64) ([]auction.Paddle, error)

	Draft(ctx context.Context, id int64) (auction.Draft, error)
	// Drafts lists a sale's lots in the order of their numbers, without photos.
	Drafts(ctx context.Context, saleID int64) ([]auction.Entered, error)
	AddLot(ctx context.Context, saleID int64, d auction.Draft) (int64, error)
	SaveDraft(ctx context.Context, id int64, d auction.Draft) error
	// SwapNumbers has a lot and the one that has a number change places.
	SwapNumbers(ctx context.Context, lot int64, number string) error
	RemoveLot(ctx context.Context, id int64) error
	ImportLots(ctx context.Context, saleID int64, drafts []auction.Draft, dry bool) ([]auction.ImportFate, error)
	// ImportGoodLots leaves out those for which bad gives a reason.
	ImportGoodLots(ctx context.Context, saleID int64, drafts []auction.Draft, bad func(d auction.Draft, fresh bool) string, dry bool) ([]auction.ImportFate, error)
	// KeepUpload keeps a spreadsheet for a while; Upload returns the one with a
	// key's token, person, sale and purpose.
	KeepUpload(ctx context.Context, u auction.Upload, now time.Time) error
	Upload(ctx context.Context, key auction.Upload, now time.Time) (auction.Upload, error)
	AddPhoto(ctx context.Context, lot int64, p auction.Photo) error
	RemovePhoto(ctx context.Context, lot int64, name string) error
	// PhotoHangs reports whether a picture hangs on any lot.
	PhotoHangs(ctx context.Context, name string) (bool, error)
	SortPhotos(ctx context.Context, lot int64, names []string) error
}

type paddleStore interface {
	Register(ctx context.Context, saleID, userID int64, name string, approved bool) (auction.Holder, error)
	RegisterAs(ctx context.Context, saleID, userID int64, p auction.Paddle, name string, approved bool) (auction.Holder, error)
	Holder(ctx context.Context, saleID, userID int64) (auction.Holder, error)
	HolderByID(ctx context.Context, id int64) (auction.Holder, error)
	HolderByPaddle(ctx context.Context, saleID int64, p auction.Paddle) (auction.Holder, error)
	Holders(ctx context.Context, saleID int64) ([]auction.Holder, error)
	// Waiting counts those who wait to be approved.
	Waiting(ctx context.Context, saleID int64) (int, error)
	FindHolders(ctx context.Context, saleID int64, q string, n int) ([]auction.Holder, error)
	SaveHolder(ctx context.Context, holder auction.Holder, mails ...auction.Mail) error
	ImportHolders(ctx context.Context, saleID int64, rows []auction.HolderRow, dry bool) ([]auction.ImportFate, error)
}

type peopleStore interface {
	AddUser(ctx context.Context, u auction.User) (auction.User, error)
	Users(ctx context.Context) ([]auction.User, error)
	// AddFirstOwner is ErrNotFound in a house that has an owner.
	AddFirstOwner(ctx context.Context, u auction.User) (auction.User, error)
	UserByID(ctx context.Context, id int64) (auction.User, error)
	UserByEmail(ctx context.Context, email string) (auction.User, error)
	SetPassword(ctx context.Context, id int64, hash string) error
	SetRole(ctx context.Context, id int64, role auction.Role) error
	AddSession(ctx context.Context, s auction.Session) error
	// SecondStep is ErrNotFound for who has none.
	SecondStep(ctx context.Context, user int64) (auction.SecondStep, error)
	AddSecondStep(ctx context.Context, st auction.SecondStep, spare []auction.Hash) error
	// TryCode counts a try of a code, false when there were too many.
	TryCode(ctx context.Context, user int64, every time.Duration, burst int) (bool, error)
	// UseStep and UseSpareCode use a code up, ErrNotFound when it is none or was used.
	UseStep(ctx context.Context, user, span int64) error
	UseSpareCode(ctx context.Context, user int64, h auction.Hash) error
	DropSecondStep(ctx context.Context, user int64) error
	StaffWithoutStep(ctx context.Context) ([]auction.User, error)
	Visitor(ctx context.Context, token auction.Hash, saleID int64) (auction.Visitor, error)
	// ProlongSession puts the end of a session off; one that has ended stays so.
	ProlongSession(ctx context.Context, token auction.Hash, until time.Time) error
	EndSession(ctx context.Context, token auction.Hash) error
	// SessionsAlive says which of some sessions have neither ended nor run out.
	SessionsAlive(ctx context.Context, tokens []auction.Hash, now time.Time) (map[auction.Hash]bool, error)
	// SessionsOf lists somebody's sessions that have not run out, newest first.
	SessionsOf(ctx context.Context, user int64) ([]auction.Session, error)
	// EndSessionsOf ends somebody's sessions but one, and returns which: their
	// sockets are the caller's to close.
	EndSessionsOf(ctx context.Context, user int64, but auction.Hash) ([]auction.Hash, error)
}

type deskStore interface {
	// Entered lists the last bids that were entered, or left, at the desk.
	// LatestShown lists the newest bids of a sale as histories show them.
	LatestShown(ctx context.Context, saleID int64, n int) ([]auction.LotRow, error)
	BidsSince(ctx context.Context, saleID int64, since time.Time) (int, error)
	Entered(ctx context.Context, saleID int64, n int) ([]auction.DeskEntry, error)
	// HiddenBids are the bids on a lot with what was hidden behind them, none
	// before the lot is over.
	HiddenBids(ctx context.Context, lot int64) ([]auction.HiddenBid, error)
	// Acts lists what staff did; KeepAct notes what was not done by the saleroom.
	Acts(ctx context.Context, q auction.ActQuery) ([]auction.Act, error)
	KeepAct(ctx context.Context, a auction.Act) error
	Announcement(ctx context.Context, saleID int64) (auction.Announcement, error)
}

// Photos keeps the files of pictures in the data directory.
type Photos interface {
	// KeepPhoto writes a file so that it outlives the machine.
	KeepPhoto(name string, data []byte) error
	// OpenPhoto opens a file by the name it was kept under.
	OpenPhoto(name string) (io.ReadSeekCloser, time.Time, error)
	DropPhoto(name string) error
}
