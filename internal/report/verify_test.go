package report_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/fedipulse/fedipulse/internal/report"
)

func verify(t *testing.T, q report.Querier, dir string) report.Verified {
	t.Helper()
	v, err := report.Verify(t.Context(), q, dir, options())
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestVerify(t *testing.T) {
	q, dir := small(t), t.TempDir()
	if _, err := report.Write(t.Context(), q, dir, options()); err != nil {
		t.Fatal(err)
	}
	v := verify(t, q, dir)
	if len(v.Differences) != 0 || v.Figures < 100 || v.Statements < 10 || v.Snapshot == "" {
		t.Fatalf("a fresh report: %+v", v)
	}
	path := filepath.Join(dir, "report.md")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		old, new string
		want     []string
	}{
		{"- 102 posts", "- 103 posts", []string{"report.md, line 12", "103", "102", "cell of ", "from counted"}},
		{"(57 of 102", "(75 of 102", []string{"(75", "(57", "cell of "}},
		{"## Tone\n", "", []string{"lines"}},
	} {
		changed := strings.Replace(string(text), tc.old, tc.new, 1)
		if changed == string(text) {
			t.Fatalf("report lacks %q", tc.old)
		}
		if err := os.WriteFile(path, []byte(changed), 0o600); err != nil {
			t.Fatal(err)
		}
		got := fmt.Sprintf("%+v", verify(t, q, dir).Differences)
		for _, want := range tc.want {
			if !strings.Contains(got, want) {
				t.Errorf("%q instead of %q: differences %s, want %q in them", tc.new, tc.old, got, want)
			}
		}
	}
	for _, name := range []string{"charts/tone.svg", evidence} {
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	got := fmt.Sprintf("%+v", verify(t, q, dir).Differences)
	for _, want := range []string{"{Where:charts/tone.svg Printed:missing", "{Where:report.evidence.json Printed:missing"} {
		if !strings.Contains(got, want) {
			t.Errorf("differences %s, want %q in them", got, want)
		}
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, err := report.Verify(t.Context(), q, dir, options()); err == nil || !strings.Contains(err.Error(), path+": no such report") {
		t.Errorf("no report: err = %v, want one that names it", err)
	}
}

// mutations are ways to change a row that a report stands on. Each changes one
// row that there is, picked by a number.
var mutations = []string{
	"update annotations set sentiment = case sentiment when 'negative' then 'positive' else 'negative' end where post = (select post from annotations where scored order by post offset %d %% (select count(*) from annotations where scored) limit 1)",
	"update annotations set p_negative = p_negative + 0.001 where post = (select post from annotations where scored order by post offset %d %% (select count(*) from annotations where scored) limit 1)",
	"update annotations set language = 'xx' where post = (select post from annotations where scored order by post offset %d %% (select count(*) from annotations where scored) limit 1)",
	"update annotations set plain = plain || '.' where post = (select post from annotations where scored order by post offset %d %% (select count(*) from annotations where scored) limit 1)",
	"update posts set author = uuid() where id = (select id from posts order by id offset %d %% (select count(*) from posts) limit 1)",
	"update posts set thread = uuid() where id = (select id from posts order by id offset %d %% (select count(*) from posts) limit 1)",
	"update posts set created = coalesce(created, timestamptz '2025-03-05 00:00:00+00') + interval 1 minute where id = (select id from posts order by id offset %d %% (select count(*) from posts) limit 1)",
	"update posts set bot = not bot where id = (select id from posts order by id offset %d %% (select count(*) from posts) limit 1)",
	"update posts set upvotes = coalesce(upvotes, 0) + 1 where id = (select id from posts order by id offset %d %% (select count(*) from posts) limit 1)",
	"update posts set content = content || '.' where id = (select id from posts where content is not null order by id offset %d %% (select count(*) from posts where content is not null) limit 1)",
	"delete from posts where id = (select id from posts order by id offset %d %% (select count(*) from posts) limit 1)",
	"delete from annotations where post = (select post from annotations order by post offset %d %% (select count(*) from annotations) limit 1)",
	"delete from theme_tags where (post, theme) = (select (post, theme) from theme_tags order by post, theme offset %d %% (select count(*) from theme_tags) limit 1)",
	"update theme_tags set theme = 'other' where (post, theme) = (select (post, theme) from theme_tags order by post, theme offset %d %% (select count(*) from theme_tags) limit 1)",
	"update theme_tags set confidence = 1 - confidence where (post, theme) = (select (post, theme) from theme_tags order by post, theme offset %d %% (select count(*) from theme_tags) limit 1)",
	"insert into theme_tags select post, 'new' || %d, sentiment, score, confidence, evidence from theme_tags order by post, theme limit 1",
	"update pages set posts = posts + 1 + %d",
	"insert into exclusions select source, stream, page, reason || %d, posts from exclusions limit 1",
	"update quarantine set reason = reason || %d",
	"update study set sha256 = sha256 || %d",
}

// TestVerifyFindsMutations: of 200 random changes, half of them of a digit or a
// line of the report's files and half of a row of the database, each is found.
func TestVerifyFindsMutations(t *testing.T) {
	if testing.Short() {
		t.Skip("makes the report a hundred times")
	}
	r := rand.New(rand.NewPCG(1, 2))
	d, err := report.Compose(t.Context(), small(t), options())
	if err != nil {
		t.Fatal(err)
	}
	names := slices.Sorted(maps.Keys(d.Files()))
	digit := regexp.MustCompile(`[0-9]`)
	for i := range 100 {
		name := "report.md"
		if i >= 60 {
			name = names[i%len(names)]
		}
		text := slices.Clone(d.Files()[name])
		var how string
		if lines := strings.SplitAfter(string(text), "\n"); i%5 == 4 {
			n := r.IntN(len(lines) - 1)
			how = fmt.Sprintf("without line %d", n+1)
			text = []byte(strings.Join(slices.Delete(lines, n, n+1), ""))
		} else {
			at := digit.FindAllIndex(text, -1)
			where := at[r.IntN(len(at))][0]
			how = fmt.Sprintf("another digit at byte %d", where)
			text[where] = '0' + (text[where]-'0'+byte(1+r.IntN(9)))%10
		}
		changed := maps.Clone(d.Files())
		changed[name] = text
		if v := d.Against(changed); len(v.Differences) == 0 {
			t.Errorf("%s, %s: not found", name, how)
		}
	}
	q := database(t)
	fill(t, q)
	before, err := report.Compose(t.Context(), q, options())
	for i := range 100 {
		statement := fmt.Sprintf(mutations[i%len(mutations)], r.IntN(1000))
		execute(t, q, statement)
		after, failed := report.Compose(t.Context(), q, options())
		if err != nil || failed != nil {
			t.Fatal(err, failed)
		}
		if v := after.Against(before.Files()); len(v.Differences) == 0 {
			t.Errorf("not found: %s", statement)
		}
		before = after
	}
}

// TestEvidence: each figure of the evidence is printed where it says, follows from
// cells that there are, and all numbers of the sections that hold nothing but
// numbers of the database are figures.
func TestEvidence(t *testing.T) {
	got, _ := write(t, small(t), options())
	var e struct {
		Statements []struct {
			SQL  string
			Rows int
		}
		Figures []struct {
			Line, Column             int
			Section, Text, Statistic string
			Cells                    []string
		}
	}
	if err := json.Unmarshal([]byte(got[evidence]), &e); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(got["report.md"], "\n")
	covered := map[string]bool{}
	for _, f := range e.Figures {
		if shown := lines[f.Line-1][f.Column-1:]; !strings.HasPrefix(shown, f.Text) {
			t.Errorf("line %d, column %d: %.20q, want %q", f.Line, f.Column, shown, f.Text)
		}
		for i := range len(f.Text) {
			covered[fmt.Sprintf("%d:%d", f.Line, f.Column-1+i)] = true
		}
		for _, c := range f.Cells {
			var statement, row, column int
			if _, err := fmt.Sscanf(c, "%d:%d:%d", &statement, &row, &column); err != nil || statement >= len(e.Statements) || row >= e.Statements[statement].Rows {
				t.Errorf("figure %q follows from %q: no such cell", f.Text, c)
			}
		}
	}
	section := ""
	for i, line := range lines {
		if title, ok := strings.CutPrefix(line, "## "); ok {
			section = title
		}
		if !slices.Contains([]string{"Tone", "Themes", "Tone by theme", "Whom posts are about", "From collected to counted"}, section) || !strings.HasPrefix(line, "|") {
			continue
		}
		for at, b := range []byte(line) {
			if b >= '0' && b <= '9' && !covered[fmt.Sprintf("%d:%d", i+1, at)] && !strings.Contains(line, "95%") && !strings.Contains(line, "&") {
				t.Errorf("line %d: byte %d is a digit of no figure: %s", i+1, at+1, line)
				break
			}
		}
	}
}
