package contract

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"outcry/test/house"
)

// TestARehearsalGoesOnAfterARestart: bots bid in a rehearsal, and go on when the
// house was stopped and started; it is verified and backed up like any sale;
// wiped, it leaves a house that is as sound as before.
func TestARehearsalGoesOnAfterARestart(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	var lots []house.Lot
	for i := range 12 {
		lots = append(lots, house.Lot{Title: fmt.Sprint("Vase ", i+1), Opening: "10"})
	}
	h.Import("spring", lots, "--closes-in", "2h")
	h.AddUser("ruth@example.org", "Ruth", "owner", "a password for a test")
	h.Start()
	signIn := func() *house.Client {
		t.Helper()
		ruth := h.Client(house.Bidder{})
		if err := ruth.SignIn(t.Context(), "ruth@example.org", "a password for a test"); err != nil {
			t.Fatal(err)
		}
		return ruth
	}
	ruth := signIn()
	bids := func() (n int) {
		t.Helper()
		list, err := ruth.Lots(t.Context(), "spring-rehearsal")
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range list {
			n += l.Bids
		}
		return n
	}
	post := func(path string, form url.Values) {
		t.Helper()
		if _, err := ruth.Post(t.Context(), path, form); err != nil {
			t.Fatal(err)
		}
	}
	more := func(what string, than int) {
		t.Helper()
		if err := house.Wait(t.Context(), time.Minute, what, func() bool { return bids() > than }); err != nil {
			t.Fatal(err)
		}
	}
	post("/desk/sales/spring/try", url.Values{"minutes": {"15"}})
	more("bots bid", 3)
	if err := h.Stop(); err != nil {
		t.Fatal(err)
	}
	if err := h.Verify(); err != nil {
		t.Error(err)
	}
	h.Start()
	ruth = signIn()
	more("bots go on after a restart", bids())
	if out, err := h.Command("", "backup", t.TempDir()+"/house.outcry"); err != nil {
		t.Errorf("backup: %v\n%s", err, out)
	}
	post("/desk/sales/spring-rehearsal/wipe", url.Values{"sure": {"1"}})
	if _, err := ruth.Lots(t.Context(), "spring-rehearsal"); err == nil {
		t.Error("the rehearsal is there after it was wiped")
	}
	if list, err := ruth.Lots(t.Context(), "spring"); err != nil || len(list) != 12 || list[0].Bids != 0 {
		t.Errorf("the sale itself has %d lots, %v", len(list), err)
	}
	if err := h.Stop(); err != nil {
		t.Fatal(err)
	}
	if err := h.Verify(); err != nil {
		t.Error(err)
	}
	if log := h.Log(); strings.Contains(log, "level=WARN") || strings.Contains(log, "level=ERROR") {
		t.Errorf("the house complains:\n%s", log)
	}
}
