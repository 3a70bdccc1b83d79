// Command sbom writes the bill of materials of a built program, in CycloneDX's
// JSON: what was linked into it as its own build information says, with the
// checksums that go.sum pinned, and what it embeds that is not Go.
//
//	go run ./test/sbom bin/outcry >bin/outcry.cdx.json
package main

import (
	"debug/buildinfo"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"regexp"
	"runtime/debug"
	"strings"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: sbom PROGRAM, in the root of the source")
		os.Exit(2)
	}
	vendored, err := os.ReadFile("static/vendor/README.md")
	if err == nil {
		err = write(os.Stdout, os.Args[1], string(vendored))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// bom is the part of CycloneDX 1.6 that is used here.
type bom struct {
	Format     string      `json:"bomFormat"`
	Spec       string      `json:"specVersion"`
	Version    int         `json:"version"`
	Metadata   metadata    `json:"metadata"`
	Components []component `json:"components"`
}

type metadata struct {
	Component component `json:"component"`
}

type component struct {
	Type       string     `json:"type"`
	Ref        string     `json:"bom-ref"`
	Name       string     `json:"name"`
	Version    string     `json:"version,omitempty"`
	PURL       string     `json:"purl,omitempty"`
	Hashes     []hash     `json:"hashes,omitempty"`
	Properties []property `json:"properties,omitempty"`
}

type hash struct {
	Alg     string `json:"alg"`
	Content string `json:"content"`
}

type property struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

func write(w io.Writer, program, vendored string) error {
	info, err := buildinfo.ReadFile(program)
	if err != nil {
		return fmt.Errorf("read the build information: %w", err)
	}
	b := bom{Format: "CycloneDX", Spec: "1.6", Version: 1}
	b.Metadata.Component = component{Type: "application", Ref: "outcry", Name: info.Main.Path, Version: info.Main.Version}
	for _, s := range info.Settings {
		b.Metadata.Component.Properties = append(b.Metadata.Component.Properties, property{"build:" + s.Key, s.Value})
	}
	b.Components = append(b.Components, component{
		Type: "library", Ref: "std", Name: "std", Version: strings.TrimPrefix(info.GoVersion, "go"), PURL: "pkg:golang/std@" + strings.TrimPrefix(info.GoVersion, "go"),
	})
	for _, m := range info.Deps {
		c, err := module(m)
		if err != nil {
			return err
		}
		b.Components = append(b.Components, c)
	}
	htmx, err := embedded(vendored)
	if err != nil {
		return err
	}
	b.Components = append(b.Components, htmx)
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(b)
}

// module is a Go module as a component. A module that stands in for another is
// named by what it is, not by what it stands for.
func module(m *debug.Module) (component, error) {
	if m.Replace != nil {
		m = m.Replace
	}
	c := component{Type: "library", Name: m.Path, Version: m.Version, PURL: "pkg:golang/" + m.Path + "@" + m.Version}
	c.Ref = c.PURL
	sum, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(m.Sum, "h1:"))
	if err != nil || len(sum) != 32 {
		return c, fmt.Errorf("%s %s has no checksum that can be read: %q", m.Path, m.Version, m.Sum)
	}
	c.Properties = []property{{"go:sum", m.Sum}, {"go:sum:h1:sha256", hex.EncodeToString(sum)}}
	return c, nil
}

var (
	htmxVersion = regexp.MustCompile("`htmx\\.org@([0-9.]+)`")
	htmxPackage = regexp.MustCompile("Package: SHA-256 `([0-9a-f]{64})`")
)

// embedded is htmx, as the file beside it tells.
func embedded(readme string) (component, error) {
	version, sum := htmxVersion.FindStringSubmatch(readme), htmxPackage.FindStringSubmatch(readme)
	if version == nil || sum == nil {
		return component{}, fmt.Errorf("static/vendor/README.md does not tell htmx's version and checksum")
	}
	purl := "pkg:npm/htmx.org@" + version[1]
	return component{Type: "library", Ref: purl, Name: "htmx.org", Version: version[1], PURL: purl, Hashes: []hash{{"SHA-256", sum[1]}}}, nil
}
