//go:build linux || darwin || freebsd

package archive

import "golang.org/x/sys/unix"

// freeSpace is what a user without privileges may still write in a folder [bytes].
func freeSpace(folder string) (int64, error) {
	var fs unix.Statfs_t
	if err := unix.Statfs(folder, &fs); err != nil {
		return 0, err
	}
	return int64(fs.Bavail) * int64(fs.Bsize), nil
}
