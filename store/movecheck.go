package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// sum is what rows amount to, in whatever order they came.
type sum []byte

// sums adds rows up by the group that a column names, or all in group 0 when
// there is no such column. Both databases give the same sum for the same rows.
func sums(ctx context.Context, r runner, group, text string, args ...any) (map[int64]sum, error) {
	each := map[int64][][]byte{}
	err := eachRow(ctx, r, func(cols []string, row []any) error {
		var of int64
		if i := slices.Index(cols, group); i >= 0 {
			of, _ = row[i].(int64)
		}
		h, err := rowSum(cols, row)
		each[of] = append(each[of], h)
		return err
	}, text, args...)
	all := make(map[int64]sum, len(each))
	for of, rows := range each {
		slices.SortFunc(rows, bytes.Compare)
		h := sha256.Sum256(bytes.Join(rows, nil))
		all[of] = h[:]
	}
	return all, err
}

// rowSum is the hash of a row. The databases name the same columns in the same
// order; truth is 0 and 1 in one of them.
func rowSum(cols []string, row []any) ([]byte, error) {
	h := sha256.New()
	add := func(kind byte, data []byte) {
		h.Write(binary.BigEndian.AppendUint64([]byte{kind}, uint64(len(data))))
		h.Write(data)
	}
	for i, v := range row {
		add('c', []byte(cols[i]))
		switch v := v.(type) {
		case nil:
			add('n', nil)
		case int64:
			add('i', binary.BigEndian.AppendUint64(nil, uint64(v)))
		case bool:
			add('i', binary.BigEndian.AppendUint64(nil, uint64(btoi(v))))
		case string:
			add('t', []byte(v))
		case []byte:
			add('b', v)
		default:
			return nil, fmt.Errorf("column %s is %T", cols[i], v)
		}
	}
	return h.Sum(nil), nil
}

// errDiffers ends a move whose target is not what its source is.
var errDiffers = errors.New("it is not the same in the target: the house was changed since the move began, or the target was; empty the target and move again")

// compare reads everything back. It holds the target's lots against the rules
// by themselves, too.
func (m *mover) compare(ctx context.Context) error {
	there := m.to.reads
	for _, table := range plainTables {
		if err := m.sameSums(ctx, there, "", rowsOf(table)); err != nil {
			return in(err, "table %s", table)
		}
	}
	parts, err := m.ranges(ctx, 0)
	if err != nil {
		return err
	}
	for _, t := range lotTables {
		for _, part := range parts {
			text := fmt.Sprintf("SELECT * FROM %s WHERE %s BETWEEN $1 AND $2", t.name, t.lot)
			if err := m.sameSums(ctx, there, t.lot, text, part.first, part.last); err != nil {
				return in(err, "table %s", t.name)
			}
		}
		if err := m.sameCount(ctx, there, t.name); err != nil {
			return err
		}
		m.say("compared all %s", t.name)
	}
	return m.checkRules(ctx, m.to, "read back")
}

// sameSums compares what a statement selects in both stores.
func (m *mover) sameSums(ctx context.Context, there runner, group, text string, args ...any) error {
	want, err := sums(ctx, m.read, group, text, args...)
	if err != nil {
		return err
	}
	got, err := sums(ctx, there, group, text, args...)
	if err != nil {
		return err
	}
	for of := range got {
		if want[of] == nil {
			want[of] = sum{} // in the target only
		}
	}
	for of := range want {
		if bytes.Equal(want[of], got[of]) {
			continue
		}
		if group == "" {
			return errDiffers
		}
		return fmt.Errorf("lot id %d: %w", of, errDiffers)
	}
	return nil
}

// sameCount finds rows outside all the ranges that were compared.
func (m *mover) sameCount(ctx context.Context, there runner, table string) error {
	want, err := one(ctx, m.read, readInt64, "SELECT count(*) FROM "+table)
	if err != nil {
		return err
	}
	got, err := one(ctx, there, readInt64, "SELECT count(*) FROM "+table)
	if err == nil && got != want {
		err = fmt.Errorf("table %s has %d rows, not %d: %w", table, got, want, errDiffers)
	}
	return err
}
