package saleroom

import (
	"time"

	"outcry/auction"
)

// outbidPushGrace is how long somebody who lost the lead has to have it back
// before their phone is told. A page that is open says it at once; the phone is
// for those who have none, so it is hardly later.
const outbidPushGrace = 2 * time.Second

// wonPushSettles is how long a message to a buyer waits for more that they win:
// lots that fall together are told together.
const wonPushSettles = 12 * time.Second

// pushes are the messages to phones that go with these mails.
func pushes(mails []auction.Mail) []auction.Push {
	var list []auction.Push
	for _, m := range mails {
		p := auction.Push{SaleID: m.SaleID, LotID: m.LotID, Seq: m.Seq, Paddle: m.Paddle, Due: m.At, Until: m.Until, At: m.At}
		switch m.Kind {
		case auction.MailOutbid:
			p.Kind, p.Due = auction.PushOutbid, m.At.Add(outbidPushGrace)
		case auction.MailWon:
			p.Kind, p.Due = auction.PushWon, m.At.Add(wonPushSettles)
		default:
			continue
		}
		list = append(list, p)
	}
	return list
}
