package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"path"
	"slices"
	"time"

	"github.com/fedipulse/fedipulse/internal/discussion"
	"github.com/fedipulse/fedipulse/internal/fetch"
	"github.com/fedipulse/fedipulse/internal/ingest/archive"
	"github.com/fedipulse/fedipulse/internal/study"
)

// Place is what sources need of the world.
type Place struct {
	Files fs.FS                    // the folder of the study file: paths are relative to it
	Door  *fetch.Client            // to instances; nil where no source is live
	Token func(host string) string // for an instance, "" for none; nil: there are none
}

// kinds is the table of sources: a new kind is a package and a line here.
var kinds = map[study.Kind]func(at Place, st *study.Study, s study.Source) (Source, error){
	study.File:     openFiles,
	study.Lemmy:    openLemmy,
	study.Mastodon: openMastodon,
}

// Open returns the sources of a study. Nothing is asked of an instance yet.
func Open(at Place, st *study.Study) ([]Source, error) {
	var sources []Source
	for i, s := range st.Sources {
		open, ok := kinds[s.Kind]
		if !ok {
			return nil, fmt.Errorf("source %d (%s): no such kind of source", i+1, s.Kind)
		}
		source, err := open(at, st, s)
		if err != nil {
			return nil, fmt.Errorf("source %d (%s): %w", i+1, s.Name, err)
		}
		sources = append(sources, source)
	}
	return sources, nil
}

// files is a source of kind "file": a file, a folder or a glob.
type files struct {
	source study.Source
	fsys   fs.FS
	paths  []string
}

func openFiles(at Place, _ *study.Study, s study.Source) (Source, error) {
	paths, err := list(at.Files, path.Clean(s.Path))
	if err != nil {
		return nil, err
	}
	if len(paths) == 0 {
		return nil, fmt.Errorf("no file matches %q (paths are relative to the study file)", s.Path)
	}
	return files{s, at.Files, paths}, nil
}

// list returns the files that pattern names, in order.
func list(fsys fs.FS, pattern string) ([]string, error) {
	if info, err := fs.Stat(fsys, pattern); err == nil && info.IsDir() {
		var all []string
		err := fs.WalkDir(fsys, pattern, func(p string, d fs.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() {
				all = append(all, p)
			}
			return err
		})
		return all, err
	}
	all, err := fs.Glob(fsys, pattern)
	slices.Sort(all)
	return all, err
}

func (f files) Name() string { return f.source.Name }

// Formats says how many files of which format the sources name, from their
// first bytes. Files of no format that can be read are named in the error.
func Formats(sources []Source) (map[archive.Format]int, error) {
	found := map[archive.Format]int{}
	var problems []error
	for _, s := range sources {
		f, ok := s.(files)
		if !ok {
			continue
		}
		for _, p := range f.paths {
			format, err := f.format(p)
			if err == nil && format == archive.Unknown {
				err = errors.New("of no format that can be read")
			}
			if err != nil {
				problems = append(problems, fmt.Errorf("%s: %w", p, err))
				continue
			}
			found[format]++
		}
	}
	return found, errors.Join(problems...)
}

func (f files) format(name string) (archive.Format, error) {
	r, err := f.fsys.Open(name)
	if err != nil {
		return archive.Unknown, err
	}
	defer r.Close()
	head, err := io.ReadAll(io.LimitReader(r, 64<<10))
	return archive.Detect(head), err
}

func (f files) Pages(ctx context.Context, cursor func(string) (string, error)) iter.Seq2[discussion.Page, error] {
	match := newMatcher(f.source.Match)
	return func(yield func(discussion.Page, error) bool) {
		for _, p := range f.paths {
			after, err := cursor(p)
			if err != nil {
				yield(discussion.Page{}, err)
				return
			}
			for page, err := range f.file(p).Pages(ctx, after) {
				if err == nil && match != nil {
					page = restrict(page, match)
				}
				if !yield(page, err) {
					return
				}
			}
		}
	}
}

func restrict(page discussion.Page, m *matcher) discussion.Page {
	var others int
	page.Posts, others = m.filter(page.Posts)
	if others > 0 {
		page.Excluded = map[string]int{noMatch: others}
	}
	return page
}

// file describes one file to package archive. The day on which its content was
// seen is the study's, else guessed from the file's own.
func (f files) file(name string) archive.File {
	seen, guessed := f.source.Seen, f.source.Seen.IsZero()
	if info, err := fs.Stat(f.fsys, name); err == nil && guessed {
		seen = info.ModTime()
	}
	if seen.IsZero() {
		seen = time.Now()
	}
	return archive.File{
		Name: name, Instance: f.source.Instance, Seen: seen, Guessed: guessed,
		Open: func() (io.ReadCloser, error) { return f.fsys.Open(name) },
	}
}
