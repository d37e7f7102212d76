"""Four spiders with hand-written rules, as somebody writes them who scrapes one site each with Scrapy.

Usage: python3 spiders.py NAME URL. Prints the addresses that it takes for annual reports, one a line.
"""

import json
import re
import sys
from urllib.parse import urlsplit

import scrapy
from scrapy.crawler import CrawlerProcess

YES = re.compile(r"20\d\d年.*信息公开.*(年度报告|年度工作报告|工作报告|年报)")
NO = re.compile(r"解读|图解|一图|网站|决算|通知|指南|制度")


class Column(scrapy.Spider):
    def __init__(self, url):
        super().__init__(name="column")
        self.start_urls = [url]
        self.origin = "{0.scheme}://{0.netloc}".format(urlsplit(url))

    def keep(self, title, address):
        if YES.search(title) and not NO.search(title):
            print(address)


class TRS(Column):
    """createPage(pages, 0, "index", "html"): the second page is index_1.html."""

    def parse(self, response):
        pages = int(re.search(r"createPage\((\d+), 0,", response.text).group(1))
        yield from self.parse_list(response)
        for n in range(1, pages):
            yield response.follow("index_%d.html" % n, self.parse_list)

    def parse_list(self, response):
        for a in response.css("ul.list li a"):
            self.keep(a.attrib["title"], response.urljoin(a.attrib["href"]))
        yield from ()


class Tree(Column):
    """Bodies are folders below folders."""

    def parse(self, response):
        for a in response.css("ul.list li a"):
            self.keep(a.attrib["title"], response.urljoin(a.attrib["href"]))
        yield from response.follow_all(css="div.tree a", callback=self.parse)


class Gkmlpt(Column):
    """The category is the fragment; the service answers page after page until one is empty."""

    def parse(self, response):
        self.sid = re.search(r"SID: '(\d+)'", response.text).group(1)
        self.category = urlsplit(self.start_urls[0]).fragment
        self.base = self.start_urls[0].split("/gkmlpt/")[0] + "/gkmlpt/api/all/"
        yield self.ask(1)

    def ask(self, page):
        address = "%s%s?page=%d&sid=%s" % (self.base, self.category, page, self.sid)
        return scrapy.Request(address, self.parse_answer, cb_kwargs={"page": page})

    def parse_answer(self, response, page):
        answer = json.loads(response.text)
        for article in answer["articles"]:
            self.keep(article["title"], article["url"])
        if answer["articles"] and page * len(answer["articles"]) < answer["total"]:
            yield self.ask(page + 1)


class JPage(Column):
    """The first records are in the page, the others come by a form."""

    def parse(self, response):
        block = re.search(r'<div id="110521">.*?</datastore>', response.text, re.S).group(0)
        total = int(re.search(r"<totalrecord>(\d+)", block).group(1))
        records = self.records(block)
        if len(records) < total:
            form = {"col": "1", "appid": "1", "webid": "101", "path": "/", "columnid": "33398", "sourceContentType": "1",
                    "unitid": "110521", "webname": "盐都区人民政府", "permissiontype": "0"}
            query = "?startrecord=%d&endrecord=%d&perpage=5" % (len(records) + 1, total)
            yield scrapy.FormRequest(self.origin + "/module/web/jpage/dataproxy.jsp" + query, self.parse_answer,
                                     formdata=form, headers={"Referer": response.url})

    def parse_answer(self, response):
        self.records(response.text)
        yield from ()

    def records(self, text):
        found = re.findall(r"<record><!\[CDATA\[(.*?)\]\]></record>", text, re.S)
        for record in found:
            href = re.search(r"href=[\"']([^\"']+)", record).group(1)
            title = re.search(r"title=[\"']([^\"']+)", record) or re.search(r">([^<]+)</a>", record)
            self.keep(title.group(1), self.origin + href)
        return found


process = CrawlerProcess({"LOG_LEVEL": "ERROR", "TELNETCONSOLE_ENABLED": False, "ROBOTSTXT_OBEY": True,
                          "CLOSESPIDER_TIMEOUT": 60, "REQUEST_FINGERPRINTER_IMPLEMENTATION": "2.7"})
process.crawl({"trs": TRS, "tree": Tree, "gkmlpt": Gkmlpt, "jpage": JPage}[sys.argv[1]], url=sys.argv[2])
process.start()
