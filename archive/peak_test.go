package archive

import (
	"runtime"
	"testing"
	"time"
)

// peak is the most heap in use while fn runs, as a sample every few milliseconds sees it.
func peak(t testing.TB, fn func()) uint64 {
	t.Helper()
	done, most := make(chan struct{}), make(chan uint64)
	go func() {
		var top uint64
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			top = max(top, m.HeapInuse)
			select {
			case <-done:
				most <- top
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
	}()
	fn()
	close(done)
	return <-most
}
