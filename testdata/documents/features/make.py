#!/usr/bin/python3
"""Makes the documents of this folder: made up, each paragraph and cell for one thing that Word, WPS or Excel do.

features.docx is written here by hand as Word writes it; LibreOffice (Debian: libreoffice-writer-nogui
libreoffice-calc-nogui python3-uno) saves it as features.doc, features.rtf and features.odt, and makes features.xlsx and
features.xls. What a reader sees of them is in want.txt and sheet.txt.
"""
import os, subprocess, sys, tempfile, time, zipfile
import uno
from com.sun.star.beans import PropertyValue

HERE = os.path.dirname(os.path.abspath(__file__))
NS = ('xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
      'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
      'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
      'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
      'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
      'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
      'xmlns:v="urn:schemas-microsoft-com:vml"')
BY = 'w:id="%d" w:author="a" w:date="2024-01-01T00:00:00Z"'
ids = iter(range(100, 1000))


def by():
    return BY % next(ids)


def r(t, props=""):
    return '<w:r>%s<w:t xml:space="preserve">%s</w:t></w:r>' % ("<w:rPr>%s</w:rPr>" % props if props else "", t)


def p(*runs, props=""):
    return "<w:p>%s%s</w:p>" % ("<w:pPr>%s</w:pPr>" % props if props else "", "".join(runs))


def ins(t):
    return "<w:ins %s>%s</w:ins>" % (by(), r(t))


def dele(t):
    return '<w:del %s><w:r><w:delText xml:space="preserve">%s</w:delText></w:r></w:del>' % (by(), t)


def char(kind):
    return '<w:r><w:fldChar w:fldCharType="%s"/></w:r>' % kind


def instr(t):
    return '<w:r><w:instrText xml:space="preserve">%s</w:instrText></w:r>' % t


def box(inside):
    return ('<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:anchor distT="0" distB="0" distL="0" distR="0" '
            'simplePos="0" relativeHeight="2" behindDoc="0" locked="0" layoutInCell="1" allowOverlap="1"><wp:simplePos x="0" y="0"/>'
            '<wp:positionH relativeFrom="column"><wp:posOffset>0</wp:posOffset></wp:positionH><wp:positionV relativeFrom="paragraph">'
            '<wp:posOffset>0</wp:posOffset></wp:positionV><wp:extent cx="1800000" cy="600000"/><wp:wrapTopAndBottom/><wp:docPr id="%d" name="b"/>'
            '<a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp>'
            '<wps:cNvSpPr txBox="1"/><wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="1800000" cy="600000"/></a:xfrm><a:prstGeom prst="rect">'
            '<a:avLst/></a:prstGeom></wps:spPr><wps:txbx><w:txbxContent>%s</w:txbxContent></wps:txbx><wps:bodyPr/></wps:wsp></a:graphicData>'
            '</a:graphic></wp:anchor></w:drawing></mc:Choice><mc:Fallback><w:pict><v:rect style="width:140pt;height:50pt"><v:textbox>'
            '<w:txbxContent>%s</w:txbxContent></v:textbox></v:rect></w:pict></mc:Fallback></mc:AlternateContent></w:r>'
            % (next(ids), inside, inside))


def tc(*content, width=1500, props=""):
    return '<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/>%s</w:tcPr>%s</w:tc>' % (width, props, "".join(content) or p())


def table(widths, *rows):
    return ('<w:tbl><w:tblPr><w:tblW w:w="%d" w:type="dxa"/><w:tblBorders><w:top w:val="single"/><w:bottom w:val="single"/>'
            '<w:insideH w:val="single"/><w:insideV w:val="single"/></w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>%s</w:tblGrid>%s</w:tbl>'
            % (sum(widths), "".join('<w:gridCol w:w="%d"/>' % w for w in widths), "".join(rows)))


def tr(*cells, props=""):
    return "<w:tr>%s%s</w:tr>" % ("<w:trPr>%s</w:trPr>" % props if props else "", "".join(cells))


inner = table([600, 600], tr(tc(p(r("内甲")), width=600), tc(p(r("61")), width=600)),
              tr(tc(p(r("内乙")), width=600), tc(p(r("62")), table([300, 300], tr(tc(p(r("深")), width=300), tc(p(r("63")), width=300))), p(), width=600)))
BODY = "".join([
    p(r("2099年度文档特征")),
    p(r("修订：收到"), dele("7"), ins("8"), r("件，办结"), dele("3"), r("5件。")),
    p(r("段落合并：一百")) .replace("<w:p>", '<w:p><w:pPr><w:rPr><w:del %s/></w:rPr></w:pPr>' % by(), 1),
    p(r("二十件。")),
    '<w:p><w:moveFromRangeStart w:id="901" w:name="m" w:author="a" w:date="2024-01-01T00:00:00Z"/><w:moveFrom %s>%s</w:moveFrom>'
    '<w:moveFromRangeEnd w:id="901"/>%s<w:moveToRangeStart w:id="902" w:name="m" w:author="a" w:date="2024-01-01T00:00:00Z"/>'
    '<w:moveTo %s>%s</w:moveTo><w:moveToRangeEnd w:id="902"/></w:p>' % (by(), r("移走"), r("移动：前"), by(), r("后")),
    p(r("隐藏："), r("看不见99", "<w:vanish/>"), r("看得见。")),
    p(r("域："), char("begin"), instr(' HYPERLINK "http://www.example.gov.cn/77" '), char("separate"), r("链接"), char("end"),
      r("，共"), char("begin"), instr(" PAGE "), char("separate"), r("1"), char("end"), r("页。")),
    p(r("文本框前"), box(p(r("框内12件"))), r("文本框后")),
    p(r("脚注"), '<w:r><w:footnoteReference w:id="2"/></w:r>', r("之后。")),
    p(r("自动编号的一段"), props='<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'),
    p(r("自动编号的二段"), props='<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'),
    table([1500, 1500, 1500, 1500],
          tr(tc(p(r("纵并")), props='<w:vMerge w:val="restart"/>'), tc(p(r("横并")), width=3000, props='<w:gridSpan w:val="2"/>'), tc(p(r("丁")))),
          tr(tc(props="<w:vMerge/>"), tc(p(r("11"))), tc(p(dele("12"), ins("13"))), tc(p(r("14")))),
          tr(tc(p(r("删去的行"))), tc(p(r("91"))), tc(p(r("92"))), tc(p(r("93"))), props="<w:del %s/>" % by()).replace(
              "<w:r>", "<w:del %s><w:r>" % by()).replace("</w:r>", "</w:r></w:del>").replace("<w:t ", "<w:delText ").replace("</w:t>", "</w:delText>"),
          tr(tc(p(r("末行"))), tc(), tc(p(r("0"))), tc(p(r("/"))))),
    p(r("表格之间。")),
    table([1500, 3000], tr(tc(p(r("外表"))), tc(p(r("31")), width=3000)), tr(tc(p(r("嵌套"))), tc(p(r("嵌套之前")), inner, p(), width=3000))),
    p(r("文末。")),
])
FILES = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
    + "".join('<Override PartName="/word/%s.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.%s+xml"/>' % x for x in (
        ("document", "document.main"), ("numbering", "numbering"), ("header1", "header"), ("footnotes", "footnotes"))) + "</Types>",
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
    "word/_rels/document.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">' + "".join(
        '<Relationship Id="rId%d" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s" Target="%s.xml"/>' % x for x in (
            (1, "numbering", "numbering"), (2, "header", "header1"), (3, "footnotes", "footnotes"))) + "</Relationships>",
    "word/numbering.xml": '<w:numbering %s><w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="singleLevel"/><w:lvl w:ilvl="0"><w:start '
    'w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%%1）"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/>'
    '</w:num></w:numbering>' % NS,
    "word/header1.xml": '<w:hdr %s>%s</w:hdr>' % (NS, p(r("页眉2024〔99〕号"))),
    "word/footnotes.xml": '<w:footnotes %s><w:footnote w:type="separator" w:id="0"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
    '<w:footnote w:id="2">%s</w:footnote></w:footnotes>' % (NS, p(r("脚注里的88件"))),
    "word/document.xml": '<?xml version="1.0" encoding="UTF-8"?><w:document %s><w:body>%s<w:sectPr><w:headerReference w:type="default" r:id="rId2"/>'
    '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1440" w:right="1440" w:bottom="1440" w:left="1440" w:header="720" w:footer="720"/></w:sectPr>'
    '</w:body></w:document>' % (NS, BODY),
}


def prop(name, value):
    x = PropertyValue()
    x.Name, x.Value = name, value
    return x


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


# Label, what is typed (= begins a formula, ' a text), number format.
CELLS = [
    ("整数", 34319, ""), ("千分位", 1234567, "#,##0"), ("两位小数", 12.5, "0.00"), ("四舍五入", 2.675, "0.00"), ("百分比", 0.285, "0%"),
    ("日期", 45322, "YYYY-MM-DD"), ("中文日期", 45322, 'YYYY"年"M"月"D"日"'), ("单位在格式里", 12.5, '0.00"万元"'), ("负数", -5, "0;-0"),
    ("存为文本", "'12 ", ""), ("文本格式", "'007", "@"), ("公式", "=2+3", ""), ("文本公式", '="共"&"5件"', ""), ("逻辑", "=1=1", ""),
    ("错误", "=1/0", ""), ("零", 0, ""), ("空", "", ""), ("无", "'/", ""), ("科学计数", 0.30000000000000004, ""), ("大数", 123456789012, "0"),
]


def sheets(desktop):
    book = desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, (prop("Hidden", True),))
    s = book.Sheets.getByIndex(0)
    s.Name = "表"
    s.getCellByPosition(0, 0).String = "2099年度表格特征"
    locale = uno.createUnoStruct("com.sun.star.lang.Locale")
    for i, (label, typed, form) in enumerate(CELLS):
        s.getCellByPosition(0, i + 1).String = label
        c = s.getCellByPosition(1, i + 1)
        if form:
            key = book.NumberFormats.queryKey(form, locale, False)
            c.NumberFormat = key if key >= 0 else book.NumberFormats.addNew(form, locale)
        if isinstance(typed, str) and typed.startswith("'"):
            c.String = typed[1:]
        elif isinstance(typed, str) and typed:
            c.Formula = typed
        elif typed != "":
            c.Value = float(typed)
    last = len(CELLS) + 1
    s.getCellByPosition(0, last).String = "横并"
    s.getCellRangeByPosition(1, last, 2, last).merge(True)
    s.getCellByPosition(1, last).Value = 21.0
    s.getCellByPosition(0, last + 1).String = "纵并"
    s.getCellRangeByPosition(0, last + 1, 0, last + 2).merge(True)
    s.getCellByPosition(1, last + 1).Value = 22.0
    s.getCellByPosition(1, last + 2).Value = 23.0
    s.getCellByPosition(0, last + 3).String = "藏行"
    s.getCellByPosition(1, last + 3).Value = 91.0
    s.Rows.getByIndex(last + 3).IsVisible = False
    s.getCellByPosition(3, 2).Value = 92.0
    s.Columns.getByIndex(3).IsVisible = False
    s.getCellByPosition(0, last + 4).String = "末行"
    s.getCellByPosition(1, last + 4).Value = 24.0
    book.Sheets.insertNewByName("暗", 1)
    dark = book.Sheets.getByIndex(1)
    dark.getCellByPosition(0, 0).String = "去年"
    dark.getCellByPosition(1, 0).Value = 93.0
    dark.IsVisible = False
    save(book, "features.xlsx", "Calc MS Excel 2007 XML")
    save(book, "features.xls", "MS Excel 97")
    book.close(False)


def save(doc, name, form):
    doc.storeToURL("file://" + os.path.join(HERE, name), (prop("FilterName", form),))


def main():
    docx = os.path.join(HERE, "features.docx")
    with zipfile.ZipFile(docx, "w", zipfile.ZIP_DEFLATED) as z:
        for n, body in FILES.items():
            z.writestr(zipfile.ZipInfo(n, (2024, 1, 1, 0, 0, 0)), body, zipfile.ZIP_DEFLATED)
    office, context = connect()
    desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    try:
        doc = desktop.loadComponentFromURL("file://" + docx, "_blank", 0, (prop("Hidden", True),))
        for name, form in (("features.doc", "MS Word 97"), ("features.rtf", "Rich Text Format"), ("features.odt", "writer8")):
            save(doc, name, form)
        doc.close(False)
        sheets(desktop)
    finally:
        desktop.terminate()
        office.wait(30)


main()
