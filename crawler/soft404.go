package crawler

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/url"
	"path"
	"regexp"
	"strings"

	"nianbao/extract/text"
)

// lostText is the most that is seen of a page which says by a sentence, and not by its title, that there is nothing.
const lostText = 300

// alertText is the most that is seen of a page which only shows a message in a window.
const alertText = 50

var (
	// lost is a title or sentence, in the form of text.Normal, that says nothing but that the page is not there. What
	// files and information are said to lack must be addressed to a visitor: 政府信息不存在 is a ground of refusal.
	lost = regexp.MustCompile(`(?i)^(?:(?:非常|很)?抱歉|对不起|您好|哎呀|提示|温馨提示|系统提示|sorry|oops|[,:、~\-])*(?:` +
		`(?:http|status|error|错误|代码|code|[:\-–])*404` +
		`(?:error|错误|页面|提示|[,:\-–|]|` + lostPage + `|` + lostEnglish + `)*|` +
		lostPage + `|` + lostEnglish + `|非法请求[,:]?404` +
		`)[.,~!?]*$`)

	// titleCut parts a title from the site's name.
	titleCut = regexp.MustCompile(`[_|—–-]+`)

	// errorPage is the name of a page that servers redirect to for what they do not have.
	errorPage = regexp.MustCompile(`(?i)^(?:e|err|error|page|http)?[-_]?404\.\w+$|^(?:not-?_?found|nopage)\.\w+$`)

	// officeMarkup is in HTML that an office program wrote: under the name of a document it is the document.
	officeMarkup = regexp.MustCompile(`urn:schemas-microsoft-com:office|ProgId content=["']?(?:Word|Excel)\.`)

	// alert is the message that a script shows, lostAlert one that says that there is nothing.
	alert     = regexp.MustCompile(`\balert\s*\(\s*["']([^"']{2,100})["']`)
	lostAlert = regexp.MustCompile(`不存在|未找到|没有找到|找不到|已(?:经|被)?删除|已下线|已撤销|参数(?:错误|有误)|非法`)

	// fileInName is the ending of a file in its name: 报告.pdf（1.2MB）.
	fileInName = regexp.MustCompile(`(?i)\.(?:pdf|docx?|xlsx?|wps|et|ofd|rtf|zip|rar|7z)(?:$|[^\w.])`)

	// fileInQuery is a file named by a parameter.
	fileInQuery = regexp.MustCompile(`(?i)=[^&]*\.(?:pdf|docx?|xlsx?|wps|et|ofd|rtf|pptx?|zip|rar|7z|jpe?g|png)(?:&|$)`)
)

// bareNumber may be a page's number too.
const bareNumber = "404"

// lostPage are the ways to say in Chinese that a page is not there.
const lostPage = `(?:` +
	`(?:您|你)?` + lostWish + `*` + lostLook + `*的?(?:网站)?(?:页面|网页|网址|链接|栏目|文章)` + lostState + `|` +
	`(?:您|你)` + lostWish + `*` + lostLook + `的?(?:信息|文件|内容|资源|地址|目录)` + lostState + `|` +
	`(?:没有找到|无法找到|找不到|未找到)(?:您|你|该|此)?` + lostWish + `*` + lostLook + `?` +
	`的?(?:页面|网页|该页|资源|文件或目录)` +
	`)(?:(?:,|请|点击|返回|\d+秒).{0,30})?`

const (
	lostWish = `(?:所|要|想|正在|当前|该|此|本)`
	lostLook = `(?:访问|浏览|查看|请求|查找|寻找|找|打开|输入)`
)

// lostEnglish are the ways to say it in English, white space left out.
const lostEnglish = `(?:(?:(?:the)?(?:page|file|resource|requested(?:url|page|resource)).{0,60}?)?` +
	`notfound(?:onthisserver)?)`

// lostState are the words for not being there, one or several.
const lostState = `(?:(?:可能|已经|已|暂时|并|或者|或|、|,|被)*(?:不存在|未找到|找不到了?|没有找到|无法找到|删除|移除|不见了|丢失了?|更名|` +
	`更改名称|暂时?不可用|无法访问))+`

// soft404 tells an answer of status 2xx by which a server says that the page is not there. u is the address asked,
// final the one that answered. Why is one sentence.
func soft404(role Role, u, final *url.URL, page glance) (why string, ok bool) {
	switch {
	case page.html:
		why = cmp.Or(lostByTitle(page), lostByAlert(role, page))
	case page.declared == "application/json" || strings.HasPrefix(page.markup, "{"):
		why = lostByAnswer(page.markup)
	}
	if why == "" {
		why = lostByText(page)
	}
	switch {
	case why != "":
	case u.Path != final.Path && errorPage.MatchString(path.Base(final.Path)):
		why = fmt.Sprintf("the request was sent on to the error page %s", final)
	case page.html && promisesFile(role, u) && !officeMarkup.MatchString(page.markup):
		why = fmt.Sprintf("the address names a file (%s), the answer is an HTML page", path.Base(u.Path))
	}
	return why, why != ""
}

// promisesFile says whether the address leads straight to a file.
func promisesFile(role Role, u *url.URL) bool {
	return roleOf(u.String()) == RoleAttachment || role == RoleAttachment && fileInQuery.MatchString(u.RawQuery)
}

func lostByTitle(page glance) string {
	parts := append(titleCut.Split(page.title, -1), page.title)
	for _, part := range parts {
		if !lost.MatchString(part) || part == bareNumber && len(parts) > 2 && page.seen > lostText {
			continue
		}
		return fmt.Sprintf("the page is titled %q", page.title)
	}
	return ""
}

// lostByAlert reads the message that a page without anything else shows in a window. Where a file was asked for, any will do.
func lostByAlert(role Role, page glance) string {
	if page.seen > alertText {
		return ""
	}
	m := alert.FindStringSubmatch(page.markup)
	if m == nil || role != RoleAttachment && !lostAlert.MatchString(m[1]) {
		return ""
	}
	return fmt.Sprintf("the page does nothing but say %q", m[1])
}

func lostByText(page glance) string {
	if page.seen > lostText {
		return ""
	}
	for _, sentence := range page.sentences {
		if lost.MatchString(sentence) && sentence != bareNumber {
			return fmt.Sprintf("the page says %q", sentence)
		}
	}
	return ""
}

// lostByAnswer reads the answer of an interface, whose outermost object has a code or a message.
func lostByAnswer(markup string) string {
	var outer map[string]any
	if json.Unmarshal([]byte(markup), &outer) != nil {
		return ""
	}
	for _, name := range []string{"msg", "message", "error", "errmsg", "code", "status", "errcode"} {
		said := fmt.Sprint(outer[name])
		if lost.MatchString(text.Normal(said)) {
			return fmt.Sprintf("the answer says %s: %q", name, said)
		}
	}
	return ""
}
