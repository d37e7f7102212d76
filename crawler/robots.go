package crawler

import (
	"bytes"
	"strconv"
	"strings"
	"time"
)

// robotsLimit is how much of a robots.txt is read: the 500 KiB of RFC 9309 section 2.5.
const robotsLimit = 500 << 10

// Robots is a parsed robots.txt. The zero value allows everything. It is read-only once parsed.
type Robots struct {
	groups []robotsGroup
}

// robotsGroup is a run of user-agent lines with the rules that follow them.
type robotsGroup struct {
	agents []robotsAgent
	rules  []robotsRule
}

type robotsAgent struct {
	token string // lower case; everyone for *
	delay time.Duration
}

// everyone is the user agent of the group for those who have none of their own.
const everyone = "*"

type robotsRule struct {
	allow   bool
	pattern string // normal form, without the $ that ends it
	end     bool   // the path must end where the pattern does
	length  int    // what the longest match is judged by: octets of the pattern in normal form
	line    string // as written, for people
}

// ParseRobots reads a robots.txt (RFC 9309 section 2.2), of which it looks at the first 500 KiB. It never fails: a line
// that makes no sense voids only itself. A byte order mark at the start, also a broken one, is skipped; lines end with
// LF, CR or both; the commonest misspellings of the keys are understood.
//
// Crawl-delay, of which the RFC knows nothing, holds for the user agents that its group has named so far, and like any
// other record it does not end a run of user-agent lines.
func ParseRobots(body []byte) Robots {
	body = body[:min(len(body), robotsLimit)]
	for _, b := range []byte("\xEF\xBB\xBF") {
		if len(body) == 0 || body[0] != b {
			break
		}
		body = body[1:]
	}
	var r Robots
	naming := false // the last group still takes user-agent lines
	for raw := range bytes.FieldsFuncSeq(body, func(c rune) bool { return c == '\n' || c == '\r' }) {
		line, _, _ := strings.Cut(string(raw), "#")
		key, value := splitRobotsLine(strings.TrimSpace(line))
		if key == "user-agent" && !naming {
			r.groups = append(r.groups, robotsGroup{})
			naming = true
		}
		if len(r.groups) == 0 {
			continue
		}
		group := &r.groups[len(r.groups)-1]
		switch key {
		case "user-agent":
			group.agents = append(group.agents, robotsAgent{token: productToken(value)})
		case "allow", "disallow":
			naming = false
			if value != "" { // an empty rule matches nothing
				group.rules = append(group.rules, newRobotsRule(key == "allow", value, strings.TrimSpace(line)))
			}
		case "crawl-delay":
			delay := parseDelay(value)
			for i := range group.agents {
				group.agents[i].delay = max(group.agents[i].delay, delay)
			}
		}
	}
	return r
}

// splitRobotsLine gives the key in its one right spelling and the value; "" for a line that is none we read. Google's
// parser takes white space for a forgotten colon if exactly two words stand there; so do we.
func splitRobotsLine(line string) (key, value string) {
	key, value, colon := strings.Cut(line, ":")
	if !colon {
		words := strings.Fields(line)
		if len(words) != 2 {
			return "", ""
		}
		key, value = words[0], words[1]
	}
	switch strings.ToLower(strings.TrimSpace(key)) {
	case "user-agent", "useragent", "user agent":
		key = "user-agent"
	case "disallow", "dissallow", "dissalow", "disalow", "diasllow", "disallaw":
		key = "disallow"
	case "allow":
		key = "allow"
	case "crawl-delay", "crawldelay", "crawl delay":
		key = "crawl-delay"
	default:
		return "", ""
	}
	return key, strings.TrimSpace(value)
}

// productToken is the part of a user-agent line that names a crawler (RFC 9309 section 2.2.1: letters, _ and -), in
// lower case; everyone for "*". A value that names nobody gives "", which is no crawler's token.
func productToken(value string) string {
	if value == "*" || strings.HasPrefix(value, "* ") || strings.HasPrefix(value, "*\t") {
		return everyone
	}
	end := strings.IndexFunc(value, func(c rune) bool {
		return c != '-' && c != '_' && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z')
	})
	if end >= 0 {
		value = value[:end]
	}
	return strings.ToLower(value)
}

// parseDelay reads a number of seconds, a unit behind it left out; anything else, below zero or above a day is 0, as if it did not
// stand there.
func parseDelay(value string) time.Duration {
	seconds, err := strconv.ParseFloat(strings.TrimRight(value, " \tsecond.秒"), 64)
	if err != nil || !(seconds > 0 && seconds <= 24*60*60) {
		return 0
	}
	return time.Duration(seconds * float64(time.Second))
}

func newRobotsRule(allow bool, value, line string) robotsRule {
	pattern, end := strings.CutSuffix(value, "$")
	pattern = normalPath(pattern)
	length := len(pattern)
	if end {
		length++
	}
	// Any other $ is a plain character, which normalTarget writes as %24.
	return robotsRule{allow, strings.ReplaceAll(pattern, "$", "%24"), end, length, line}
}

// Allowed says whether the crawler with this product token may ask for path: the path of a URL with its query, as sent.
// The longest matching pattern decides, and allow wins a tie (RFC 9309 section 2.2.2). rule is the line that decided,
// "" if none matched. /robots.txt itself is always allowed.
func (r Robots) Allowed(token, path string) (ok bool, rule string) {
	if path == "" || path[0] == '?' {
		path = "/" + path
	}
	if path == "/robots.txt" {
		return true, ""
	}
	target := normalTarget(path)
	best := robotsRule{allow: true}
	for group := range r.groupsOf(token) {
		for _, rule := range group.rules {
			longer := rule.length > best.length || rule.length == best.length && rule.allow
			if longer && rule.matches(target) {
				best = rule
			}
		}
	}
	return best.allow, best.line
}

// CrawlDelay is the longest Crawl-delay that the file states for the crawler with this product token; 0 if none.
func (r Robots) CrawlDelay(token string) time.Duration {
	var delay time.Duration
	for _, agent := range r.groupsOf(token) {
		delay = max(delay, agent.delay)
	}
	return delay
}

// groupsOf goes through the groups that name the token, or, if there are none, through those for everyone
// (RFC 9309 section 2.2.1); several groups count as one.
func (r Robots) groupsOf(token string) func(yield func(robotsGroup, robotsAgent) bool) {
	token = productToken(token)
	named := everyone
	for _, group := range r.groups {
		for _, agent := range group.agents {
			if token != "" && agent.token == token {
				named = token
			}
		}
	}
	return func(yield func(robotsGroup, robotsAgent) bool) {
		for _, group := range r.groups {
			for _, agent := range group.agents {
				if agent.token == named && !yield(group, agent) {
					return
				}
			}
		}
	}
}

// matches says whether the pattern, in which * stands for any characters, covers the start of target (all of it, if
// the pattern ends with $). Taking each piece between stars as early as possible never loses a match.
func (rule robotsRule) matches(target string) bool {
	first, rest, star := strings.Cut(rule.pattern, "*")
	target, ok := strings.CutPrefix(target, first)
	for ok && star {
		var piece string
		piece, rest, star = strings.Cut(rest, "*")
		if !star && rule.end {
			return strings.HasSuffix(target, piece)
		}
		_, target, ok = strings.Cut(target, piece)
	}
	return ok && (!rule.end || target == "")
}

// normalPath writes a path or pattern in one way (RFC 9309 section 2.2.2): octets that may not stand in a URI are
// percent-encoded, escapes of unreserved characters are undone, the hex digits of the others are upper case.
func normalPath(s string) string {
	const hexDigits = "0123456789ABCDEF"
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '%' && i+2 < len(s) {
			if octet, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				c = byte(octet)
				i += 2
				if unreserved(c) {
					b.WriteByte(c)
					continue
				}
				b.Write([]byte{'%', hexDigits[c>>4], hexDigits[c&15]})
				continue
			}
		}
		if c <= ' ' || c >= 0x7f || strings.IndexByte("\"<>\\^`{|}", c) >= 0 {
			b.Write([]byte{'%', hexDigits[c>>4], hexDigits[c&15]})
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}

// normalTarget is normalPath for a URL's path, where * and $ are plain characters.
func normalTarget(path string) string {
	return strings.NewReplacer("*", "%2A", "$", "%24").Replace(normalPath(path))
}

// unreserved characters of RFC 3986 section 2.3.
func unreserved(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("-._~", c) >= 0
}
