package store

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"time"
)

// Setting returns a setting; ErrNotFound when it was never set.
func (s *Store) Setting(ctx context.Context, key string) (string, error) {
	v, err := one(ctx, s.reads, readText, selectSetting, key)
	return v, in(err, "setting %q", key)
}

const selectSetting = "SELECT value FROM settings WHERE key = $1"

func readText(row scanner, text *string) error { return row.Scan(text) }

// SetSetting sets a setting.
func (s *Store) SetSetting(ctx context.Context, key, value string) error {
	return in(s.write(ctx, upsertSetting, key, value), "set %q", key)
}

const upsertSetting = "INSERT INTO settings (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value"

// Settings of the house itself.
const (
	secretKey  = "secret"   // 32 bytes in hex
	houseIDKey = "house_id" // 16 letters and digits

	firstOwnerKey = "first_owner" // held while an owner is made from the set-up link
)

// lasting returns a setting that is made once and never changes. Of several
// processes that make it at the same time one is first, and all return its.
func (s *Store) lasting(ctx context.Context, key string, fresh func() string) (string, error) {
	text, err := s.Setting(ctx, key)
	if none, err := absent(err); !none {
		return text, err
	}
	err = s.Update(ctx, func(tx *Tx) (err error) {
		if _, err = tx.exec(ctx, "INSERT INTO settings (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING",
			key, fresh()); err != nil {
			return err
		}
		text, err = one(ctx, tx, readText, selectSetting, key)
		return err
	})
	return text, err
}

// Secret returns the 32 random bytes that this house signs its links with.
// They are made on first use and never change.
func (s *Store) Secret(ctx context.Context) ([]byte, error) {
	text, err := s.lasting(ctx, secretKey, func() string {
		fresh := make([]byte, 32)
		rand.Read(fresh)
		return hex.EncodeToString(fresh)
	})
	if err != nil {
		return nil, in(err, "the house's secret")
	}
	secret, err := hex.DecodeString(text)
	if err == nil && len(secret) != 32 {
		err = fmt.Errorf("it has %d bytes", len(secret))
	}
	return secret, in(err, "read the secret")
}

// HouseID returns the 16 letters and digits that tell this house from any
// other. They are made on first use, and go with the house when it is moved.
func (s *Store) HouseID(ctx context.Context) (string, error) {
	id, err := s.lasting(ctx, houseIDKey, func() string { return rand.Text()[:16] })
	return id, in(err, "the house's id")
}

// ClockSkew tells how far the machine's clock is ahead of the one that decides
// about bids, which is PostgreSQL's; behind it is negative. Beside a file it is
// 0. It is exact to about half the way to the server and back.
func (s *Store) ClockSkew(ctx context.Context) (time.Duration, error) {
	skew, err := s.engine.skew(ctx)
	return skew, in(tell(err), "compare the clocks")
}
