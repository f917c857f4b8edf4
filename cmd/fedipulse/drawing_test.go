package main

import "testing"

func TestDraw(t *testing.T) {
	minus, plus := -0.31, 0.5
	const text = "I hate it,\nbut \x1b[31mthanks"
	marked := []stretch{{Start: 20, End: 26, Weight: &plus}, {Start: 2, End: 6, Weight: &minus}, {Start: 4, End: 9}, {Start: 30, End: 99}, {Start: 7, End: 7}}
	for _, tc := range []struct {
		brush  brush
		marked []stretch
		want   string
	}{
		{brush{}, nil, "I hate it,\nbut �[31mthanks"},
		{brush{}, marked, "I [hate -0.31] it,\nbut �[31m[thanks +0.50]"},
		{brush{}, []stretch{{Start: 2, End: 6}}, "I [hate] it,\nbut �[31mthanks"},
		{brush{colour: true}, marked, "I \x1b[4;31mhate\x1b[0m -0.31 it,\nbut �[31m\x1b[4;32mthanks\x1b[0m +0.50"},
		{brush{colour: true}, []stretch{{Start: 15, End: 20}}, "I hate it,\nbut \x1b[4m�[31m\x1b[0mthanks"},
	} {
		if got := tc.brush.draw(text, tc.marked); got != tc.want {
			t.Errorf("draw(%v) = %q, want %q", tc.marked, got, tc.want)
		}
	}
}

func TestOneLine(t *testing.T) {
	for in, want := range map[string]string{
		"a\n\tb  c": "a b c", "äöü\u202eß": "äöü�ß", "abcdefgh": "abcde…", "": "",
	} {
		if got := oneLine(in, 6); got != want {
			t.Errorf("oneLine(%q) = %q, want %q", in, got, want)
		}
	}
}
