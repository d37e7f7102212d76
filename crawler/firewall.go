package crawler

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// The bounds within which a page may be a firewall's: they all say little. A site's own page that carries the script of
// its firewall, or reports on one, says more.
const (
	hollowText  = 200     // characters seen of a page that is all script
	noticeText  = 500     // characters seen of a page that tells people they are blocked
	noticeBytes = 8 << 10 // length of such a page
)

// signature is how the answers of one firewall look. Each field is a sign by itself: markup in a hollow page, a title or
// a sentence in a short one, headers and cookies with one of the statuses.
type signature struct {
	kind     string
	markup   *regexp.Regexp
	title    *regexp.Regexp
	says     *regexp.Regexp // a sentence from its beginning, in the form of text.Normal
	statuses []int
	headers  []string
	cookies  *regexp.Regexp // names of cookies that the answer sets
}

// sentence makes the pattern of a sentence that begins so, but for an apology or a call.
func sentence(pattern string) *regexp.Regexp {
	return regexp.MustCompile(`(?i)^(?:(?:非常|很)?抱歉|对不起|您好|尊敬的用户|警告|提示|错误|[,:、])*(?:` + pattern + `)`)
}

// signatures are tried in this order; the general ones stand last.
var signatures = []signature{
	{
		kind:     "ruishu", // 瑞数
		markup:   regexp.MustCompile(`\$_ts\b|<meta[^>]+\br=['"]m['"]`),
		statuses: []int{412, 202, 400},
		cookies:  regexp.MustCompile(`^FSSBBIl1UgzbN7N|80[OPST]$`),
	}, {
		kind:     "jiasule", // 加速乐
		markup:   regexp.MustCompile(`__jsl_clearance|\bgo\(\{"bts":|document\.cookie=\('_'\)\+\('_'\)\+\('j'\)`),
		statuses: []int{521},
		headers:  []string{"X-Via-JSL"},
		cookies:  regexp.MustCompile(`^__jsl`),
	}, {
		kind:     "chuangyu", // 创宇盾, of the same house
		markup:   regexp.MustCompile(`document\.cookie\s*=\s*["']C3VK=`),
		says:     sentence(`.{0,30}已被创宇盾拦截`),
		statuses: []int{302},
		cookies:  regexp.MustCompile(`^C3VK$`),
	}, {
		kind:     "aliyun",
		markup:   regexp.MustCompile(`acw_sc__v[23]|\bvar arg1\s*=\s*['"][0-9A-F]{20,}|aliyun_waf|<textarea id="renderData"`),
		says:     sentence(`由于您访问的URL有可能对网站造成安全威胁`),
		statuses: []int{200, 405},
		headers:  []string{"Punish-Type"},
	}, {
		kind: "yunsuo", // 云锁
		markup: regexp.MustCompile(`yunsuo_session_verify|security_verify_data|YunSuoAutoJump|` +
			`document\.cookie\s*=\s*["']srcurl=`),
	}, {
		kind:     "huawei",
		says:     sentence(`您的请求疑似攻击行为`),
		statuses: []int{418},
		cookies:  regexp.MustCompile(`^HWWAF`),
	}, {
		kind: "tencent",
		says: sentence(`(?:.{0,10}由)?腾讯T-SecWeb应用防火墙`),
	}, {
		kind:   "baidu", // 百度云加速
		markup: regexp.MustCompile(`\bsu\.baidu\.com\b`),
	}, {
		kind:   "safeline", // 长亭雷池
		markup: regexp.MustCompile(`(?i)safeline`),
	}, {
		kind:   "safedog", // 安全狗
		markup: regexp.MustCompile(`(?i)safedog`),
		says:   sentence(`.{0,20}已?被(?:网站)?安全狗.{0,8}拦截`),
	}, {
		kind: "wangsu", // 网宿
		says: sentence(`您当前的访问行为存在异常`),
	}, {
		kind: "xuanwu", // 玄武盾
		says: sentence(`您的访问可能对网站造成危险,已被云防护安全拦截`),
	}, {
		kind:   "edgeone",
		markup: regexp.MustCompile(`EO-Bot-Js-Token|EOJSChallengeSdk`),
	}, {
		kind:  "generic",
		title: regexp.MustCompile(`(?i)^(?:网站防火墙|web应用防火墙|(?:访问|请求)(?:已)?被(?:拦截|阻断))$`),
		says: sentence(`(?:.{0,12}最近有可疑的攻击行为|(?:您的)?(?:请求|访问)(?:已经|已)?被WEB(?:应用)?防火墙(?:拦截|阻断)|` +
			`您的(?:请求|访问)(?:已经|已)?被(?:该站点的|该|本)?(?:网站)?(?:防火墙|安全策略|安全防护)(?:拦截|阻断))`),
	}, {
		kind:  "captcha",
		title: regexp.MustCompile(`^(?:人机验证|安全验证|访问验证|滑动验证|滑块验证|验证码|请输入验证码|请完成(?:安全|人机)?验证)$`),
		says:  sentence(`请(?:您)?(?:先)?(?:完成|进行|通过)(?:以下|下列|下方|安全|人机|滑动|滑块)+(?:的)?验证|请?拖动滑块(?:以)?完成`),
	},
}

// firewall tells an answer that a firewall gave in the site's place. The evidence is one sentence. An answer that is a
// page of the site, though it passed a firewall that left its cookie or script in it, is none.
func firewall(status int, header http.Header, page glance) (kind, evidence string, ok bool) {
	if missing(status) {
		return "", "", false
	}
	for _, s := range signatures {
		if evidence := s.find(status, header, page); evidence != "" {
			return s.kind, evidence, true
		}
	}
	if slices.Contains(firewallStatuses[:], status) {
		return fmt.Sprint(status), fmt.Sprintf("no web server answers a plain request with %d", status), true
	}
	return "", "", false
}

// missing says whether the status is a server's own word that it has no answer; firewalls mark these pages too.
func missing(status int) bool {
	return status == http.StatusNotFound || status == http.StatusGone
}

// find gives the sign of the firewall in an answer, "" for none.
func (s signature) find(status int, header http.Header, page glance) string {
	short := page.html && page.size < noticeBytes
	hollow := page.html && page.seen < hollowText || short && (status < 200 || status > 299)
	if status >= 500 && !slices.Contains(s.statuses, status) {
		hollow = false // the page of a server that fails, marked on its way
	}
	if hollow && s.markup != nil {
		if mark := s.markup.FindString(page.markup); mark != "" {
			return fmt.Sprintf("the page holds %q", mark)
		}
	}
	if short && page.seen < noticeText {
		if s.title != nil && s.title.MatchString(page.title) {
			return fmt.Sprintf("the page is titled %q", page.title)
		}
		if said := page.sentence(s.says); said != "" {
			return fmt.Sprintf("the page says %q", said)
		}
	}
	if !slices.Contains(s.statuses, status) {
		return ""
	}
	for _, name := range s.headers {
		if header.Get(name) != "" {
			return fmt.Sprintf("the answer has the header %s: %s", name, header.Get(name))
		}
	}
	if s.cookies != nil {
		for _, line := range header.Values("Set-Cookie") {
			if name, _, _ := strings.Cut(line, "="); s.cookies.MatchString(strings.TrimSpace(name)) {
				return fmt.Sprintf("the answer sets the cookie %s", strings.TrimSpace(name))
			}
		}
	}
	return ""
}

// sentence is what the pattern finds in the first sentence that it fits, "" if there is none.
func (g glance) sentence(pattern *regexp.Regexp) string {
	if pattern == nil {
		return ""
	}
	for _, sentence := range g.sentences {
		if found := pattern.FindString(sentence); found != "" {
			return found
		}
	}
	return ""
}
