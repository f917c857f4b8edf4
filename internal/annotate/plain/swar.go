package plain

import (
	"math/bits"
	"unicode/utf8"
)

// Most of a text is words of ASCII letters with blanks between them. It is looked
// at eight bytes at a time, as a number (SIMD within a register): what is true of a
// byte is its top bit.
const (
	ones    = 0x0101010101010101 // times a byte: eight of them
	topBits = 0x8080808080808080
)

// eight returns the eight bytes of a text at i, the first of them lowest.
func eight(s string, i int) uint64 {
	s = s[i : i+8]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 | uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// equal finds the bytes that are c.
func equal(x uint64, c byte) uint64 {
	x ^= uint64(c) * ones
	return ^(x&^topBits + ^uint64(topBits) | x) & topBits
}

// within finds the bytes from a to b, all of which are ASCII.
func within(x uint64, a, b byte) uint64 {
	low := x &^ topBits
	return (low + uint64(utf8.RuneSelf-a)*ones) &^ (low + uint64(utf8.RuneSelf-1-b)*ones) &^ x & topBits
}

// wordBytes finds the ASCII letters and digits.
func wordBytes(x uint64) uint64 { return within(x|0x20*ones, 'a', 'z') | within(x, '0', '9') }

// firstByte returns the place of the first byte of which something is true, or 8.
func firstByte(x uint64) int { return bits.TrailingZeros64(x) / 8 }

// gathered returns what is true of eight bytes as bits, the first of them lowest.
func gathered(x uint64) uint64 { return x >> 7 * 0x0102040810204080 >> 56 }
