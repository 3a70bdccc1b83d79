package auction

import "time"

// Repeated answers a submission whose key the same bidder used before, by the
// bid that came with it first and the answer that it was given (rules §9): the
// same content hears the same answer, other content is refused as KeyReused.
// Nothing changes either way.
func Repeated(l Lot, t Terms, now time.Time, first Bid, answer Answer, b Bid) Answer {
	if first.Amount == b.Amount && first.kind() == b.kind() {
		return answer
	}
	return Answer{Outcome: Refused, Reason: KeyReused, Lot: l.ID, Key: b.Key, Amount: b.Amount,
		Seq: l.Seq, At: l.moment(now), Price: l.Price, Ask: l.Ask(t), Lead: l.Lead,
		ClosesAt: l.ClosesAt, ReserveMet: l.reserveMet(t)}
}
