package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestBillOfMaterials: the program's bill lists every module that go.mod has
// linked into it, each pinned and with its checksum, and what it embeds.
func TestBillOfMaterials(t *testing.T) {
	program := filepath.Join(t.TempDir(), "outcry")
	build := exec.Command("go", "build", "-o", program, "../..")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	vendored, err := os.ReadFile("../../static/vendor/README.md")
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := write(&out, program, string(vendored)); err != nil {
		t.Fatal(err)
	}
	var got bom
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	have := map[string]bool{}
	for _, c := range got.Components {
		have[c.Name] = true
		if c.Version == "" || strings.Contains(c.Version, "latest") || c.PURL == "" || c.Ref == "" {
			t.Errorf("%s is not pinned: %+v", c.Name, c)
		}
	}
	linked, err := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}}{{end}}{{end}}", "../..").Output()
	if err != nil {
		t.Fatal(err)
	}
	modules := strings.Fields(string(linked))
	if len(modules) < 8 {
		t.Fatalf("only %v are linked", modules)
	}
	for _, m := range append(modules, "std", "htmx.org") {
		if !have[m] {
			t.Errorf("%s is in the program and not in its bill", m)
		}
	}
	if err := write(&out, program, "no version here"); err == nil {
		t.Error("a bill without what is embedded was written")
	}
}
