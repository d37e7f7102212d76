package archive

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"testing"
)

// A long body is tested in pieces as a short one is at once: what packs comes back, and other bytes are told.
func TestLongBodiesAreTested(t *testing.T) {
	c, err := newCodec()
	if err != nil {
		t.Fatal(err)
	}
	draw := rand.New(rand.NewPCG(1, 1))
	for _, n := range []int{mostPacked, mostPacked + 1, mostPacked + 1<<20, mostPacked + 1<<20 + 5} {
		body := make([]byte, n)
		for i := range body {
			body[i] = byte('0' + draw.IntN(4))
		}
		b, err := c.pack(body, "")
		if err != nil || b.codec != codecZstd || b.bytes != n {
			t.Fatalf("%d bytes: %s of %d, %v", n, b.codec, b.bytes, err)
		}
		other := bytes.Clone(body)
		other[n-1] ^= 1
		for what, wrong := range map[string][]byte{"another byte": other, "shorter": body[:n-1], "longer": append(other[:n-1:n-1], body[n-1], 'x')} {
			if err := c.test(b, wrong); !errors.Is(err, errOtherBytes) {
				t.Errorf("%d bytes, %s: %v", n, what, err)
			}
		}
		for _, cut := range []int{1, 4, 10} {
			short := b
			short.data = b.data[:len(b.data)-cut]
			if err := c.test(short, body); err == nil {
				t.Errorf("%d bytes: a frame that lacks %d bytes passes", n, cut)
			}
		}
	}
}
