package house

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"strings"
	"time"
)

// App is somebody's authenticator app, with the secret that a page shows as
// letters in groups.
type App string

// Code is what the app shows so many half minutes from now.
func (a App) Code(later int64) string {
	secret, err := base32.StdEncoding.DecodeString(strings.ReplaceAll(string(a), " ", ""))
	if err != nil {
		return err.Error()
	}
	mac := hmac.New(sha1.New, secret)
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(time.Now().Unix()/30+later)))
	sum := mac.Sum(nil)
	n := binary.BigEndian.Uint32(sum[sum[19]&15:]) & 0x7fffffff
	return fmt.Sprintf("%06d", n%1000000)
}
