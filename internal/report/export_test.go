package report

// Compose lets tests hold one report against many.
var Compose = compose

func (d *draft) Files() map[string][]byte { return d.files }

func (d *draft) Against(there map[string][]byte) Verified { return d.compare(there) }
