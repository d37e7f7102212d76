package page

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// longestFrame is the number of characters beyond which a paragraph is never taken for a piece of the site's frame.
const longestFrame = 120

// frameWords are what buttons, widgets and menus around a document say; a paragraph of nothing else is frame.
const frameWords = `打印(?:本页|本文|此页|文章)?|关闭(?:窗口|本页|页面)?|分享(?:到|至)?|字号|字体(?:大小)?|放大|缩小|大号|中号|小号|默认|收藏(?:本页)?|` +
	`返回(?:顶部|上一页|列表|首页)?|回到顶部|首页|网站地图|联系我们|关于我们|设为首页|加入收藏|隐私声明|法律声明|` +
	`微信(?:好友)?|(?:新浪|腾讯)?微博|QQ(?:空间|好友)?|朋友圈|人人网|豆瓣网?|百度贴吧|复制(?:链接|网址)|更多|` +
	`扫一扫(?:在?手机(?:上)?(?:打开|浏览|查看)(?:当前页面?|本页)?)?|二维码|手机(?:版|扫码)|电脑版|` +
	`点击收听\S{0,12}|语音(?:朗读|播报|播放)?|收听|朗读|播放|暂停|停止|听全文|开始朗读|` +
	`无障碍(?:浏览|阅读|辅助|声明|工具)?|(?:进入)?(?:关怀|老年|长者|适老)(?:版|模式|助手|化)?|读屏(?:专用)?|辅助(?:线|工具|阅读)|指读|连读|` +
	`(?:大)?鼠标(?:样式)?|十字线|大字幕|大字版|配色|对比度|语速|声音|阅读方式|全屏|固定|重置|退出(?:服务)?|帮助|快捷键|网站支持IPv6`

var (
	frameOnly = regexp.MustCompile(`^(?:` + frameWords + `|[大中小]|[\d\s\pP|+>«»]){1,}$`)
	frameWord = regexp.MustCompile(frameWords)
	// frameLine begins a paragraph that a template fills in.
	frameLine = regexp.MustCompile(`^(?:【?(?:浏览|阅读|点击|访问)(?:次数|量|数|人数)|(?:信息|文章|稿件|内容)?来源[:：]|(?:责任)?编辑[:：]|作者[:：]|` +
		`(?:发布|更新|发表)(?:日期|时间)[:：]|当前位置|您?(?:现在|当前)?的位置|您(?:现在|当前)所在|(?:网页)?二维码|您是第\d*位|` +
		`附件(?:下载)?\d*[:：].{0,80}\.(?i:pdf|docx?|xlsx?|wps|et|ofd|ceb|rtf|zip|rar)$)`)
	pageNumber = regexp.MustCompile(`^[-—–―]+\s*\d{1,3}\s*[-—–―]+$`)
	// footer begins what follows a document: the neighbours in its column, and the foot of the site.
	footer = regexp.MustCompile(`^(?:[\[【]?(?:上|下)一(?:篇|条|页|个)|` +
		`[\[【]?相关(?:信息|文章|链接|新闻|文档|阅读|解读|附件|稿件|推荐)[\]】]?[:：]?$|` +
		`主办(?:单位)?[:：]|承办(?:单位)?[:：]|技术支持[:：]|友情链接|网站地图|(?:我要|网站)纠错)`)
	// imprint are words that only the foot of a site prints.
	imprint = []string{"网站标识码", "版权所有", "ICP备", "公网安备"}
)

// Frame says of a paragraph, white space folded, whether it belongs to the frame that a site puts around a document and
// not to the document: buttons (打印 关闭), share and font-size widgets, reading aloud, visit counters, page numbers. It
// errs on the side of the document: a paragraph with any word of its own is not frame.
func Frame(paragraph string) bool {
	if strings.Contains(paragraph, "。") || utf8.RuneCountInString(paragraph) > longestFrame {
		return false
	}
	return frameLine.MatchString(paragraph) || pageNumber.MatchString(paragraph) ||
		spelt(paragraph) && frameOnly.MatchString(paragraph) && frameWord.MatchString(paragraph)
}

// frameRunes are the characters that frameOnly is spelt with, besides punctuation.
var frameRunes = func() map[rune]bool {
	all := map[rune]bool{}
	for _, r := range frameWords + "大中小0123456789|+> \t\r\n\f" {
		all[r] = true
	}
	return all
}()

// spelt tells quickly of most paragraphs that frameOnly does not match them: a character of theirs stands in no word of
// it. 点击收听 goes on with any.
func spelt(paragraph string) bool {
	other := func(r rune) bool { return !frameRunes[r] && !unicode.IsPunct(r) }
	return !strings.ContainsFunc(paragraph, other) || strings.Contains(paragraph, "点击收听")
}

// Footer says of a paragraph, white space folded, whether the document has ended before it: it begins the links to the
// neighbours in its column (上一篇) or the foot of the site (主办, 网站标识码).
func Footer(paragraph string) bool {
	if utf8.RuneCountInString(paragraph) > longestFrame {
		return false
	}
	return footer.MatchString(paragraph) ||
		slices.ContainsFunc(imprint, func(word string) bool { return strings.Contains(paragraph, word) })
}
