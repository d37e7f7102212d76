package document

import (
	"cmp"
	"errors"
	"fmt"
	"path"
	"strings"
	"unicode"

	"nianbao/extract/text"
)

// Member is one file of a container.
type Member struct {
	Name string // with the folders it is in, and the containers in the container, joined by /; no two are alike
	Body []byte
}

// Title is what the member's name may say of its content: the name without folders and ending.
func (m Member) Title() string { return MemberTitle(m.Name) }

// MemberTitle is Member.Title of a member with this name.
func MemberTitle(name string) string {
	base := path.Base(name)
	return strings.TrimSpace(strings.TrimSuffix(base, path.Ext(base)))
}

// ContainerError is what Read returns for a container of files: it is no document, its members may be. Members gives them.
type ContainerError struct {
	Format string   // zip, rar
	Names  []string // of its members, those of containers in it left out; of a rar with thousands, of the first
}

// Error says what is in the container, in short.
func (e *ContainerError) Error() string {
	const shown = 3
	names := e.Names[:min(len(e.Names), shown)]
	files, more := "files", ""
	if len(e.Names) == 1 {
		files = "file"
	}
	if len(e.Names) > shown {
		more = " …"
	}
	return fmt.Sprintf("%s of %d %s: %s%s", e.Format, len(e.Names), files, strings.Join(names, ", "), more)
}

// Members returns the files of a container, zip or rar, also one packed with gzip: those of containers in it in their
// place, folders and what is no regular file left out. They may be broken themselves. All limits hold for the container and all in it together. The
// error says which members are missing and why, the first hundred each by its name, and wraps ErrEncrypted, ErrDamaged, ErrLimit or
// ErrFormat; the members that could be unpacked are returned with it.
func Members(body []byte, o Options) ([]Member, error) {
	u := &unpacking{limits: o.Limits.orDefault(), unpacker: o.Unpacker}
	u.left = u.limits.Inflated
	format, inner, unpacked, err := container(body, u.limits, o.depth)
	if err != nil {
		return nil, err
	}
	u.left -= unpacked
	if format == "" {
		return nil, fmt.Errorf("no container of files: %w", ErrFormat)
	}
	u.container(format, inner, "", o.depth)
	return u.members, errors.Join(u.errs...)
}

// entry is a member that may be unpacked, to as many bytes as it is told, before the next entry is asked for. Bytes that
// come with an error are part of its content.
type entry struct {
	name      string
	encrypted bool
	unpack    func(most int64) ([]byte, error)
}

// unpacking is one Members under way.
type unpacking struct {
	limits   Limits
	unpacker Unpacker // of archives of RAR; nil for none
	left     int64    // bytes that may still be unpacked
	count    int      // members seen
	members  []Member
	names    map[string]int // how many members asked for a name
	errs     []error        // the first
	failed   int            // how many there were
	full     bool           // a limit on all of it is reached: no more is unpacked
}

// container takes the members of one container. prefix stands before their names.
func (u *unpacking) container(format string, body []byte, prefix string, depth int) {
	if depth >= u.limits.Depth {
		u.fail(prefix, fmt.Errorf("containers nested deeper than %d: %w", u.limits.Depth, ErrLimit))
		return
	}
	err := u.eachIn(format, body, func(e entry) bool {
		if u.count++; u.count > u.limits.Members {
			u.full = true
			u.fail(prefix, fmt.Errorf("more than %d members: %w", u.limits.Members, ErrLimit))
		}
		if u.full {
			return false
		}
		content, err := e.unpack(u.left)
		u.spend(prefix, int64(len(content))) // what failed has cost as much
		if name := cutName(prefix + e.name); err != nil {
			u.fail(name, err)
		} else {
			u.take(name, content, depth)
		}
		return !u.full
	})
	if err != nil {
		u.fail(prefix, err)
	}
}

// eachIn calls each with every member of a container, until that returns false.
func (u *unpacking) eachIn(format string, body []byte, each func(entry) bool) error {
	if format == "rar" {
		return eachInRar(body, u.unpacker, u.limits, each)
	}
	return eachInZip(body, u.limits, each)
}

// take keeps a member, or the members in it if it is a container itself.
func (u *unpacking) take(name string, content []byte, depth int) {
	limits := u.limits
	limits.Inflated = u.left
	format, inner, unpacked, err := container(content, limits, depth+1)
	u.spend(name, unpacked)
	if err == nil && format != "" {
		u.container(format, inner, name+"/", depth+1)
		return
	}
	u.members = append(u.members, Member{u.unique(name), content}) // a broken one, too: reading it says what is wrong
}

// spend counts bytes that were unpacked. Once all are spent nothing more is unpacked.
func (u *unpacking) spend(where string, bytes int64) {
	if u.left -= bytes; u.left < 0 && !u.full {
		u.full = true
		u.fail(where, fmt.Errorf("the members unpack to more than %d bytes: %w", u.limits.Inflated, ErrLimit))
	}
}

// unique is a name that no other member has. It does not try again what it tried for the one before: thousands may have one name.
func (u *unpacking) unique(name string) string {
	if u.names == nil {
		u.names = map[string]int{}
	}
	free := name
	for u.names[free] > 0 {
		u.names[name]++
		end := path.Ext(name)
		free = fmt.Sprintf("%s (%d)%s", strings.TrimSuffix(name, end), u.names[name], end)
	}
	u.names[free] = 1
	return free
}

// mostTold is how many failures are told one by one. There may be as many as members, each with a long name.
const mostTold = 100

// fail notes what is missing.
func (u *unpacking) fail(name string, err error) {
	if name = strings.TrimSuffix(name, "/"); name != "" {
		err = fmt.Errorf("%s: %w", name, err)
	}
	if u.failed++; u.failed <= mostTold {
		u.errs = append(u.errs, err)
		return
	}
	u.errs = append(u.errs[:mostTold], fmt.Errorf("%d more, the last: %w", u.failed-mostTold, err))
}

// container tells whether bytes are a container of files, in gzip or not: its format, the bytes without gzip, and how many were
// unpacked for that, of one gzip in the other together. A document that is kept in a container, as those of offices are, is none.
func container(body []byte, l Limits, depth int) (format string, inner []byte, unpacked int64, err error) {
	for inner = body; IsGzip(inner); depth++ {
		if depth >= l.Depth {
			return "", inner, unpacked, fmt.Errorf("containers nested deeper than %d: %w", l.Depth, ErrLimit)
		}
		inner, err = gunzip(inner, l)
		unpacked, l.Inflated = unpacked+int64(len(inner)), l.Inflated-int64(len(inner))
		if err != nil {
			return "", inner, unpacked, err
		}
	}
	switch {
	case isRar(inner):
		return "rar", inner, unpacked, nil
	case isZip(inner):
		p, err := openZip(inner, "zip", l)
		if err != nil {
			return "", inner, unpacked, err
		}
		if p.format() == "" {
			return "zip", inner, unpacked, nil
		}
	}
	return "", inner, unpacked, nil
}

// listed is what Read says of a container. One without any member that can be unpacked is an error of its own.
func listed(format string, body []byte, o Options) error {
	e := &ContainerError{Format: format}
	l := o.Limits.orDefault()
	names, encrypted := eachInZip, 0
	if format == "rar" {
		names = eachNameInRar
	}
	err := names(body, l, func(m entry) bool {
		e.Names = append(e.Names, m.name)
		if m.encrypted {
			encrypted++
		}
		return len(e.Names) < l.Members
	})
	switch {
	case err != nil && len(e.Names) == 0:
		return fmt.Errorf("%s: %w", format, err)
	case len(e.Names) == 0:
		return fmt.Errorf("%s: no file in it: %w", format, ErrEmpty)
	case encrypted == len(e.Names):
		return fmt.Errorf("%v: %w", e, ErrEncrypted)
	}
	return e
}

// memberName decodes the name of a member: UTF-8, or GB18030 as Chinese Windows writes it. It is no path: what leads out
// of the container is cut.
func memberName(raw string) string {
	name := text.Decode([]byte(raw), "text/plain; charset=gb18030").Text
	name = strings.Map(func(r rune) rune {
		switch {
		case r == '\\':
			return '/'
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, name)
	return cmp.Or(cutName(strings.TrimPrefix(path.Clean("/"+name), "/")), "unnamed")
}

// longestMemberName is the number of characters that a name may have, the containers in it included.
const longestMemberName = 400

// cutName cuts a name that is too long in front, as its ending tells what it is.
func cutName(name string) string {
	if runes := []rune(name); len(runes) > longestMemberName {
		return string(runes[len(runes)-longestMemberName:])
	}
	return name
}

// isForeign says whether a member is what a system keeps for itself beside people's files.
func isForeign(name string) bool {
	base := path.Base(name)
	return strings.HasPrefix(name, "__MACOSX/") || base == ".DS_Store" || strings.EqualFold(base, "Thumbs.db")
}
