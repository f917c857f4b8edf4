package mastodon

import (
	"encoding/json"
	"testing"
)

// FuzzList builds a tree of whatever a list of statuses may hold: it never
// crashes, holds nothing twice, places every post, and its coverage adds up.
func FuzzList(f *testing.F) {
	f.Add([]byte("[" + said("1", "", 2) + "," + said("2", "1", 1) + "," + said("3", "2", 0) + "]"))
	f.Add([]byte("[" + said("1", "2", 2) + "," + said("2", "1", 1) + ",null,{},7]"))
	f.Add([]byte("[" + said("1", "9", -1) + "," + said("1", "1", 1) + "]"))
	f.Fuzz(func(t *testing.T, body []byte) {
		list, err := items(body)
		if err != nil || len(list) == 0 {
			return
		}
		c := &Client{host: "tooters.example", decoder: Decoder{Instance: "tooters.example"}, caps: caps{40, 60, 20}}
		x := &tree{nodes: map[string]*node{}, capped: true}
		c.add(x, list)
		for id := range x.nodes {
			if x.root == "" || less(id, x.root) {
				x.root = id
			}
		}
		if x.root == "" {
			return
		}
		c.take(x, x.root, list)
		x.open()
		posts := x.posts()
		cover := x.coverage(nil)
		if len(posts) != len(x.nodes) || cover.Shown != int64(len(posts)-1) || cover.Claimed < cover.Shown || cover.Lacking > 0 && cover.Reason == "" {
			t.Errorf("%d posts of %d, coverage %+v", len(posts), len(x.nodes), cover)
		}
		if _, err := json.Marshal(posts); err != nil {
			t.Error(err)
		}
	})
}
