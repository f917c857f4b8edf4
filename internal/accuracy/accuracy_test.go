package accuracy

import (
	"context"
	"errors"
	"testing"
)

func TestScore(t *testing.T) {
	rows := make([]Row, 100)
	for i := range rows {
		rows[i] = Row{Line: i, Target: targets[i%len(targets)]}
	}
	list, err := Score(t.Context(), rows, truth)
	if err != nil {
		t.Fatal(err)
	}
	for i, o := range list {
		if o.Row.Line != i || o.Answer.Target != targets[i%len(targets)] {
			t.Errorf("outcome %d is of row %d, with %q", i, o.Row.Line, o.Answer.Target)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if list, err := Score(ctx, rows, truth); !errors.Is(err, context.Canceled) || list != nil {
		t.Errorf("cancelled: %d outcomes, %v", len(list), err)
	}
}
