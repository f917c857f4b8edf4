package rivals

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/abadojack/whatlanggo"
	"github.com/pemistahl/lingua-go"

	"github.com/fedipulse/fedipulse/internal/annotate/language"
	"github.com/fedipulse/fedipulse/internal/annotate/plain"
)

// rivals make an identifier each, which answers with a tag or "".
var rivals = []struct {
	name string
	make func() func(plain.Text) string
}{
	{"fedipulse", func() func(plain.Text) string {
		return func(t plain.Text) string { tag, _ := language.Identifier{}.Identify(t, "", ""); return tag }
	}},
	{"whatlanggo, 16 languages", newWhatlanggo},
	{"lingua-go, 16 languages, low accuracy", func() func(plain.Text) string { return newLingua(true) }},
	{"lingua-go, 16 languages, high accuracy", func() func(plain.Text) string { return newLingua(false) }},
}

func newWhatlanggo() func(plain.Text) string {
	tags := map[whatlanggo.Lang]bool{}
	for _, l := range []whatlanggo.Lang{
		whatlanggo.Eng, whatlanggo.Deu, whatlanggo.Fra, whatlanggo.Spa, whatlanggo.Ita, whatlanggo.Por, whatlanggo.Nld, whatlanggo.Pol,
		whatlanggo.Swe, whatlanggo.Fin, whatlanggo.Tur, whatlanggo.Rus, whatlanggo.Ukr, whatlanggo.Jpn, whatlanggo.Cmn, whatlanggo.Arb,
	} {
		tags[l] = true
	}
	return func(t plain.Text) string {
		return whatlanggo.DetectLangWithOptions(t.Plain, whatlanggo.Options{Whitelist: tags}).Iso6391()
	}
}

func newLingua(low bool) func(plain.Text) string {
	b := lingua.NewLanguageDetectorBuilder().FromLanguages(
		lingua.English, lingua.German, lingua.French, lingua.Spanish, lingua.Italian, lingua.Portuguese, lingua.Dutch, lingua.Polish,
		lingua.Swedish, lingua.Finnish, lingua.Turkish, lingua.Russian, lingua.Ukrainian, lingua.Japanese, lingua.Chinese, lingua.Arabic)
	if low {
		b = b.WithLowAccuracyMode()
	}
	d := b.Build()
	return func(t plain.Text) string {
		l, _ := d.DetectLanguageOf(t.Plain)
		return strings.ToLower(l.IsoCode639_1().String())
	}
}

// TestRivals prints the table. Each rival runs in a process of its own, or the
// memory of one would be counted for the next.
func TestRivals(t *testing.T) {
	dir := os.Getenv("FEDIPULSE_DATASETS")
	if dir == "" {
		t.Skip("FEDIPULSE_DATASETS, the folder of the labelled posts, is not set")
	}
	if i, err := strconv.Atoi(os.Getenv("FEDIPULSE_RIVAL")); err == nil {
		row, err := measure(dir, i)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println(row)
		return
	}
	fmt.Println("| | accuracy | under 60 bytes | posts/cpu-s | ready after | peak memory |\n|---|---|---|---|---|---|")
	for i, r := range rivals {
		c := exec.Command(os.Args[0], "-test.run=^TestRivals$")
		c.Env = append(os.Environ(), fmt.Sprint("FEDIPULSE_RIVAL=", i), "GOMAXPROCS=1")
		out, err := c.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", r.name, err, out)
		}
		row, _, _ := strings.Cut(string(out), "\n")
		fmt.Println(row)
	}
}

// measure returns the row of one rival.
func measure(dir string, rival int) (string, error) {
	runtime.LockOSThread()
	posts, err := ReadPosts(dir)
	if err != nil {
		return "", err
	}
	start := cpu()
	identify := rivals[rival].make()
	identify(posts[0].Text) // weights that are read at the first use count as making it ready
	ready := cpu() - start
	var right, short, shortRight int
	for _, p := range posts {
		ok := identify(p.Text) == p.Language
		if ok {
			right++
		}
		if len(p.Text.Plain) < 60 {
			short++
			if ok {
				shortRight++
			}
		}
	}
	n := 0
	for start = cpu(); cpu()-start < 2*time.Second; {
		for i := range 200 {
			identify(posts[(n+i*len(posts)/200)%len(posts)].Text) // of all languages
		}
		n += 200
	}
	speed := float64(n) / (cpu() - start).Seconds()
	return fmt.Sprintf("| %s | %.2f %% of %d | %.2f %% of %d | %.0f | %v | %.0f MB |", rivals[rival].name,
		100*float64(right)/float64(len(posts)), len(posts), 100*float64(shortRight)/float64(short), short,
		speed, ready.Round(100*time.Microsecond), peak()), nil
}

// cpu returns the processor time of this process so far.
func cpu() time.Duration {
	u := usage()
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// peak returns the largest resident size of this process so far, in MB.
func peak() float64 { return float64(usage().Maxrss) / 1024 }

func usage() (u syscall.Rusage) {
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return u
}

// BenchmarkRivals is the time for a post of 205 bytes.
func BenchmarkRivals(b *testing.B) {
	post := plain.Text{Plain: "They switched it on for everybody and did not ask a single person before they did. I would like to know who thought of that, and whether anybody said no to it, at any point of the meetings, aloud, or after."}
	for _, r := range rivals {
		b.Run(r.name, func(b *testing.B) {
			identify := r.make()
			for b.Loop() {
				identify(post)
			}
		})
	}
}
