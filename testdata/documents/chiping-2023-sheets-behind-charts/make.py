#!/usr/bin/python3
"""Makes the documents of this folder with LibreOffice (Debian: libreoffice-writer-nogui libreoffice-calc-nogui python3-uno).

    ./make.py PAGE    PAGE as make.sh beside this folder prepares it

Text and tables are the page of the demo, 聊城市茌平区人民政府 2023. The three sheets are those behind the charts that the
.doc of the source embeds; they stand at the end of the text that was made of it. In page.doc and page.odt each is an
embedded sheet with a chart on it. In page.docx each is a chart with its sheet in it, as Word keeps them: LibreOffice writes
charts without their sheets, so they are put beside them here.
"""
import os, subprocess, sys, tempfile, time, zipfile
import uno
from com.sun.star.beans import PropertyValue

SHEETS = [
    ("政策解读", [["", "图文解读", "音视频解读", "领导干部解读", "其他解读", "文稿解读"],
              ["政策解读", 75, 9, 16, 81, 47]]),
    ("依申请公开政府信息办理情况", [["年 份", "2019", "2020", "2021", "2022", "2023"],
                       ["依申请公开数", 23, 30, 63, 56, 125],
                       ["按时答复数", 23, 30, 63, 56, 125]]),
    ("主动公开信息", [["", "规范性文件信息", "机构职能及机关设置信息", "国民经济和社会发展规划、专项规划、区域规划及年度计划信息",
                 "行政执法信息", "财政预算、决算等信息", "行政事业性收费信息", "政府集中采购目录、标准及实施情况",
                 "重大建设项目信息", "其他方面信息"],
                ["主动公开信息", 9, 140, 31, 756, 223, 12, 6, 32, 3028]]),
]
CALC = "47BBB4CB-CE4C-4E80-a591-42d9ae74950f"
CHART = "12DCAE26-281F-416F-a234-c3086127382e"
HERE = os.path.dirname(os.path.abspath(__file__))


def prop(name, value):
    p = PropertyValue()
    p.Name, p.Value = name, value
    return p


def connect():
    pipe = "nianbao%d" % os.getpid()
    office = subprocess.Popen(["soffice", "--headless", "--norestore", "-env:UserInstallation=file://" + tempfile.mkdtemp(),
                               "--accept=pipe,name=%s;urp;" % pipe])
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(60):
        try:
            return office, resolver.resolve("uno:pipe,name=%s;urp;StarOffice.ComponentContext" % pipe)
        except Exception:
            time.sleep(1)
    sys.exit("soffice does not answer")


def excel_objects(context):
    """Embedded sheets are saved as those of Excel."""
    provider = context.ServiceManager.createInstanceWithContext("com.sun.star.configuration.ConfigurationProvider", context)
    access = provider.createInstanceWithArguments("com.sun.star.configuration.ConfigurationUpdateAccess", (
        prop("nodepath", "/org.openoffice.Office.Common/Filter/Microsoft/Export"),))
    access.setPropertyValue("CalcToExcel", True)
    access.commitChanges()


def embed(doc, clsid):
    """An empty object at the end of a text."""
    cursor = doc.Text.createTextCursor()
    cursor.gotoEnd(False)
    doc.Text.insertControlCharacter(cursor, 0, False)
    o = doc.createInstance("com.sun.star.text.TextEmbeddedObject")
    o.CLSID = clsid
    o.AnchorType = uno.Enum("com.sun.star.text.TextContentAnchorType", "AS_CHARACTER")
    doc.Text.insertTextContent(cursor, o, False)
    inner = o.ExtendedControlOverEmbeddedObject
    inner.changeState(1)
    return inner.Component


def fill(book, rows):
    """The cells begin at B2, as in the source."""
    sheet = book.Sheets.getByIndex(0)
    sheet.Name = "Sheet1"
    for r, row in enumerate(rows):
        for c, v in enumerate(row):
            cell = sheet.getCellByPosition(c + 1, r + 1)
            if isinstance(v, str):
                cell.String = v
            else:
                cell.Value = v


def draw_on_sheet(book, name, rows):
    sheet = book.Sheets.getByIndex(0)
    area = sheet.getCellRangeByPosition(1, 1, len(rows[0]), len(rows)).RangeAddress
    where = uno.createUnoStruct("com.sun.star.awt.Rectangle")
    where.X, where.Y, where.Width, where.Height = 0, 3000, 9000, 6000
    sheet.Charts.addNewByName(name, where, (area,), True, True)


def draw(chart, rows):
    chart.setDiagram(chart.createInstance("com.sun.star.chart.BarDiagram"))
    data = chart.Data
    series = list(zip(*[r[1:] for r in rows[1:]]))
    data.setData(tuple(tuple(float(v) for v in r) for r in series))
    data.setRowDescriptions(tuple(rows[0][1:]))
    data.setColumnDescriptions(tuple(r[0] for r in rows[1:]))


def dress(doc):
    """What printed documents have besides their text: a header, page numbers, a page break before each table's part."""
    for name in doc.StyleFamilies.getByName("PageStyles").ElementNames:
        style = doc.StyleFamilies.getByName("PageStyles").getByName(name)
        if not style.isInUse():
            continue
        style.HeaderIsOn = style.FooterIsOn = True
        style.HeaderText.setString("聊城市茌平区人民政府文件 2024〔99〕号")
        number = doc.createInstance("com.sun.star.text.TextField.PageNumber")
        number.NumberingType = 4
        style.FooterText.insertTextContent(style.FooterText.createTextCursor(), number, False)
    paragraphs = doc.Text.createEnumeration()
    while paragraphs.hasMoreElements():
        p = paragraphs.nextElement()
        if p.supportsService("com.sun.star.text.Paragraph") and p.String.strip().startswith(("三、", "四、", "五、")):
            p.BreakType = uno.Enum("com.sun.star.style.BreakType", "PAGE_BEFORE")
    for i in range(doc.TextTables.Count):
        doc.TextTables.getByIndex(i).RepeatHeadline = True


def put_sheets_beside_charts(docx, books):
    """Adds the workbook of each chart, and the relation to it."""
    old = zipfile.ZipFile(docx)
    members = {n: old.read(n) for n in old.namelist()}
    for no, book in enumerate(books, 1):
        name = "word/charts/chart%d.xml" % no
        members["word/embeddings/Microsoft_Excel_Worksheet%d.xlsx" % no] = book
        members["word/charts/_rels/chart%d.xml.rels" % no] = (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
            'relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/package" '
            'Target="../embeddings/Microsoft_Excel_Worksheet%d.xlsx"/></Relationships>' % no).encode()
        members[name] = members[name].replace(b"</c:chartSpace>", b'<c:externalData r:id="rId1"><c:autoUpdate val="0"/>'
                                              b"</c:externalData></c:chartSpace>")
    types = members["[Content_Types].xml"]
    members["[Content_Types].xml"] = types.replace(b"<Override", (
        b'<Default Extension="xlsx" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"/><Override'), 1)
    with zipfile.ZipFile(docx, "w", zipfile.ZIP_DEFLATED) as z:
        for n, body in members.items():
            z.writestr(zipfile.ZipInfo(n, (2024, 2, 6, 0, 0, 0)), body, zipfile.ZIP_DEFLATED)


def main(page):
    office, context = connect()
    desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    excel_objects(context)
    hidden = prop("Hidden", True)
    try:
        def text():
            doc = desktop.loadComponentFromURL("file://" + page, "_blank", 0, (hidden, prop("FilterName", "HTML (StarWriter)")))
            dress(doc)
            return doc

        def save(doc, name, form):
            doc.storeToURL("file://" + os.path.join(HERE, name), (prop("FilterName", form),))

        doc = text()
        for name, rows in SHEETS:
            book = embed(doc, CALC)
            fill(book, rows)
            draw_on_sheet(book, name, rows)
        save(doc, "page.doc", "MS Word 97")
        save(doc, "page.odt", "writer8")
        doc.close(False)

        doc, books = text(), []
        for _, rows in SHEETS:
            draw(embed(doc, CHART), rows)
            book = desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, (hidden,))
            fill(book, rows)
            save(book, "book.xlsx", "Calc MS Excel 2007 XML")
            book.close(False)
            with open(os.path.join(HERE, "book.xlsx"), "rb") as f:
                books.append(f.read())
        os.remove(os.path.join(HERE, "book.xlsx"))
        save(doc, "page.docx", "MS Word 2007 XML")
        doc.close(False)
        put_sheets_beside_charts(os.path.join(HERE, "page.docx"), books)
    finally:
        desktop.terminate()
        office.wait(30)


main(os.path.abspath(sys.argv[1]))
