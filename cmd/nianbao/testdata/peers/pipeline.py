"""What .ci/peers measures nianbao against: one column with Scrapy, its tables as rows in SQLite.

Usage: python3 pipeline.py LIST_URL FILE.db [durable]. As somebody writes it who knows Scrapy and this one site: nothing
waits, sixteen requests are under way, lxml reads the tables, SQLite gets bodies and rows a hundred pages at a time. durable
is what nianbao promises: one request at a time, and a page on disk for good when it has been read.
"""

import sqlite3
import sys

import scrapy
from scrapy.crawler import CrawlerProcess


DURABLE = sys.argv[3:] == ["durable"]
TOGETHER, REQUESTS = (1, 1) if DURABLE else (100, 16)  # pages a transaction, requests under way


class Column(scrapy.Spider):
    name = "column"

    def parse(self, response):
        for a in response.css("ul.list li a"):
            yield response.follow(a, self.parse_report, cb_kwargs={"title": a.css("::text").get()})
        for a in response.css("a.next"):
            yield response.follow(a)

    def parse_report(self, response, title):
        rows = []
        for number, table in enumerate(response.xpath("//table")):
            for y, tr in enumerate(table.root.iter("tr")):
                for x, cell in enumerate(tr.iterchildren("td", "th")):
                    text = "".join(cell.itertext()).strip()
                    rows.append((number, y, x, cell.get("rowspan", 1), cell.get("colspan", 1), text))
        yield {"url": response.url, "title": title, "body": response.body, "rows": rows}


class SQLite:
    """Keeps a page with its cells, TOGETHER pages in a transaction."""

    def open_spider(self, spider):
        self.db = sqlite3.connect(spider.settings["DATABASE"])
        self.db.executescript(
            """
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = FULL;
            CREATE TABLE page(page_id INTEGER PRIMARY KEY, url TEXT UNIQUE, title TEXT, body BLOB);
            CREATE TABLE cell(page_id INTEGER REFERENCES page, table_no INTEGER, row_no INTEGER, column_no INTEGER,
              rowspan INTEGER, colspan INTEGER, text TEXT);
            """
        )
        self.waiting = []

    def process_item(self, item, spider):
        self.waiting.append(item)
        if len(self.waiting) == TOGETHER:
            self.flush()
        return item

    def flush(self):
        with self.db:
            for item in self.waiting:
                page = self.db.execute(
                    "INSERT INTO page(url, title, body) VALUES (?, ?, ?)", (item["url"], item["title"], item["body"])
                ).lastrowid
                self.db.executemany("INSERT INTO cell VALUES (?, ?, ?, ?, ?, ?, ?)", [(page, *row) for row in item["rows"]])
        self.waiting = []

    def close_spider(self, spider):
        self.flush()
        self.db.close()


if __name__ == "__main__":
    process = CrawlerProcess(
        {
            "AUTOTHROTTLE_ENABLED": False,
            "CONCURRENT_REQUESTS": REQUESTS,
            "CONCURRENT_REQUESTS_PER_DOMAIN": REQUESTS,
            "COOKIES_ENABLED": False,
            "DATABASE": sys.argv[2],
            "DOWNLOAD_DELAY": 0,
            "ITEM_PIPELINES": {SQLite: 1},
            "LOG_LEVEL": "ERROR",
            "REQUEST_FINGERPRINTER_IMPLEMENTATION": "2.7",
            "ROBOTSTXT_OBEY": True,
            "TELNETCONSOLE_ENABLED": False,
        }
    )
    process.crawl(Column, start_urls=[sys.argv[1]])
    process.start()
