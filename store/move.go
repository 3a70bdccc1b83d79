package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"outcry/auction"
)

// movingKey is the setting that marks a database into which a house is being
// moved, with how far that has come.
const movingKey = "moving"

// ErrMoving means that a move into a database was begun and not finished.
var ErrMoving = errors.New("a house was being moved into this database and is not all there; run the move again")

// movedKey is the setting that marks a house as moved elsewhere; its value is
// when, in ms.
const movedKey = "moved"

// ErrMoved means that the house was moved elsewhere: bids taken here would be
// missing there. Unmark takes it back.
var ErrMoved = errors.New("the house was moved elsewhere and is not to be served here")

// Unmark lets a house that was moved elsewhere be served here again, for a move
// that came to nothing. ErrNotFound when it was not moved. s is open with
// Config.ForMove.
func Unmark(ctx context.Context, s *Store) error {
	if _, err := s.Setting(ctx, movedKey); err != nil {
		return err
	}
	return in(s.write(ctx, "DELETE FROM settings WHERE key = $1", movedKey), "take back that the house was moved")
}

// moveMark is what movingKey holds, as JSON. It changes in the transactions
// that bring the rows, so that it is right whenever the move is cut short.
type moveMark struct {
	House  string `json:"house"`
	Schema int    `json:"schema"`
	Tables int    `json:"tables"` // so many of plainTables are there
	Lot    int64  `json:"lot"`    // all lots up to this id are there
}

// Move carries a whole house into an empty store: everything that a backup
// has, with its ids, the secret that its links are signed with, and its id.
// It works from a SQLite file to PostgreSQL and back.
//
// from has to be open to write, which keeps a server from using it; a house
// on PostgreSQL must not be served by any process. Both may be open with
// Config.ForMove, and to has to be. It must be empty, or hold what an earlier Move of the same house
// brought before it was cut short: then it goes on from there. ErrNotEmpty when
// to holds anything else, ErrLocked when from is in use.
//
// First every lot is held against the rules as it is, then everything is
// brought over, then all of it is read back and compared, lot by lot: the row,
// the log with its chain of hashes, the bids. Only when all is the same does
// to become a house that can be served. Nothing in from is changed but that it
// is given an id if it had none, and at the end the mark that it was moved: it
// is not opened to be served any more (ErrMoved) until Unmark. progress, which
// may be nil, is told in words how far it is.
//
// To restore a backup into PostgreSQL, Restore it into a directory and Move
// that.
func Move(ctx context.Context, from, to *Store, progress func(string)) error {
	if progress == nil {
		progress = func(string) {}
	}
	m := &mover{from: from, to: to, say: func(format string, args ...any) { progress(fmt.Sprintf(format, args...)) }}
	return in(m.move(ctx), "move the house")
}

type mover struct {
	from, to *Store
	say      func(format string, args ...any)
	mark     moveMark
	moved    bool            // the source is marked as moved already
	read     runner          // the source, as it is at one moment
	truths   map[string]bool // "table.column": the target's are of type boolean
}

func (m *mover) move(ctx context.Context) error {
	if err := m.mayLeave(ctx); err != nil {
		return err
	}
	if err := m.mayEnter(ctx); err != nil {
		return err
	}
	if err := m.checkRules(ctx, m.from, "checked"); err != nil {
		return fmt.Errorf("%w; nothing of it was moved", err)
	}
	tx, err := m.from.engine.snapshot(ctx)
	if err != nil {
		return tell(err)
	}
	defer tx.Rollback() // it read only
	m.read = direct{tx}
	if m.truths, err = m.to.engine.booleans(ctx); err != nil {
		return in(tell(err), "ask for the target's columns")
	}
	for _, step := range []func(context.Context) error{m.bringTables, m.bringLots, m.bringPhotos, m.compare, m.finish} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// beats is how long a house is watched that another process may be serving: it
// writes its heartbeat each second.
const beats = 2500 * time.Millisecond

// mayLeave makes sure that nobody changes the source meanwhile.
func (m *mover) mayLeave(ctx context.Context) error {
	if m.from.readOnly || m.to.readOnly {
		return ErrReadOnly
	}
	if _, err := m.from.Setting(ctx, movingKey); err == nil {
		return fmt.Errorf("from: %w", ErrMoving)
	} else if _, err := absent(err); err != nil {
		return err
	}
	_, err := m.from.Setting(ctx, movedKey)
	none, err := absent(err)
	if err != nil {
		return err
	}
	m.moved = !none
	if m.from.lock == nil { // of a database that several may use
		last, err := m.from.LastBeat(ctx)
		if err != nil {
			return err
		}
		if !last.IsZero() {
			select {
			case <-time.After(beats):
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		if now, err := m.from.LastBeat(ctx); err != nil {
			return err
		} else if !now.Equal(last) {
			return fmt.Errorf("the house is %w; stop all of them first", ErrLocked)
		}
	}
	m.mark.Schema = newestSchema()
	m.mark.House, err = m.from.HouseID(ctx)
	return err
}

// mayEnter marks an empty target, or finds the mark of the same move.
func (m *mover) mayEnter(ctx context.Context) error {
	return m.to.Update(ctx, func(tx *Tx) error {
		text, err := one(ctx, tx, readText, selectSetting, movingKey)
		if none, err := absent(err); err != nil {
			return err
		} else if none {
			for _, table := range tables {
				n, err := one(ctx, tx, readInt64, "SELECT count(*) FROM "+table)
				if err != nil {
					return err
				}
				if n > 0 {
					return &plainError{fmt.Sprintf("there is a house in the target already: its table %s has %d rows", table, n), ErrNotEmpty}
				}
			}
			if m.moved {
				return ErrMoved
			}
			return m.note(ctx, tx, m.mark)
		}
		var begun moveMark
		if err := json.Unmarshal([]byte(text), &begun); err != nil {
			return in(err, "read how far the move has come")
		}
		if begun.House != m.mark.House || begun.Schema != m.mark.Schema {
			return &plainError{"another house, or another version's, was being moved into the target; empty it first", ErrNotEmpty}
		}
		m.mark = begun
		m.say("going on with a move that was cut short after lot id %d", begun.Lot)
		return nil
	})
}

// note writes how far the move has come, with the rows it speaks of.
func (m *mover) note(ctx context.Context, tx *Tx, mark moveMark) error {
	text, err := json.Marshal(mark)
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `INSERT INTO settings (key, value) VALUES ($1, $2)
		ON CONFLICT (key) DO UPDATE SET value = excluded.value`, movingKey, string(text))
	return err
}

// bring runs one transaction of the target, and notes that it is done.
func (m *mover) bring(ctx context.Context, done moveMark, fn func(*Tx) error) error {
	err := m.to.Update(ctx, func(tx *Tx) error {
		if err := fn(tx); err != nil {
			return err
		}
		return m.note(ctx, tx, done)
	})
	if err == nil {
		m.mark = done
	}
	return err
}

// saidEvery is after how many lots progress is told.
const saidEvery = 100

// checkRules holds every lot of a store against the rules.
func (m *mover) checkRules(ctx context.Context, s *Store, what string) error {
	n := 0
	err := s.EachLot(ctx, func(l auction.Lot, t auction.Terms, log []auction.Record) error {
		if err := auction.Check(l, t, log); err != nil {
			return fmt.Errorf("lot id %d does not follow the rules: %w", l.ID, err)
		}
		if n++; n%saidEvery == 0 {
			m.say("%s %d lots", what, n)
		}
		return ctx.Err()
	})
	if err == nil {
		m.say("%s all %d lots: every one follows the rules", what, n)
	}
	return err
}

// finish makes the target a house: ids go on after the highest that the source
// ever gave out, and the mark goes. The source is marked before: at no moment
// are there two houses that can be served.
func (m *mover) finish(ctx context.Context) error {
	last := map[string]int64{}
	for _, table := range numbered {
		id, err := m.from.engine.lastID(ctx, table)
		if err != nil {
			return in(tell(err), "the last id of %s", table)
		}
		last[table] = id
	}
	if err := m.from.SetSetting(ctx, movedKey, strconv.FormatInt(time.Now().UnixMilli(), 10)); err != nil {
		return in(err, "mark the source as moved")
	}
	err := m.to.Update(ctx, func(tx *Tx) error {
		for _, table := range numbered {
			if last[table] == 0 {
				continue
			}
			if err := m.to.engine.followID(ctx, tx, table, last[table]); err != nil {
				return in(err, "the next id of %s", table)
			}
		}
		return must(ctx, tx, "DELETE FROM settings WHERE key = $1", movingKey)
	})
	if err == nil {
		m.say("the house is moved")
	}
	return err
}
