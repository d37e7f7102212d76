package page

import (
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// The forms of the comments are those of Internet Explorer, Chromium and SingleFile; the addresses are made up.
func TestAddress(t *testing.T) {
	const own = "http://www.x.gov.cn/art/2024/2/6/art_38212_2417065.html"
	for _, c := range []struct{ why, page, address, from string }{
		{"a browser's mark in front", "<!DOCTYPE html>\n<!-- saved from url=(0055)" + own + " -->\n<html>", own, FromSavedMark},
		{"the mark of a page from nowhere", "<!-- saved from url=(0014)about:internet --><p>", "", ""},
		{"the mark of a file", "<!-- saved from url=(0020)file:///C:/a/nb.html --><p>", "", ""},
		{"hyphens in a mark", "<!-- saved from url=(0026)http://www.x.gov.cn/a%2D%2Db -->", "http://www.x.gov.cn/a--b", FromSavedMark},
		{"SingleFile", "<!DOCTYPE html> <html><!--\n Page saved with SingleFile \n url: " + own +
			" \n saved date: Tue Feb 06 2024 10:12:33 GMT+0800 (中国标准时间)\n-->", own, FromSavedMark},
		{"another comment", "<!-- the page was saved from url=(0055)" + own + " --><p>", "", ""},
		{"the mark before what the site says", "<meta name=Url content='http://www.x.gov.cn/b.html'><!-- saved from url=(0055)" +
			own + " -->", own, FromSavedMark},
		{"the meta element", "<meta name='Url' content=' " + own + " '>", own, FromMeta},
		{"the meta element before the link", "<link rel=canonical href=http://www.x.gov.cn/b.html><meta name=url content='" +
			own + "'>", own, FromMeta},
		{"canonical", "<link rel='bookmark Canonical' href='" + own + "'>", own, FromCanonical},
		{"canonical in the body", "<body><p>x</p><link rel=canonical href='" + own + "'>", own, FromCanonical},
		{"Open Graph", "<meta property='og:url' content='" + own + "'>", own, FromOpenGraph},
		{"a home page in every template", "<meta name=Url content='http://www.x.gov.cn/'><link rel=canonical href='" + own + "'>",
			own, FromCanonical},
		{"nothing but home pages", "<meta name=Url content='http://www.x.gov.cn'><meta property=og:url content='https://x.gov.cn/'>",
			"", ""},
		{"a browser on a home page", "<!-- saved from url=(0021)http://www.x.gov.cn/ -->", "http://www.x.gov.cn/", FromSavedMark},
		{"a home page with a query", "<link rel=canonical href='http://www.x.gov.cn/?id=3'>", "http://www.x.gov.cn/?id=3",
			FromCanonical},
		{"relative addresses", "<meta name=Url content='/nb/2023.html'><link rel=canonical href='2023.html'>", "", ""},
		{"no host", "<link rel=canonical href='//www.x.gov.cn/a.html'><meta name=Url content='http:///a.html'>", "", ""},
		{"words", "<meta name=Url content='政府信息公开年报'>", "", ""},
		{"an older meta element, empty", "<meta name=Url content=''><meta name=URL content='" + own + "'>", own, FromMeta},
	} {
		address, from := Address(parse(t, c.page))
		if address != c.address || from != c.from {
			t.Errorf("%s: %q from %q, want %q from %q", c.why, address, from, c.address, c.from)
		}
	}
}

func FuzzAddress(f *testing.F) {
	f.Add("<!-- saved from url=(0003)http://x/ --><meta name=url content='http://y/a'>")
	f.Add("<!--\n Page saved with SingleFile \n url: http://x/ \n-->")
	f.Fuzz(func(t *testing.T, markup string) {
		doc, err := html.Parse(strings.NewReader(markup))
		if err != nil {
			return
		}
		address, from := Address(doc)
		if (address == "") != (from == "") {
			t.Errorf("%q from %q", address, from)
		}
		if address != "" && !strings.HasPrefix(address, "http://") && !strings.HasPrefix(address, "https://") {
			t.Errorf("%q is no web address", address)
		}
	})
}
