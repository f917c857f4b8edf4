package study

import "testing"

func TestHostName(t *testing.T) {
	for in, want := range map[string]string{
		"lemmy.example":           "lemmy.example",
		"Lemmy.EXAMPLE":           "lemmy.example",
		"bücher.example":          "xn--bcher-kva.example",
		"XN--BCHER-KVA.example":   "xn--bcher-kva.example",
		"ｌemmy.example":           "lemmy.example", // full width
		"a-b.c1.example":          "a-b.c1.example",
		"":                        "",
		"localhost":               "",
		"lemmy.example.":          "",
		".example":                "",
		"lemmy..example":          "",
		"-lemmy.example":          "",
		"lem_my.example":          "",
		"lemmy.example:443":       "",
		"https://lemmy.example":   "",
		"lemmy.example/c/tech":    "",
		"user@lemmy.example":      "",
		"lemmy example":           "",
		"127.0.0.1":               "",
		"127.1":                   "",
		"0x7f.0.0.0x1":            "",
		"[::1]":                   "",
		"::1":                     "",
		"１２７.0.0.1":               "", // full width
		"xn--a.example":           "",
		"lemmy.example\x00":       "",
		"lemmy\u202e.example":     "",
		string(make([]byte, 300)): "",
	} {
		got, problem := hostName(in)
		if got != want || (want == "") != (problem != "") {
			t.Errorf("hostName(%q) = %q, %q, want %q", in, got, problem, want)
		}
	}
}

func TestNearest(t *testing.T) {
	known := []string{"title", "question", "since", "until", "languages", "contact"}
	for in, want := range map[string]string{
		"titel": "title", "tilte": "title", "Title": "title", "questoin": "question", "untill": "until",
		"language": "languages", "langages": "languages", "contcat": "contact",
		"": "", "x": "", "author": "", "end": "",
	} {
		if got := nearest(in, known); got != want {
			t.Errorf("nearest(%q) = %q, want %q", in, got, want)
		}
	}
	if got := nearest("serch", []string{"search", "perch"}); got != "search" {
		t.Errorf("nearest(serch) = %q, want the first of two that are as near", got)
	}
	if got := nearest("languages", []string{"languages", "language"}); got != "languages" {
		t.Errorf("nearest(languages) = %q, want languages: it is the nearest", got)
	}
}
