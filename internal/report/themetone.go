package report

import (
	"context"
	"fmt"
	"html"

	"github.com/fedipulse/fedipulse/internal/report/chart"
	"github.com/fedipulse/fedipulse/internal/report/markdown"
)

// themeTone is the table of themes by tone.
func themeTone(_ context.Context, d *draft) error {
	if d.empty() {
		return nil
	}
	var rows [][]string
	var tiles []chart.Heat
	hidden := false
	for _, t := range d.shown() {
		if t.tone.total().n == 0 {
			continue
		}
		row := []string{markdown.Inline(d.themeName(t.name)), number(t.tone.total())}
		masks := d.masks(t)
		tile := chart.Heat{Label: markdown.Clean(d.themeName(t.name)), N: t.tone.total().n}
		for i := range toneNames {
			share := d.toneShare("theme "+t.name, t.tone, i)
			row = append(row, toneCell(share, masks[i]))
			hidden = hidden || masks[i] != ""
			tile.Shares[i], tile.Hidden[i] = share.Proportion, html.UnescapeString(masks[i])
		}
		rows, tiles = append(rows, row), append(tiles, tile)
	}
	if len(rows) == 0 {
		d.para("Not shown: no theme is spoken of by %s or more.", count(given(d.MinCell), "author", "authors"))
		return nil
	}
	d.para("Tone of the sentences that speak of the theme, which need not be the tone of the whole post. " +
		"Each cell: posts, share of the row, 95%% interval.")
	alt := d.mostNegative()
	drawn := chart.Tiles(heading("Tone by theme", "unit: posts that speak of the theme", alt(markdown.Clean)), tiles)
	if err := d.keep("theme-tone", alt(markdown.Inline), drawn); err != nil {
		return err
	}
	d.table([]string{"Theme", "#n (posts)", "#Negative", "#Neutral", "#Positive"}, rows)
	if hidden {
		d.fewNote()
	}
	return nil
}

// mostNegative says which theme is most often spoken of in a negative tone; its
// name is written by the function that is given.
func (d *draft) mostNegative() func(write func(string) string) string {
	name, most := "", part{}
	for _, t := range d.shown() {
		if p := d.toneShare("theme "+t.name, t.tone, 0); d.masks(t)[0] == "" && (name == "" || p.Share() > most.Share()) {
			name, most = t.name, p
		}
	}
	return func(write func(string) string) string {
		if name == "" || most.N == 0 {
			return "The shares of the tones by theme."
		}
		return fmt.Sprintf("The theme that is most often spoken of in a negative tone is %s: %s of %s.", write(d.themeName(name)), percent(most), posts(most.n))
	}
}

// fewNote explains the cells that masks hides.
func (d *draft) fewNote() {
	d.para("%s: posts of fewer than %d authors. …: not shown, because the cell beside it could be worked out from it.", d.few(), d.MinCell)
}

func toneCell(p part, mask string) string {
	if mask != "" {
		return mask
	}
	return fmt.Sprintf("%s (%s; %s)", number(p.k), percent(p), bounds(p))
}

// masks says which cells of a row are not shown. A single hidden cell could be
// worked out from the sum of the row, so the smallest of the others that is not
// zero goes with it.
func (d *draft) masks(t theme) [3]string {
	var masks [3]string
	hidden := 0
	for i, authors := range t.toneAuthors {
		if t.tone[i].n > 0 && authors.n < int64(d.MinCell) {
			masks[i] = d.few()
			hidden++
		}
	}
	if hidden != 1 {
		return masks
	}
	smallest := -1
	for i, n := range t.tone {
		if masks[i] == "" && n.n > 0 && (smallest < 0 || n.n < t.tone[smallest].n) {
			smallest = i
		}
	}
	if smallest >= 0 {
		masks[smallest] = "…"
	}
	return masks
}
