package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"
)

// Tokens come from the environment alone, or from a file that nobody else may
// read; never from a study, which is made to be shown. They go to their own
// instance, in a header, and nowhere else.
const (
	tokenVariable = "FEDIPULSE_TOKEN_" // and the host: FEDIPULSE_TOKEN_MASTODON_EXAMPLE
	tokenFile     = "FEDIPULSE_TOKENS" // names a file with lines of a host and its token
)

// tokens returns the token of a host, "" for none.
func tokens() (func(host string) string, error) {
	file := map[string]string{}
	if name := os.Getenv(tokenFile); name != "" {
		var err error
		if file, err = readTokens(name); err != nil {
			return nil, usagef("%s: %w", tokenFile, err)
		}
	}
	return func(host string) string {
		if t := strings.TrimSpace(os.Getenv(tokenVariable + variable(host))); t != "" {
			return t
		}
		return file[host]
	}, nil
}

// variable is a host as the name of a variable can hold it.
func variable(host string) string {
	return strings.ToUpper(strings.NewReplacer(".", "_", "-", "_").Replace(host))
}

func readTokens(name string) (map[string]string, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%s can be read by others (mode %04o): chmod 600 %s", name, info.Mode().Perm(), name)
	}
	found := map[string]string{}
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		fields := strings.Fields(lines.Text())
		switch {
		case len(fields) == 0 || strings.HasPrefix(fields[0], "#"):
		case len(fields) != 2: // the line is not shown: it may hold a token
			return nil, fmt.Errorf("%s:%d: want a host and its token", name, n)
		default:
			found[strings.ToLower(fields[0])] = fields[1]
		}
	}
	return found, lines.Err()
}
