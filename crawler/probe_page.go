package crawler

import (
	"mime"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/net/html/charset"

	"nianbao/extract/page"
	"nianbao/extract/text"
	"nianbao/extract/title"
)

// addPage tells what the first page of the list says of itself: its encoding and whose it is.
func (p *Probe) addPage(c *Capture, limit int64) {
	if c == nil {
		return
	}
	body, err := Decode(c.Header, c.Body, limit)
	if err != nil {
		return // the outcome says so
	}
	decoded := text.Decode(body, c.Header.Get("Content-Type"))
	doc, err := page.Parse(decoded.Text)
	if err != nil {
		return
	}
	p.addEncoding(decoded, declared(c.Header, doc))
	p.Name, p.SiteCode = owner(doc), page.Identify(doc, c.FinalURL).SiteCode
}

// addEncoding tells in which encoding the page was read, and where it says something else.
func (p *Probe) addEncoding(read text.Decoded, declared []string) {
	p.Encoding = read.Charset + " (" + encodingBasis[read.Basis] + ")"
	p.Declared = append(p.Declared, declared...)
	if read.Doubt != "" {
		p.Unusual = append(p.Unusual, read.Doubt)
	}
	if len(declared) == 0 {
		p.Unusual = append(p.Unusual, "the page does not say in which encoding it is")
	}
	for _, d := range declared {
		name, _, _ := strings.Cut(d, " ")
		encoding, canonical := charset.Lookup(name)
		canonical = strings.Replace(canonical, "gbk", "gb18030", 1) // as which extract/text reads it
		switch {
		case encoding == nil:
			p.Unusual = append(p.Unusual, "declares an encoding that there is not: "+d)
		case canonical != read.Charset:
			p.Unusual = append(p.Unusual, "declares "+d+", but is in "+read.Charset)
		}
	}
}

// encodingBasis says in words what told the encoding.
var encodingBasis = map[string]string{
	"bom": "by its byte order mark", "utf-8": "by its bytes", "gb18030": "by its bytes",
	"header": "as the header says", "meta": "as its meta element says",
	"declaration": "as declared, though its bytes deny it",
}

// declared are the encodings that header and meta elements name, each with where it stands.
func declared(header http.Header, doc *html.Node) (found []string) {
	named := func(contentType, where string) {
		if _, parameters, err := mime.ParseMediaType(contentType); err == nil && parameters["charset"] != "" {
			found = append(found, strings.ToLower(parameters["charset"])+" ("+where+")")
		}
	}
	named(header.Get("Content-Type"), "header")
	for n := range doc.Descendants() {
		if n.DataAtom != atom.Meta {
			continue
		}
		attributes := map[string]string{}
		for _, a := range n.Attr {
			attributes[a.Key] = a.Val
		}
		if name := attributes["charset"]; name != "" {
			found = append(found, strings.ToLower(name)+" (meta)")
		} else if strings.EqualFold(attributes["http-equiv"], "Content-Type") {
			named(attributes["content"], "meta")
		}
	}
	return found
}

var (
	// portal is what the name of a site has behind the authority's.
	portal = regexp.MustCompile(`(?:公众信息网|门户网站?|政府网站|官方网站|网站|官网)$`)
	// titleBreak parts the title element of a page: column, site.
	titleBreak = regexp.MustCompile(`\s*(?:[-_|>»—–]+)\s*|\s{2,}`)
)

// owner is the authority whose page it is, by the meta elements ContentSource and SiteName or by the page's title; ""
// if none of them names an authority.
func owner(doc *html.Node) string {
	meta := page.Meta(doc)
	candidates := []string{meta["contentsource"], meta["sitename"]}
	for n := range doc.Descendants() {
		if n.DataAtom == atom.Title && n.FirstChild != nil {
			candidates = append(candidates, titleBreak.Split(n.FirstChild.Data, -1)...)
			break
		}
	}
	for _, candidate := range candidates {
		candidate = portal.ReplaceAllString(strings.TrimSpace(candidate), "")
		name := title.NameOf(candidate)
		if name.Type != "" && strings.HasPrefix(name.Normal, candidate) {
			return name.Normal
		}
	}
	return ""
}

var (
	notInKey = regexp.MustCompile(`[^a-z0-9]+`)
	// ofEverySite are the parts of addresses that tell no column from another: made of the first letters of 政务公开,
	// 政府信息公开, 年度报告, 年报, 工作, 专栏, 平台 and 目录 alone, or words of the system.
	ofEverySite = regexp.MustCompile(`^(?:zw|zf|xx|gk|nd|nb|bg|gz|zl|pt|ml)*(?:_\d+)?$` +
		`|^(?:index|default|list|\w+_list|pc|col|policy|jump|\d)$`)
)

// longestKey is the number of characters that a key made of an address may have.
const longestKey = 40

// siteKey makes a key of a column's address: the name of its host, and the last part of its path that tells it from
// others.
func siteKey(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	host := strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
	for _, suffix := range []string{".gov.cn", ".edu.cn", ".com.cn", ".org.cn", ".cn", ".com", ".org"} {
		if cut, ok := strings.CutSuffix(host, suffix); ok {
			host = cut
			break
		}
	}
	words := []string{host}
	parts := strings.Split(strings.ToLower(u.Path), "/")
	for i := len(parts) - 1; i >= 0; i-- {
		part := strings.TrimSuffix(parts[i], path.Ext(parts[i]))
		if part != "" && !ofEverySite.MatchString(part) {
			words = append(words, part)
			break
		}
	}
	words = append(words, strings.ToLower(u.Fragment))
	key := strings.Trim(notInKey.ReplaceAllString(strings.Join(words, "-"), "-"), "-")
	return strings.Trim(key[:min(len(key), longestKey)], "-")
}
