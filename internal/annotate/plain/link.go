package plain

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// placeholder is what stands in the text for a URL: its host, or ⟨link⟩ where
// none can be read. Only letters, digits, dots and hyphens of ASCII get in.
func placeholder(ref string) string {
	if host := hostOf(ref); host != "" {
		return "⟨" + host + "⟩"
	}
	return "⟨link⟩"
}

// hostOf returns the lower-case host of a URL, in punycode, or "".
func hostOf(ref string) string {
	ref = strings.TrimSpace(ref)
	if address, ok := cutFold(ref, "mailto:"); ok {
		ref = address
	} else if _, rest, ok := strings.Cut(ref, "//"); ok {
		ref = rest
	} else {
		return ""
	}
	if i := strings.IndexAny(ref, `/?#\`); i >= 0 {
		ref = ref[:i]
	}
	ref = ref[strings.LastIndexByte(ref, '@')+1:]
	if i := strings.LastIndexByte(ref, ':'); i >= 0 {
		ref = ref[:i]
	}
	return safeHost(ref)
}

// safeHost returns a host name as DNS knows it, or "" where it is none.
func safeHost(host string) string {
	if len(host) > 253 {
		return ""
	}
	ascii, err := strings.ToLower(host), error(nil)
	if strings.IndexFunc(host, func(r rune) bool { return r >= utf8.RuneSelf }) >= 0 {
		ascii, err = idna.Lookup.ToASCII(host)
	}
	if err != nil || strings.Trim(ascii, ".-") != ascii || ascii == "" {
		return ""
	}
	for _, c := range []byte(ascii) {
		if !isNameByte(c) {
			return ""
		}
	}
	return ascii
}

// showsURL reports whether the words of a link are only its address: then they
// are no words. Servers cut long addresses and leave the scheme out.
func showsURL(words, href string) bool {
	words = strings.TrimSpace(words)
	if words == "" || strings.IndexFunc(words, unicode.IsSpace) >= 0 {
		return false
	}
	if hasScheme(words) {
		return true
	}
	if _, ok := cutFold(words, "www."); ok {
		return true
	}
	if _, address, ok := strings.Cut(href, ":"); ok && strings.EqualFold(words, strings.TrimPrefix(address, "//")) {
		return true
	}
	host := hostOf(href)
	if host == "" {
		return false
	}
	for _, h := range []string{host, strings.TrimPrefix(host, "www.")} {
		if rest, ok := cutFold(words, h); ok && (rest == "" || strings.ContainsRune("/:?#…", firstRune(rest))) {
			return true
		}
	}
	return false
}

// hasScheme reports whether s begins like "https://".
func hasScheme(s string) bool {
	scheme, _, ok := strings.Cut(s, "://")
	if !ok || scheme == "" || len(scheme) > maxScheme {
		return false
	}
	for _, c := range []byte(scheme) {
		if !isSchemeByte(c) {
			return false
		}
	}
	return true
}

// cutFold cuts a prefix off, whatever its case.
func cutFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}

func firstRune(s string) rune { r, _ := utf8.DecodeRuneInString(s); return r }

func lastRune(s string) rune { r, _ := utf8.DecodeLastRuneInString(s); return r }

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isSchemeByte(c byte) bool { return isLetter(c) || isDigit(c) || c == '+' || c == '-' || c == '.' }

// isNameByte reports whether c may stand in the name of a host or an account.
func isNameByte(c byte) bool { return isLetter(c) || isDigit(c) || c == '_' || c == '-' || c == '.' }
