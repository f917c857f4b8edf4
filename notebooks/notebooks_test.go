// Package notebooks_test runs the notebooks as a user's own Python would: in a
// fresh virtual environment with the pinned requirements, over the database of
// the sample study. FEDIPULSE_DB names another database to run them over.
package notebooks_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"
)

const (
	name    = "first-look.ipynb"
	figures = 5 // flow, time, themes, platforms, coverage
)

type notebook struct {
	Cells []cell `json:"cells"`
}

type cell struct {
	ID             string   `json:"id"`
	Type           string   `json:"cell_type"`
	ExecutionCount *int     `json:"execution_count"`
	Outputs        []output `json:"outputs"`
	Source         text     `json:"source"`
}

type output struct {
	Type  string                     `json:"output_type"`
	Name  string                     `json:"name"`
	Text  text                       `json:"text"`
	Data  map[string]json.RawMessage `json:"data"`
	Value string                     `json:"evalue"`
}

// text is a list of lines in git, and may be one string after a run.
type text string

func (t *text) UnmarshalJSON(data []byte) error {
	var lines []string
	if json.Unmarshal(data, &lines) == nil {
		*t = text(strings.Join(lines, ""))
		return nil
	}
	return json.Unmarshal(data, (*string)(t))
}

func read(t *testing.T, path string) notebook {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var n notebook
	if err := json.Unmarshal(data, &n); err != nil {
		t.Fatalf("read %s: %v", path, err)
	}
	return n
}

// TestStripped keeps what a run leaves behind out of git: outputs may show
// posts, and counts make every run a difference.
func TestStripped(t *testing.T) {
	for _, c := range read(t, name).Cells {
		if len(c.Outputs) > 0 {
			t.Errorf("cell %s has outputs: clear them before you commit", c.ID)
		}
		if c.ExecutionCount != nil {
			t.Errorf("cell %s has execution count %d: clear it before you commit", c.ID, *c.ExecutionCount)
		}
	}
}

// TestWords holds every step to its sentence: what to look for, and that posts
// are not independent.
func TestWords(t *testing.T) {
	cells := read(t, name).Cells
	for i, c := range cells {
		if c.Type != "code" {
			continue
		}
		if i == 0 || cells[i-1].Type != "markdown" {
			t.Errorf("cell %s has no words before it", c.ID)
			continue
		}
		if words := string(cells[i-1].Source); !strings.Contains(words, "Look ") || !strings.Contains(words, "Posts cluster in threads") {
			t.Errorf("words before cell %s do not say what to look for, or that posts cluster in threads", c.ID)
		}
	}
}

func TestPinned(t *testing.T) {
	data, err := os.ReadFile("requirements.txt")
	if err != nil {
		t.Fatal(err)
	}
	pin := regexp.MustCompile(`^[a-z0-9-]+==\d+(\.\d+)+$`)
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' && !pin.MatchString(line) {
			t.Errorf("requirement %q is not pinned with ==", line)
		}
	}
}

func TestRun(t *testing.T) {
	if testing.Short() {
		t.Skip("makes a virtual environment and downloads some 100 MB: not in -short")
	}
	watch(t)
	dir := t.TempDir()
	python := environment(t, dir)
	fedipulse := filepath.Join(dir, "fedipulse"+suffix())
	command(t, "..", "go", "build", "-o", fedipulse, "./cmd/fedipulse")

	db := os.Getenv("FEDIPULSE_DB")
	if db == "" {
		db = filepath.Join(dir, "fedipulse.duckdb")
		command(t, dir, fedipulse, "run", "--db", db, "--out", filepath.Join(dir, "report"))
	}
	n := execute(t, dir, python, db)

	printed, shown := "", 0
	for _, c := range n.Cells {
		if c.Type == "code" && c.ExecutionCount == nil {
			t.Errorf("cell %s was not run", c.ID)
		}
		for _, o := range c.Outputs {
			switch {
			case o.Type == "error":
				t.Errorf("cell %s: %s", c.ID, o.Value)
			case o.Name == "stderr":
				t.Errorf("cell %s warns: %s", c.ID, o.Text)
			case o.Name == "stdout":
				printed += string(o.Text)
			case o.Data["image/png"] != nil:
				shown++
			}
		}
	}
	if shown < figures {
		t.Errorf("notebook shows %d figures, want %d", shown, figures)
	}
	for _, view := range []string{"reactions", "theme_reactions", "thread_coverage", "exclusion_flow", "daily"} {
		if want := fmt.Sprintf("%-16s%7s rows\n", view, count(t, fedipulse, db, view)); !strings.Contains(printed, want) {
			t.Errorf("notebook does not print %q, what fedipulse query counts; it prints:\n%s", want, printed)
		}
	}
}

// watch looks at every file that the program is built from. go test takes note
// of it, and does not repeat an old result once one of them has changed.
func watch(t *testing.T) {
	t.Helper()
	for _, dir := range []string{".", "../cmd", "../internal", "../data"} {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if d.IsDir() && path != dir && strings.HasPrefix(d.Name(), ".") {
				return filepath.SkipDir // somebody's virtual environment
			}
			_, _ = os.Stat(path) // a look is all; another test's file may be gone by now
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// count asks fedipulse for the rows of a view.
func count(t *testing.T, fedipulse, db, view string) string {
	t.Helper()
	out := command(t, ".", fedipulse, "query", "--db", db, "--format", "csv", "select count(*) as n from "+view)
	header, value, _ := strings.Cut(strings.TrimSpace(out), "\n")
	if strings.TrimSpace(header) != "n" {
		t.Fatalf("fedipulse query answers %q, want a column n", out)
	}
	return strings.TrimSpace(value)
}

// execute runs a copy of the notebook and returns it with its outputs.
func execute(t *testing.T, dir, python, db string) notebook {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	db, err = filepath.Abs(db)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("FEDIPULSE_DB", db)
	for _, home := range []string{"IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "MPLCONFIGDIR"} {
		t.Setenv(home, filepath.Join(dir, "home")) // the settings of whoever runs the test do not count
	}
	command(t, dir, filepath.Join(filepath.Dir(python), "jupyter-execute"+suffix()), "--inplace", "--allow-errors", "--timeout=300", path)
	return read(t, path)
}

// environment makes a virtual environment with the pinned requirements and
// returns its python. Where this machine cannot have one, the test is skipped;
// in CI it fails.
func environment(t *testing.T, dir string) string {
	t.Helper()
	system, err := exec.LookPath("python3")
	if err != nil {
		unavailable(t, "python3 is not here: %v", err)
	}
	out, err := try(t, dir, system, "-c", "import sys; assert sys.version_info >= (3, 11), 'Python is %d.%d, want 3.11 or newer' % sys.version_info[:2]")
	if err != nil {
		unavailable(t, "python3 is too old: %s", lastLine(out))
	}
	venv := filepath.Join(dir, "venv")
	if out, err := try(t, dir, system, "-m", "venv", venv); err != nil {
		unavailable(t, "python3 cannot make a virtual environment: %s", lastLine(out))
	}
	python := filepath.Join(venv, "bin", "python")
	if runtime.GOOS == "windows" {
		python = filepath.Join(venv, "Scripts", "python.exe")
	}
	requirements, err := filepath.Abs("requirements.txt")
	if err != nil {
		t.Fatal(err)
	}
	out, err = try(t, dir, python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "-r", requirements)
	if answered := regexp.MustCompile(`from versions: \d|conflict`).MatchString(out); err != nil && answered {
		t.Fatalf("pip cannot install the requirements:\n%s", out) // the registry is there, and the pins are wrong
	}
	if err != nil {
		unavailable(t, "pip cannot reach its registry: %s", lastLine(out))
	}
	return python
}

func unavailable(t *testing.T, format string, args ...any) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf(format, args...)
	}
	t.Skipf(format+" (in CI this is a failure)", args...)
}

// command runs a program in a folder, and returns what it prints on stdout.
func command(t *testing.T, dir, program string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(limit(t), program, args...)
	cmd.Dir = dir
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s%s", filepath.Base(program), strings.Join(args, " "), err, out, stderr.String())
	}
	return string(out)
}

// try runs a program in a folder, and returns all that it prints.
func try(t *testing.T, dir, program string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(limit(t), program, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// limit leaves a hanging program no more time than the test as a whole has.
func limit(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 8*time.Minute)
	t.Cleanup(cancel)
	return ctx
}

func lastLine(s string) string {
	s = strings.TrimSpace(s)
	return s[strings.LastIndexByte(s, '\n')+1:]
}

func suffix() string {
	if runtime.GOOS == "windows" {
		return ".exe"
	}
	return ""
}
