package archive

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/rogpeppe/go-internal/txtar"
)

func gz(t testing.TB, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(b); err != nil || w.Close() != nil {
		t.Fatal("gzip")
	}
	return out.Bytes()
}

func zst(t testing.TB, b []byte) []byte {
	t.Helper()
	w, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	return w.EncodeAll(b, nil)
}

type member struct {
	name string
	data []byte
}

func tarred(t testing.TB, members []member) []byte {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, m := range members {
		if err := w.WriteHeader(&tar.Header{Name: m.name, Size: int64(len(m.data)), Mode: 0o600}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(m.data); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func zipped(t testing.TB, members []member) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, m := range members {
		f, err := w.Create(m.name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write(m.data); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestCompressed(t *testing.T) {
	plain := export(300)
	want, err := read(inMemory("x", plain), "")
	if err != nil {
		t.Fatal(err)
	}
	half := len(plain) / 2
	for name, b := range map[string][]byte{
		"gzip": gz(t, plain), "zstd": zst(t, plain), "both": zst(t, gz(t, plain)),
		"two gzip members": append(gz(t, plain[:half]), gz(t, plain[half:])...),
		"BOM":              append([]byte("\xef\xbb\xbf"), plain...),
	} {
		got, err := read(inMemory("x", b), "")
		if err != nil || len(got) != 1 {
			t.Errorf("%s: %d pages, %v", name, len(got), err)
			continue
		}
		if d := cmp.Diff(want[0].Posts, got[0].Posts); d != "" || Detect(b[:min(len(b), headSize)]) != Export {
			t.Errorf("%s: detected as %v, %s", name, Detect(b), d)
		}
	}
}

func TestCompressedBadly(t *testing.T) {
	plain := export(9000)
	packed := gz(t, plain)
	flipped := bytes.Clone(zst(t, plain))
	flipped[len(flipped)/2] ^= 0xff
	tests := []struct {
		name string
		file File
		want string
	}{
		{"cut gzip", inMemory("x", packed[:len(packed)-2000]), "the gzip data are cut off after"},
		{"cut zstd", inMemory("x", zst(t, plain)[:20000]), "the zstd data are cut off after"},
		{"damaged zstd", inMemory("x", flipped), "the zstd data are"},
		{"gzip header only", inMemory("x", packed[:5]), "not whole gzip data"},
		{"too large", File{Name: "x", Open: inMemory("x", packed).Open, MaxBytes: 1 << 20}, "more than 1048576 bytes"},
		{"bomb", inMemory("x", zst(t, make([]byte, 300<<20))), "x: "},
		{"too many layers", inMemory("x", gz(t, gz(t, gz(t, gz(t, plain))))), "compressed 3 times over"},
		{"zip without outbox", inMemory("x", zipped(t, []member{{"a/likes.json", nil}})), "no outbox.json"},
		{"cut zip", inMemory("x", zipped(t, []member{{"outbox.json", plain}})[:900]), "not a whole zip"},
	}
	for _, tt := range tests {
		_, err := read(tt.file, "")
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want … %s …", tt.name, err, tt.want)
		}
	}
}

func TestRatio(t *testing.T) {
	f := inMemory("x", gz(t, bytes.Repeat(append(exported(1)[:600], "\"}\n"...), 200_000)))
	f.MaxRatio = 100
	if _, err := read(f, ""); err == nil || !strings.Contains(err.Error(), "blow up more than 100 times") {
		t.Errorf("error %v, want that the data blow up", err)
	}
}

const actor = `{"id":"https://tooters.example/users/ada","type":"Service","summary":"<p>Boats #nobot</p>","indexable":false,
"manuallyApprovesFollowers":true,"attachment":[{"type":"PropertyValue","name":"Pronouns","value":"she"}]}`

func TestAccountArchive(t *testing.T) {
	a, err := txtar.ParseFile("testdata/activitypub.txtar")
	if err != nil {
		t.Fatal(err)
	}
	outbox, profile := member{"export/outbox.json", a.Files[0].Data}, member{"export/actor.json", []byte(actor)}
	media := member{"export/media_attachments/1.png", make([]byte, 5000)}
	want, err := read(inMemory("x", outbox.data), "")
	if err != nil {
		t.Fatal(err)
	}
	onDisk := zipped(t, []member{media, outbox, profile})
	path := t.TempDir() + "/archive.zip"
	if err := os.WriteFile(path, onDisk, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, f := range map[string]File{
		"zip":                   inMemory("x", onDisk),
		"zip on disk":           {Name: "x", Open: func() (io.ReadCloser, error) { return os.Open(path) }},
		"tar.gz, profile first": inMemory("x", gz(t, tarred(t, []member{profile, media, outbox}))),
		"tar.gz, profile last":  inMemory("x", gz(t, tarred(t, []member{outbox, media, profile}))),
		"tar":                   inMemory("x", tarred(t, []member{outbox, profile})),
	} {
		pages, err := read(f, "")
		if err != nil || len(pages) != 1 || len(pages[0].Posts) != len(want[0].Posts) {
			t.Errorf("%s: %d pages, %v", name, len(pages), err)
			continue
		}
		a := pages[0].Posts[0].Author
		if !a.Bot || !a.Locked || a.Indexable == nil || *a.Indexable || a.Bio != "<p>Boats #nobot</p>\nPronouns she" {
			t.Errorf("%s: author %+v; want what the profile says", name, a)
		}
	}
	pages, err := read(inMemory("x", tarred(t, []member{outbox})), "")
	if err != nil || len(pages) != 1 || pages[0].Posts[0].Author.Bio != "" {
		t.Errorf("without a profile: %v, %v", pages, err)
	}
}

func FuzzFile(f *testing.F) {
	for _, name := range []string{"lemmy-v3", "lemmy-v4", "mastodon", "activitypub", "export", "damaged"} {
		a, err := txtar.ParseFile("testdata/" + name + ".txtar")
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range a.Files[:len(a.Files)-1] {
			f.Add(file.Data)
		}
	}
	small := export(2)
	f.Add(gz(f, small))
	f.Add(zst(f, small))
	f.Add(zipped(f, []member{{"outbox.json", []byte(`{"type":"OrderedCollection","orderedItems":[]}`)}, {"actor.json", []byte(actor)}}))
	f.Add(tarred(f, []member{{"outbox.json", []byte(`{"type":"OrderedCollection","orderedItems":[]}`)}}))
	f.Fuzz(func(t *testing.T, b []byte) {
		Detect(b)
		file := inMemory("f", b)
		file.PageSize, file.MaxBytes = 7, 1<<20
		pages, err := read(file, "")
		for i, p := range pages {
			if p.Cursor.Position == "" || err == nil && i == len(pages)-1 && !strings.Contains(p.Cursor.Position, `"done":true`) {
				t.Errorf("page %q: cursor %q", p.Name, p.Cursor.Position)
			}
			for _, post := range p.Posts {
				if post.URI == "" && post.Format != "plain" {
					t.Errorf("page %q: %+v", p.Name, post)
				}
			}
		}
		if err == nil && len(pages) == 0 {
			t.Error("neither a page nor an error")
		}
	})
}
