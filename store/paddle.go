package store

import (
	"context"
	"fmt"
	"time"

	"outcry/auction"
)

// firstPaddle is the number of the first paddle of a sale: three digits for
// all, as they are called out in a room.
const firstPaddle = 101

const selectHolder = `SELECT p.id, p.sale_id, p.user_id, p.paddle, p.name, COALESCE(u.email, ''),
	p.approved, p.spending_limit, p.epoch, p.created_at, p.blocked_at FROM paddles p JOIN users u ON u.id = p.user_id`

func readHolder(row scanner, h *auction.Holder) error { return row.Scan(holderFields(h)...) }

func holderFields(h *auction.Holder) []any {
	return []any{&h.ID, &h.SaleID, &h.UserID, paddle(&h.Paddle), &h.Name, &h.Email,
		&h.Approved, money(&h.Limit), number(&h.Epoch), at(&h.At), at(&h.BlockedAt)}
}

// Holder returns a user's place in a sale.
func (s *Store) Holder(ctx context.Context, saleID, userID int64) (auction.Holder, error) {
	h, err := one(ctx, s.reads, readHolder, holderOfUser, saleID, userID)
	return h, in(err, "user %d in sale %d", userID, saleID)
}

const holderOfUser = selectHolder + " WHERE p.sale_id = $1 AND p.user_id = $2"

// HolderByID returns a place in a sale.
func (s *Store) HolderByID(ctx context.Context, id int64) (auction.Holder, error) {
	h, err := one(ctx, s.reads, readHolder, selectHolder+" WHERE p.id = $1", id)
	return h, in(err, "holder %d", id)
}

// HolderByPaddle returns who bids under a paddle in a sale.
func (s *Store) HolderByPaddle(ctx context.Context, saleID int64, p auction.Paddle) (auction.Holder, error) {
	h, err := one(ctx, s.reads, readHolder, holderOfPaddle, saleID, string(p))
	return h, in(err, "paddle %s in sale %d", p, saleID)
}

const holderOfPaddle = selectHolder + " WHERE p.sale_id = $1 AND p.paddle = $2"

// HoldersByPaddle returns who bids under some paddles in a sale. Paddles that nobody
// has are left out.
func (s *Store) HoldersByPaddle(ctx context.Context, saleID int64, paddles []auction.Paddle) (map[auction.Paddle]auction.Holder, error) {
	found := make(map[auction.Paddle]auction.Holder, len(paddles))
	if len(paddles) == 0 {
		return found, nil
	}
	w := &where{}
	w.and("p.sale_id = ?", saleID)
	w.and("")
	texts := make([]string, len(paddles))
	for i, p := range paddles {
		texts[i] = string(p)
	}
	addIn(w, "p.paddle", texts)
	list, err := all(ctx, s.reads, readHolder, selectHolder+w.text.String(), w.args...)
	for _, h := range list {
		found[h.Paddle] = h
	}
	return found, in(err, "%d paddles of sale %d", len(paddles), saleID)
}

// Waiting counts those in a sale who wait to be approved.
func (s *Store) Waiting(ctx context.Context, saleID int64) (int, error) {
	n, err := one(ctx, s.reads, readInt64, "SELECT count(*) FROM paddles WHERE sale_id = $1 AND NOT approved", saleID)
	return int(n), in(err, "who waits in sale %d", saleID)
}

// Holders lists everybody in a sale in the order of paddles.
func (s *Store) Holders(ctx context.Context, saleID int64) ([]auction.Holder, error) {
	list, err := all(ctx, s.reads, readHolder, holdersOfSale, saleID)
	return list, in(err, "holders of sale %d", saleID)
}

const holdersOfSale = selectHolder + " WHERE p.sale_id = $1 ORDER BY p.paddle_key, p.id"

// Register gives a user the next free paddle in a sale. Somebody who has one
// keeps it, as it is. ErrNotFound when sale or user are not there.
func (s *Store) Register(ctx context.Context, saleID, userID int64, name string, approved bool) (auction.Holder, error) {
	return s.RegisterAs(ctx, saleID, userID, "", name, approved)
}

// RegisterAs is Register with the paddle to have; ErrConflict when somebody
// else has it, or when the user has another.
func (s *Store) RegisterAs(ctx context.Context, saleID, userID int64, p auction.Paddle, name string, approved bool) (auction.Holder, error) {
	var h auction.Holder
	err := s.Update(ctx, func(tx *Tx) error {
		if err := tx.holdSale(ctx, saleID); err != nil {
			return err
		}
		var err error
		h, err = one(ctx, tx, readHolder, holderOfUser, saleID, userID)
		if none, err := absent(err); !none {
			if err == nil && p != "" && p != h.Paddle {
				return fmt.Errorf("the user has paddle %s: %w", h.Paddle, ErrConflict)
			}
			return err
		}
		if p == "" {
			next, err := tx.nextPaddle(ctx, saleID)
			if err != nil {
				return err
			}
			p = auction.Paddle(fmt.Sprint(next))
		}
		h, err = tx.addHolder(ctx, auction.Holder{SaleID: saleID, UserID: userID, Paddle: p, Name: name, Approved: approved})
		return err
	})
	return h, in(err, "register user %d for sale %d", userID, saleID)
}

// nextPaddle is the number after the highest. The sale is held.
func (t *Tx) nextPaddle(ctx context.Context, saleID int64) (int64, error) {
	last, err := one(ctx, t, readInt64, "SELECT MAX(paddle_no) FROM paddles WHERE sale_id = $1", saleID)
	return max(last+1, firstPaddle), err
}

func (t *Tx) addHolder(ctx context.Context, h auction.Holder) (auction.Holder, error) {
	var no any
	if n, ok := wholeNumber(string(h.Paddle)); ok {
		no = n
	}
	_, err := t.exec(ctx, insert("paddles", `sale_id, user_id, paddle, paddle_key, paddle_no, name, name_key,
		approved, spending_limit, epoch, created_at`, 1),
		h.SaleID, h.UserID, string(h.Paddle), orderKey(string(h.Paddle)), no, h.Name, foldName(h.Name),
		h.Approved, int64(h.Limit), h.Epoch, time.Now().UnixMilli())
	if err != nil {
		return h, in(err, "paddle %s", h.Paddle)
	}
	return one(ctx, t, readHolder, holderOfPaddle, h.SaleID, string(h.Paddle))
}

// SaveHolder writes a holder's name, approval, limit and epoch. Who is shut
// out of the bidding is the saleroom's to say. Mails that tell of it go into the
// outbox with it.
func (s *Store) SaveHolder(ctx context.Context, h auction.Holder, mails ...auction.Mail) error {
	err := s.Update(ctx, func(tx *Tx) error {
		if err := tx.saveHolder(ctx, h); err != nil {
			return err
		}
		return tx.KeepMails(ctx, mails)
	})
	return in(err, "save holder %d", h.ID)
}

func (t *Tx) saveHolder(ctx context.Context, h auction.Holder) error {
	return must(ctx, t, `UPDATE paddles SET name = $1, name_key = $2, approved = $3, spending_limit = $4, epoch = $5
		WHERE id = $6`, h.Name, foldName(h.Name), h.Approved, int64(h.Limit), h.Epoch, h.ID)
}

// ImportHolders registers and approves bidders in the order of the rows, all
// or none, and tells what became of each row. Users are found by e-mail
// address, guests without one by their name in this sale; who is not there is
// added, without a password. The same rows again change nothing. Somebody who
// has another paddle than the row says keeps it. When dry is set nothing is
// written. ErrConflict when a paddle or an address comes twice or a paddle is
// somebody else's.
func (s *Store) ImportHolders(ctx context.Context, saleID int64, rows []auction.HolderRow, dry bool) ([]auction.ImportFate, error) {
	fates := make([]auction.ImportFate, len(rows))
	err := s.imported(ctx, dry, func(tx *Tx) error {
		im, err := tx.holderImport(ctx, saleID, rows)
		if err != nil {
			return err
		}
		for i, row := range rows {
			if fates[i], err = im.row(ctx, row); err != nil {
				return in(err, "line %d", i+1)
			}
			if dry && fates[i].Fate == auction.FateNew {
				fates[i].ID = 0
			}
		}
		return nil
	})
	if err != nil {
		return nil, in(err, "import bidders into sale %d", saleID)
	}
	return fates, nil
}

// holderImport is an import under way.
type holderImport struct {
	tx       *Tx
	saleID   int64
	byEmail  map[string]auction.Holder
	guests   map[string][]auction.Holder // by folded name, each until a row is about them
	byPaddle map[auction.Paddle]bool     // taken, or promised to a row
	next     int64
}

func (t *Tx) holderImport(ctx context.Context, saleID int64, rows []auction.HolderRow) (*holderImport, error) {
	if err := t.holdSale(ctx, saleID); err != nil {
		return nil, err
	}
	have, err := all(ctx, t, readHolder, holdersOfSale, saleID)
	if err != nil {
		return nil, err
	}
	im := &holderImport{tx: t, saleID: saleID, byEmail: map[string]auction.Holder{},
		guests: map[string][]auction.Holder{}, byPaddle: map[auction.Paddle]bool{}}
	for _, h := range have {
		im.byPaddle[h.Paddle] = true
		if h.Email != "" {
			im.byEmail[h.Email] = h
		} else {
			im.guests[foldName(h.Name)] = append(im.guests[foldName(h.Name)], h)
		}
	}
	emails, paddles := map[string]bool{}, map[auction.Paddle]bool{}
	for i, row := range rows {
		email := plainEmail(row.Email)
		if email != "" && emails[email] || row.Paddle != "" && paddles[row.Paddle] {
			return nil, fmt.Errorf("line %d: its e-mail address or paddle comes twice: %w", i+1, ErrConflict)
		}
		emails[email], paddles[row.Paddle] = true, true
	}
	for p := range paddles {
		im.byPaddle[p] = true
	}
	im.next, err = t.nextPaddle(ctx, saleID)
	return im, err
}

// row takes one row in.
func (im *holderImport) row(ctx context.Context, row auction.HolderRow) (auction.ImportFate, error) {
	if h, ok := im.find(row); ok {
		return im.update(ctx, h, row)
	}
	user, err := im.user(ctx, row)
	if err != nil {
		return auction.ImportFate{}, err
	}
	for row.Paddle == "" {
		if p := auction.Paddle(fmt.Sprint(im.next)); !im.byPaddle[p] {
			row.Paddle = p
		}
		im.next++
	}
	name := row.Name
	if name == "" {
		name = user.Name
	}
	h, err := im.tx.addHolder(ctx, auction.Holder{SaleID: im.saleID, UserID: user.ID, Paddle: row.Paddle, Name: name, Approved: true})
	return auction.ImportFate{ID: h.ID, Number: string(row.Paddle), Fate: auction.FateNew}, err
}

// find looks for the row's holder in the sale. A guest's row is about the one
// with the paddle it names, if that has the name too, else the first of that
// name.
func (im *holderImport) find(row auction.HolderRow) (auction.Holder, bool) {
	if row.Email != "" {
		h, ok := im.byEmail[plainEmail(row.Email)]
		return h, ok
	}
	name := foldName(row.Name)
	same := im.guests[name]
	for i, h := range same {
		if row.Paddle == "" || row.Paddle == h.Paddle {
			im.guests[name] = append(same[:i:i], same[i+1:]...)
			return h, true
		}
	}
	return auction.Holder{}, false
}

func (im *holderImport) update(ctx context.Context, h auction.Holder, row auction.HolderRow) (auction.ImportFate, error) {
	fate := auction.ImportFate{ID: h.ID, Number: string(h.Paddle), Fate: auction.FateSame}
	if row.Paddle != "" && row.Paddle != h.Paddle {
		fate.Fate = auction.FateKept
		fate.Why = fmt.Sprintf("has paddle %s already, not %s", h.Paddle, row.Paddle)
		return fate, nil
	}
	if h.Approved && (row.Name == "" || row.Name == h.Name) {
		return fate, nil
	}
	fate.Fate = auction.FateChanged
	h.Approved = true
	if row.Name != "" {
		h.Name = row.Name
	}
	return fate, im.tx.saveHolder(ctx, h)
}

// user finds the row's user, or adds one.
func (im *holderImport) user(ctx context.Context, row auction.HolderRow) (auction.User, error) {
	if row.Email != "" {
		u, err := one(ctx, im.tx, readUser, userByEmail, plainEmail(row.Email))
		if none, err := absent(err); !none {
			return u, err
		}
	}
	return im.tx.addUser(ctx, auction.User{Email: row.Email, Name: row.Name, Role: auction.RoleBidder})
}
