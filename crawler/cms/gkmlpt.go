package cms

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"nianbao/extract/title"
)

// gkmlpt reads the catalogues of Guangdong's 政府信息公开目录管理平台. The page holds the tree of categories, not their entries;
// the fragment of its address names a category, whose entries a service delivers.
type gkmlpt struct{}

func (gkmlpt) Name() string { return "gkmlpt" }

var (
	gkmlptConfig = regexp.MustCompile(`\b_CONFIG\s*=\s*\{`)
	gkmlptSite   = regexp.MustCompile(`\bSID["']?\s*:\s*["']?(\w+)`)
	gkmlptTree   = regexp.MustCompile(`\bTREE["']?\s*:\s*`)
	gkmlptBase   = regexp.MustCompile(`^.*?/gkmlpt(?:/|$)`)
	fragmentID   = regexp.MustCompile(`^/?(\d+)$`)
)

func (gkmlpt) Recognise(p Page) (sign string, ok bool) {
	source := p.text()
	if gkmlptConfig.MatchString(source) && gkmlptSite.MatchString(source) && gkmlptTree.MatchString(source) {
		return "window._CONFIG with SID and TREE in the page", true
	}
	return "", false
}

func (gkmlpt) Read(p Page) (List, error) {
	if p.Number > 1 {
		return readGkmlpt(p)
	}
	c, err := newCatalogue(p)
	if err != nil {
		return List{}, err
	}
	wanted := c.wanted()
	if len(wanted) == 0 {
		return List{}, fmt.Errorf("expected the number of a category after # in %s, or 政府信息公开年报 in its TREE", p.URL)
	}
	l := List{Heading: wanted[0].at("name").string()}
	for _, node := range wanted {
		c.add(&l, node)
	}
	return l, nil
}

// catalogue is the page of a catalogue.
type catalogue struct {
	page Page
	base *url.URL // of the service
	site string   // SID
	tree answer
}

func newCatalogue(p Page) (catalogue, error) {
	source := p.text()
	c := catalogue{page: p, base: p.URL}
	site := gkmlptSite.FindStringSubmatch(source)
	if site == nil {
		return c, errors.New("expected the site's number (SID) in window._CONFIG, found none")
	}
	c.site = site[1]
	folder := gkmlptBase.FindString(p.URL.Path)
	if folder == "" {
		return c, fmt.Errorf("expected an address with /gkmlpt/, found %s", p.URL)
	}
	c.base = &url.URL{Scheme: p.URL.Scheme, Host: p.URL.Host, Path: strings.TrimSuffix(folder, "/") + "/"}
	if at := gkmlptTree.FindStringIndex(source); at != nil {
		c.tree, _ = parseAnswer(source[at[1]:]) // the fragment will do without it
	}
	return c, nil
}

// wanted are the categories to be read: that of the address, else those that the tree calls 政府信息公开年报 or alike.
func (c catalogue) wanted() []answer {
	if m := fragmentID.FindStringSubmatch(c.page.URL.Fragment); m != nil {
		named := find(c.tree.all(), func(node answer) bool { return node.at("id").string() == m[1] })
		if len(named) > 0 {
			return named
		}
		return []answer{{map[string]any{"id": m[1]}}}
	}
	return find(c.tree.all(), func(node answer) bool { return title.Context{Column: node.at("name").string()}.Yearly() })
}

// find are the topmost nodes of a tree that are looked for.
func find(nodes []answer, ok func(answer) bool) (found []answer) {
	for _, node := range nodes {
		if ok(node) {
			found = append(found, node)
			continue
		}
		found = append(found, find(node.at("children").all(), ok)...)
	}
	return found
}

// add puts a category and those below it into the list: what to ask, and what is a list elsewhere.
func (c catalogue) add(l *List, node answer) {
	if jump := node.at("jump_url").string(); strings.TrimSpace(jump) != "" {
		c.addJump(l, jump, node.at("name").string())
		return
	}
	below := node.at("children").all()
	if node.at("post_count").string() != "0" || len(below) == 0 { // else there is nothing but in those below
		c.ask(l, node.at("id").string())
	}
	for _, child := range below {
		c.add(l, child)
	}
}

// addJump adds a category whose list is at another address, perhaps one of the same page.
func (c catalogue) addJump(l *List, jump, name string) {
	target, ok := c.page.resolve(jump)
	if !ok {
		return
	}
	address, fragment, _ := strings.Cut(target, "#")
	if m := fragmentID.FindStringSubmatch(fragment); m != nil && strings.HasPrefix(address, c.base.String()) {
		c.ask(l, m[1])
		return
	}
	if len(l.Parts) == maxParts {
		return
	}
	l.Parts = append(l.Parts, Part{Request: Request{URL: target}, Way: WayRedirect, Title: name})
}

// ask adds the request for the first page of a category.
func (c catalogue) ask(l *List, id string) {
	if id == "" {
		return
	}
	if l.Cut = len(l.Next) == maxFurther; l.Cut {
		return
	}
	address := c.base.JoinPath("api/all", id)
	l.Next = append(l.Next, get(address.String(), url.Values{"page": {"1"}, "sid": {c.site}}))
}

// sizeGkmlpt is the number of entries on a page of the service.
const sizeGkmlpt = 100

// readGkmlpt reads an answer of the service.
func readGkmlpt(p Page) (List, error) {
	root, err := parseAnswer(p.text())
	if err != nil {
		return List{}, err
	}
	articles, ok := root.at("articles").value.([]any)
	if !ok {
		return List{}, errors.New("expected articles in the answer, found none")
	}
	l := List{Total: cmp.Or(root.at("total").number(), root.at("classify", "post_count").number())}
	for _, v := range articles {
		if item, ok := itemGkmlpt(p, answer{v}); ok {
			l.Items = append(l.Items, item)
		}
	}
	asked := p.Asked.form()
	current, size := max(number(asked, "page"), 1), len(articles)
	if current > 1 { // the last page is shorter
		size = max(size, sizeGkmlpt)
	}
	last := pagesOf(l.Total, size)
	if l.Total == 0 && len(articles) >= sizeGkmlpt {
		last = current + 1 // nothing is stated: on while pages are full
	}
	l.Next = numbered(current+1, last, func(n int) Request {
		return withParameter(p.Asked, "page", strconv.Itoa(n))
	})
	return l, nil
}

// itemGkmlpt is an entry with the files that the service names beside it.
func itemGkmlpt(p Page, article answer) (Item, bool) {
	printed := article.first("url", "post_url").string()
	address, ok := p.resolve(printed)
	item := Item{URL: address, Title: plainText(article.at("title").string()),
		ListedOn: article.first("display_publish_time", "first_publish_time", "created_at", "create_time").day()}
	for _, file := range article.at("attachment").all() {
		if at, ok := p.resolve(file.at("url").string()); ok && file.at("url").string() != "" {
			item.Files = append(item.Files, File{URL: at, Name: file.at("name").string()})
		}
	}
	return item, ok && printed != "" && item.Title != ""
}
