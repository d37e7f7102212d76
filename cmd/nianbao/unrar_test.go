package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
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
	r.time = 300 * time.Millisecond
	switch _, err := r.members(t.Context(), hangs); {
	case errors.Is(err, errLeftAlone):
		t.Errorf("it was not ended: %v", err)
	case !errors.Is(err, document.ErrLimit) || !strings.Contains(err.Error(), "unpacking it takes longer than the time allowed"):
		t.Errorf("error %v", err)
	}
	r.time = time.Minute
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
