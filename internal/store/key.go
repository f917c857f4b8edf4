package store

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"os"
	"strings"

	"github.com/duckdb/duckdb-go/v2"
	"github.com/google/uuid"
)

// key makes pseudonyms: a UUID of version 8 from the first 128 bits of
// HMAC-SHA256 over a URI. Without the key a pseudonym cannot be tied to a URI
// that is guessed; another project has another key, so that pseudonyms cannot
// be joined across projects.
type key struct{ mac hash.Hash }

// exported marks ids that are pseudonyms already: this program's own export.
const exported = "urn:uuid:"

// id returns the pseudonym of a URI. The empty URI has none.
func (k key) id(uri string) (duckdb.UUID, bool) {
	if uri == "" {
		return duckdb.UUID{}, false
	}
	if text, ok := strings.CutPrefix(uri, exported); ok {
		if u, err := uuid.Parse(text); err == nil {
			return duckdb.UUID(u), true
		}
	}
	k.mac.Reset()
	k.mac.Write([]byte(uri))
	var sum [sha256.Size]byte
	k.mac.Sum(sum[:0])
	u := duckdb.UUID(sum[:16])
	u[6] = u[6]&0x0f | 0x80
	u[8] = u[8]&0x3f | 0x80
	return u, true
}

// loadKey reads the key file, or makes one for a new database. The database
// remembers the key's pseudonym of a fixed text, so that a wrong key is found
// before it writes ids that match nothing.
func loadKey(ctx context.Context, conn *sql.Conn, path string) (key, error) {
	secret, err := readKey(path)
	fresh := errors.Is(err, fs.ErrNotExist)
	if fresh {
		secret, err = makeKey()
	}
	if err != nil {
		return key{}, fmt.Errorf("key %s: %w", path, err)
	}
	k := key{hmac.New(sha256.New, secret)}
	check, _ := k.id("fedipulse:key-check")
	var held string
	err = conn.QueryRowContext(ctx, "select key_check::varchar from project").Scan(&held)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return k, keepKey(ctx, conn, path, secret, check, fresh)
	case err != nil:
		return key{}, err
	case fresh:
		return key{}, fmt.Errorf("key %s is missing: copy it from where the database was made; without it new posts cannot be joined to old ones", path)
	case held != uuid.UUID(check).String():
		return key{}, fmt.Errorf("key %s belongs to another database", path)
	}
	return k, nil
}

func keepKey(ctx context.Context, conn *sql.Conn, path string, secret []byte, check duckdb.UUID, fresh bool) error {
	if fresh {
		if err := os.WriteFile(path, []byte(hex.EncodeToString(secret)+"\n"), 0o600); err != nil {
			return err
		}
	}
	_, err := conn.ExecContext(ctx, "insert into project values (?::uuid, true)", uuid.UUID(check).String())
	return err
}

func makeKey() ([]byte, error) {
	secret := make([]byte, 32)
	_, err := rand.Read(secret)
	return secret, err
}

func readKey(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("others can read it (mode %04o); run chmod 600", info.Mode().Perm())
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	secret, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(secret) != 32 {
		return nil, errors.New("it does not hold 64 hex digits")
	}
	return secret, nil
}
