package fetch

import (
	"compress/flate"
	"compress/gzip"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"mime"
	"net"
	"strings"
	"syscall"

	"code.dny.dev/ssrf"
)

// broken judges an attempt that brought no status.
func (q *query) broken(err error) finding {
	var dns *net.DNSError
	var certificate *tls.CertificateVerificationError
	var invalid x509.CertificateInvalidError
	var op *net.OpError
	var record tls.RecordHeaderError
	switch {
	case errors.Is(err, ssrf.ErrProhibitedIP), errors.Is(err, ssrf.ErrProhibitedPort), errors.Is(err, ssrf.ErrProhibitedNetwork):
		return finding{err: &Refused{Host: q.url.Host, Path: path(q.url), Reason: "its name leads to an address that is not public"}, closes: true}
	case errors.As(err, &dns) && dns.IsNotFound:
		return finding{err: q.failure("no such host", err), closes: true}
	case errors.As(err, &certificate), errors.As(err, &invalid):
		return finding{err: q.failure("bad certificate", err), closes: true}
	case errors.As(err, &op) && op.Op == "remote error", errors.As(err, &record): // crypto/tls says so of an alert
		return finding{err: q.failure("TLS handshake refused", err), closes: true}
	}
	if what, ok := transient(err); ok {
		return finding{err: q.failure(what, err), cause: what, most: many, deferrable: true}
	}
	return finding{err: q.failure("malformed answer", err), most: 1}
}

// content judges a body that came with 200.
func (q *query) content(r reply) finding {
	if r.err != nil {
		return q.spoilt(r.err)
	}
	media, _, _ := mime.ParseMediaType(r.header.Get("Content-Type"))
	json := media == "application/json" || strings.HasPrefix(media, "application/") && strings.HasSuffix(media, "+json")
	what := ""
	switch {
	case q.Accept == Text && (media == "" || json || strings.HasPrefix(media, "text/") || html(r)):
	case q.Accept == Text:
		what = "not text, by its content type"
	case len(r.body) == 0:
		what = "empty answer"
	case !json:
		what = "not JSON, by its content type"
	}
	if what != "" {
		return finding{err: q.failure(what, nil), most: 1}
	}
	return finding{}
}

// spoilt judges a body that could not be read to its end. Asking again may
// help; that one answer breaks off says little of the host.
func (q *query) spoilt(err error) finding {
	if what, ok := transient(err); ok {
		if errors.Is(err, io.ErrUnexpectedEOF) {
			what = "truncated body"
		}
		return finding{err: q.failure(what, err), cause: what, most: many, deferrable: errors.Is(err, errSlow) || errors.Is(err, errWhole)}
	}
	var corrupt flate.CorruptInputError
	what := "malformed body"
	switch {
	case errors.Is(err, errLarge), errors.Is(err, errEncoding):
		what = err.Error()
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum), errors.As(err, &corrupt):
		what = "broken gzip"
	}
	return finding{err: q.failure(what, err), most: 1}
}

// transient names the troubles of networks that may pass.
func transient(err error) (what string, ok bool) {
	var timeout net.Error
	switch {
	case errors.Is(err, errSlow), errors.Is(err, errWhole), errors.Is(err, errResent):
		return err.Error(), true
	case errors.Is(err, syscall.ECONNREFUSED):
		return "connection refused", true
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, syscall.ECONNABORTED):
		return "connection lost", true
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return "unreachable", true
	case errors.As(err, &timeout) && timeout.Timeout():
		return "time-out", true
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "connection lost", true
	}
	var dns *net.DNSError
	if errors.As(err, &dns) {
		return "no answer of the name server", true
	}
	return "", false
}
