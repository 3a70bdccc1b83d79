package cluster

import (
	"fmt"
	"net"
	"testing"
	"time"

	"outcry/store/storetest"
	"outcry/test/house"
)

// freeAddr is an address on loopback that nothing listens on.
func freeAddr(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().String()
}

// TestImportedLotsOpenAtOnce: lots that the import command brings to a house
// that runs, open when they are there, and not with the processes' next look at
// their timetable, which comes each second.
func TestImportedLotsOpenAtOnce(t *testing.T) {
	t.Parallel()
	c := open(t, database(t), 2, catalogue(1), 1, "--closes-in", "1h")
	office, guest := c.house(), house.Guest(c.front.URL())
	machine := storetest.WatchMachine(t)
	quick, said := 0, ""
	for n := 0; quick < 6 && n < 60; n++ { // by the look alone, one in six is that quick
		sale := fmt.Sprintf("sale-%d", n)
		office.Import(sale, catalogue(1), "--closes-in", "1h", "--nats", "nats://"+c.nats.Addr())
		watch := machine.Start()
		if err := house.Wait(t.Context(), 20*time.Second, "the lot opens", func() bool {
			lots, err := guest.Lots(t.Context(), sale)
			return err == nil && len(lots) == 1 && lots[0].State == "open"
		}); err != nil {
			t.Fatal(err)
		}
		took := watch.Took()
		said += " " + took.Round(time.Millisecond).String()
		if quick++; took > 150*time.Millisecond {
			quick = 0
		}
	}
	t.Logf("lots were open%s after the import", said)
	if quick < 6 {
		t.Error("lots that are imported do not open at once six times in a row")
	}
}
