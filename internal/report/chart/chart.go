// Package chart draws the report's charts: plain numbers and labels go in, an
// SVG file or a PNG file goes out, the same bytes for the same input.
//
// Every chart is a white card, so that it can be read on a dark page, carries
// its own title, units and counts, and draws intervals where it draws shares.
// Tones are orange (negative, #b35806), grey and blue (positive, #3b6fb5): an
// orange and a blue stay apart in the common forms of colour blindness, and in
// print the order of the parts tells them apart.
//
// Lengths are pixels, y grows downwards from the top of the card.
package chart

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image/color"
	"strings"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"

	"codeberg.org/go-fonts/liberation/liberationsansbold"
	"codeberg.org/go-fonts/liberation/liberationsansregular"
	plotfont "gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"
)

// Mark stands near the start of every file that this package draws.
const Mark = "<!-- fedipulse chart -->"

// Heading says what a chart shows. All three are foreign text: one line each,
// without control characters; what does not fit is cut.
type Heading struct {
	Title    string
	Subtitle string // unit and number of what is counted
	Alt      string // the finding, for readers who do not see the chart
}

const (
	width  = 700
	margin = 24.0
	right  = width - margin
)

var (
	ink      = color.NRGBA{0x24, 0x29, 0x2f, 0xff}
	muted    = color.NRGBA{0x57, 0x60, 0x6a, 0xff}
	grid     = color.NRGBA{0xe4, 0xe7, 0xeb, 0xff}
	border   = color.NRGBA{0xd0, 0xd7, 0xde, 0xff}
	white    = color.NRGBA{0xff, 0xff, 0xff, 0xff}
	negative = color.NRGBA{0xb3, 0x58, 0x06, 0xff}
	neutral  = color.NRGBA{0xc6, 0xc9, 0xcd, 0xff}
	positive = color.NRGBA{0x3b, 0x6f, 0xb5, 0xff}
)

// tones are the parts of every bar, in the order in which they are drawn.
var tones = [3]struct {
	name     string
	fill, on color.NRGBA // on is the colour of words on the fill
}{
	{"negative", negative, white},
	{"neutral", neutral, ink},
	{"positive", positive, white},
}

const (
	regular = font.WeightNormal
	bold    = font.WeightBold
)

// fonts are the two faces in use. They serve to measure words; a viewer that
// lacks them takes Arial, which has the same widths, or its own sans-serif.
var fonts = func() *plotfont.Cache {
	face := func(ttf []byte, weight font.Weight) plotfont.Face {
		parsed, err := opentype.Parse(ttf)
		if err != nil {
			panic(fmt.Sprintf("parse embedded font: %v", err)) // the bytes are part of the program
		}
		return plotfont.Face{Font: plotfont.Font{Typeface: "Liberation", Variant: "Sans", Weight: weight}, Face: parsed}
	}
	return plotfont.NewCache(plotfont.Collection{
		face(liberationsansregular.TTF, regular), face(liberationsansbold.TTF, bold),
	})
}()

// Chart is a drawing: what is to be drawn, in order, so that it can be written in
// more than one form.
type Chart struct {
	steps   []func(canvas draw.Canvas, pixels bool)
	height  float64
	heading Heading
	aligned []int // of each text, in the order drawn: see style
}

// newCard draws the empty card and its heading; content starts at y = 64.
func newCard(height float64, h Heading) *Chart {
	c := &Chart{height: height, heading: h}
	c.rect(0, 0, width, height, border)
	c.rect(1, 1, width-2, height-2, white)
	c.text(margin, 32, c.fit(h.Title, right-margin, 16, bold), style{size: 16, weight: bold, color: ink, align: -1})
	c.text(margin, 50, c.fit(h.Subtitle, right-margin, 12, regular), style{size: 12, color: muted, align: -1})
	return c
}

// style is how words look; align is -1 for left, 0 for centre, 1 for right.
type style struct {
	size   float64
	weight font.Weight
	color  color.Color
	align  int
}

// text draws s with its base line at y. The viewer aligns it, since its font may
// not be the one that is measured here.
func (c *Chart) text(x, y float64, s string, st style) {
	c.aligned = append(c.aligned, st.align)
	face := textStyle(st.size, st.weight)
	font, at := fonts.Lookup(face.Font, face.Font.Size), c.at(x, y)
	c.steps = append(c.steps, func(canvas draw.Canvas, pixels bool) {
		at := at
		if pixels { // there is no viewer to align it
			at.X -= font.Width(s) * vg.Length(st.align+1) / 2
		}
		canvas.SetColor(st.color)
		canvas.FillString(font, at, s)
	})
}

func textStyle(size float64, weight font.Weight) draw.TextStyle {
	return draw.TextStyle{
		Font:    plotfont.Font{Typeface: "Liberation", Variant: "Sans", Weight: weight, Size: vg.Length(size)},
		Handler: text.Plain{Fonts: fonts},
	}
}

func measure(s string, size float64, weight font.Weight) float64 {
	return float64(textStyle(size, weight).Width(s))
}

// fit cuts s to the room that there is, with some to spare for a viewer's wider
// font.
func (c *Chart) fit(s string, room, size float64, weight font.Weight) string {
	room /= 1.16
	if len(s) > 400 { // no line holds more; measuring is not free
		s = strings.ToValidUTF8(s[:400], "")
	}
	if measure(s, size, weight) <= room {
		return s
	}
	runes := []rune(s)
	for len(runes) > 0 && measure(string(runes)+"…", size, weight) > room {
		runes = runes[:len(runes)-1]
	}
	return strings.TrimRight(string(runes), " ") + "…"
}

func (c *Chart) rect(x, y, w, h float64, fill color.Color) {
	if w <= 0 || h <= 0 {
		return
	}
	c.steps = append(c.steps, func(canvas draw.Canvas, _ bool) {
		canvas.FillPolygon(fill, []vg.Point{c.at(x, y), c.at(x+w, y), c.at(x+w, y+h), c.at(x, y+h)})
	})
}

func (c *Chart) line(x0, y0, x1, y1, thickness float64, stroke color.Color, dashes ...vg.Length) {
	a, b := c.at(x0, y0), c.at(x1, y1)
	c.steps = append(c.steps, func(canvas draw.Canvas, _ bool) {
		canvas.StrokeLine2(draw.LineStyle{Color: stroke, Width: vg.Length(thickness), Dashes: dashes}, a.X, a.Y, b.X, b.Y)
	})
}

// dot draws a disc.
func (c *Chart) dot(x, y, radius float64, fill color.Color) {
	c.steps = append(c.steps, func(canvas draw.Canvas, _ bool) {
		canvas.DrawGlyph(draw.GlyphStyle{Color: fill, Radius: vg.Length(radius), Shape: draw.CircleGlyph{}}, c.at(x, y))
	})
}

// interval draws a line with caps from x0 to x1.
func (c *Chart) interval(x0, x1, y, cap float64, stroke color.Color) {
	c.line(x0, y, x1, y, 1.5, stroke)
	c.line(x0, y-cap, x0, y+cap, 1.5, stroke)
	c.line(x1, y-cap, x1, y+cap, 1.5, stroke)
}

// legend draws the key of the tones on one line.
func (c *Chart) legend(y float64) {
	x := margin
	for _, tone := range tones {
		c.rect(x, y-10, 11, 11, tone.fill)
		c.text(x+17, y, tone.name, style{size: 12, color: ink, align: -1})
		x += 17 + measure(tone.name, 12, regular) + 20
	}
}

func (c *Chart) at(x, y float64) vg.Point {
	return vg.Point{X: vg.Length(x), Y: vg.Length(c.height - y)}
}

// SVG returns the chart as an SVG file. The library writes points where pixels are
// meant, and one font where a list is needed.
func (c *Chart) SVG() ([]byte, error) {
	svg := vgsvg.New(width, vg.Length(c.height))
	c.draw(draw.New(svg), false)
	var b bytes.Buffer
	if _, err := svg.WriteTo(&b); err != nil {
		return nil, fmt.Errorf("write chart %q: %w", c.heading.Title, err)
	}
	_, body, found := strings.Cut(b.String(), "xlink\">\n")
	if !found {
		return nil, fmt.Errorf("write chart %q: unknown head of SVG file", c.heading.Title)
	}
	body = strings.ReplaceAll(body, "font-family:Liberation Sans;", "font-family:'Liberation Sans',Arial,Helvetica,sans-serif;")
	body = strings.ReplaceAll(body, "font-variant:none;", "")
	for _, align := range c.aligned { // texts of the body are escaped: no other "<text " can be in it
		anchor := [...]string{"start", "middle", "end"}[align+1]
		body = strings.Replace(body, "<text x=", "<text text-anchor=\""+anchor+"\" x=", 1)
	}
	head := fmt.Sprintf("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n%s\n"+
		"<svg width=\"%d\" height=\"%.0f\" viewBox=\"0 0 %d %.0f\" role=\"img\" xmlns=\"http://www.w3.org/2000/svg\">\n"+
		"<title>%s</title>\n<desc>%s</desc>\n",
		Mark, width, c.height, width, c.height, escape(c.heading.Title), escape(c.heading.Alt))
	return []byte(head + body), nil
}

// density is how many pixels of a PNG a length of the chart has.
const density = 2

// PNG returns the chart as a PNG file of twice its width and height, with Mark in it.
func (c *Chart) PNG() ([]byte, error) {
	const pointsPerInch = 72
	img := vgimg.NewWith(vgimg.UseWH(width, vg.Length(c.height)), vgimg.UseDPI(density*pointsPerInch))
	c.draw(draw.New(img), true)
	var b bytes.Buffer
	if _, err := (vgimg.PngCanvas{Canvas: img}).WriteTo(&b); err != nil {
		return nil, fmt.Errorf("write chart %q: %w", c.heading.Title, err)
	}
	return marked(b.Bytes()), nil
}

func (c *Chart) draw(canvas draw.Canvas, pixels bool) {
	for _, step := range c.steps {
		step(canvas, pixels)
	}
}

// marked puts Mark into a PNG file, as a comment after its header.
func marked(png []byte) []byte {
	const header = 8 + 4 + 4 + 13 + 4 // signature; length, name, content and checksum of IHDR
	chunk := []byte("tEXtComment\x00" + Mark)
	var b []byte
	b = append(b, png[:header]...)
	b = binary.BigEndian.AppendUint32(b, uint32(len(chunk)-4))
	b = append(b, chunk...)
	b = binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(chunk))
	return append(b, png[header:]...)
}

var escape = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace
