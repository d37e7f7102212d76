package document_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"

	"nianbao/extract/document"
	"nianbao/extract/document/rartest"
)

// file is a member that a test packs.
type file struct {
	name, body string
	encrypted  bool
}

// gbk writes a text as Chinese Windows does.
func gbk(s string) string {
	out, err := simplifiedchinese.GBK.NewEncoder().String(s)
	if err != nil {
		panic(err)
	}
	return out
}

// zipped makes a zip container. Names that are no UTF-8 have no flag that says they were; what is encrypted has the flag
// alone.
func zipped(t testing.TB, files ...file) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range files {
		h := &zip.FileHeader{Name: f.name, Method: zip.Deflate, NonUTF8: true}
		put, err := w.CreateHeader, error(nil)
		if f.encrypted {
			h.Method, h.Flags = zip.Store, 1
			h.CRC32 = crc32.ChecksumIEEE([]byte(f.body))
			h.CompressedSize64, h.UncompressedSize64 = uint64(len(f.body)), uint64(len(f.body))
			put = w.CreateRaw
		}
		var in io.Writer
		if in, err = put(h); err == nil {
			_, err = io.WriteString(in, f.body)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// gzipped packs one file (RFC 1952).
func gzipped(body []byte) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, err := w.Write(body)
	if err = errors.Join(err, w.Close()); err != nil {
		panic(err)
	}
	return out.Bytes()
}

// rar4 makes an archive of RAR 3 and 4 whose files are stored (technote.txt of unrar 4).
func rar4(files ...file) []byte {
	block := func(kind byte, flags uint16, rest []byte) []byte {
		h := []byte{kind}
		h = binary.LittleEndian.AppendUint16(h, flags)
		h = binary.LittleEndian.AppendUint16(h, uint16(7+len(rest)))
		h = append(h, rest...)
		return append(binary.LittleEndian.AppendUint16(nil, uint16(crc32.ChecksumIEEE(h))), h...)
	}
	out := append([]byte("Rar!\x1a\x07\x00"), block(0x73, 0, make([]byte, 6))...)
	for _, f := range files {
		flags := uint16(0x8000)
		if f.encrypted {
			flags |= 4
		}
		h := binary.LittleEndian.AppendUint32(nil, uint32(len(f.body)))
		h = binary.LittleEndian.AppendUint32(h, uint32(len(f.body)))
		h = append(h, 2) // Windows
		h = binary.LittleEndian.AppendUint32(h, crc32.ChecksumIEEE([]byte(f.body)))
		h = append(h, 0, 0, 0, 0, 29, 0x30)
		h = binary.LittleEndian.AppendUint16(h, uint16(len(f.name)))
		h = append(h, 0x20, 0, 0, 0)
		out = append(append(out, block(0x74, flags, append(h, f.name...))...), f.body...)
	}
	return append(out, block(0x7b, 0x4000, nil)...)
}

// rar5 makes an archive of RAR 5 whose files are stored (rarlab.com/technote.htm).
func rar5(files ...file) []byte {
	block := func(fields ...any) []byte {
		var h []byte
		for _, f := range fields {
			switch f := f.(type) {
			case int:
				h = binary.AppendUvarint(h, uint64(f))
			case []byte:
				h = append(h, f...)
			}
		}
		h = append(binary.AppendUvarint(nil, uint64(len(h))), h...)
		return append(binary.LittleEndian.AppendUint32(nil, crc32.ChecksumIEEE(h)), h...)
	}
	out := append([]byte("Rar!\x1a\x07\x01\x00"), block(1, 0, 0)...)
	for _, f := range files {
		var extra []byte
		head := []any{2, 2}
		if f.encrypted {
			extra = append([]byte{36, 1, 0, 0, 15}, make([]byte, 32)...) // version, flags, KDF count, salt, vector
			head = []any{2, 3, len(extra)}
		}
		sum := binary.LittleEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte(f.body)))
		fields := append(head, len(f.body), 4, len(f.body), 0o100644, sum, 0, 1, len(f.name), []byte(f.name), extra)
		out = append(append(out, block(fields...)...), f.body...)
	}
	return append(out, block(5, 0, 0)...)
}

// container is the bytes of testdata/containers.
func container(t testing.TB, name string) []byte {
	t.Helper()
	body, err := os.ReadFile("../../testdata/containers/" + name + "/archive.rar")
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// nested is a zip in a zip, and so on.
func nested(t testing.TB, levels int) []byte {
	body := []byte("甲")
	for range levels {
		body = zipped(t, file{name: "a.zip", body: string(body)})
	}
	return body
}

// All that is in a container is given, by its name as people see it; what cannot be is named, with the reason, and costs
// the others nothing.
func TestMembers(t *testing.T) {
	const zeros = 3 << 20
	bomb := strings.Repeat("\x00", zeros)
	a, b := file{name: "a.txt", body: "甲"}, file{name: "b.txt", body: "乙"}
	secret := file{name: "secret.doc", body: "xxxx", encrypted: true}
	docx := file{name: "年报.docx", body: string(word(t, "<p>甲</p>"))}
	fives := func(n int) string { return strings.Repeat("5", n) }
	aaa := rartest.Member{Name: "1", Packed: rartest.Repeat('5', 4098), Length: 4098}
	again := rartest.Member{Name: "2", Packed: rartest.Again(4000), Length: 4000, Linked: true}
	rarBomb := rartest.Member{Name: "bomb", Packed: rartest.Repeat('5', 100<<20), Length: 100 << 20}
	thumbs := rartest.Member{Name: "Thumbs.db", Packed: aaa.Packed, Length: aaa.Length}
	liar := rartest.Member{Name: "1", Packed: rartest.Repeat('5', 200<<30), Length: 4098} // a minute, if it were unpacked
	limits := document.Limits{Inflated: 2 * zeros, Ratio: 100, Members: 5, Depth: 3}
	flipped := zipped(t, a, file{name: "long.txt", body: "a long enough text to be stored as it is"}, b)
	flipped[bytes.Index(flipped, []byte("long.txt"))+12] ^= 0xff
	for name, c := range map[string]struct {
		body    []byte
		members []string
		err     error
		says    string // of the error
	}{
		"a zip":                        {zipped(t, a, file{name: "folder/"}, file{name: `folder\b.txt`, body: "乙"}), []string{"a.txt=甲", "folder/b.txt=乙"}, nil, ""},
		"names in GBK":                 {zipped(t, file{name: gbk("水利局/2023年年度报告.doc"), body: "甲"}), []string{"水利局/2023年年度报告.doc=甲"}, nil, ""},
		"names that lead elsewhere":    {zipped(t, file{name: "../../etc/passwd", body: "甲"}, file{name: "/b\n.txt", body: "乙"}), []string{"etc/passwd=甲", "b.txt=乙"}, nil, ""},
		"two of one name":              {zipped(t, a, file{name: "a.txt", body: "乙"}), []string{"a.txt=甲", "a (2).txt=乙"}, nil, ""},
		"what a Mac adds":              {zipped(t, a, file{name: "__MACOSX/._a.txt", body: "x"}, file{name: ".DS_Store", body: "x"}), []string{"a.txt=甲"}, nil, ""},
		"a zip and a rar in a zip":     {zipped(t, file{name: "in.zip", body: string(zipped(t, a))}, file{name: "in.rar", body: string(rar5(b))}), []string{"in.zip/a.txt=甲", "in.rar/b.txt=乙"}, nil, ""},
		"a zip in gzip":                {gzipped(zipped(t, a)), []string{"a.txt=甲"}, nil, ""},
		"a gzip is no container":       {zipped(t, file{name: "a.gz", body: string(gzipped([]byte("甲")))}), []string{"a.gz=" + string(gzipped([]byte("甲")))}, nil, ""},
		"a document is no container":   {zipped(t, docx), []string{"年报.docx=" + docx.body}, nil, ""},
		"rar 4":                        {rar4(a, file{name: gbk("水利局") + `\b.txt`, body: "乙"}), []string{"a.txt=甲", "水利局/b.txt=乙"}, nil, ""},
		"rar 5":                        {rar5(a, file{name: "水利局/b.txt", body: "乙"}), []string{"a.txt=甲", "水利局/b.txt=乙"}, nil, ""},
		"one is encrypted":             {zipped(t, a, secret, b), []string{"a.txt=甲", "b.txt=乙"}, document.ErrEncrypted, "secret.doc: the file is encrypted"},
		"one in a rar 4 is encrypted":  {rar4(a, secret, b), []string{"a.txt=甲", "b.txt=乙"}, document.ErrEncrypted, "secret.doc: the file is encrypted"},
		"one in a rar 5 is encrypted":  {rar5(a, secret, b), []string{"a.txt=甲", "b.txt=乙"}, document.ErrEncrypted, "secret.doc: the file is encrypted"},
		"one is damaged":               {flipped, []string{"a.txt=甲", "b.txt=乙"}, document.ErrDamaged, "long.txt: the file is damaged"},
		"a broken container in it":     {zipped(t, a, file{name: "in.zip", body: "PK\x03\x04"}), []string{"a.txt=甲", "in.zip=PK\x03\x04"}, nil, ""},
		"one is a bomb":                {zipped(t, a, file{name: "bomb.xls", body: bomb}, b), []string{"a.txt=甲", "b.txt=乙"}, document.ErrLimit, "bomb.xls: unpacks to more than 1048576 bytes"},
		"bombs in small pieces":        {zipped(t, file{name: "1", body: bomb[:1<<20]}, file{name: "2", body: bomb[:1<<20]}, file{name: "3", body: bomb[:1<<20]}, file{name: "4", body: bomb[:1<<20]}, file{name: "5", body: "x"}), []string{"1", "2", "3", "4", "5"}, nil, ""},
		"more members than the limit":  {zipped(t, a, a, a, file{name: "in.zip", body: string(zipped(t, b, b, b))}), []string{"a.txt=甲", "a (2).txt=甲", "a (3).txt=甲", "in.zip/b.txt=乙"}, document.ErrLimit, "in.zip: more than 5 members"},
		"containers in containers":     {nested(t, 20), nil, document.ErrLimit, "a.zip/a.zip/a.zip: containers nested deeper than 3"},
		"an encrypted rar of headers":  {append([]byte("Rar!\x1a\x07\x00"), 0xCE, 0x99, 0x73, 0x80, 0x00, 0x0D, 0, 0, 0, 0, 0, 0, 0, 0), nil, document.ErrEncrypted, "the file is encrypted"},
		"a rar that is cut":            {rar5(a, b)[:60], []string{"a.txt=甲"}, document.ErrDamaged, "the file is damaged"},
		"the first of two volumes":     {container(t, "rar5-first-of-two-volumes"), nil, document.ErrFormat, "test.txt: rardecode: multi-volume archive"},
		"a zip without its directory":  {zipped(t, a)[:40], nil, document.ErrDamaged, "zip: the file is damaged"},
		"a solid rar":                  {rartest.Archive(true, aaa, again), []string{"1=" + fives(4098), "2=" + fives(4000)}, nil, ""},
		"a solid rar that lies":        {rartest.Archive(true, liar, again), []string{"1=" + fives(4098), "2=" + fives(4000)}, nil, ""},
		"a solid rar, a system's file": {rartest.Archive(true, thumbs, again), []string{"2=" + fives(4000)}, nil, ""},
		"a solid rar that is damaged":  {rartest.Archive(true, rartest.Member{Name: "1", Packed: []byte("x"), Length: 9}, again), nil, document.ErrDamaged, "what stands behind 1 is not unpacked"},
		"a rar whose first is damaged": {rartest.Archive(false, rartest.Member{Name: "1", Packed: []byte("x"), Length: 9}, aaa), []string{"1=" + fives(4098)}, document.ErrDamaged, "1: the file is damaged"},
		"a bomb in a rar":              {rartest.Archive(false, aaa, rarBomb, aaa), []string{"1=" + fives(4098)}, document.ErrLimit, "bomb: unpacks to more than 1048576 bytes"},
		"a bomb in a solid rar":        {rartest.Archive(true, rarBomb, again), nil, document.ErrLimit, "what stands behind bomb is not unpacked"},
		"a rar of a large dictionary":  {rartest.Archive(false, rartest.Member{Name: "1", Packed: []byte("x"), Length: 1 << 40, Window: 15}), nil, document.ErrLimit, "dictionary too large"},
		"no container":                 {[]byte("甲"), nil, document.ErrFormat, "no container"},
		"a docx is none":               {[]byte(docx.body), nil, document.ErrFormat, "no container"},
	} {
		t.Run(name, func(t *testing.T) {
			members, err := document.Members(c.body, document.Options{Limits: limits})
			var got []string
			for _, m := range members {
				if len(m.Body) > 1<<18 || name == "bombs in small pieces" {
					got = append(got, m.Name)
					continue
				}
				got = append(got, m.Name+"="+string(m.Body))
			}
			if diff := cmp.Diff(c.members, got); diff != "" {
				t.Error(diff)
			}
			if !errors.Is(err, c.err) || (err != nil) != (c.err != nil) || err != nil && !strings.Contains(err.Error(), c.says) {
				t.Errorf("error %v, want %v with %q", err, c.err, c.says)
			}
		})
	}
	members, err := document.Members(container(t, "rar5-compressed"), document.Options{})
	if err != nil || len(members) != 1 || members[0].Name != "asd.go" || !bytes.HasPrefix(members[0].Body, []byte("package main")) {
		t.Errorf("%v, %v", members, err)
	}
}

// Read tells a container from a document and says what is in it.
func TestReadSaysWhatAContainerHolds(t *testing.T) {
	a, secret := file{name: "a.doc", body: "甲"}, file{name: "b.doc", body: "乙", encrypted: true}
	for name, c := range map[string]struct {
		body []byte
		want string
		is   error
	}{
		"zip":       {zipped(t, a, secret, file{name: "c", body: "x"}, file{name: "d", body: "x"}), "zip of 4 files: a.doc, b.doc, c …", nil},
		"rar":       {rar5(a), "rar of 1 file: a.doc", nil},
		"in gzip":   {gzipped(rar4(a)), "gzip: rar of 1 file: a.doc", nil},
		"encrypted": {zipped(t, secret), "zip of 1 file: b.doc: the file is encrypted", document.ErrEncrypted},
		"empty":     {zipped(t), "zip: no file in it: the file is empty", document.ErrEmpty},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := document.Read(c.body, "", document.Options{})
			var container *document.ContainerError
			if errors.As(err, &container) != (c.is == nil) || c.is != nil && !errors.Is(err, c.is) || err.Error() != c.want {
				t.Errorf("%v", err)
			}
		})
	}
}

// heapWhile is how far the heap grows, at the most that was seen, while f runs.
func heapWhile(f func()) int64 {
	runtime.GC()
	var before, now runtime.MemStats
	runtime.ReadMemStats(&before)
	done, most := make(chan struct{}), make(chan int64)
	go func() {
		peak := int64(0)
		for {
			runtime.ReadMemStats(&now)
			peak = max(peak, int64(now.HeapInuse)-int64(before.HeapInuse))
			select {
			case <-done:
				most <- peak
				return
			default:
				time.Sleep(time.Millisecond)
			}
		}
	}()
	f()
	close(done)
	return <-most
}

// A bomb costs no more memory than the limits say, whatever it would unpack to: here 256 MiB, and 40 times as much.
func TestBombsCostLittle(t *testing.T) {
	const mega = 1 << 20
	large := func() []byte {
		var out bytes.Buffer
		w := gzip.NewWriter(&out)
		zeros := make([]byte, mega)
		for range 256 {
			if _, err := w.Write(zeros); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}()
	var zipOfLarge bytes.Buffer
	w := zip.NewWriter(&zipOfLarge)
	// The deflate stream of the gzip file, under 40 names: each claims what it unpacks to.
	raw := large[10 : len(large)-8]
	for n := range 40 {
		in, err := w.CreateRaw(&zip.FileHeader{Name: fmt.Sprint(n), Method: zip.Deflate, CompressedSize64: uint64(len(raw)), UncompressedSize64: 256 << 20})
		if err == nil {
			_, err = in.Write(raw)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for name, body := range map[string][]byte{"gzip": large, "zip": zipOfLarge.Bytes(), "gzip in zip": zipped(t, file{name: "a.gz", body: string(large)})} {
		t.Run(name, func(t *testing.T) {
			limits := document.Limits{Inflated: 16 * mega}
			var read, unpacked error
			peak := heapWhile(func() {
				_, read = document.Read(body, "", document.Options{Limits: limits})
				_, unpacked = document.Members(body, document.Options{Limits: limits})
			})
			if read == nil || unpacked == nil && name != "gzip in zip" {
				t.Errorf("read: %v, members: %v", read, unpacked)
			}
			if peak > 100*mega {
				t.Errorf("the heap grew by %d MiB", peak/mega)
			}
		})
	}
}

// Names and errors cost little, however long names are, however deep containers lie, and however many members have one name or fail.
func TestNamesCostLittle(t *testing.T) {
	const members = 9000
	long := strings.Repeat("甲", 390)
	same := make([]file, members)
	for i := range same {
		same[i] = file{name: long + ".txt", body: "x"}
	}
	same[0].name = "../" + long + long + "最后.txt"
	deep := zipped(t, same...)
	for range 5 {
		deep = zipped(t, file{name: long + ".zip", body: string(deep)})
	}
	began := time.Now()
	got, err := document.Members(deep, document.Options{Limits: document.Limits{Ratio: 1000}})
	if err != nil || len(got) != members {
		t.Fatalf("%d members, %.300v", len(got), err)
	}
	if took := time.Since(began); took > 10*time.Second { // it is a second; trying all names again for each is a minute
		t.Errorf("it took %v", took)
	}
	names := map[string]bool{}
	for _, m := range got {
		if n := utf8.RuneCountInString(m.Name); n > 420 || names[m.Name] || !strings.HasSuffix(m.Name, ".txt") {
			t.Fatalf("a name of %d characters, or again: %s", n, m.Name)
		}
		names[m.Name] = true
	}
	for i := range same {
		same[i].encrypted = true
	}
	_, err = document.Members(zipped(t, append(same[:members-1], file{name: "乙.txt", body: "x"}, file{name: "last.txt", encrypted: true})...), document.Options{})
	switch {
	case !errors.Is(err, document.ErrEncrypted):
		t.Errorf("error %.1000v", err)
	case len(err.Error()) > 200_000 || !strings.HasSuffix(err.Error(), "\n8900 more, the last: last.txt: the file is encrypted"):
		t.Errorf("an error of %d bytes, that ends: %s", len(err.Error()), err.Error()[len(err.Error())-100:])
	}
}

// A member whose header does not know its size has the memory of what it holds, whatever else the header says.
func TestMembersOfUnknownSizeCostLittle(t *testing.T) {
	var one []rartest.Member
	for i := range 200 {
		one = append(one, rartest.Member{Name: fmt.Sprint(i), Packed: rartest.Repeat('5', 10), Length: 1 << 20, Unknown: true})
	}
	members, err := document.Members(rartest.Archive(false, one...), document.Options{})
	holds, takes := 0, 0
	for _, m := range members {
		holds, takes = holds+len(m.Body), takes+cap(m.Body)
	}
	if err != nil || len(members) != len(one) || holds == 0 || takes > 4*holds {
		t.Errorf("%d members of %d bytes take %d: %v", len(members), holds, takes, err)
	}
}

// Folders of a rar count as members, and saying what is in one does not go through all: each of a hundred thousand may have the
// library clear a dictionary of 32 MiB.
func TestFoldersOfARarCount(t *testing.T) {
	a := rartest.Member{Name: "a.txt", Packed: rartest.Repeat('5', 10), Length: 4098}
	folders := make([]rartest.Member, 1200)
	for i := range folders {
		folders[i] = rartest.Member{Name: fmt.Sprint(i), Folder: true}
	}
	behind := rartest.Archive(false, append(folders, a)...)
	if _, err := document.Read(behind, "", document.Options{}); !errors.Is(err, document.ErrLimit) {
		t.Errorf("read: %v", err)
	}
	_, err := document.Read(rartest.Archive(false, append([]rartest.Member{a}, folders...)...), "", document.Options{})
	var container *document.ContainerError
	if !errors.As(err, &container) || len(container.Names) != 1 {
		t.Errorf("read, the file first: %v", err)
	}
	if members, err := document.Members(behind, document.Options{}); err != nil || len(members) != 1 {
		t.Errorf("%d members, %v", len(members), err)
	}
	members, err := document.Members(behind, document.Options{Limits: document.Limits{Members: 1100}})
	if !errors.Is(err, document.ErrLimit) || !strings.Contains(err.Error(), "more than 1100 members") || len(members) != 0 {
		t.Errorf("%d members of 1100 at most, %v", len(members), err)
	}
}

// What gzip unpacks to on the way to what is in it counts, too, also that of the container itself.
func TestGzipInGzipCounts(t *testing.T) {
	const mega = 1 << 20
	empty := gzipped(nil)
	one := append(gzipped([]byte("x")), bytes.Repeat(empty, mega*9/10/len(empty))...) // unpacks to x
	gz := file{body: string(gzipped(gzipped(one)))}
	three := zipped(t, gz, gz, gz)
	noise := make([]byte, mega*3/2)
	_, _ = rand.NewChaCha8([32]byte{}).Read(noise)
	for name, c := range map[string]struct {
		body    []byte
		most    int64
		members int
	}{
		"all":           {three, 3 * mega, 3},
		"of three, two": {three, 2 * mega, 3}, // the third is given as it is
		"in gzip":       {gzipped(zipped(t, file{name: "a", body: string(noise)})), 2 * mega, 0},
	} {
		members, err := document.Members(c.body, document.Options{Limits: document.Limits{Inflated: c.most}})
		if over := name != "all"; errors.Is(err, document.ErrLimit) != over || (err != nil) != over || len(members) != c.members {
			t.Errorf("%s: %d members, %v", name, len(members), err)
		}
	}
}

// FuzzMembers: whatever bytes come, unpacking ends without a panic, within the limits, and no two members have one name.
func FuzzMembers(f *testing.F) {
	a, b := file{name: "a.txt", body: "甲"}, file{name: gbk("水利局.doc"), body: "乙", encrypted: true}
	for _, body := range [][]byte{zipped(f, a, b), rar4(a, b), rar5(a, b), gzipped(zipped(f, a)), nested(f, 4),
		container(f, "rar5-compressed"), zipped(f, file{name: "in.rar", body: string(rar5(a))})} {
		f.Add(body)
	}
	limits := document.Limits{Inflated: 1 << 20, Members: 50, Depth: 3}
	f.Fuzz(func(t *testing.T, body []byte) {
		members, _ := document.Members(body, document.Options{Limits: limits})
		names, size := map[string]bool{}, 0
		for _, m := range members {
			if m.Name == "" || names[m.Name] {
				t.Errorf("name %q again, or none", m.Name)
			}
			names[m.Name] = true
			size += len(m.Body)
		}
		if size > 1<<20 || len(members) > 50 {
			t.Errorf("%d members of %d bytes", len(members), size)
		}
	})
}
