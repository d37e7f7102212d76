package saved

import (
	"cmp"
	"io/fs"
	"net/url"
	"path"
	"path/filepath"
	"strings"

	"nianbao/crawler"
	"nianbao/extract/page"
)

// nowhere is the host of a page without an address, while its links are resolved (RFC 2606: the name cannot exist).
const nowhere = "import.invalid"

// carriedBy finds the files that a page carries, in page order: those that it links to, and those that a browser put into
// the page's own folder. One that lies beside the page is that file, whatever address the link has.
func (s *Set) carriedBy(f *File, body []byte) []crawler.File {
	c := carrier{set: s, page: f, base: baseOf(f), seen: map[string]bool{f.Address: true}}
	if doc, err := parse(body, f.sidecar.ContentType); err == nil {
		view := page.Look(doc)
		for _, link := range view.Files(view.Body(), c.base) {
			c.link(link)
		}
	}
	for _, other := range s.files {
		if !other.passed && other.folder == f.folder && other.Kind == Attachment && other.owner() == f.name {
			c.carry(other, "", "")
		}
	}
	return c.files
}

// baseOf is the address against which a page's links are resolved: its own, else one in which the path is its name.
func baseOf(f *File) *url.URL {
	if u, err := url.Parse(f.Address); err == nil && f.AddressFrom != fromContent {
		return u
	}
	return &url.URL{Scheme: "http", Host: nowhere, Path: "/" + f.name}
}

// carrier gathers the files of a page.
type carrier struct {
	set   *Set
	page  *File
	base  *url.URL
	files []crawler.File
	seen  map[string]bool
}

// link adds the file behind a link: the one beside the page, or else the address.
func (c *carrier) link(link page.File) {
	u, err := url.Parse(link.URL)
	if err != nil {
		return
	}
	own := false // the link leads into the page's own folder, or to no server at all
	if u.Host == c.base.Host {
		name := c.local(u)
		own = u.Host == nowhere || c.inOwnFolder(name)
		for _, name := range []string{name + query(u), name} {
			if !c.page.folder.regular(name) {
				continue
			}
			if file := c.set.add(c.page.folder, name, false); file != nil && file.is(Attachment, Picture) {
				address := link.URL
				if own {
					address = ""
				}
				c.carry(file, address, link.Name)
				return
			}
		}
	}
	if address, err := crawler.Address(link.URL); err == nil && !own {
		c.note(address, link.Name)
	}
}

// query is how mirroring programs write the query of an address into a file's name.
func query(u *url.URL) string {
	if u.RawQuery == "" {
		return ""
	}
	return "?" + u.RawQuery
}

// local is the name that a file has in the page's folder if both lie there as they lie on the server; "" if outside.
func (c *carrier) local(u *url.URL) string {
	from := path.Dir("/" + strings.TrimPrefix(c.base.Path, "/") + "x") // a path that ends in a slash is a folder
	relative, err := filepath.Rel(filepath.FromSlash(from), filepath.FromSlash(cmp.Or(u.Path, "/")))
	if err != nil {
		return ""
	}
	name := path.Join(path.Dir(c.page.name), filepath.ToSlash(relative))
	if !fs.ValidPath(name) {
		return ""
	}
	return name
}

func (c *carrier) inOwnFolder(name string) bool {
	for _, dir := range c.page.ownFolders() {
		if strings.HasPrefix(name, dir+"/") {
			return true
		}
	}
	return false
}

// carry makes a file of the folder one of the page. address is what the link says, "" if that means nothing.
func (c *carrier) carry(f *File, address, name string) {
	f.passed = false
	if f.Address == "" && address != "" {
		if normal, err := crawler.Address(address); err == nil {
			f.Address, f.AddressFrom = normal, fromPage
		}
	}
	if f.Address == "" {
		f.Address, f.AddressFrom = contentAddress(f.sha256), fromContent
	}
	f.Site, f.ListTitle = cmp.Or(f.Site, c.page.Site), cmp.Or(f.ListTitle, c.page.ListTitle)
	c.note(f.Address, cmp.Or(name, path.Base(f.name)))
}

// note adds a file once.
func (c *carrier) note(address, name string) {
	if c.seen[address] {
		return
	}
	c.seen[address] = true
	c.files = append(c.files, crawler.File{URL: address, Name: name})
}
