package views

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"outcry/static"
)

// TestDump writes every page with its assets into the folder that
// OUTCRY_VIEWS_DUMP names, to be looked at in a browser through any file server.
func TestDump(t *testing.T) {
	dir := os.Getenv("OUTCRY_VIEWS_DUMP")
	if dir == "" {
		t.Skip("set OUTCRY_VIEWS_DUMP to a folder to write the pages there")
	}
	for _, p := range allPages() {
		if p.part {
			continue
		}
		text := strings.ReplaceAll(html(t, p.c), "hx-ws:connect", "data-no-socket")
		write(t, filepath.Join(dir, p.name+".html"), []byte(text))
		dumpAssets(t, dir, text)
	}
	if err := os.CopyFS(filepath.Join(dir, "photos"), static.Demo()); err != nil && !os.IsExist(err) {
		t.Fatal(err)
	}
}

var assetPath = regexp.MustCompile(`/static/[\w.-]+`)

// dumpAssets writes what a text names, and what that names.
func dumpAssets(t *testing.T, dir, text string) {
	for _, path := range assetPath.FindAllString(text, -1) {
		file := filepath.Join(dir, filepath.FromSlash(path))
		if _, err := os.Stat(file); err == nil {
			continue
		}
		w := httptest.NewRecorder()
		static.Handler().ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		if w.Code != 200 {
			t.Errorf("%s: %d", path, w.Code)
			continue
		}
		write(t, file, w.Body.Bytes())
		if filepath.Ext(file) == ".css" {
			dumpAssets(t, dir, w.Body.String())
		}
	}
}

func write(t *testing.T, file string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, data, 0o644); err != nil {
		t.Fatal(err)
	}
}
