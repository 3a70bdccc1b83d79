package storetest

import (
	"fmt"
	"reflect"
	"testing"
	"time"
)

// Fill puts a value that is not zero, and that no other field has, into every
// field of a struct, except those that skip names ("Field" or "Outer.Field").
// A field that a store forgets then shows up as a difference, also one that is
// added to a type years from now.
func Fill(t *testing.T, into any, skip ...string) {
	t.Helper()
	f := filler{t: t, skip: map[string]bool{}}
	for _, s := range skip {
		f.skip[s] = true
	}
	f.value(reflect.ValueOf(into).Elem(), "")
}

// Shift is Fill with other values than Fill's, and without photos.
func Shift(t *testing.T, into any) {
	t.Helper()
	f := filler{t: t, n: 500, skip: map[string]bool{"Photos": true}}
	f.value(reflect.ValueOf(into).Elem(), "")
}

type filler struct {
	t    *testing.T
	n    int64
	skip map[string]bool
}

var (
	typeTime     = reflect.TypeFor[time.Time]()
	typeDuration = reflect.TypeFor[time.Duration]()
)

func (f *filler) value(v reflect.Value, name string) {
	if f.skip[name] {
		return
	}
	f.n++
	switch {
	case v.Type() == typeTime:
		v.Set(reflect.ValueOf(time.UnixMilli(1_790_000_000_000 + f.n*1001).UTC()))
		return
	case v.Type() == typeDuration:
		v.SetInt(int64(time.Duration(f.n) * time.Second))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			field := v.Type().Field(i)
			inner := field.Name
			if name != "" && !field.Anonymous {
				inner = name + "." + field.Name
			}
			f.value(v.Field(i), inner)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.value(v.Elem(), name)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		f.value(v.Index(0), name)
		f.value(v.Index(1), name)
	case reflect.Array:
		for i := range v.Len() {
			f.value(v.Index(i), name)
		}
	case reflect.String:
		v.SetString(fmt.Sprintf("%s é%d", name, f.n))
	case reflect.Int, reflect.Int64:
		v.SetInt(f.n)
	case reflect.Uint8:
		v.SetUint(uint64(f.n%250) + 1)
	case reflect.Bool:
		v.SetBool(true)
	default:
		f.t.Fatalf("Fill knows no %s (field %s)", v.Type(), name)
	}
}

// Same fails the test when two values differ, and says in which fields.
func Same(t *testing.T, what string, got, want any) {
	t.Helper()
	if reflect.DeepEqual(got, want) {
		return
	}
	g, w := reflect.ValueOf(got), reflect.ValueOf(want)
	if g.Kind() != reflect.Struct || g.Type() != w.Type() {
		t.Errorf("%s:\n got %+v\nwant %+v", what, got, want)
		return
	}
	for i := range g.NumField() {
		gf, wf := g.Field(i).Interface(), w.Field(i).Interface()
		if !reflect.DeepEqual(gf, wf) {
			t.Errorf("%s: %s is %+v, want %+v", what, g.Type().Field(i).Name, gf, wf)
		}
	}
}
