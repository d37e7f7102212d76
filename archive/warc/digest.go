package warc

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base32"
	"encoding/hex"
	"hash"
	"strings"
)

// Digest is the labelled digest that the writer uses: sha256 in hex, the archive's own.
func Digest(data []byte) string {
	sum := sha256.Sum256(data)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// verdict is what a stated digest says of some bytes.
type verdict int

const (
	unknown verdict = iota // none is stated, or by a function that is not known
	right
	wrong
)

// judge compares bytes with a labelled digest: SHA-1 in Base32 as most tools write it, or another function, or hex.
func judge(stated string, data []byte) verdict {
	label, value, ok := strings.Cut(strings.TrimSpace(stated), ":")
	if !ok {
		return unknown
	}
	var h hash.Hash
	switch strings.ReplaceAll(strings.ToLower(label), "-", "") {
	case "sha1":
		h = sha1.New()
	case "sha256":
		h = sha256.New()
	case "sha512":
		h = sha512.New()
	case "md5":
		h = md5.New()
	default:
		return unknown
	}
	h.Write(data)
	sum := h.Sum(nil)
	if strings.EqualFold(value, hex.EncodeToString(sum)) ||
		strings.EqualFold(strings.TrimRight(value, "="), base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum)) {
		return right
	}
	return wrong
}
