package auction

import (
	"reflect"
	"testing"
	"time"
)

// TestDraftFollowsItsSale: what a lot has of its sale moves with the sale,
// what it has of its own stays.
func TestDraftFollowsItsSale(t *testing.T) {
	sale := Sale{OpensAt: noon, ClosesAt: noon.Add(time.Hour), Stagger: 30 * time.Second,
		SoftClose: SoftClose{Window: time.Minute, Extension: time.Minute}, Steps: Table{{0, 100}}}
	own := Draft{OpensAt: noon.Add(time.Minute), ClosesAt: noon.Add(2 * time.Hour), Terms: Terms{Opening: 5, Steps: Table{{0, 7}}}}
	moved := sale
	moved.OpensAt, moved.ClosesAt, moved.Stagger = noon.Add(24*time.Hour), noon.Add(25*time.Hour), time.Minute
	moved.Steps, moved.SoftClose.Extension = Table{{0, 200}}, 2*time.Minute

	plain := sale.Complete(Draft{}, 3)
	if !plain.OpensAt.Equal(noon) || !plain.ClosesAt.Equal(noon.Add(time.Hour+90*time.Second)) || plain.SoftClose != sale.SoftClose {
		t.Errorf("Complete(empty, 3) = %+v", plain)
	}
	plain = moved.Follow(sale, plain, 3, 3)
	if want := moved.Complete(Draft{}, 3); !reflect.DeepEqual(plain, want) {
		t.Errorf("Follow = %+v, want %+v", plain, want)
	}
	completed := sale.Complete(own, 3)
	own.SoftClose = sale.SoftClose
	if !reflect.DeepEqual(completed, own) {
		t.Errorf("Complete(own, 3) = %+v, want %+v", completed, own)
	}
	own.SoftClose = moved.SoftClose
	if got := moved.Follow(sale, completed, 3, 3); !reflect.DeepEqual(got, own) {
		t.Errorf("Follow = %+v, want %+v", got, own)
	}
}

func TestRoles(t *testing.T) {
	for role, staff := range map[Role]bool{"": false, RoleBidder: false, RoleClerk: true, RoleOrganiser: true, RoleOwner: true} {
		if role.Staff() != staff {
			t.Errorf("%q.Staff() = %t", role, !staff)
		}
	}
}
