package report

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/fedipulse/fedipulse/internal/report/chart"
)

// mark is the first line of every report; a file without it is somebody else's.
const mark = "<!-- fedipulse report: written anew on every run, so edit a copy -->"

// chartNames are all charts that a report can have; those that this one has not
// are removed, so that no old chart stays beside a new report.
var chartNames = []string{
	"charts/flow.png", "charts/flow.svg", "charts/theme-tone.png", "charts/theme-tone.svg", "charts/themes.png", "charts/themes.svg",
	"charts/timeline.png", "charts/timeline.svg", "charts/tone.png", "charts/tone.svg",
}

// Name is that of a report's file.
const Name = "report.md"

const evidenceName = "report.evidence.json"

// save writes the charts and then the report that shows them.
func (d *draft) save(dir string) (err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	root, err := os.OpenRoot(dir) // nothing leaves dir, not even through a link in it
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	d.summary.Path = filepath.Join(dir, Name)
	if err := own(root, Name, mark); err != nil {
		return fmt.Errorf("%s: %w", d.summary.Path, err)
	}
	if err := root.MkdirAll("charts", 0o755); err != nil {
		return err
	}
	for _, name := range append(chartNames[:len(chartNames):len(chartNames)], htmlName) {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := d.saveOther(root, name); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		switch {
		case d.files[name] == nil:
		case name == htmlName:
			d.summary.HTML = path
		default:
			d.summary.Charts = append(d.summary.Charts, path)
		}
	}
	d.summary.Evidence = filepath.Join(dir, evidenceName)
	if err := own(root, evidenceName, evidenceMark); err != nil {
		return fmt.Errorf("%s: %w", d.summary.Evidence, err)
	}
	if err := d.replace(root, evidenceName, d.files[evidenceName]); err != nil {
		return fmt.Errorf("%s: %w", d.summary.Evidence, err)
	}
	if err := d.replace(root, Name, d.files[Name]); err != nil {
		return fmt.Errorf("%s: %w", d.summary.Path, err)
	}
	return nil
}

// saveOther writes a chart or the page, or removes an old one.
func (d *draft) saveOther(root *os.Root, name string) error {
	svg := d.files[name]
	mark := chart.Mark
	if name == htmlName {
		mark = htmlMark
	}
	if err := own(root, name, mark); err != nil {
		return err
	}
	if svg != nil {
		return d.replace(root, name, svg)
	}
	err := root.Remove(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	d.summary.Changed = true
	return err
}

// own refuses a file that exists and that this program did not write.
func own(root *os.Root, name, mark string) error {
	f, err := root.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	head := make([]byte, 256)
	n, _ := f.Read(head) // what cannot be read has no mark
	if !bytes.Contains(head[:n], []byte(mark)) {
		return errors.New("this program did not write this file; move it away, or name another directory with --out")
	}
	return nil
}

// replace writes a file under another name and renames it, so that a reader sees
// the old one or the new one. A file that stays the same is left alone.
func (d *draft) replace(root *os.Root, name string, content []byte) error {
	if old, err := root.ReadFile(name); err == nil && bytes.Equal(old, content) {
		return nil
	}
	d.summary.Changed = true
	temporary := name + ".new"
	f, err := root.Create(temporary)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = root.Rename(temporary, name)
	}
	if err != nil {
		return errors.Join(err, root.Remove(temporary))
	}
	return nil
}
