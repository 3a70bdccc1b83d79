package fault

import (
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"outcry/test/house"
	"outcry/test/ledger"
)

// TestBackupUnderLoad makes backups while people bid: each is the house as it
// was at one moment, with every bid that was acknowledged before it was begun.
func TestBackupUnderLoad(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	c := gather(t, h, 6, 12, "--closes-in", "2h")
	stop := c.begin(c.lots, 4*time.Millisecond)
	defer stop()
	dir := t.TempDir()
	for i := range 3 {
		c.grows(50)
		known := c.acknowledged()
		file := filepath.Join(dir, strconv.Itoa(i)+".outcry")
		if r := h.Run("backup", file); r.Code != 0 {
			t.Fatalf("backup: %s", r.Err)
		}
		other := house.New(t)
		if r := house.Run(t, house.Input{}, "restore", file, "--data", other.Dir); r.Code != 0 {
			t.Fatalf("restore: %s", r.Err)
		}
		if err := other.Verify(); err != nil {
			t.Error(err)
		}
		other.Start()
		for _, lot := range c.lots {
			path := "/lots/" + strconv.FormatInt(lot, 10) + "/log"
			kept, err := other.Client(house.Bidder{}).Get(t.Context(), path, "")
			if err != nil {
				t.Fatal(err)
			}
			now, err := c.clients[0].Get(t.Context(), path, "")
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasPrefix(string(now), string(kept)) {
				t.Errorf("lot %d: a backup has\n%s\nwhich is not how the log begins:\n%s", lot, kept, now)
			}
			events, err := ledger.Read(string(kept))
			if err != nil || int64(len(events)) < known[lot] {
				t.Errorf("lot %d: a backup has %d events, %v; %d were acknowledged before it was begun", lot, len(events), err, known[lot])
			}
		}
		if err := other.Stop(); err != nil {
			t.Error(err)
		}
	}
	stop()
	c.settle()
}
