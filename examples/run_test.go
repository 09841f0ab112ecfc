package examples

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bsdsocket/socket"
)

// This file builds the examples and runs them, and Python.

// binDir is where the built examples are.
var binDir string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "examples")
	if err != nil {
		log.Fatal(err)
	}
	binDir = dir // build may set it to another
	// A program built with -race sleeps for a second before it ends.
	os.Setenv("GORACE", os.Getenv("GORACE")+" atexit_sleep_ms=0")
	status := m.Run()
	os.RemoveAll(dir)
	os.Exit(status)
}

// needPrograms builds the examples if that is not done yet. It skips the test where
// they can not be built or run.
func needPrograms(t testing.TB) {
	t.Helper()
	obstacle, err := build()
	if err != nil {
		t.Fatal(err)
	}
	if obstacle != "" {
		t.Skip(obstacle)
	}
}

var build = sync.OnceValues(func() (obstacle string, err error) {
	if dir := os.Getenv("SOCKET_EXAMPLES"); dir != "" {
		binDir = dir // where .ci/wine has built them: Wine has no go command
		return "", nil
	}
	if _, err := exec.LookPath("go"); err != nil {
		return fmt.Sprint("cannot build the examples: ", err), nil
	}
	if err := touchSources(); err != nil {
		return "", err
	}
	args := []string{"build", "-o", binDir + string(filepath.Separator)}
	if raceDetector() {
		args = append(args, "-race")
	}
	cmd := exec.Command("go", append(args, "./...")...)
	cmd.Env = append(os.Environ(), "GOOS="+runtime.GOOS, "GOARCH="+runtime.GOARCH)
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%v: %w\n%s", cmd, err, out)
	}
	// An emulator that runs this test may not run what it starts.
	if err := exec.Command(program("tour"), "-h").Run(); err != nil {
		return fmt.Sprint("the examples do not run here: ", err), nil
	}
	return "", nil
})

// touchSources looks at all the sources. The go command notes at which files a test looks:
// without this it would go on showing the cached result when an example has changed.
func touchSources() error {
	sources, err := filepath.Glob(filepath.Join("*", "*.go"))
	for _, source := range sources {
		_, statErr := os.Stat(source)
		err = errors.Join(err, statErr)
	}
	return err
}

// raceDetector reports whether this test was built with -race.
func raceDetector() bool {
	info, _ := debug.ReadBuildInfo()
	for _, s := range info.Settings {
		if s.Key == "-race" {
			return s.Value == "true"
		}
	}
	return false
}

// program returns the path of an example.
func program(name string) string {
	path := filepath.Join(binDir, name)
	if runtime.GOOS == "windows" {
		path += ".exe"
	}
	return path
}

// timeLimit bounds each process.
const timeLimit = time.Minute

// A process is a program that runs.
type process struct {
	t      testing.TB
	cmd    *exec.Cmd
	pipe   *bufio.Reader
	stdout strings.Builder // what has been read from pipe
	stderr bytes.Buffer
}

// start runs a program in a directory. It is killed when its time is up or the test
// ends.
func start(t testing.TB, dir, path string, args ...string) *process {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), timeLimit)
	p := &process{t: t, cmd: exec.CommandContext(ctx, path, args...)}
	p.cmd.Dir = dir
	p.cmd.Stderr = &p.stderr
	p.cmd.WaitDelay = 10 * time.Second // for what a killed process leaves behind
	pipe, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.pipe = bufio.NewReader(pipe)
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		p.cmd.Wait()
	})
	return p
}

// await reads until the program has printed a line that starts with some text, and
// returns the rest of that line.
func (p *process) await(text string) string {
	p.t.Helper()
	for {
		line, err := p.pipe.ReadString('\n')
		p.stdout.WriteString(line)
		if rest, ok := strings.CutPrefix(line, text); ok {
			return strings.TrimSpace(rest)
		}
		if err != nil {
			out, errText, status := p.end()
			p.t.Fatalf("%v ended with status %d and did not print %q:\n%s%s", p.cmd, status, text, out, errText)
		}
	}
}

// end waits for the end of the program and returns what it has printed, as plain makes
// it, and its exit status.
func (p *process) end() (stdout, stderr string, status int) {
	p.t.Helper()
	if _, err := io.Copy(&p.stdout, p.pipe); err != nil {
		p.t.Error(err)
	}
	var exit *exec.ExitError
	if err := p.cmd.Wait(); err != nil && !errors.As(err, &exit) {
		p.t.Error(err)
	}
	return plain(p.stdout.String()), plain(p.stderr.String()), p.cmd.ProcessState.ExitCode()
}

// succeed waits for the end of the program, which must have printed this and nothing
// to stderr.
func (p *process) succeed(want string) {
	p.t.Helper()
	p.endWith(0, want, "")
}

// endWith waits for the end of the program and checks everything about it.
func (p *process) endWith(status int, stdout, stderr string) {
	p.t.Helper()
	gotOut, gotErr, gotStatus := p.end()
	if gotStatus != status {
		p.t.Errorf("%v: status %d, want %d", p.cmd, gotStatus, status)
	}
	if gotOut != stdout {
		p.t.Errorf("%v: stdout\n%s\nwant\n%s", p.cmd, gotOut, stdout)
	}
	if gotErr != stderr {
		p.t.Errorf("%v: stderr\n%s\nwant\n%s", p.cmd, gotErr, stderr)
	}
}

var portNumber = regexp.MustCompile(`(?m)(127\.0\.0\.1:|localhost:)\d+|( port )\d+$`)

// plain is what a program prints with PORT in the place of port numbers, and "\n" at the
// end of lines on every system.
func plain(text string) string {
	return portNumber.ReplaceAllString(strings.ReplaceAll(text, "\r\n", "\n"), "${1}${2}PORT")
}

// python returns the path of a Python 3 interpreter, or skips the test.
func python(t testing.TB) string {
	t.Helper()
	path, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("no python3 to talk to: ", err)
	}
	if err := exec.Command(path, "-c", "import socket").Run(); err != nil {
		t.Skip("python3 does not run here: ", err)
	}
	return path
}

// needUnix skips a test where the system has no AF_UNIX sockets.
func needUnix(t testing.TB) {
	t.Helper()
	if !hasUnix(t) {
		t.Skip("no AF_UNIX sockets on this system")
	}
}

// hasUnix reports whether the system has AF_UNIX sockets.
func hasUnix(t testing.TB) bool {
	t.Helper()
	s, err := socket.New(socket.AF_UNIX, socket.SOCK_STREAM, 0)
	if errors.Is(err, errors.ErrUnsupported) {
		return false
	}
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
	return true
}

// boundPort binds a socket to a port of 127.0.0.1 that was free, and returns both. Nothing
// listens there.
func boundPort(t testing.TB, typ socket.Type) (*socket.Socket, int) {
	t.Helper()
	return boundTo(t, "127.0.0.1", typ)
}

// boundTo is boundPort on any host of this machine.
func boundTo(t testing.TB, host string, typ socket.Type) (*socket.Socket, int) {
	t.Helper()
	s, err := socket.New(socket.AF_INET, typ, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	if err := s.Bind(socket.Host(host, 0)); err != nil {
		t.Fatal(err)
	}
	name, err := s.GetSockName()
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := socket.HostPort(name)
	return s, port
}

// givenPorts are those that freePort has tried.
var givenPorts sync.Map

// freePort returns a port for a server, no port twice. It is none of those that the system
// gives to who asks for any, which begin at 32768 on Linux and mostly at 49152 elsewhere (RFC
// 6335, section 6): the tests of other packages, which run at the same time, ask for
// thousands, and would have it before the server has started.
func freePort(t testing.TB, typ socket.Type) int {
	t.Helper()
	const first, last = 10_000, 30_000
	var failed error
	for range 100 {
		port := first + rand.IntN(last-first)
		if _, tried := givenPorts.LoadOrStore(port, true); tried {
			continue
		}
		s, err := socket.New(socket.AF_INET, typ, 0)
		if err != nil {
			t.Fatal(err)
		}
		failed = s.Bind(socket.Host("", port)) // all addresses, as one of the servers
		s.Close()
		if failed == nil {
			return port
		}
	}
	t.Fatal("no port is free: ", failed)
	return 0
}
