package auction

import "time"

// Row is one line of a lot's public history (rules §2.8).
type Row struct {
	Seq       int64 // of the event; a bid and the automatic answer to it share one
	At        time.Time
	Paddle    Paddle
	Amount    Money
	Automatic bool   // the leader's automatic bid answered
	Voided    bool   // struck out, with the bid that it answered
	Reason    string // for Voided
	Without   string // why the desk took it below the ask; "" = by the rules
}

// History is a lot's public history, oldest first: each bid and, after one
// that was outbid at once, the leader's automatic answer. Bidders who raised
// their own maximum without moving the price are left out.
func History(log []Event) []Row {
	struck := make(map[int64]string)
	for i := range log {
		if log[i].Kind == BidVoided {
			struck[log[i].Ref] = log[i].Reason
		}
	}
	rows := make([]Row, 0, len(log))
	var lead Paddle
	var price Money
	for i := range log {
		e := &log[i]
		silent := e.Paddle == lead && e.Price == price
		lead, price = e.Lead, e.Price
		if e.Kind != BidTaken || silent {
			continue
		}
		reason, voided := struck[e.Seq]
		row := Row{Seq: e.Seq, At: e.At, Paddle: e.Paddle, Amount: e.Amount, Voided: voided, Reason: reason, Without: e.Reason}
		rows = append(rows, row)
		if e.Automatic {
			row.Paddle, row.Amount, row.Automatic, row.Without = e.Lead, e.Price, true, ""
			rows = append(rows, row)
		}
	}
	return rows
}
