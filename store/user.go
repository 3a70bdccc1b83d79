package store

import (
	"context"
	"slices"
	"strings"
	"time"

	"outcry/auction"
)

const userCols = "id, COALESCE(email, ''), name, role, password, created_at, verified_at, lang"

func readUser(row scanner, u *auction.User) error { return row.Scan(userFields(u)...) }

func userFields(u *auction.User) []any {
	return []any{&u.ID, &u.Email, &u.Name, (*string)(&u.Role), &u.Password, at(&u.At), at(&u.Verified), &u.Lang}
}

func plainEmail(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// nullable is NULL for "".
func nullable(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// AddUser adds somebody and returns them with their id. ErrConflict when the
// e-mail address is taken. At is now when it is zero.
func (s *Store) AddUser(ctx context.Context, u auction.User) (auction.User, error) {
	err := s.Update(ctx, func(tx *Tx) (err error) {
		u, err = tx.addUser(ctx, u)
		return err
	})
	return u, in(err, "add a user")
}

// AddFirstOwner is AddUser for the owner of a house that has none, ErrNotFound
// when it has one. Of several processes that are asked at the same time one
// makes theirs: the setting's row is held until the owner stands.
func (s *Store) AddFirstOwner(ctx context.Context, u auction.User) (auction.User, error) {
	err := s.Update(ctx, func(tx *Tx) error {
		if _, err := tx.exec(ctx, upsertSetting, firstOwnerKey, "made"); err != nil {
			return err
		}
		n, err := one(ctx, tx, readInt64, "SELECT count(*) FROM users WHERE role = $1", string(auction.RoleOwner))
		if err != nil {
			return err
		}
		if n > 0 {
			return ErrNotFound
		}
		u.Role = auction.RoleOwner
		u, err = tx.addUser(ctx, u)
		return err
	})
	return u, in(err, "add the first owner")
}

func (t *Tx) addUser(ctx context.Context, u auction.User) (auction.User, error) {
	u.Email = plainEmail(u.Email)
	if u.At.IsZero() {
		u.At = instant(time.Now().UnixMilli())
	}
	var err error
	u.ID, err = one(ctx, t, readInt64,
		insert("users", "email, name, role, password, created_at, verified_at, lang", 1)+" RETURNING id",
		nullable(u.Email), u.Name, string(u.Role), u.Password, ms(u.At), ms(u.Verified), u.Lang)
	return u, err
}

// UserByID returns a user.
func (s *Store) UserByID(ctx context.Context, id int64) (auction.User, error) {
	u, err := one(ctx, s.reads, readUser, "SELECT "+userCols+" FROM users WHERE id = $1", id)
	return u, in(err, "user %d", id)
}

const userByEmail = "SELECT " + userCols + " FROM users WHERE email = $1"

// UserByEmail returns a user by e-mail address, in any case.
func (s *Store) UserByEmail(ctx context.Context, email string) (auction.User, error) {
	u, err := one(ctx, s.reads, readUser, userByEmail, plainEmail(email))
	return u, in(err, "user by e-mail address")
}

// Users lists everybody in the order they came.
func (s *Store) Users(ctx context.Context) ([]auction.User, error) {
	list, err := all(ctx, s.reads, readUser, "SELECT "+userCols+" FROM users ORDER BY id")
	return list, in(err, "list users")
}

// SetPassword keeps a password's hash, in PHC form; "" = cannot sign in by it.
func (s *Store) SetPassword(ctx context.Context, id int64, hash string) error {
	return in(s.write(ctx, "UPDATE users SET password = $1 WHERE id = $2", hash, id), "set the password of user %d", id)
}

// SetRole changes what somebody may do. Who runs no sales any more is the
// organiser of none, and does not become it again by the role alone.
func (s *Store) SetRole(ctx context.Context, id int64, role auction.Role) error {
	err := s.Update(ctx, func(tx *Tx) error {
		if err := must(ctx, tx, "UPDATE users SET role = $1 WHERE id = $2", string(role), id); err != nil {
			return err
		}
		if role == auction.RoleOrganiser || role == auction.RoleOwner {
			return nil
		}
		_, err := tx.exec(ctx, "DELETE FROM sale_organisers WHERE user_id = $1", id)
		return err
	})
	return in(err, "set the role of user %d", id)
}

// SetName changes somebody's name.
func (s *Store) SetName(ctx context.Context, id int64, name string) error {
	return in(s.write(ctx, "UPDATE users SET name = $1 WHERE id = $2", name, id), "set the name of user %d", id)
}

// SetLang notes the language that somebody has chosen to read, "" = none.
// ErrNotFound when there is no such user.
func (s *Store) SetLang(ctx context.Context, id int64, tag string) error {
	return in(s.write(ctx, "UPDATE users SET lang = $1 WHERE id = $2", tag, id), "set the language of user %d", id)
}

// SetEmail gives somebody another address, which they have yet to show to be
// theirs. ErrConflict when it is taken.
func (s *Store) SetEmail(ctx context.Context, id int64, email string) error {
	return in(s.write(ctx, "UPDATE users SET email = $1, verified_at = 0 WHERE id = $2", plainEmail(email), id), "set the address of user %d", id)
}

const sessionCols = "token, user_id, by_link, holder_id, device, until_at, created_at"

func readSession(row scanner, ses *auction.Session) error { return row.Scan(sessionFields(ses)...) }

func sessionFields(ses *auction.Session) []any {
	return []any{hash(&ses.Token), &ses.UserID, &ses.ByLink, number(&ses.Holder), &ses.Device, at(&ses.Until), at(&ses.Created)}
}

// AddSession keeps a session. ErrNotFound when its user is not there.
func (s *Store) AddSession(ctx context.Context, ses auction.Session) error {
	return in(s.write(ctx, insert("sessions", sessionCols, 1),
		ses.Token[:], ses.UserID, ses.ByLink, ses.Holder, ses.Device, ms(ses.Until), ms(ses.Created)), "add a session")
}

// Visitor returns whose a session is, by the hash of its cookie, with their
// place in a sale if they have one there, and whether they run it. A session that has run out is
// ErrNotFound. It is one statement, because every page of somebody signed in
// and every bid begins with it.
func (s *Store) Visitor(ctx context.Context, token auction.Hash, saleID int64) (auction.Visitor, error) {
	v, err := one(ctx, s.reads, readVisitor, visitorOf, saleID, token[:], time.Now().UnixMilli())
	return v, in(err, "session")
}

const visitorOf = `SELECT s.token, s.user_id, s.by_link, s.holder_id, s.device, s.until_at, s.created_at,
	u.id, COALESCE(u.email, ''), u.name, u.role, u.password, u.created_at, u.verified_at, u.lang,
	COALESCE(p.id, 0), COALESCE(p.sale_id, 0), COALESCE(p.user_id, 0), COALESCE(p.paddle, ''), COALESCE(p.name, ''), COALESCE(u.email, ''),
	COALESCE(p.approved, FALSE), COALESCE(p.spending_limit, 0), COALESCE(p.epoch, 0), COALESCE(p.created_at, 0), COALESCE(p.blocked_at, 0),
	u.role = 'owner' OR u.role = 'organiser' AND EXISTS (SELECT 1 FROM sale_organisers o WHERE o.sale_id = $1 AND o.user_id = s.user_id)
	FROM sessions s JOIN users u ON u.id = s.user_id LEFT JOIN paddles p ON p.sale_id = $1 AND p.user_id = s.user_id
	WHERE s.token = $2 AND s.until_at > $3`

func readVisitor(row scanner, v *auction.Visitor) error {
	return row.Scan(slices.Concat(sessionFields(&v.Session), userFields(&v.User), holderFields(&v.Holder), []any{&v.Organises})...)
}

// SessionsOf lists a user's sessions that have not run out, newest first.
func (s *Store) SessionsOf(ctx context.Context, user int64) ([]auction.Session, error) {
	list, err := all(ctx, s.reads, readSession,
		"SELECT "+sessionCols+" FROM sessions WHERE user_id = $1 AND until_at > $2 ORDER BY created_at DESC, token", user, time.Now().UnixMilli())
	return list, in(err, "sessions of user %d", user)
}

// askedAtOnce is how many sessions or people one statement asks for; fewer are filled up
// with zeros, so that there is one statement to keep.
const askedAtOnce = 100

// SessionsAlive says which of some sessions have neither ended nor run out.
func (s *Store) SessionsAlive(ctx context.Context, tokens []auction.Hash, now time.Time) (map[auction.Hash]bool, error) {
	alive := make(map[auction.Hash]bool, len(tokens))
	for part := range slices.Chunk(tokens, askedAtOnce) {
		w := &where{}
		w.add("until_at > ? AND token IN (", ms(now))
		for i := range askedAtOnce {
			var token auction.Hash
			if i < len(part) {
				token = part[i]
			}
			if i > 0 {
				w.add(", ")
			}
			w.add("?", token[:])
		}
		w.add(")")
		list, err := all(ctx, s.reads, func(row scanner, h *auction.Hash) error { return row.Scan(hash(h)) },
			"SELECT token FROM sessions WHERE "+w.text.String(), w.args...)
		if err != nil {
			return nil, in(err, "look at sessions")
		}
		for _, token := range list {
			alive[token] = true
		}
	}
	return alive, nil
}

// ProlongSession puts the end of a session off; one that has ended stays so.
func (s *Store) ProlongSession(ctx context.Context, token auction.Hash, until time.Time) error {
	err := s.Update(ctx, func(tx *Tx) error {
		_, err := tx.exec(ctx, "UPDATE sessions SET until_at = $1 WHERE token = $2 AND until_at > $3 AND until_at < $1", ms(until), token[:], time.Now().UnixMilli())
		return err
	})
	return in(err, "prolong a session")
}

// EndSession forgets a session; one that is gone already is none to end.
func (s *Store) EndSession(ctx context.Context, token auction.Hash) error {
	_, err := s.endSessions(ctx, "DELETE FROM sessions WHERE token = $1", token[:])
	return err
}

// EndSessionsOf forgets all sessions of a user but one, and returns which it
// forgot. The zero hash spares none.
func (s *Store) EndSessionsOf(ctx context.Context, user int64, but auction.Hash) ([]auction.Hash, error) {
	return s.endSessions(ctx, "DELETE FROM sessions WHERE user_id = $1 AND token <> $2", user, but[:])
}

// SweepSessions forgets the sessions that have run out at an instant.
func (s *Store) SweepSessions(ctx context.Context, now time.Time) error {
	_, err := s.endSessions(ctx, "DELETE FROM sessions WHERE until_at <= $1", ms(now))
	return err
}

func (s *Store) endSessions(ctx context.Context, text string, args ...any) (ended []auction.Hash, err error) {
	err = s.Update(ctx, func(tx *Tx) error {
		ended, err = all(ctx, tx, func(row scanner, h *auction.Hash) error { return row.Scan(hash(h)) }, text+" RETURNING token", args...)
		return err
	})
	return ended, in(err, "end sessions")
}
