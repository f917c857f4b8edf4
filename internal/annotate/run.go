package annotate

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"slices"
	"sync"

	"github.com/fedipulse/fedipulse/internal/annotate/tag"
	"github.com/fedipulse/fedipulse/internal/discussion"
)

// Summary counts what a run did.
type Summary struct {
	Pending int // posts to annotate when the run began
	Done    int
	Scored  int
	Tagged  int // posts with at least one theme, but off topic
	Again   int // posts that were read again since a theme or the targets had changed
}

func (s *Summary) add(n *discussion.Annotation) {
	s.Done++
	if n.Scored {
		s.Scored++
	}
	if slices.ContainsFunc(n.Themes, func(t discussion.ThemeTag) bool { return t.Theme != tag.OffTopic }) {
		s.Tagged++
	}
}

// job is a batch on its way through the stage.
type job struct {
	texts []discussion.Text
	notes []discussion.Annotation
	lists []lists // of the notes, by piece
	err   error
	left  sync.WaitGroup // pieces that are not annotated yet
}

// begin takes up a batch, in the memory of the one before.
func (j *job) begin(texts []discussion.Text, err error) {
	j.texts, j.err = texts, err
	clear(j.notes)
	j.notes = slices.Grow(j.notes[:0], len(texts))[:len(texts)]
	pieces := (len(texts) + piece - 1) / piece
	j.lists = slices.Grow(j.lists, max(pieces-len(j.lists), 0))[:pieces]
	for i := range j.lists {
		j.lists[i].empty()
	}
	j.left.Add(pieces)
}

// Run annotates what is pending, a batch at a time: memory stays bounded. While
// a batch is stored, the next ones are read and annotated. When ctx
// is cancelled, the batch in hand is stored first. Progress may be nil.
func Run(ctx context.Context, store Store, m Model, progress func(Summary)) (Summary, error) {
	sum, err := run(ctx, store, m, progress)
	if failed := store.Flush(context.WithoutCancel(ctx)); failed != nil {
		err = errors.Join(err, fmt.Errorf("annotate: %w", failed))
	}
	return sum, err
}

func run(ctx context.Context, store Store, m Model, progress func(Summary)) (Summary, error) {
	var sum Summary
	pending, batches, err := store.Pending(context.WithoutCancel(ctx), m.Version())
	if err != nil {
		return sum, err
	}
	sum.Pending = pending
	if sum.Again, err = store.Retag(context.WithoutCancel(ctx), m.Version(), m.Tags.Versions(), func(changed map[string]bool, texts []discussion.Text, notes []discussion.Annotation) error {
		m.retag(changed, texts, notes)
		return ctx.Err()
	}); err != nil {
		return sum, err
	}
	stop, spare := make(chan struct{}), make(chan *job, waiting)
	var running sync.WaitGroup
	defer running.Wait()
	defer close(stop)
	for job := range m.start(batches, &running, spare, stop) {
		if job.left.Wait(); job.err != nil {
			return sum, job.err
		}
		if err := store.Annotate(context.WithoutCancel(ctx), job.texts, job.notes); err != nil {
			return sum, fmt.Errorf("annotate: %w", err)
		}
		for i := range job.notes {
			sum.add(&job.notes[i])
		}
		if progress != nil {
			progress(sum)
		}
		select {
		case spare <- job:
		default:
		}
		if ctx.Err() != nil {
			return sum, ctx.Err()
		}
	}
	return sum, nil
}

// retag tags a batch on all processors.
func (m Model) retag(changed map[string]bool, texts []discussion.Text, notes []discussion.Annotation) {
	var running sync.WaitGroup
	n := runtime.GOMAXPROCS(0)
	for k := range n {
		running.Go(func() {
			w := m.worker()
			for i := k * len(texts) / n; i < (k+1)*len(texts)/n; i++ {
				w.retag(changed, texts[i], &notes[i])
			}
		})
	}
	running.Wait()
}

// piece is how many posts a worker takes at a time.
const piece = 256

// waiting is how many batches may wait, annotated, while the store writes what it
// has gathered: the workers go on meanwhile.
const waiting = 3

// start begins to read batches and to annotate them, until stop is closed. It
// returns them in their order, each perhaps not annotated yet. Spare jobs are those
// that are done with.
func (m Model) start(batches iter.Seq2[[]discussion.Text, error], running *sync.WaitGroup, spare <-chan *job, stop <-chan struct{}) <-chan *job {
	jobs := make(chan *job, waiting)
	work := make(chan func(*worker))
	for range runtime.GOMAXPROCS(0) {
		running.Go(func() {
			w := m.worker()
			for do := range work {
				do(w)
			}
		})
	}
	running.Go(func() {
		defer close(jobs)
		defer close(work)
		for texts, err := range batches {
			j := &job{}
			select {
			case j = <-spare:
			default:
			}
			j.begin(texts, err)
			select {
			case jobs <- j:
			case <-stop:
				return
			}
			for k := range j.lists {
				work <- func(w *worker) {
					defer j.left.Done()
					w.lists = &j.lists[k]
					for i := k * piece; i < min((k+1)*piece, len(texts)); i++ {
						w.annotate(&texts[i], &j.notes[i])
					}
				}
			}
		}
	})
	return jobs
}
