package grid

import (
	"math/rand/v2"
	"strings"
)

// writer writes random tables: every kind of span, group, column, hidden part, missing end tag and misplaced text.
type writer struct {
	strings.Builder
	random *rand.Rand
}

func (w *writer) one(of ...string) string { return of[w.random.IntN(len(of))] }

// in reports true once in n times.
func (w *writer) in(n int) bool { return w.random.IntN(n) == 0 }

func (w *writer) table(depth int) {
	w.WriteString("<table" + w.one("", "", ` border="1"`, ` dir=rtl`, ` style="border-collapse:collapse"`) + ">")
	if w.in(5) {
		w.WriteString("<caption>统计表</caption>")
	}
	if w.in(4) {
		w.WriteString(w.one("<col><col span=2>", "<colgroup span=3></colgroup>", "<colgroup><col><col></colgroup>",
			"<col span=x>"))
	}
	for range w.random.IntN(4) + 1 {
		group := w.one("", "", "tbody", "tbody", "thead", "tfoot")
		if group != "" {
			w.WriteString("<" + group + w.hidden(20) + ">")
		}
		for range w.random.IntN(5) {
			w.row(depth)
		}
		if group != "" && !w.in(4) {
			w.WriteString("</" + group + ">")
		}
		if w.in(20) {
			w.WriteString(w.one("foster", "<p>foster</p>", "<form>", "<input type=hidden>",
				"<script>1</script>", "<!-- -->"))
		}
	}
	w.WriteString("</table>")
	if w.in(3) {
		w.WriteString("<p>段落</p>\n")
	}
}

func (w *writer) row(depth int) {
	w.WriteString("<tr" + w.hidden(15) + ">")
	for range w.random.IntN(6) {
		tag := w.one("td", "td", "td", "th")
		w.WriteString("<" + tag)
		if w.in(3) {
			w.WriteString(" colspan=" + w.one(
				"2", "3", "4", "2", "0", "-1", `"2px"`, `" 3"`, "+2", "abc", `""`, "2.9", "７", "007"))
		} else if w.in(400) {
			w.WriteString(" colspan=" + w.one("999", "1000", "1001", "65535", "99999999999999999999"))
		}
		if w.in(3) {
			w.WriteString(" rowspan=" + w.one(
				"2", "3", "4", "2", "0", "0", "-1", `"2px"`, "+2", "65534", "65535", "99999999999999999999", "-0", "x"))
		}
		w.WriteString(w.hidden(30) + ">")
		w.content(depth)
		if !w.in(3) {
			w.WriteString("</" + tag + ">")
		}
	}
	if !w.in(3) {
		w.WriteString("</tr>")
	}
}

func (w *writer) content(depth int) {
	for range w.random.IntN(3) {
		w.WriteString(w.one(
			"", "0", "125", "&nbsp;", "商业企业", " 商业\n企业 ", "<p>商业</p><p>企业</p>", "其他<br>处理", "a<b>b</b> <i> c</i>",
			"<span>其</span><span>他</span>", "x<div>y</div>z", "<ul><li>一<li>二</ul>", "&lt;td&gt; &amp; &#x3000;",
			"<pre>a\n  b</pre>", `<span style="display:none">h</span>v`, "<span hidden>h</span>",
			`<div style="display:inline">i</div>`,
			`<b style="display:block">k</b>`, "<script>s</script>", "<style>td{}</style>",
			"<!-- c -->d", "<img alt=x>", "<hr>",
			"<textarea>t</textarea>", `<p style="text-indent:2em;mso-x:y">22（其中修订16件）<o:p></o:p></p>`,
			"<font>字</font>", "<h3>标题</h3>", `<span style="float:right">f</span>`, "<template>t</template>",
			"\u200b9\u00ad",
		))
	}
	if depth > 0 && w.in(25) {
		w.table(depth - 1)
	}
}

func (w *writer) hidden(n int) string {
	if !w.in(n) {
		return ""
	}
	return w.one(" hidden", ` style="display:none"`, ` style="DISPLAY: none; color:red"`, ` style="mso-display:none"`)
}
