package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestNoSaleIsMadeThatIsOver(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "lots.csv")
	if err := os.WriteFile(file, []byte("Title\nA vase\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, errs strings.Builder
	args := []string{"import", "--data", filepath.Join(dir, "house"), "--sale", "spring", "--create",
		"--opens-at", "2025-01-01T10:00:00Z", "--closes-at", "2025-01-01T12:00:00Z", file}
	if code := run(t.Context(), args, &out, &errs); code != 1 || !strings.Contains(errs.String(), "over already") {
		t.Errorf("a sale of last year: exit code %d, said %q and %q", code, out.String(), errs.String())
	}
}
