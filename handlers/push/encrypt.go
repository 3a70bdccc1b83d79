// Package push tells browsers that have no page open: it sends what waits in
// the outbox through the push services that the browsers' makers run. It knows
// how messages are carried and nothing of what they say.
package push

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
)

const (
	recordSize = 4096 // RFC 8291 §4: at most, and what every push service takes
	mostBytes  = recordSize - 86 - 17
	// padTo hides how long a message is: all of ours are equally long.
	padTo = 1024
)

// encrypt writes a message that only the browser with these keys can read
// (RFC 8291, aes128gcm). Each is under a key pair of its own.
func encrypt(key, auth, words []byte) ([]byte, error) {
	own, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	salt := make([]byte, 16)
	rand.Read(salt)
	return seal(own, salt, key, auth, pad(words))
}

// pad adds the delimiter of the last record, and zeros up to the usual length.
func pad(words []byte) []byte {
	out := append(bytes.Clone(words), 2)
	for len(out) < padTo {
		out = append(out, 0)
	}
	return out
}

// seal is encrypt with a given key pair and salt, of what is padded already.
func seal(own *ecdh.PrivateKey, salt, key, auth, padded []byte) ([]byte, error) {
	if len(padded) > mostBytes+1 {
		return nil, fmt.Errorf("a push message of %d bytes is too long", len(padded))
	}
	theirs, err := ecdh.P256().NewPublicKey(key)
	if err != nil {
		return nil, fmt.Errorf("the browser's key: %w", err)
	}
	shared, err := own.ECDH(theirs)
	if err != nil {
		return nil, err
	}
	mine := own.PublicKey().Bytes()
	secret, err := hkdf.Key(sha256.New, shared, auth, "WebPush: info\x00"+string(key)+string(mine), 32)
	if err != nil {
		return nil, err
	}
	cek, err := hkdf.Key(sha256.New, secret, salt, "Content-Encoding: aes128gcm\x00", 16)
	if err != nil {
		return nil, err
	}
	nonce, err := hkdf.Key(sha256.New, secret, salt, "Content-Encoding: nonce\x00", 12)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(cek)
	if err != nil {
		return nil, err
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	out := append(bytes.Clone(salt), binary.BigEndian.AppendUint32(nil, recordSize)...)
	out = append(append(out, byte(len(mine))), mine...)
	return gcm.Seal(out, nonce, padded, nil), nil
}

// CheckKeys tells whether a message could be encrypted for these.
func CheckKeys(key, auth []byte) error {
	if len(auth) != 16 {
		return fmt.Errorf("the shared secret has %d bytes, want 16", len(auth))
	}
	_, err := ecdh.P256().NewPublicKey(key)
	return err
}
