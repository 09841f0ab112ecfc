package netdb

import (
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// tempDir returns a new directory. Unlike that of t.TempDir it is no error if it cannot be
// removed, as in Wine.
func tempDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "netdb") //nolint:usetesting // see above
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// A testFile is a file with a clock that only moves when it is told to.
type testFile struct {
	*file[string]
	time   time.Time
	parsed int
}

// fixed is a clock that shows what it is told.
func fixed(t *time.Time) func() time.Time { return func() time.Time { return *t } }

func newTestFile(t *testing.T, text string) *testFile {
	f := &testFile{time: time.Unix(1e9, 0)}
	f.file = newFile(filepath.Join(tempDir(t), "file"), func(text string) *string {
		f.parsed++
		return &text
	}, func() *string { s := "absent"; return &s })
	f.now = fixed(&f.time)
	if text != "" {
		f.write(t, text)
	}
	return f
}

func (f *testFile) write(t *testing.T, text string) {
	t.Helper()
	if err := os.WriteFile(f.path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func (f *testFile) want(t *testing.T, text string, parsed int) {
	t.Helper()
	if got := *f.get(); got != text {
		t.Errorf("%q, want %q", got, text)
	}
	if f.parsed != parsed {
		t.Errorf("parsed %d times, want %d", f.parsed, parsed)
	}
}

// TestFileChanged follows a file through all that can happen to it.
func TestFileChanged(t *testing.T) {
	f := newTestFile(t, "one")
	f.want(t, "one", 1)
	f.write(t, "three")
	f.time = f.time.Add(maxAge - 1)
	f.want(t, "one", 1) // not looked at yet
	f.time = f.time.Add(1)
	f.want(t, "three", 2)
	f.time = f.time.Add(maxAge)
	f.want(t, "three", 2) // has not changed

	later := time.Now().Add(time.Hour)
	f.write(t, "THREE") // the same size
	if err := os.Chtimes(f.path, later, later); err != nil {
		t.Fatal(err)
	}
	f.time = f.time.Add(maxAge)
	f.want(t, "THREE", 3)

	other := f.path + ".new" // the same size and time, as by cp -p and mv
	if err := os.WriteFile(other, []byte("Three"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(other, later, later); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(other, f.path); err != nil {
		t.Fatal(err)
	}
	f.time = f.time.Add(maxAge)
	f.want(t, "Three", 4)

	if err := os.Remove(f.path); err != nil {
		t.Fatal(err)
	}
	f.time = f.time.Add(maxAge - 1)
	f.want(t, "Three", 4) // proves that no file is touched
	f.time = f.time.Add(1)
	f.want(t, "absent", 4)
	f.time = f.time.Add(maxAge)
	f.want(t, "absent", 4)
	f.write(t, "back")
	f.time = f.time.Add(maxAge)
	f.want(t, "back", 5)

	f.time = f.time.Add(-time.Hour) // a clock set back does not freeze the file
	f.write(t, "again")
	f.want(t, "again", 6)
}

// TestFileUnreadable has a path that exists and cannot be read as a file.
func TestFileUnreadable(t *testing.T) {
	f := newTestFile(t, "")
	if err := os.Mkdir(f.path, 0o700); err != nil {
		t.Fatal(err)
	}
	f.want(t, "absent", 0)
	if err := os.Remove(f.path); err != nil {
		t.Fatal(err)
	}
	f.write(t, "file")
	f.time = f.time.Add(maxAge)
	f.want(t, "file", 1)
	if err := os.Remove(f.path); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(f.path, 0o700); err != nil {
		t.Fatal(err)
	}
	f.time = f.time.Add(maxAge)
	f.want(t, "file", 1) // what was known is kept
}

// TestFileBusy looks up while another goroutine reads the file: nobody waits for it.
func TestFileBusy(t *testing.T) {
	f := newTestFile(t, "one")
	f.want(t, "one", 1)
	f.write(t, "three")
	f.time = f.time.Add(maxAge)
	f.mu.Lock()
	f.want(t, "one", 1)
	f.mu.Unlock()
	f.want(t, "three", 2)
}

// TestFileFirst has many goroutines ask at once: one of them reads.
func TestFileFirst(t *testing.T) {
	f := newTestFile(t, "one")
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			if got := *f.get(); got != "one" {
				t.Errorf("%q", got)
			}
		})
	}
	wg.Wait()
	if f.parsed != 1 {
		t.Errorf("parsed %d times", f.parsed)
	}
}

func TestFileNoAlloc(t *testing.T) {
	f := newFile(filepath.Join(tempDir(t), "none"), func(s string) *string { return &s }, func() *string { return new(string) })
	f.get()
	if n := testing.AllocsPerRun(100, func() { f.get() }); n != 0 {
		t.Errorf("%v allocations", n)
	}
	if _, err := os.Stat(f.path); !os.IsNotExist(err) {
		t.Errorf("%v, want %v", err, fs.ErrNotExist)
	}
}

// TestHostsPaths has two files at once and the system's.
func TestHostsPaths(t *testing.T) {
	dir := tempDir(t)
	for _, name := range []string{"a", "b"} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte("192.0.2.1 "+name), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := format(Hosts(path).ByName(name)); got != "192.0.2.1 "+name {
			t.Errorf("%s: %q", path, got)
		}
	}
	first := Hosts(filepath.Join(dir, "a"))
	if again := Hosts(filepath.Join(dir, "a")); again != first {
		t.Error("parsed twice")
	}
	if got := Hosts(filepath.Join(dir, "none")).ByName("a"); got != nil {
		t.Errorf("%v in a file that does not exist", got)
	}
	if text, err := os.ReadFile(hostsPath()); err == nil {
		for name := range ParseHosts(string(text)).byName {
			if name != "" && Hosts("").ByName(name) == nil {
				t.Errorf("%q of %s is not found", name, hostsPath())
			}
		}
	}
}
