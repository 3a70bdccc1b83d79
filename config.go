package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"outcry/store"
)

// setting is one value that can be given as a flag, in the environment, in a
// file, or not at all; the first of these that is given is in force.
type setting struct {
	name   string // of the flag; OUTCRY_NAME in the environment
	value  string // the default, until something is given
	secret bool   // masked when printed
	help   string
	from   string // where the value in force came from
}

// settings are those that a command knows, in the order of its help.
type settings []*setting

// storeSettings say where the house is kept. Each command has its own copy.
func storeSettings() settings {
	return settings{dataSetting(), databaseSetting(), allowAsyncSetting()}
}

// storeConfig is what they say.
func storeConfig(set settings) store.Config {
	return store.Config{Dir: set.get("data"), URL: set.get("database"), AllowAsync: set.get("allow-async") == "true"}
}

func allowAsyncSetting() *setting {
	return &setting{name: "allow-async", value: "false", help: "true: take a PostgreSQL whose standbys may lack accepted bids when it fails"}
}

func dataSetting() *setting {
	return &setting{name: "data", value: "outcry-data", help: "directory of the house: database, pictures, lock"}
}

func databaseSetting() *setting {
	return &setting{name: "database", secret: true, help: "postgres://… keeps sales there; without it they are in a SQLite file in the data directory"}
}

func serveSettings() settings {
	return slices.Concat(storeSettings(), settings{
		{name: "listen", value: "127.0.0.1:8080", help: "address to listen on; 0.0.0.0:8080 for every phone on the same network"},
		{name: "base-url", help: "address as people type it, such as https://sale.example.org or https://example.org/auctions; without it, whatever host they came by over plain http"},
		{name: "trusted-proxy", help: "addresses of proxies, such as 127.0.0.1 or 10.0.0.0/24, whose X-Forwarded-For tells who the client is; others are not believed"},
		{name: "nats", secret: true, help: "nats://… carries the word of a change between several processes"},
		{name: "drain", value: "2s/10s", help: "WAIT/OVER: how one of several processes stops: WAIT not ready, but serving all; then its sockets are sent away over OVER"},
		{name: "smtp", secret: true, help: "mail server: smtp://user:password@mail.example.org:587, or smtps://… where it begins with TLS; without it no mails are sent"},
		{name: "mail-from", help: "who mails are from, such as 'Spring School <sale@example.org>'"},
		{name: "push", value: "true", help: "false: tell nobody's phone anything, and so talk to no push service"},
		{name: "push-allow", help: "addresses of a push service of your own, such as 10.0.0.5 or 10.0.0.0/24; else messages go to the open internet alone"},
		{name: "metrics", value: "false", help: "true: serve /metrics in Prometheus' text format"},
		{name: "log-level", value: "info", help: "debug, info, warn or error"},
		{name: "bids-per-second", value: "10", help: "of one paddle; more are asked to wait"},
		{name: "sockets-per-address", value: "10000", help: "of one address, such as a venue's Wi-Fi"},
		profilesSetting(),
	}, tlsSettings())
}

func (s settings) get(name string) string {
	for _, x := range s {
		if x.name == name {
			return x.value
		}
	}
	panic("no setting " + name) // a command asks for what it declared
}

// parse reads flags, then fills in what they leave out from the environment
// and from the file that --config names. It returns what is left of args.
func (s settings) parse(command, usage string, args []string, stderr io.Writer) ([]string, error) {
	fs := flag.NewFlagSet(command, flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	file := fs.String("config", os.Getenv("OUTCRY_CONFIG"), "")
	given := map[string]*string{}
	for _, x := range s {
		if x.value == "false" {
			given[x.name] = new(string)
			fs.BoolFunc(x.name, "", func(v string) error { *given[x.name] = v; return nil })
			continue
		}
		given[x.name] = fs.String(x.name, "", "")
	}
	rest, err := parseMixed(fs, args)
	if errors.Is(err, flag.ErrHelp) {
		s.help(stderr, usage)
		return nil, flag.ErrHelp
	}
	if err != nil {
		return nil, misused("%v", err)
	}
	fromFile, err := readConfig(*file)
	if err != nil {
		return nil, err
	}
	set := map[string]bool{}
	fs.Visit(func(f *flag.Flag) { set[f.Name] = true })
	for _, x := range s {
		if set[x.name] {
			x.value, x.from = *given[x.name], "flag --"+x.name
			continue
		}
		if err := x.lookUp(fromFile, *file); err != nil {
			return nil, err
		}
	}
	s.followDomain()
	return rest, nil
}

// parseAll is parse for a command that takes nothing but settings.
func (s settings) parseAll(command, usage string, args []string, stderr io.Writer) error {
	rest, err := s.parse(command, usage, args, stderr)
	if err == nil && len(rest) > 0 {
		return misused("%q is not a setting", rest[0])
	}
	return err
}

// parseMixed takes flags before, between and behind the other arguments.
func parseMixed(fs *flag.FlagSet, args []string) ([]string, error) {
	var rest []string
	for {
		if err := fs.Parse(args); err != nil {
			return nil, err
		}
		if fs.NArg() == 0 {
			return rest, nil
		}
		rest = append(rest, fs.Arg(0))
		args = fs.Args()[1:]
	}
}

// env is the setting's name in the environment.
func (x *setting) env() string {
	return "OUTCRY_" + strings.ToUpper(strings.ReplaceAll(x.name, "-", "_"))
}

// lookUp takes the value from the environment, from a file that the
// environment names, or from the configuration file.
func (x *setting) lookUp(fromFile map[string]string, file string) error {
	x.from = "default"
	if v, ok := os.LookupEnv(x.env()); ok {
		x.value, x.from = v, "environment "+x.env()
		return nil
	}
	if name, ok := os.LookupEnv(x.env() + "_FILE"); ok {
		b, err := os.ReadFile(name)
		if err != nil {
			return fmt.Errorf("%s_FILE: %w", x.env(), err)
		}
		x.value, x.from = strings.TrimRight(string(b), "\r\n"), "file "+name+" by "+x.env()+"_FILE"
		return nil
	}
	if v, ok := fromFile[x.name]; ok {
		x.value, x.from = v, "file "+file
	}
	return nil
}

// readConfig reads a file of "name = value" lines; # begins a comment line.
func readConfig(name string) (map[string]string, error) {
	if name == "" {
		return nil, nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("configuration: %w", err)
	}
	defer f.Close()
	known := map[string]bool{}
	for _, x := range serveSettings() {
		known[x.name] = true
	}
	values := map[string]string{}
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		key, value, ok := strings.Cut(line, "=")
		key = strings.TrimSpace(key)
		if !ok || !known[key] {
			return nil, fmt.Errorf("%s, line %d: %q is no setting; write name = value, with the names of 'outcry serve --help'", name, n, line)
		}
		values[key] = strings.Trim(strings.TrimSpace(value), `"`)
	}
	return values, lines.Err()
}

func (s settings) help(w io.Writer, usage string) {
	if len(s) == 0 {
		fmt.Fprintln(w, strings.TrimSpace(usage))
		return
	}
	fmt.Fprintf(w, "%s\n\nSettings, as flag or in the environment as OUTCRY_NAME (OUTCRY_NAME_FILE reads a file),\nor as name = value in the file that --config names:\n\n", strings.TrimSpace(usage))
	for _, x := range s {
		def := ""
		if x.value != "" {
			def = " (" + x.value + ")"
		}
		fmt.Fprintf(w, "  --%-20s %s%s\n", x.name, x.help, def)
	}
}

// print shows every value in force and where it came from.
func (s settings) print(w io.Writer) {
	for _, x := range s {
		v := x.value
		if x.secret && v != "" {
			v = "********"
		}
		fmt.Fprintf(w, "%-20s = %-32s # %s\n", x.name, v, x.from)
	}
}
