package netdb

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// maxAge is how long a look-up trusts what was read, the same as in package net.
const maxAge = 5 * time.Second

// A file is a text file as its parser understands it. Within maxAge of the last look
// at the file a look-up costs an atomic load; after it one goroutine asks whether
// the file has changed while the others go on with what there is.
type file[T any] struct {
	path   string
	parse  func(text string) *T
	absent func() *T // stands for a file that does not exist or cannot be read
	now    func() time.Time

	current atomic.Pointer[version[T]]
	mu      sync.Mutex // held by who looks at the file
}

// A version is the state of a file at one time. It does not change.
type version[T any] struct {
	db      *T
	info    fs.FileInfo // of the file that was parsed, nil if there was none
	checked time.Time
}

func newFile[T any](path string, parse func(string) *T, absent func() *T) *file[T] {
	return &file[T]{path: path, parse: parse, absent: absent, now: time.Now}
}

// get returns the database, which must not be changed.
func (f *file[T]) get() *T {
	v := f.current.Load()
	if v != nil && f.isFresh(v) {
		return v.db
	}
	if v == nil {
		f.mu.Lock()
	} else if !f.mu.TryLock() {
		return v.db
	}
	defer f.mu.Unlock()
	if v = f.current.Load(); v == nil || !f.isFresh(v) {
		v = f.check(v)
		f.current.Store(v)
	}
	return v.db
}

func (f *file[T]) isFresh(v *version[T]) bool {
	age := f.now().Sub(v.checked)
	return 0 <= age && age < maxAge
}

// check returns the version of now: old, which may be nil, if the file has not
// changed, or cannot be read for a reason that may pass.
func (f *file[T]) check(old *version[T]) *version[T] {
	next := &version[T]{checked: f.now()}
	if old != nil {
		info, err := os.Stat(f.path)
		if err == nil && old.info != nil && isSame(info, old.info) ||
			errors.Is(err, fs.ErrNotExist) && old.info == nil {
			next.db, next.info = old.db, old.info
			return next
		}
	}
	text, info, err := read(f.path)
	switch {
	case err == nil:
		next.db, next.info = f.parse(text), info
	case old != nil && !errors.Is(err, fs.ErrNotExist):
		next.db, next.info = old.db, old.info
	default:
		next.db = f.absent()
	}
	return next
}

func isSame(a, b fs.FileInfo) bool {
	return os.SameFile(a, b) && a.Size() == b.Size() && a.ModTime().Equal(b.ModTime())
}

// read returns the text of a file and its state from before it was read: a change in
// between is seen the next time.
func read(path string) (string, fs.FileInfo, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", nil, err
	}
	text, err := io.ReadAll(f)
	return string(text), info, err
}
