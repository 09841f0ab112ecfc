package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestFindTwins(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"option.go": `package p
var ReuseAddr = option(optSOL_SOCKET, optSO_REUSEADDR) // not optSO_DEBUG
var option = func(level, name int) any { return "optSO_TYPE" }
var optAbsent, options, optional_X, xoptSO_ERROR int
`,
		"cmsg.go":          "package p\nvar a, b = optSCM_RIGHTS, optSO_REUSEADDR\n",
		"option_test.go":   "package p\nvar c = optSO_LINGER\n",
		"zconst_darwin.go": "package p\nconst optSO_KEEPALIVE = 1\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	twins, err := findTwins(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, tw := range twins {
		got = append(got, filepath.Base(tw.pos.String())+" "+tw.name)
	}
	want := []string{"cmsg.go:2:12 SCM_RIGHTS", "option.go:2:24 SOL_SOCKET", "cmsg.go:2:27 SO_REUSEADDR"}
	if len(got) != len(want) {
		t.Fatalf("found %v, want %v", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("found %q, want %q", got[i], want[i])
		}
	}
}

func TestFindTwinsBadSource(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "option.go"), []byte("package p\nvar ="), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := findTwins(dir)
	checkError(t, err, "option.go:2")
}

func TestTwinErrors(t *testing.T) {
	const list = "group - - G\nSO_X doc | linux=1@h\nSO_TEXT doc | linux=\"a\"@h"
	tests := []struct{ name, want string }{
		{"SO_Y", "optSO_Y: there is no SO_Y in " + listName},
		{"SO_TEXT", "optSO_TEXT: SO_TEXT is a string"},
	}
	for _, tt := range tests {
		_, err := generate(list, fakeSys{}, []twin{{name: tt.name}})
		checkError(t, err, tt.want)
	}
}
