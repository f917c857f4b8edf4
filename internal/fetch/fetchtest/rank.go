package fetchtest

import (
	"math"
	"time"
)

// down is how many downvotes the instance counts.
func (in *Instance) down(n int) int {
	if in.Downvotes {
		return n
	}
	return 0
}

func (in *Instance) score(up, down int) int { return up - in.down(down) }

// heat is the rank of the sort hot: it falls with age and is 0 after a week, so
// that all of an old thread ties.
func (in *Instance) heat(published time.Time, up, down int) float64 {
	hours := in.world.Now.Sub(published).Hours()
	if hours < 0 || hours >= 7*24 {
		return 0
	}
	return math.Log(float64(max(2, in.score(up, down)+2))) / math.Pow(hours+2, 1.8)
}

// controversy is high for many votes of both kinds in equal shares.
func controversy(up, down int) float64 {
	if up <= 0 || down <= 0 {
		return 0
	}
	return math.Pow(float64(up+down), float64(min(up, down))/float64(max(up, down)))
}
