package store_test

import (
	"testing"

	"outcry/saleroom"
	"outcry/store"
	"outcry/store/storetest"
)

// What the saleroom needs of a transaction is what the store has.
var _ saleroom.Tx = (*store.Tx)(nil)

func TestSQLite(t *testing.T) { storetest.Run(t, storetest.SQLite) }

func TestPostgreSQL(t *testing.T) {
	server := storetest.StartPostgres(t)
	storetest.Run(t, func(t *testing.T) *store.Store {
		return storetest.Open(t, store.Config{Dir: t.TempDir(), URL: server.Database(t)})
	})
}
