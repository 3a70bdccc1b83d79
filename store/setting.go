package store

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
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
	return in(s.write(ctx, `INSERT INTO settings (key, value) VALUES ($1, $2)
		ON CONFLICT (key) DO UPDATE SET value = excluded.value`, key, value), "set %q", key)
}

// secretKey is the setting that holds the secret, in hex.
const secretKey = "secret"

// Secret returns the 32 random bytes that this house signs its links with.
// They are made on first use and never change.
func (s *Store) Secret(ctx context.Context) ([]byte, error) {
	text, err := s.Setting(ctx, secretKey)
	if none, err := absent(err); err != nil {
		return nil, err
	} else if none {
		fresh := make([]byte, 32)
		rand.Read(fresh)
		err := s.Update(ctx, func(tx *Tx) (err error) {
			if _, err = tx.exec(ctx, "INSERT INTO settings (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING",
				secretKey, hex.EncodeToString(fresh)); err != nil {
				return err
			}
			text, err = one(ctx, tx, readText, selectSetting, secretKey) // another process may have been first
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("make the secret: %w", err)
		}
	}
	secret, err := hex.DecodeString(text)
	if err == nil && len(secret) != 32 {
		err = fmt.Errorf("it has %d bytes", len(secret))
	}
	return secret, in(err, "read the secret")
}
