package page

import (
	"strings"
	"testing"
)

func TestFrame(t *testing.T) {
	for _, p := range []string{
		"打印本页 关闭窗口", "【打印】【关闭】", "分享到： 微信 新浪微博 QQ空间", "字号：[ 大 中 小 ]", "字体大小：【大】【中】【小】", "浏览次数：120",
		"【浏览次数 120】", "来源：县医保局 浏览次数：120", "责任编辑：张三", "扫一扫在手机打开当前页", "点击收听年报语音朗读", "无障碍 辅助线 重置 大鼠标 语速 退出服务",
		"- 4 -", "—12—", "返回顶部", "附件：某局2023年政府信息公开工作年度报告.docx", "当前位置：首页 > 年报", "发布时间：2024-01-18 10:00",
	} {
		if !Frame(p) {
			t.Errorf("%q is taken for the document's", p)
		}
	}
	for _, p := range []string{
		"无", "无。", "0", "大", "2024年1月18日", "一是打印店管理不严。", "通过微信、微博公开信息120条。", "首页设置政务公开专栏。", "（一）平台建设",
		"附件：政府信息公开情况统计表", "来源于其他渠道的申请3件。", "打印" + strings.Repeat("关闭", 100), "", "微信公众号", "联系我们的方式有三种",
	} {
		if Frame(p) {
			t.Errorf("%q is taken for the frame", p)
		}
	}
}

func TestFooter(t *testing.T) {
	for _, p := range []string{
		"上一篇：某局2023年政府信息公开工作年度报告", "【下一篇】没有了", "上一条：无", "相关信息", "相关链接：", "主办：某县人民政府 网站标识码：3708300001",
		"版权所有 某县人民政府", "鲁ICP备05000000号", "鲁公网安备 37083002000000号", "技术支持：某公司",
	} {
		if !Footer(p) {
			t.Errorf("%q does not end the document", p)
		}
	}
	for _, p := range []string{"无。", "上一年度的问题已整改。", "主办单位责任不清。",
		"相关信息已全部公开。", "下一步将加强学习。", "相关链接点击量上升。"} {
		if Footer(p) {
			t.Errorf("%q ends the document", p)
		}
	}
}

func TestUnescape(t *testing.T) {
	for printed, want := range map[string]string{
		`plain`: "plain", `\u003Cp\u003E`: "<p>", `\x3cp>`: "<p>", `a\"b\'c\/d\\e`: `a"b'c/d\e`, `1\n2\t3`: "1\n2\t3",
		`\ud83d\ude00`: "😀",
		`\ud83dx`:      "\uFFFDx", `\u12`: "u12", `\`: `\`, `\u00e`: "u00e",
	} {
		if got := unescape(printed); got != want {
			t.Errorf("%s: got %q, want %q", printed, got, want)
		}
	}
}

func TestStringsIn(t *testing.T) {
	for script, want := range map[string]string{
		`x = {"content": "<p>\u4e00<\/p>"}`:                         "<p>一</p>",
		`x = {content : '<p class="a">it\'s</p>', b: 1}`:            `<p class="a">it's</p>`,
		"var articleContent = `<p>\n甲</p>`;":                        "<p>\n甲</p>",
		`JSON.parse("{\"content\":\"<p class=\\\"a\\\">甲<\/p>\"}")`: `<p class="a">甲</p>`,
		`JSON.parse('{"content":"\\u003Cp\\u003E甲"}')`:              `<p>甲`,
		`{"content": "no end`:                                       "",
		`it's content: don't`:                                       "",
	} {
		if got := strings.Join(stringsIn(script), "|"); got != want {
			t.Errorf("%s: got %q, want %q", script, got, want)
		}
	}
}
