package main

import (
	"context"
	"errors"
	"image"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nianbao/extract/document"
	"nianbao/extract/document/rartest"
)

// What is unpacked in a process of its own is what is unpacked in this one, errors included.
func TestUnpackingApartIsTheSame(t *testing.T) {
	five := rartest.Member{Name: "1.txt", Packed: rartest.Repeat('5', 300_000), Length: 300_000}
	for name, body := range map[string][]byte{
		"RAR 4": rarBy(29, 0x30, "甲/1.txt", []byte("甲"), "2.txt", []byte("乙")),
		"RAR 5": mustRead(t, "../../testdata/containers/rar5-compressed/archive.rar"),
		"solid": rartest.Archive(true, five, rartest.Member{Name: "2.txt", Packed: rartest.Again(4000), Length: 4000, Linked: true}),
		"damaged in the middle": rartest.Archive(false, five, rartest.Member{Name: "2.txt", Packed: []byte("x"), Length: 9},
			rartest.Member{Name: "3.txt", Packed: rartest.Repeat('6', 5000), Length: 5000}),
		"a bomb":       rartest.Archive(false, five, rartest.Member{Name: "2.txt", Packed: rartest.Repeat(' ', 200<<20), Length: 200 << 20}, five),
		"two of many":  mustRead(t, "../../testdata/containers/rar5-first-of-two-volumes/archive.rar"),
		"a method 1.5": rarBy(15, 0x33, "1.txt", []byte("x")),
		"cut":          rarBy(29, 0x30, "1.txt", []byte("甲"))[:60],
	} {
		t.Run(name, func(t *testing.T) {
			want, wantErr := document.Members(body, document.Options{})
			got, err := document.Members(body, document.Options{Unpacker: unrar{t.Context()}})
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			says := func(err error) (said []any) {
				for _, is := range []error{document.ErrFormat, document.ErrEncrypted, document.ErrDamaged, document.ErrLimit} {
					said = append(said, errors.Is(err, is))
				}
				if err != nil {
					said = append(said, err.Error())
				}
				return said
			}
			if diff := cmp.Diff(says(wantErr), says(err)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Unpacking that does not end is ended with its process, when its time is over or nobody wants it any more; the next archive is read.
func TestUnpackingApartIsEnded(t *testing.T) {
	body := []byte(strings.Repeat(string(rartest.EmptyModel(8)), 1_000_000)) // each takes a millisecond or more
	hangs := rarBy(29, 0x33, "1.txt", join(rartest.EmptyBlock(), body), "2.txt", []byte("x"))
	r := newReader(slog.New(slog.NewTextHandler(io.Discard, nil)), nil)
	defer r.close()
	r.unpack = 300 * time.Millisecond
	switch _, err := r.members(t.Context(), hangs); {
	case errors.Is(err, errLeftAlone):
		t.Errorf("it was not ended: %v", err)
	case !errors.Is(err, document.ErrLimit) || !strings.Contains(err.Error(), "unpacking it takes longer than the time allowed"):
		t.Errorf("error %v", err)
	}
	r.unpack = time.Minute
	interrupted, stop := context.WithCancel(t.Context())
	time.AfterFunc(300*time.Millisecond, stop)
	if _, err := r.members(interrupted, hangs); !errors.Is(err, context.Canceled) || errors.Is(err, errLeftAlone) {
		t.Errorf("interrupted: %v", err)
	}
	members, err := r.members(t.Context(), rarBy(29, 0x30, "1.txt", []byte("甲")))
	if err != nil || len(members) != 1 || string(members[0].Body) != "甲" {
		t.Errorf("%v, %v", members, err)
	}
}

// slowRar takes a second or two to unpack, to nothing.
func slowRar() []byte {
	return rarBy(29, 0x33, "1.txt", join(rartest.EmptyBlock(), repeat(1000, string(rartest.EmptyModel(8)))))
}

// An interrupt at the terminal comes to all processes there. That which unpacks leaves it to the one that started it.
func TestUnpackingApartIsNotInterrupted(t *testing.T) {
	stream, err := unrar{t.Context()}.Unpack(slowRar())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(stream, make([]byte, 1)); err != nil { // it has begun
		t.Fatal(err)
	}
	if err := stream.(*unrarProcess).command.Process.Signal(os.Interrupt); err != nil {
		t.Error(err)
	}
	_, err = io.Copy(io.Discard, stream)
	if err = errors.Join(err, stream.Close()); err != nil {
		t.Error(err)
	}
}

// Where pictures are recognised, a document has an hour. Unpacking one has not.
func TestUnpackingApartHasNoTimeOfPictures(t *testing.T) {
	r := newReader(slog.New(slog.DiscardHandler), nothingRecognized{})
	defer r.close()
	if r.time <= documentTime || r.unpack != documentTime {
		t.Errorf("%v for a document, %v for unpacking it", r.time, r.unpack)
	}
	r.unpack = 100 * time.Millisecond
	_, err := r.members(t.Context(), slowRar())
	if !errors.Is(err, document.ErrLimit) || errors.Is(err, errAgain) || !strings.Contains(err.Error(), "longer than the time allowed") {
		t.Errorf("error %v", err)
	}
}

type nothingRecognized struct{}

func (nothingRecognized) Recognize(*image.Gray) ([]document.Recognized, error) { return nil, nil }

// A process that cannot be started, or is killed from outside, as by a system without memory, says nothing of the archive: the capture
// stays unread, and the next run reads it.
func TestUnpackingApartThatTheMachineEnds(t *testing.T) {
	dir := t.TempDir()
	name, saved := filepath.Join(dir, "a.db"), filepath.Join(dir, "saved")
	err := errors.Join(os.Mkdir(saved, 0o777), os.WriteFile(filepath.Join(saved, "年报.rar"), slowRar(), 0o666))
	if err != nil {
		t.Fatal(err)
	}
	unread := func(why, says string) {
		t.Helper()
		status, said := runArgs("import", "--archive", name, saved)
		rows, err := queryArchive(name, `select count(*) from reading`)
		if err != nil || status != statusPartly || rows[0] != "0" || !strings.Contains(said, says) || !strings.Contains(said, errAgain.Error()) {
			t.Errorf("%s: exit status %d, readings: %v, %v\n%s", why, status, rows, err, said)
		}
	}
	kill := make(chan error)
	go func() {
		for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(time.Millisecond) {
			children, _ := filepath.Glob("/proc/self/task/*/children")
			for _, file := range children {
				pids, _ := os.ReadFile(file)
				for _, pid := range strings.Fields(string(pids)) {
					command, _ := os.ReadFile("/proc/" + pid + "/cmdline")
					if number, err := strconv.Atoi(pid); err == nil && strings.Contains(string(command), unrarName) {
						kill <- syscall.Kill(number, syscall.SIGKILL)
						return
					}
				}
			}
		}
		kill <- errors.New("proc(5) names no process that unpacks")
	}()
	unread("killed", "signal: killed")
	if err := <-kill; err != nil {
		t.Error(err)
	}
	status, said := runArgs("import", "--archive", name, saved)
	rows, err := queryArchive(name, `select error like '%decoder expected more data%' from reading`)
	if err != nil || status != statusPartly || len(rows) != 1 || rows[0] != "1" {
		t.Errorf("the next run: exit status %d, readings: %v, %v\n%s", status, rows, err, said)
	}

	var was syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &was); err != nil {
		t.Fatal(err)
	}
	none := was
	none.Cur = 3
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &none); err != nil {
		t.Fatal(err)
	}
	_, err = unrar{t.Context()}.Unpack(slowRar())
	if limitErr := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &was); limitErr != nil {
		t.Fatal(limitErr)
	}
	if !errors.Is(err, errAgain) || !errors.Is(err, syscall.EMFILE) {
		t.Errorf("without a process: %v", err)
	}
}
