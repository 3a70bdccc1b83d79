package push

import (
	"crypto/ecdh"
	"encoding/base64"
	"testing"

	"outcry/handlers/push/pushtest"
)

func unbase(t *testing.T, text string) []byte {
	t.Helper()
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// TestSealVector is the example of RFC 8291, appendix A.
func TestSealVector(t *testing.T) {
	own, err := ecdh.P256().NewPrivateKey(unbase(t, "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"))
	if err != nil {
		t.Fatal(err)
	}
	key := unbase(t, "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4")
	auth := unbase(t, "BTBZMqHH6r4Tts7J_aSIgg")
	got, err := seal(own, unbase(t, "DGv6ra1nlYgDCS1FRnbzlw"), key, auth, append([]byte("When I grow up, I want to be a watermelon"), 2))
	if err != nil {
		t.Fatal(err)
	}
	const want = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
	if text := base64.RawURLEncoding.EncodeToString(got); text != want {
		t.Errorf("sealed as\n%s, want\n%s", text, want)
	}
}

// Every message is equally long, and none is longer than push services take.
func TestMessagesAreEquallyLong(t *testing.T) {
	b := pushtest.NewBrowser(t, "https://push.example.org/1")
	for n, want := range map[int]int{0: 86 + padTo + 16, 1: 86 + padTo + 16, padTo - 1: 86 + padTo + 16, mostBytes: recordSize} {
		out, err := encrypt(b.Key, b.Auth, make([]byte, n))
		if err != nil || len(out) != want {
			t.Errorf("%d bytes become %d, %v; want %d", n, len(out), err, want)
		}
	}
	if _, err := encrypt(b.Key, b.Auth, make([]byte, mostBytes+1)); err == nil {
		t.Error("a message that is too long was taken")
	}
	if CheckKeys(b.Key, b.Auth) != nil || CheckKeys(b.Key, b.Auth[1:]) == nil || CheckKeys(make([]byte, 65), b.Auth) == nil {
		t.Error("CheckKeys takes what cannot be used, or refuses what can")
	}
}
