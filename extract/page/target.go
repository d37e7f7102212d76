package page

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// quoted is the first argument of a call, or the right side of an assignment, in a script; or a further argument.
var quoted = regexp.MustCompile(`([(=,])\s*(?:'([^'\n]+)'|"([^"\n]+)")`)

// addressLike is a text that can be an address: it has a path, or the name of a page.
var addressLike = regexp.MustCompile(`^(?:https?:)?/|^\.{1,2}/|^[\w%-]+/|` +
	`^[\w%.-]+\.(?:s?html?|jsp|php|aspx?|pdf|docx?|do)\b|^\?[\w]+=`)

// fileName is the name of a file, which in a call is an address only in the first place: behind a number it is what people see.
var fileName = regexp.MustCompile(`(?i)^[^\s'"<>:;{}][^'"<>:;{}]*\.(?:pdf|docx?|xlsx?|wps|et|ofd|rtf|zip|rar|[sj]?html?|jspx)$`)

// dataAttributes hold the address to which a script leads from an element.
var dataAttributes = []string{"data-href", "data-url", "data-link", "data-file", "data-path", "data-src"}

// target is the address to which an element leads, as the page prints it: its href, or the one in its onclick script
// (window.open('…'), location.href='…', jumpToDetail('./…')) when the href leads nowhere, or the one in its data-href.
func target(n *html.Node, href string) string {
	href = strings.TrimSpace(href)
	if href != "" && !strings.HasPrefix(href, "#") && !hasScheme(href, "javascript:") && !hasScheme(href, "about:") {
		return href
	}
	for _, script := range []string{attr(n, "onclick"), href} {
		if hasScheme(script, "mailto:") {
			continue
		}
		for _, at := range quoted.FindAllStringSubmatchIndex(script, -1) {
			first := script[at[2]:at[3]] != ","
			a := strings.TrimSpace(script[at[3]:at[1]])
			a = strings.TrimSpace(a[1:len(a)-1]) + added(script[at[1]:])
			if (addressLike.MatchString(a) || first && fileName.MatchString(a)) && (!strings.ContainsAny(a, " \t") || ending(a) == document) {
				return a
			}
		}
	}
	for _, a := range n.Attr {
		if !slices.Contains(dataAttributes, a.Key) || n.DataAtom != atom.A && a.Key != "data-href" {
			continue
		}
		if printed := strings.TrimSpace(a.Val); addressLike.MatchString(printed) || fileName.MatchString(printed) {
			return printed
		}
	}
	return ""
}

// plus is a text or number that a script adds to a text.
var plus = regexp.MustCompile(`^\s*\+\s*(?:'([^'\n]*)'|"([^"\n]*)"|(\d+))`)

// added is what a script adds to the text in front of it, as far as it stands there: '/info/' + 12 + '.html'.
func added(script string) string {
	var b strings.Builder
	for {
		m := plus.FindStringSubmatch(script)
		if m == nil {
			return b.String()
		}
		b.WriteString(m[1] + m[2] + m[3])
		script = script[len(m[0]):]
	}
}

func hasScheme(s, scheme string) bool {
	return len(s) >= len(scheme) && strings.EqualFold(s[:len(scheme)], scheme)
}

// withoutBreaks takes out the characters that addresses lose when they are parsed (WHATWG URL section 4.4).
var withoutBreaks = strings.NewReplacer("\t", "", "\n", "", "\r", "")

// slashes are those behind a scheme, of which a browser takes any number, and either kind.
var slashes = regexp.MustCompile(`^((?i:https?):)[/\\]+`)

// resolve makes an absolute http or https address of one that a page prints, the way browsers do (WHATWG URL Standard):
// tabs and line ends dropped, backslashes read as slashes, characters outside ASCII percent-encoded as UTF-8. ok is
// false for other schemes and for what is no address.
func resolve(base *url.URL, printed string) (absolute string, ok bool) {
	printed = slashes.ReplaceAllString(withoutBreaks.Replace(strings.TrimSpace(printed)), "$1//")
	path, query, _ := strings.Cut(printed, "?")
	if path = strings.ReplaceAll(path, `\`, "/"); len(path) < len(printed) {
		path += "?" + query
	}
	u, err := url.Parse(percent(path))
	if err != nil {
		return "", false
	}
	if base != nil {
		u = base.ResolveReference(u)
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return "", false
	}
	return u.String(), true
}

// gbkName are the names under which pages declare GB18030 and the encodings in it.
var gbkName = regexp.MustCompile(`(?i)^\s*(?:gb2312|gbk|gb18030|x-gbk|gb_2312-80)\s*$|charset\s*=\s*["']?(?:gb2312|gbk|gb18030)\b`)

// inGBK says whether a page declares that it is in GBK.
func inGBK(doc *html.Node) (gbk bool) {
	walk(doc, func(n *html.Node) bool {
		if n.DataAtom == atom.Meta && (gbkName.MatchString(attr(n, "charset")) ||
			strings.EqualFold(attr(n, "http-equiv"), "Content-Type") && gbkName.MatchString(attr(n, "content"))) {
			gbk = true
		}
		return !gbk && n.DataAtom != atom.Body
	}, func(*html.Node) {})
	return gbk
}

// queryIn writes the query of an address that a page in GBK prints as a browser sends it (WHATWG URL section 4.4): what is not
// ASCII in the page's own encoding, while paths are in UTF-8.
func queryIn(gbk bool, printed string) string {
	path, query, ok := strings.Cut(printed, "?")
	if !gbk || !ok || !strings.ContainsFunc(query, func(r rune) bool { return r >= utf8.RuneSelf }) {
		return printed
	}
	query, fragment, cut := strings.Cut(query, "#")
	var b strings.Builder
	for _, r := range query {
		bytes, err := simplifiedchinese.GB18030.NewEncoder().String(string(r))
		if r < utf8.RuneSelf || err != nil {
			b.WriteRune(r)
			continue
		}
		for _, c := range []byte(bytes) { // the second may look like ASCII
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	query = b.String()
	if cut {
		query += "#" + fragment
	}
	return path + "?" + query
}

// percent encodes what net/url would refuse or pass on raw: spaces, control characters, characters outside ASCII, and a
// % that begins no escape.
func percent(s string) string {
	const hex = "0123456789ABCDEF"
	isHex := func(i int) bool { return i < len(s) && strings.IndexByte("0123456789abcdefABCDEF", s[i]) >= 0 }
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c <= ' ' || c >= 0x7f || c == '"' || c == '<' || c == '>' || c == '%' && !(isHex(i+1) && isHex(i+2)) {
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}
