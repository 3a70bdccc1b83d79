package store

import (
	"context"
	"fmt"
	"time"

	"outcry/auction"
)

const linkCols = "purpose, user_id, email, name, sale_id, next, created_at, until_at, used_at"

func readLink(row scanner, l *auction.Link) error {
	return row.Scan(number(&l.ID), (*string)(&l.Purpose), number(&l.UserID), &l.Email, &l.Name, number(&l.SaleID), &l.Next,
		at(&l.At), at(&l.Until), at(&l.Used))
}

const selectLink = "SELECT id, " + linkCols + " FROM links"

// AddLink keeps a link and puts the mail that brings it into the outbox.
func (s *Store) AddLink(ctx context.Context, l auction.Link) error {
	return in(s.Update(ctx, func(tx *Tx) error { return tx.addLink(ctx, l) }), "add a link")
}

func (t *Tx) addLink(ctx context.Context, l auction.Link) error {
	l.Email = plainEmail(l.Email)
	id, err := one(ctx, t, readInt64, insert("links", linkCols, 1)+" RETURNING id",
		string(l.Purpose), l.UserID, l.Email, l.Name, l.SaleID, l.Next, ms(l.At), ms(l.Until), ms(l.Used))
	if err != nil {
		return err
	}
	kind := auction.MailLink
	if l.Purpose == auction.LinkInvite {
		kind = auction.MailInvite
	}
	return t.KeepMails(ctx, []auction.Mail{{
		Kind: kind, Email: l.Email, SaleID: l.SaleID, Ref: id, Data: l.Lang, At: l.At, Due: l.At, Until: l.Until,
	}})
}

// Link returns a link, used or run out as it may be.
func (s *Store) Link(ctx context.Context, id int64) (auction.Link, error) {
	l, err := one(ctx, s.reads, readLink, selectLink+" WHERE id = $1", id)
	return l, in(err, "link %d", id)
}

// UseLink uses a link up and returns whose account it is for, whose address is
// thereby theirs for certain. An account that is not there yet is made, except
// by LinkSignIn and LinkPassword; LinkAddress gives the account its new address.
// Nobody's password is touched: whoever asked for the link may not be who
// opens it. ErrConflict when it was used before, has run out, or the address
// is taken by now; ErrNotFound when there is no account.
func (s *Store) UseLink(ctx context.Context, id int64, now time.Time) (auction.User, error) {
	var u auction.User
	err := s.Update(ctx, func(tx *Tx) error {
		l, err := one(ctx, tx, readLink, selectLink+" WHERE id = $1"+s.engine.forUpdate(), id)
		if err != nil {
			return err
		}
		if !l.Used.IsZero() || !now.Before(l.Until) {
			return fmt.Errorf("it is used, or has run out: %w", ErrConflict)
		}
		if err := must(ctx, tx, "UPDATE links SET used_at = $1 WHERE id = $2", ms(now), id); err != nil {
			return err
		}
		if u, err = tx.ownerOf(ctx, l); err != nil {
			return err
		}
		u.Email, u.Verified = l.Email, now
		return must(ctx, tx, "UPDATE users SET email = $1, verified_at = $2 WHERE id = $3", u.Email, ms(now), u.ID)
	})
	return u, in(err, "use link %d", id)
}

// ownerOf finds or makes the account that a link is for.
func (t *Tx) ownerOf(ctx context.Context, l auction.Link) (auction.User, error) {
	if l.Purpose == auction.LinkAddress {
		return one(ctx, t, readUser, "SELECT "+userCols+" FROM users WHERE id = $1", l.UserID)
	}
	u, err := one(ctx, t, readUser, userByEmail, l.Email)
	none, other := absent(err)
	makes := l.Purpose == auction.LinkSignUp || l.Purpose == auction.LinkInvite
	if !none || !makes {
		if none {
			other = ErrNotFound
		}
		return u, other
	}
	return t.addUser(ctx, auction.User{Email: l.Email, Name: l.Name, Role: auction.RoleBidder})
}

// SweepLinks forgets the links that ran out before an instant.
func (s *Store) SweepLinks(ctx context.Context, before time.Time) error {
	err := s.Update(ctx, func(tx *Tx) error {
		_, err := tx.exec(ctx, "DELETE FROM links WHERE until_at < $1", ms(before))
		return err
	})
	return in(err, "sweep links")
}

// Invite lets people get a paddle in a sale, by address, and returns how many
// were not invited before; each of those is mailed the link that links makes of
// the address, where the house sends mails.
func (s *Store) Invite(ctx context.Context, saleID int64, emails []string, now time.Time, link func(email string) *auction.Link) (int, error) {
	fresh := 0
	err := s.Update(ctx, func(tx *Tx) error {
		fresh = 0
		for _, email := range emails {
			n, err := tx.exec(ctx, "INSERT INTO invitations (sale_id, email, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
				saleID, plainEmail(email), ms(now))
			if err != nil {
				return err
			}
			fresh += int(n)
			if l := link(email); n > 0 && l != nil {
				if err := tx.addLink(ctx, *l); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return fresh, in(err, "invite to sale %d", saleID)
}

// Invited reports whether an address was invited to a sale.
func (s *Store) Invited(ctx context.Context, saleID int64, email string) (bool, error) {
	n, err := one(ctx, s.reads, readInt64, "SELECT count(*) FROM invitations WHERE sale_id = $1 AND email = $2", saleID, plainEmail(email))
	return n > 0, in(err, "invitation to sale %d", saleID)
}

// Invitations lists who was invited to a sale, by address.
func (s *Store) Invitations(ctx context.Context, saleID int64) ([]auction.Invitation, error) {
	list, err := all(ctx, s.reads, func(row scanner, v *auction.Invitation) error {
		return row.Scan(&v.Email, at(&v.At), paddle(&v.Paddle))
	}, `SELECT i.email, i.at, COALESCE(p.paddle, '') FROM invitations i LEFT JOIN users u ON u.email = i.email
			LEFT JOIN paddles p ON p.sale_id = i.sale_id AND p.user_id = u.id
		WHERE i.sale_id = $1 ORDER BY i.email`, saleID)
	return list, in(err, "invitations to sale %d", saleID)
}
