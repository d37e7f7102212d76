package crawler

import (
	"hash/fnv"
	"time"
)

// night is the step in which rechecks are spread: sites are visited by night.
const night = 24 * time.Hour

// spread is how much longer than recheck an address is left alone: a number of nights of its own, fewer than recheck has,
// so that the pages of a first crawl do not all fall due in one night, and each does before twice recheck is over. A
// recheck under two nights is not spread.
func spread(address string, recheck time.Duration) time.Duration {
	nights := int64(recheck / night)
	if nights < 2 {
		return 0
	}
	return time.Duration(share(address)*float64(nights)) * night
}

// share is a number from 0 up to, but not including, 1 that belongs to a name: spread evenly over names, and always the
// same for one.
func share(name string) float64 {
	h := fnv.New64a()
	h.Write([]byte(name)) // a hash never fails to write
	// FNV's last bytes differ little between names that differ in their last characters; this mixes them (splitmix64).
	x := h.Sum64()
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return float64((x^x>>31)>>11) / (1 << 53)
}
