package store

import (
	"context"

	"outcry/auction"
)

// MailStops lists what somebody wants no mails about.
func (s *Store) MailStops(ctx context.Context, user int64) ([]string, error) {
	list, err := all(ctx, s.reads, readText, "SELECT topic FROM mail_stops WHERE user_id = $1 ORDER BY topic", user)
	return list, in(err, "what user %d wants no mails about", user)
}

// StopMails ends, or begins again, the mails to somebody about a topic.
func (s *Store) StopMails(ctx context.Context, user int64, topic string, stop bool) error {
	text := "DELETE FROM mail_stops WHERE user_id = $1 AND topic = $2"
	if stop {
		text = "INSERT INTO mail_stops (user_id, topic) VALUES ($1, $2) ON CONFLICT DO NOTHING"
	}
	err := s.Update(ctx, func(tx *Tx) error {
		_, err := tx.exec(ctx, text, user, topic)
		return err
	})
	return in(err, "mails to user %d about %s", user, topic)
}

// ConsignorOf returns the user who offers a lot: the one whose address the
// catalogue names, or the one bidder of its sale who has the name that it
// names. ErrNotFound when nobody is meant, or more than one may be.
func (s *Store) ConsignorOf(ctx context.Context, lot int64) (auction.User, error) {
	list, err := all(ctx, s.reads, readUser, "SELECT "+userCols+` FROM users WHERE id IN (
			SELECT u.id FROM lots l JOIN users u ON u.email = l.consignor_key WHERE l.id = $1
			UNION SELECT p.user_id FROM lots l JOIN paddles p ON p.sale_id = l.sale_id AND p.name_key = l.consignor_key
			WHERE l.id = $2 AND l.consignor_key <> '')`, lot, lot)
	if err == nil && len(list) != 1 {
		err = ErrNotFound
	}
	if err != nil {
		return auction.User{}, in(err, "consignor of lot %d", lot)
	}
	return list[0], nil
}
