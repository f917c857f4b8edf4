package report

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// tones are posts that are negative, neutral and positive.
func tones(negative, neutral, positive int) counts {
	return counts{given(negative), given(neutral), given(positive)}
}

func TestToneFindingSaysWhatCanBeToldApart(t *testing.T) {
	for _, tc := range []struct {
		tone counts
		want string
	}{
		{tones(60, 20, 20), "Negative posts outnumber positive ones: 60 of the 80 posts"},
		{tones(10, 20, 60), "Positive posts outnumber negative ones: 10 of the 70 posts"},
		{tones(22, 20, 18), "**not distinguishable**: 22 of the 40 posts"},
		{tones(1, 0, 0), "**not distinguishable**: 1 of the 1 post that is one or the other is negative"},
	} {
		d := draft{facts: facts{tone: tc.tone}}
		if got := d.toneFinding(); !strings.Contains(got, tc.want) {
			t.Errorf("tone finding of %v = %q, want %q in it", tc.tone, got, tc.want)
		}
	}
	d := draft{facts: facts{tone: tones(0, 7, 0)}}
	if got := d.toneFinding(); strings.Contains(got, "outnumber") || strings.Contains(got, "distinguishable") {
		t.Errorf("tone finding of neutral posts alone = %q", got)
	}
}

func TestComparison(t *testing.T) {
	for _, tc := range []struct {
		a, b part
		want string
	}{
		{of(given(80), given(100)), of(given(40), given(100)), "is higher on A than on B: 80.0% on A (80 of 100 posts) against 40.0% on B"},
		{of(given(40), given(100)), of(given(80), given(100)), "is lower on A than on B"},
		{of(given(45), given(100)), of(given(40), given(100)), "**not distinguishable**"},
	} {
		if got := comparison(side{"on A", tc.a}, side{"on B", tc.b}); !strings.Contains(got, tc.want) {
			t.Errorf("comparison(%v, %v) = %q, want %q in it", tc.a, tc.b, got, tc.want)
		}
	}
}

func TestPlatformNote(t *testing.T) {
	lemmy, mastodon, other := platform{"lemmy", given(9), tones(50, 0, 10)}, platform{"mastodon", given(9), tones(10, 0, 50)}, platform{"other", given(9), tones(1, 0, 1)}
	for _, tc := range []struct {
		platforms []platform
		want      string
	}{
		{[]platform{lemmy}, "All posts are from Lemmy"},
		{[]platform{lemmy, mastodon}, "is higher on Lemmy than on Mastodon"},
		{[]platform{other, lemmy, mastodon}, "is higher on Lemmy than on Mastodon"},
		{[]platform{lemmy, other}, "not compared between platforms: other platforms have fewer than 10 posts"},
	} {
		d := &draft{facts: facts{platforms: tc.platforms}}
		if got := d.platformNote(); !strings.Contains(got, tc.want) {
			t.Errorf("note on %v = %q, want %q in it", tc.platforms, got, tc.want)
		}
	}
}

func TestSeriesHasNoGaps(t *testing.T) {
	on := func(year int, month time.Month, d int) dayCount {
		return dayCount{time.Date(year, month, d, 0, 0, 0, 0, time.UTC), given(1), tones(1, 2, 3)}
	}
	for _, tc := range []struct {
		last  dayCount
		unit  string
		bins  int
		start string
	}{
		{on(2025, 3, 30), "day", 28, "2025-03-03"},
		{on(2025, 12, 31), "week", 44, "2025-03-03"},
		{on(2028, 1, 1), "month", 35, "2025-03-01"},
	} {
		s := series([]dayCount{on(2025, 3, 3), tc.last})
		var total int64
		for i, b := range s.Bins {
			total += b.Counts[0] + b.Counts[1] + b.Counts[2]
			if i > 0 && !s.Bins[i-1].Start.Before(b.Start) {
				t.Errorf("%s: bin %d starts before the one before it", tc.unit, i)
			}
		}
		if s.Unit != tc.unit || len(s.Bins) != tc.bins || total != 12 || day(s.Bins[0].Start) != tc.start || !s.End.After(tc.last.day) {
			t.Errorf("series to %s: %d bins per %s from %s with %d posts, want %d per %s from %s with 12",
				day(tc.last.day), len(s.Bins), s.Unit, day(s.Bins[0].Start), total, tc.bins, tc.unit, tc.start)
		}
	}
}

func TestGroupsPutsSmallOnesTogether(t *testing.T) {
	d := draft{Options: Options{MinCell: 5}}
	got := d.groups([]group{
		{"a.example", given(1200), given(80)}, {"b.example", given(9), given(5)}, {"c.example", given(8), given(4)}, {"d.example", given(1), given(1)},
	})
	if want := "a.example 1,200, b.example 9 and 2 others 9"; got != want {
		t.Errorf("groups = %q, want %q", got, want)
	}
}

func TestShorten(t *testing.T) {
	for _, tc := range []struct{ in, want string }{
		{"Short enough.", "Short enough."},
		{"The first sentence ends here. The second one does not fit any more.", "The first sentence ends here. …"},
		{"No. This one has its only end too early to be of any use to a reader", "No. This one has its only end too early…"},
		{strings.Repeat("x", 60), strings.Repeat("x", 41) + "…"},
		{strings.Repeat("ü", 42), strings.Repeat("ü", 42)},
	} {
		if got := shorten(tc.in, 42); got != tc.want {
			t.Errorf("shorten(%q, 42) = %q, want %q", tc.in, got, tc.want)
		}
	}
}

func TestWrap(t *testing.T) {
	if diff := cmp.Diff("one two\nthree\nfourfourfour\nfive", wrap("one two three fourfourfour five", 8)); diff != "" {
		t.Errorf("wrap: -want +got\n%s", diff)
	}
}

func TestNumbers(t *testing.T) {
	for got, want := range map[string]string{
		number(given(0)): "0", number(given(999)): "999", number(given(1000)): "1,000", number(given(1234567)): "1,234,567", number(given(-1234)): "-1,234",
		posts(given(0)): "no posts", posts(given(1)): "1 post", posts(given(2000)): "2,000 posts",
		points(0.0001): "0.0", points(-0.0001): "0.0", points(0.123): "+12.3", points(-0.5): "−50.0",
		ratio(given(1), num{}): "–", ratio(given(1), given(3)): "33.3%",
		join(nil): "", join([]string{"a"}): "a", join([]string{"a", "b", "c"}): "a, b and c",
		code("0a9f"): "`0a9f`", code("0a`9"): "0a&#96;9",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
