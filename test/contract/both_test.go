package contract

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"outcry/store/storetest"
	"outcry/test/many"
)

// server keeps the houses of the tests that run at the moment; nil means that
// each has a SQLite file. The tests of this package run one after the other.
var server *storetest.Postgres

// words is the NATS server of the processes that serve each of the houses in
// server; nil means that one serves it.
var words *many.Messenger

// served is how many requests each of those processes has answered so far.
var served []int64

// onBoth are the tests that TestOnPostgreSQL runs once more.
var onBoth = []struct {
	name string
	test func(*testing.T)
}{
	{"Addresses", TestAddresses},
	{"Metrics", TestMetrics},
	{"PublicLot", TestPublicLot},
	{"Sale", TestSale},
	{"CrossSite", TestCrossSite},
	{"Outcomes", TestOutcomes},
	{"Refusals", TestRefusals},
	{"PausedAndLimit", TestPausedAndLimit},
	{"SameKey", TestSameKey},
	{"ARehearsalGoesOnAfterARestart", TestARehearsalGoesOnAfterARestart},
	{"BuyNow", TestBuyNow},
	{"NotJudged", TestNotJudged},
	{"NotApproved", TestNotApproved},
	{"TooMany", TestTooMany},
	{"PageBids", TestPageBids},
	{"NoHouse", TestNoHouse},
	{"HealthcheckAndDoctor", TestHealthcheckAndDoctor},
	{"Users", TestUsers},
	{"ImportProblems", TestImportProblems},
	{"ImportFlags", TestImportFlags},
	{"ImportAgain", TestImportAgain},
	{"ImportKeepsWhatIsBidOn", TestImportKeepsWhatIsBidOn},
	{"Encodings", TestEncodings},
	{"Lots500", TestLots500},
	{"Bidders", TestBidders},
	{"Backup", TestBackup},
	{"SocketOrigin", TestSocketOrigin},
	{"SocketAsksForWhatIsThere", TestSocketAsksForWhatIsThere},
	{"Frames", TestFrames},
	{"Beat", TestBeat},
	{"StandingIsOnesOwn", TestStandingIsOnesOwn},
	{"SocketEnds", TestSocketEnds},
	{"Log", TestLog},
	{"VerifyLog", TestVerifyLog},
	{"Enter", TestEnter},
	{"SignUpInOut", TestSignUpInOut},
	{"SignInLimit", TestSignInLimit},
	{"NextStaysHere", TestNextStaysHere},
	{"Desk", TestDesk},
	{"SetUp", TestSetUp},
	{"Secrets", TestSecrets},
	{"SecretsOfTheLog", TestSecretsOfTheLog},
}

// onFile are those that it does not, and why.
var onFile = map[string]string{
	"TestOverviewAndHelp":      "asks no house",
	"TestCalledWrongly":        "asks no house",
	"TestVersion":              "asks no house",
	"TestConfig":               "asks no house",
	"TestDemo":                 "a demo has a file of its own",
	"TestOneHouseOneProcess":   "a file has one process; PostgreSQL has many, in test/cluster",
	"TestVerifyFindsTampering": "edits copies of the file; TestVerifyFindsTamperingThere edits PostgreSQL",
	"TestEventsStay":           "writes into the file; TestVerifyFindsTamperingThere tries PostgreSQL",
	"TestOtherDatabases":       "marks of the file; what PostgreSQL may hold instead is in test/cluster, TestBadStart",
	"TestBadBackups":           "a backup is restored into a directory, wherever it came from",
}

// TestOnPostgreSQL: whatever a house is kept in, programs outside find the
// same.
func TestOnPostgreSQL(t *testing.T) {
	server = storetest.StartPostgres(t)
	defer func() { server = nil }()
	for _, x := range onBoth {
		t.Run(x.name, x.test)
	}
}

// byOne are those of onBoth that several processes do not pass, and why.
var byOne = map[string]string{
	"TooMany":                       "each process counts a paddle's bids for itself: docs/scale.md has the arithmetic",
	"SignInLimit":                   "each process counts tries to sign in for itself, likewise",
	"Metrics":                       "each process tells of itself",
	"HealthcheckAndDoctor":          "they ask one process",
	"ARehearsalGoesOnAfterARestart": "it stops one process and starts it again",
}

// spans are those of onBoth in which what one process did is asked of another;
// CI tries these, and all with OUTCRY_CLUSTER_ROUNDS (make cluster).
var spans = []string{"Outcomes", "SameKey", "Frames", "StandingIsOnesOwn", "SocketEnds", "SignUpInOut", "Desk", "SetUp"}

// TestOnThreeProcesses: three processes that share PostgreSQL and NATS are one
// house to programs outside, also when each of their requests reaches another.
func TestOnThreeProcesses(t *testing.T) {
	server, words, served = storetest.StartPostgres(t, "max_connections=200"), many.StartNATS(t), make([]int64, 3)
	defer func() { server, words = nil, nil }()
	all := os.Getenv("OUTCRY_CLUSTER_ROUNDS") != ""
	for _, x := range onBoth {
		if byOne[x.name] == "" && (all || slices.Contains(spans, x.name)) {
			t.Run(x.name, x.test)
		}
	}
	for i, n := range served {
		if n < 10 {
			t.Errorf("process %d answered %d requests: this proves little", i, n)
		}
	}
	t.Logf("requests answered by each process: %v", served)
}

// TestNoneIsForgotten: each test of this package is in one of the two lists.
func TestNoneIsForgotten(t *testing.T) {
	lists := map[string]int{}
	for _, x := range onBoth {
		lists["Test"+x.name]++
	}
	for name := range onFile {
		lists[name]++
	}
	files, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, name := range files {
		if name == "both_test.go" {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Recv != nil || !strings.HasPrefix(f.Name.Name, "Test") || f.Name.Name == "TestMain" {
				continue
			}
			found++
			if lists[f.Name.Name] != 1 {
				t.Errorf("%s is %d times in onBoth and onFile, want once: does it run on PostgreSQL too?", f.Name.Name, lists[f.Name.Name])
			}
		}
	}
	if found != len(lists) {
		t.Errorf("onBoth and onFile name %d tests, the package has %d", len(lists), found)
	}
}

// TestVerifyFindsTamperingThere: what somebody with the database's password
// changes behind the house's back is found, and a house that was put right
// again is whole. The database itself lets no event be changed.
func TestVerifyFindsTamperingThere(t *testing.T) {
	server = storetest.StartPostgres(t)
	defer func() { server = nil }()
	s := withBids(t)
	db, err := pgx.Connect(t.Context(), s.Database)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close(t.Context())
	exec := func(statement string) {
		t.Helper()
		if _, err := db.Exec(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	for _, q := range []string{"UPDATE events SET price = 1", "DELETE FROM events"} {
		if _, err := db.Exec(t.Context(), q); err == nil || !strings.Contains(err.Error(), "append-only") {
			t.Errorf("%s: %v, want it refused", q, err)
		}
	}
	exec("ALTER TABLE events DISABLE TRIGGER USER")
	s.must("verify")
	for name, x := range map[string]struct{ change, undo string }{
		"a lot's price":      {"UPDATE lots SET price = price + 100 WHERE id = 1", "UPDATE lots SET price = price - 100 WHERE id = 1"},
		"a lot's maximum":    {"UPDATE lots SET max = max + 1000 WHERE id = 2", "UPDATE lots SET max = max - 1000 WHERE id = 2"},
		"a standing maximum": {"UPDATE bids SET amount = amount + 1000 WHERE lot_id = 1 AND amount = 4444", "UPDATE bids SET amount = amount - 1000 WHERE lot_id = 1 AND amount = 5444"},
		"an event's paddle":  {"UPDATE events SET paddle = '104' WHERE lot_id = 1 AND seq = 3", "UPDATE events SET paddle = '102' WHERE lot_id = 1 AND seq = 3"},
		"an event's time":    {"UPDATE events SET at = at - 1000 WHERE lot_id = 1 AND seq = 2", "UPDATE events SET at = at + 1000 WHERE lot_id = 1 AND seq = 2"},
	} {
		exec(x.change)
		if r := s.Run("verify"); r.Code != 1 || !strings.Contains(r.Err, "lot ") {
			t.Errorf("%s was changed; verify: exit %d, %s%s", name, r.Code, r.Out, r.Err)
		}
		if r := s.Run("serve", "--listen", "127.0.0.1:0"); r.Code != 1 || !strings.Contains(r.Err, "outcry verify") {
			t.Errorf("%s was changed; serve: exit %d, %s; want it refused", name, r.Code, r.Err)
		}
		exec(x.undo)
		s.must("verify")
	}
}
