package document_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"mime/quotedprintable"
	"strings"
	"testing"

	"nianbao/extract/document"
)

// wordMHTML is a page as Word saves it in one file, with a picture behind it and header.htm, which is no text of the
// document. The markup is Word's, the text made up.
func wordMHTML(page, encoding string) string {
	return "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=\"----=_NextPart_01DA5B0E.4F3A6A80\"\r\n\r\n" +
		"此文档为“单个文件网页”，也称为“Web 档案”文件。\r\n\r\n" +
		"------=_NextPart_01DA5B0E.4F3A6A80\r\nContent-Location: file:///C:/3F0AE2B1/nb.htm\r\n" +
		"Content-Transfer-Encoding: " + encoding + "\r\nContent-Type: text/html; charset=\"gb2312\"\r\n\r\n" + page + "\r\n" +
		"------=_NextPart_01DA5B0E.4F3A6A80\r\nContent-Location: file:///C:/3F0AE2B1/nb.files/image001.png\r\n" +
		"Content-Transfer-Encoding: base64\r\nContent-Type: image/png\r\n\r\niVBORw0KGgo=\r\n\r\n" +
		"------=_NextPart_01DA5B0E.4F3A6A80\r\nContent-Location: file:///C:/3F0AE2B1/nb.files/header.htm\r\n" +
		"Content-Transfer-Encoding: quoted-printable\r\nContent-Type: text/html; charset=\"gb2312\"\r\n\r\n<p>header</p>\r\n\r\n" +
		"------=_NextPart_01DA5B0E.4F3A6A80--\r\n"
}

const savedPage = `<html xmlns:w="urn:schemas-microsoft-com:office:word"><body lang=ZH-CN><p class=MsoNormal>2023年政府信息公开工作年度报告</p>` +
	`<table class=MsoTableGrid border=1><tr><td>行政许可</td><td>34319</td></tr><tr><td>行政处罚</td><td>2822</td></tr></table></body></html>`

// quoted writes bytes as quoted-printable.
func quoted(body string) string {
	var out strings.Builder
	w := quotedprintable.NewWriter(&out)
	_, err := w.Write([]byte(body))
	if err = errors.Join(err, w.Close()); err != nil {
		panic(err)
	}
	return out.String()
}

// lines64 writes bytes as base64 in lines.
func lines64(body string) string {
	var out strings.Builder
	for s := base64.StdEncoding.EncodeToString([]byte(body)); s != ""; {
		n := min(76, len(s))
		out.WriteString(s[:n] + "\r\n")
		s = s[n:]
	}
	return out.String()
}

// utf16LE writes text as Notepad's "Unicode".
func utf16LE(s string) string {
	out := []byte{0xFF, 0xFE}
	for _, r := range s {
		out = append(out, byte(r), byte(r>>8))
	}
	return string(out)
}

// A file is what its bytes are, whatever it is called: each of these came under the name of a .doc, .wps or .xls.
func TestFilesOfOtherFormatsThanTheirNames(t *testing.T) {
	const want, table = "2023年政府信息公开工作年度报告 | [0]", "0,0 1x1 行政许可; 0,1 1x1 34319; 1,0 1x1 行政处罚; 1,1 1x1 2822"
	const typed = "2023年政府信息公开工作年度报告\r\n行政许可\t34319\r\n行政处罚\t2822\r\n"
	word2007 := word(t, `<p>2023年政府信息公开工作年度报告</p><w:tbl><w:tr><tc>行政许可</tc><tc>34319</tc></w:tr><w:tr><tc>行政处罚</tc><tc>2822</tc></w:tr></w:tbl>`)
	rtf := `{\rtf1\ansi\ansicpg936 2023\'c4\'ea\u25919?\u24220?\u20449?\u24687?\u20844?\u24320?\u24037?\u20316?\u24180?\u24230?\u25253?\u21578?\par ` +
		`\trowd\cellx1000\cellx2000\pard\intbl \u34892?\u25919?\u35768?\u21487?\cell 34319\cell\row\trowd\cellx1000\cellx2000\pard\intbl \u34892?\u25919?\u22788?\u32602?\cell 2822\cell\row\pard}`
	blink := "From: <Saved by Blink>\r\nSnapshot-Content-Location: http://www.chiping.gov.cn/nb.html\r\nSubject: =?utf-8?Q?2023?=\r\n" +
		"Date: Tue, 30 Jan 2024 08:00:00 +0800\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\ttype=\"text/html\";\r\n\tboundary=\"----MultipartBoundary--x----\"\r\n\r\n\r\n" +
		"------MultipartBoundary--x----\r\nContent-Type: text/css\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n@charset \"utf-8\";\r\n\r\n" +
		"------MultipartBoundary--x----\r\nContent-Type: text/html\r\nContent-ID: <frame-1@mhtml.blink>\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" + quoted(savedPage) + "\r\n" +
		"------MultipartBoundary--x------\r\n"
	frames := `<html><frameset rows="*,39"><frame src="nb.files/sheet001.htm"></frameset></html>`
	book := strings.NewReplacer("image/png", "text/html; charset=utf-8", "iVBORw0KGgo=", lines64(savedPage), "header.htm", "tabstrip.htm").
		Replace(wordMHTML(frames, "8bit"))
	for name, c := range map[string]struct{ body, media, charset string }{
		"HTML":                             {savedPage, "html", "utf-8"},
		"MHTML of Word, quoted":            {wordMHTML(quoted(gbk(savedPage)), "quoted-printable"), "html", "gb18030"},
		"MHTML of Word, base64":            {wordMHTML(lines64(gbk(savedPage)), "base64"), "html", "gb18030"},
		"MHTML with lines of Unix":         {strings.ReplaceAll(wordMHTML(quoted(gbk(savedPage)), "quoted-printable"), "\r\n", "\n"), "html", "gb18030"},
		"MHTML with blank lines before":    {"\r\n\r\n" + wordMHTML(gbk(savedPage), "8bit"), "html", "gb18030"},
		"MHTML of a browser, styles first": {blink, "html", "utf-8"},
		"MHTML of a workbook":              {book, "html", "utf-8"},
		"a message with one part":          {"MIME-Version: 1.0\nContent-Type: text/html; charset=gb2312\n\n" + gbk(savedPage), "html", "gb18030"},
		"RTF":                              {rtf, "rtf", ""},
		"a zip of Word":                    {string(word2007), "docx", ""},
		"text in UTF-8":                    {typed, "text", "utf-8"},
		"text in GBK":                      {gbk(typed), "text", "gb18030"},
		"text in UTF-16":                   {utf16LE(typed), "text", "utf-16le"},
		"a page in UTF-16":                 {utf16LE(savedPage), "html", "utf-16le"},
		"text with an angle bracket":       {strings.Replace(typed, "行政许可", "行政许可<1>", 1), "text", "utf-8"},
		"a page in gzip":                   {string(gzipped([]byte(savedPage))), "html", "utf-8"},
		"a zip of Word in gzip":            {string(gzipped(word2007)), "docx", ""},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := document.Read([]byte(c.body), "application/msword", document.Options{})
			if err != nil {
				t.Fatal(err)
			}
			got := cellsOf(d, 0)
			if shape(d) != want || strings.Replace(got, "<1>", "", 1) != table || len(d.Doubts) > 0 {
				t.Errorf("%q, %s, %q", shape(d), got, d.Doubts)
			}
			if d.Media != c.media || d.Charset != c.charset {
				t.Errorf("%s in %q, want %s in %q", d.Media, d.Charset, c.media, c.charset)
			}
		})
	}
}

// Lines with tabs are a table only where every line has as many; a cell may be empty. What is not as regular stays text.
func TestPlainText(t *testing.T) {
	for name, c := range map[string]struct{ body, text, table string }{
		"paragraphs":        {"甲\n\n　　乙\r\n丙\r丁", "甲 | 乙 | 丙 | 丁", "no table"},
		"empty first cells": {"规章\t1\n\t2\n甲", "[0] | 甲", "0,0 1x1 规章; 0,1 1x1 1; 1,0 1x1 ; 1,1 1x1 2"},
		"unlike lines":      {"规章\t1\n文件\t2\t3\n", "规章 1 | 文件 2 3", "no table"},
		"indented by tabs":  {"\t甲\n\t\t乙\n", "甲 | 乙", "no table"},
		"a line each cell":  {"题\n\n\t规\n\n章\n\t1\n\n\t文件\n\t2\n\n\n甲\n\n\t乙\n", "题 | [0] | 甲 | 乙", "0,0 1x1 规章; 0,1 1x1 1; 1,0 1x1 文件; 1,1 1x1 2"},
		"indented lines":    {"\t甲\n\t乙\n", "甲 | 乙", "no table"},
		"indented, spaced":  {"\t甲\n\n\t乙\n\n\t丙\n", "甲 | 乙 | 丙", "no table"},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := document.Read([]byte(c.body), "", document.Options{})
			if err != nil || shape(d) != c.text || cellsOf(d, 0) != c.table {
				t.Errorf("%q, %s, %v", shape(d), cellsOf(d, 0), err)
			}
		})
	}
}

// What is wrong with a saved page is told with the part it is in; what is cut behind the page itself costs nothing but a
// doubt.
func TestBrokenMHTML(t *testing.T) {
	whole := wordMHTML(quoted(gbk(savedPage)), "quoted-printable")
	deep := "MIME-Version: 1.0\n"
	for level := range 20 {
		deep += fmt.Sprintf("Content-Type: multipart/related; boundary=b%[1]d\n\n--b%[1]d\n", level)
	}
	for name, c := range map[string]struct {
		body string
		err  error
		says string
	}{
		"cut in its header":        {whole[:60], document.ErrDamaged, "mhtml: header"},
		"cut in the page":          {whole[:strings.Index(whole, "34319")], document.ErrDamaged, "mhtml: part 1 (text/html): the file is damaged"},
		"base64 that is none":      {wordMHTML("PGh0bWw+!!!!", "base64"), document.ErrDamaged, "mhtml: part 1 (text/html)"},
		"an unknown encoding":      {wordMHTML("x", "x-uuencode"), document.ErrDamaged, "unknown transfer encoding x-uuencode"},
		"no boundary":              {"MIME-Version: 1.0\nContent-Type: multipart/related\n\nx", document.ErrDamaged, "a multipart without boundary"},
		"no page":                  {"MIME-Version: 1.0\nContent-Type: text/plain\n\nx", document.ErrFormat, "mhtml: no part is HTML"},
		"parts in parts":           {deep, document.ErrLimit, "parts nested deeper than 8"},
		"more parts than a limit":  {"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n" + strings.Repeat("--x\n\n\n", 10_001) + "--x--", document.ErrLimit, "more than 10000 parts"},
		"cut in the next part":     {whole[:strings.Index(whole, "iVBOR")+4], nil, "but not what stands behind it"},
		"cut in what comes behind": {whole[:strings.LastIndex(whole, "<p>header")], nil, "but not what stands behind it"},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := document.Read([]byte(c.body), "", document.Options{})
			said := strings.Join(d.Doubts, " ")
			if err != nil {
				said = err.Error()
			}
			if !errors.Is(err, c.err) || !strings.Contains(said, c.says) || c.err == nil && len(d.Tables) != 1 {
				t.Errorf("%v, %q, %d tables", err, said, len(d.Tables))
			}
		})
	}
}

// FuzzMHTML: whatever stands behind the head of a saved page, reading it ends in a document or an error.
func FuzzMHTML(f *testing.F) {
	f.Add([]byte(wordMHTML(quoted(gbk(savedPage)), "quoted-printable")))
	f.Add([]byte(wordMHTML(lines64(savedPage), "base64")))
	f.Add([]byte("MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x; start=\"<a>\"\n\n--x\nContent-Type: text/html\nContent-ID: <a>\n\n<frameset>\n--x\nContent-Type: text/html\n\n<table><tr><td>1\n--x--"))
	f.Fuzz(func(t *testing.T, body []byte) {
		d, err := document.Read(append([]byte("MIME-Version: 1.0\n"), body...), "", document.Options{})
		if err != nil {
			return
		}
		for _, b := range d.Blocks {
			if b.Table >= len(d.Tables) {
				t.Errorf("a block of table %d of %d", b.Table, len(d.Tables))
			}
		}
	})
}
