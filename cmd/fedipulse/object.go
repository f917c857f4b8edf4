package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
)

// writeObject writes v as JSON in which nothing steers a terminal: what JSON
// leaves as it is and visible would replace, is escaped.
func writeObject(w io.Writer, v any) error {
	var plain bytes.Buffer
	e := json.NewEncoder(&plain)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return err
	}
	var out bytes.Buffer
	for _, r := range plain.String() {
		if r != '\n' && r != '\t' && steers(r) {
			fmt.Fprintf(&out, `\u%04x`, r)
		} else {
			out.WriteRune(r)
		}
	}
	_, err := out.WriteTo(w)
	return err
}
