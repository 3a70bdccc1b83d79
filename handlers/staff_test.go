package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"outcry/auction"
)

func TestTheOwnerKeepsTheStaff(t *testing.T) {
	s := newSite(t)
	s.sale(1, published)
	clerk, bidder := s.person("Clem", auction.RoleClerk), s.person("Ben", auction.RoleBidder)
	if got := clerk.do("GET", "/desk/staff", nil); got.status != http.StatusForbidden {
		t.Errorf("a clerk at the staff's page: %d", got.status)
	}
	list := s.owner.get("/desk/staff")
	list.says(t, "the staff", 200, "Clem", "You: owner")
	if strings.Contains(list.text, "ben@example.org") {
		t.Error("a bidder is listed as staff")
	}
	role := func(id int64, to auction.Role) page {
		return s.owner.do("POST", "/desk/staff/"+num(id), url.Values{"role": {string(to)}})
	}
	role(clerk.user.ID, auction.RoleOrganiser)
	if u, err := s.store.UserByID(t.Context(), clerk.user.ID); err != nil || u.Role != auction.RoleOrganiser {
		t.Errorf("Clem is %s, %v; want organiser", u.Role, err)
	}
	if got := clerk.do("GET", "/desk", nil); got.status != http.StatusSeeOther {
		t.Errorf("with the session of before: %d, want to sign in again", got.status)
	}
	role(s.owner.user.ID, auction.RoleBidder).says(t, "one's own role", 422, "You cannot change your own role.")
	s.owner.do("POST", "/desk/staff", url.Values{"email": {bidder.user.Email}, "role": {"clerk"}})
	if u, err := s.store.UserByID(t.Context(), bidder.user.ID); err != nil || u.Role != auction.RoleClerk {
		t.Errorf("Ben is %s, %v; want clerk", u.Role, err)
	}
	s.owner.do("POST", "/desk/staff", url.Values{"email": {"new@example.org"}, "role": {"king"}}).says(t, "no such role", 422)
	s.owner.do("POST", "/desk/staff", url.Values{"email": {"new@example.org"}, "role": {"clerk"}, "name": {"Nell"}, "password": {"short"}}).says(t, "a short password", 422, "twelve letters")
	s.owner.do("POST", "/desk/staff", url.Values{"email": {"new@example.org"}, "role": {"clerk"}, "name": {"Nell"}, "password": {"a long enough password"}})
	u, err := s.store.UserByEmail(t.Context(), "new@example.org")
	if err != nil || u.Role != auction.RoleClerk || u.Password == "" {
		t.Errorf("Nell is %+v, %v", u, err)
	}
	s.owner.get("/desk/audit").says(t, "the audit list", 200, "Clem: clerk → organiser", "Ben: bidder → clerk", "Nell: clerk")
}
