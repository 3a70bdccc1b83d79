package crash

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"

	"outcry/test/house"
)

// backup is one that is being written while the house ends.
type backup struct {
	e    *evening
	file string
	cmd  *exec.Cmd
	said bytes.Buffer
}

// backUp begins a backup beside the running house.
func (e *evening) backUp() *backup {
	e.t.Helper()
	b := &backup{e: e, file: filepath.Join(e.t.TempDir(), "backup.outcry")}
	b.cmd = exec.Command(house.Program(), "backup", b.file, "--data", e.house.Dir)
	b.cmd.Stdout, b.cmd.Stderr = &b.said, &b.said
	if err := b.cmd.Start(); err != nil {
		e.t.Fatal(err)
	}
	return b
}

// end waits for the backup, or kills it. Then there is none, or one that is
// whole.
func (b *backup) end(kill bool) {
	if kill {
		b.cmd.Process.Kill()
	}
	err := b.cmd.Wait()
	if err != nil && !kill {
		b.e.wrong("a backup while the house ended: %v %s", err, &b.said)
	}
	if _, err := os.Stat(b.file); err != nil {
		if !kill {
			b.e.wrong("a backup that ended well left no file: %v", err)
		}
		b.e.tally.cutBackups++
		return
	}
	b.e.tally.backups++
	dir := filepath.Join(b.e.t.TempDir(), "restored")
	for _, args := range [][]string{{"restore", b.file, "--data", dir}, {"verify", "--data", dir}} {
		if r := house.Run(b.e.t, house.Input{}, args...); r.Code != 0 {
			b.e.wrong("%s of a backup that was written while the house ended: %s", args[0], r.Err)
		}
	}
	os.RemoveAll(dir) // there are many of them
}
