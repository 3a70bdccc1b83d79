# outcry. `make run` opens a demo sale; `make test` checks everything.

# One static binary: no resolver, no user database and no loadable extension of
# the C library; SQLite with its hardening on, and a statement planned once, not
# anew for each value (QPSG).
TAGS      := netgo,osusergo,sqlite_omit_load_extension
CFLAGS    := -O2 -g0 -DSQLITE_DEFAULT_DEFENSIVE=1 -DSQLITE_DQS=0 -DSQLITE_TRUSTED_SCHEMA=0 -DSQLITE_ENABLE_QPSG
export CGO_ENABLED := 1
export CGO_CFLAGS  := $(CFLAGS)
export GOFLAGS     := -tags=$(TAGS)

LISTEN ?= 127.0.0.1:8080

.PHONY: run build test test-only lint generate tools axe fonts bench carry pictures pictures-check cluster crash mutants rehearsal fuzz sbom reproducible clean

## run: build and open the demo sale, with bots that bid
run: bin/outcry
	./bin/outcry demo --listen $(LISTEN)

## build: one static binary, bin/outcry
build: bin/outcry

SOURCES := $(shell find . -name '*.go' -not -path './node_modules/*') $(shell find static store/migrations -type f) go.mod go.sum

bin/outcry: $(SOURCES)
	go build -trimpath -ldflags '-s -w -linkmode external -extldflags "-static"' -o $@ .

## test: all that CI runs; installs what it needs first, or says what is missing
test: tools lint test-only
	./test/fuzz 3000x

# The rules are tried on a million bids, and a hundred thousand lots are sold in
# virtual time, without the race detector, which has nothing to find in them;
# everything, these on fewer, runs under it.
# Nothing is taken from the cache, which does not see the program that test/ builds.
test-only:
	go test -count=1 -timeout 5m ./auction ./test/sim
	go test -race -count=1 -timeout 14m ./...

## lint: vet, staticcheck, gofmt, templ regenerated without a difference
lint:
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); echo "gofmt these files"; exit 1; }
	go mod verify
	go vet ./...
	go tool staticcheck ./...
	go tool templ generate -include-version=false -path views >/dev/null
	@git diff --exit-code -- views || { echo "views/*.templ and their generated code differ; run 'make generate'"; exit 1; }

## generate: templ components to Go
generate:
	go tool templ generate -include-version=false -path views

## tools: the browser and the database that the tests drive (Debian packages), and axe-core (npm)
tools:
	@./test/tools

## axe: axe-core on every page, light and dark, on a phone and a desk; `make test` looks at two of the four
axe: tools
	OUTCRY_AXE=all go test -count=1 -timeout 1h -run TestEveryPage -v ./test/browser

## crash: the long forms of all that must lose nothing (many hours), with a table of figures
CRASH ?= bin/crash.log
crash:
	@mkdir -p $(dir $(CRASH))
	@rm -f $(CRASH)
	@for p in crash upgrade fault linear sim; do \
		echo "test/$$p"; \
		OUTCRY_CRASH_ROUNDS=1000 OUTCRY_SIM_LOTS=10000000 go test -count=1 -timeout 12h -v ./test/$$p >>$(CRASH) || { tail -100 $(CRASH); exit 1; }; \
	done
	@./test/crash/table <$(CRASH)

## mutants: deliberate bugs, each of which a named test has to see; writes docs/mutants.md
mutants: tools
	go run ./test/mutants -out docs/mutants.md

## rehearsal: 500 lots, 200 bidders, 50 of them bidding for ten minutes
rehearsal: bin/outcry
	OUTCRY_REHEARSAL=10m go test -count=1 -timeout 30m -run TestRehearsal -v ./test/load

## cluster: processes, database and NATS killed and cut, twenty rounds
cluster:
	OUTCRY_CLUSTER_ROUNDS=20 go test -count=1 -timeout 2h -v ./test/cluster
	OUTCRY_CLUSTER_ROUNDS=20 go test -count=1 -timeout 30m -run TestOnThreeProcesses ./test/contract

## fonts: cut static/fonts from static/fonts-src (Debian's fonttools and python3-brotli); its result is committed
fonts:
	./static/fonts-src/make

## bench: what outcry does all evening, each figure beside what the machine could do at all (docs/fast.md)
BENCH ?= -out docs/bench
bench:
	go run ./test/load/bench $(BENCH)

## carry: what several processes of one house carry
carry:
	OUTCRY_CLUSTER_CARRY=1 go test -count=1 -timeout 30m -run TestCarry -v ./test/cluster

## pictures: docs/pictures anew, every page in its dresses; look at what git says has changed
pictures:
	OUTCRY_PICTURES=make go test -count=1 -timeout 30m -run '^TestPictures$$' ./test/browser

## pictures-check: every page against docs/pictures (make test compares a few)
pictures-check:
	OUTCRY_PICTURES=check go test -count=1 -timeout 30m -run '^TestPictures$$' ./test/browser

## fuzz: every fuzz target for a while (FUZZTIME=20s, 1h …; FUZZ=name for one)
FUZZTIME ?= 20s
FUZZ ?= ^Fuzz
fuzz:
	./test/fuzz $(FUZZTIME) '$(FUZZ)'

## sbom: bin/outcry.cdx.json, what the program is made of (CycloneDX)
sbom: bin/outcry
	go run ./test/sbom bin/outcry >bin/outcry.cdx.json

## reproducible: build twice, from two folders and with an empty cache, and compare
reproducible:
	./test/reproducible

clean:
	rm -rf bin
