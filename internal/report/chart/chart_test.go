package chart

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fedipulse/fedipulse/internal/report/statistics"
)

func day(month time.Month, d int) time.Time { return time.Date(2025, month, d, 0, 0, 0, 0, time.UTC) }

// charts are one of each, with the difficulties that they have to stand.
func charts() map[string]*Chart {
	long := strings.Repeat("a very long label ", 12)
	month := Series{Unit: "day", End: day(3, 31)}
	for i := range 30 {
		month.Bins = append(month.Bins, Bin{day(3, 1+i), [3]int64{int64(i * 7 % 31), int64(i * 5 % 13), int64(i * 3 % 9)}})
	}
	month.Events = []Event{
		{day(3, 6), "The switch is found, already on"}, {day(3, 7), "A newspaper reports"},
		{day(3, 19), long}, {day(4, 9), "after the window"},
	}
	few := Series{Unit: "month", End: day(3, 1), Bins: []Bin{{day(1, 1), [3]int64{1, 0, 0}}, {day(2, 1), [3]int64{0, 0, 2}}}}
	heat := func(label string, negative, neutral, positive int64) Heat {
		n := negative + neutral + positive
		return Heat{Label: label, N: n, Shares: [3]statistics.Proportion{{K: negative, N: n}, {K: neutral, N: n}, {K: positive, N: n}}}
	}
	hidden := heat("Leaving", 12, 3, 9)
	hidden.Hidden = [3]string{"", "<5", "…"}
	return map[string]*Chart{
		"timeline": Timeline(Heading{"Posts per day, by tone", "n = 412 posts", "alt"}, month),
		"months":   Timeline(Heading{"Two months", "n = 3 posts", "alt"}, few),
		"shares": Shares(Heading{`A <title> & "more"`, "n = 412 posts", "alt & <b>"}, []Tones{
			bar("All", 212, 120, 80), bar("Lemmy", 180, 79, 3), {Label: "None"}, bar(long, 0, 1, 0)}),
		"dots": Dots(Heading{"Themes", "n = 412 posts", "alt"}, "share of posts that speak of the theme (%)", []Dot{
			{"Consent and defaults", statistics.Proportion{K: 140, N: 412}}, {long, statistics.Proportion{K: 40, N: 412}},
			{"Leaving", statistics.Proportion{K: 5, N: 412}}, {"None", statistics.Proportion{K: 0, N: 412}}}),
		"tiles": Tiles(Heading{"Tone by theme", "n = 412 posts", "alt"}, []Heat{heat("Consent and defaults", 80, 40, 20), heat(long, 0, 0, 40), hidden}),
		"flow": Flow(Heading{"From collected to counted", "n = 1,900 posts", "alt"}, []Step{
			{"collected", 1900, -1}, {"unique", 1700, 200}, {long, 412, 1288}, {"scored", 0, 412}}),
	}
}

// drawings are the files of charts.
func drawings(t *testing.T) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	for name, c := range charts() {
		svg, err := c.SVG()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		png, err := c.PNG()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		files[name+".svg"], files[name+".png"] = svg, png
	}
	return files
}

func bar(label string, negative, neutral, positive int64) Tones {
	n := negative + neutral + positive
	return Tones{label, [3]int64{negative, neutral, positive}, statistics.Proportion{K: negative, N: n}.Wilson(), statistics.Proportion{K: positive, N: n}.Wilson()}
}

func TestChartsAreWellFormed(t *testing.T) {
	for name, svg := range drawings(t) {
		if dir := os.Getenv("CHARTS"); dir != "" { // to look at them: CHARTS=DIR go test
			if err := os.WriteFile(filepath.Join(dir, name), svg, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if strings.HasSuffix(name, ".png") {
			if img, err := png.Decode(bytes.NewReader(svg)); err != nil || img.Bounds().Dx() != 1400 || !bytes.Contains(svg[:200], []byte(Mark)) {
				t.Errorf("%s: %v; want 1400 pixels and a mark", name, err)
			}
			continue
		}
		for d := xml.NewDecoder(bytes.NewReader(svg)); ; {
			_, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		if !bytes.Contains(svg[:200], []byte(Mark)) || bytes.Contains(svg, []byte("NaN")) || bytes.Contains(svg, []byte("Inf")) {
			t.Errorf("%s: no mark, or a number that is none:\n%s", name, svg)
		}
	}
}

func TestChartsAreTheSameEveryTime(t *testing.T) {
	first := drawings(t)
	for name, svg := range drawings(t) {
		if !bytes.Equal(svg, first[name]) {
			t.Errorf("%s differs from one drawing to the next", name)
		}
	}
}

func TestChartsKeepTextAsText(t *testing.T) {
	svg := string(drawings(t)["shares.svg"])
	if !strings.Contains(svg, "<title>A &lt;title&gt; &amp; &quot;more&quot;</title>") || strings.Contains(svg, "<b>") {
		t.Errorf("title or alt text not escaped:\n%.600s", svg)
	}
}

func TestTimelineDrawsOnlyEventsWithinItsBins(t *testing.T) {
	svg := string(drawings(t)["timeline.svg"])
	if strings.Contains(svg, "after the window") || !strings.Contains(svg, "6 Mar 2025: The switch") {
		t.Error("events on the timeline are not those of its days")
	}
}

func TestCountTicks(t *testing.T) {
	for highest, want := range map[int64]int64{1: 1, 5: 5, 6: 6, 7: 8, 31: 40, 99: 100, 101: 150, 1000000: 1000000} {
		ticks := countTicks(highest)
		if got := ticks[len(ticks)-1]; got != want || len(ticks) > 6 {
			t.Errorf("countTicks(%d) = %v, want them to end with %d", highest, ticks, want)
		}
	}
}

func TestPercentTicks(t *testing.T) {
	for highest, want := range map[float64]float64{0: 0.01, 0.043: 0.05, 0.41: 0.5, 0.51: 0.6, 0.96: 1, 1: 1} {
		ticks := percentTicks(highest)
		if got := ticks[len(ticks)-1]; got-want > 1e-9 || want-got > 1e-9 {
			t.Errorf("percentTicks(%v) = %v, want them to end with %v", highest, ticks, want)
		}
	}
}

// TestWordsOnTilesAreLegible: whatever the share, words reach the contrast that
// WCAG 2.2 asks of text.
func TestWordsOnTilesAreLegible(t *testing.T) {
	for tone, full := range dark {
		for share := 0.0; share <= 1; share += 0.01 {
			if fill, on := shade(full, share); contrast(fill, on) < 4.5 {
				t.Errorf("tone %d at %.2f: contrast %.2f, want 4.5", tone, share, contrast(fill, on))
			}
		}
	}
}
