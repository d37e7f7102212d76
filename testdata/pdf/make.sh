#!/bin/sh
# Makes the PDFs of testdata/pdf, with Chromium, LibreOffice, qpdf and pdftoppm (Debian: chromium libreoffice-writer-nogui qpdf
# poppler-utils fonts-wqy-zenhei fonts-noto-cjk). Run in testdata/pdf. The results are kept in the project, as other versions
# write other bytes. The tables are those of testdata/reports; what the other pages say is made up.
set -eu
profile=$(mktemp -d)
work=$(mktemp -d)
office() { timeout 120 soffice "-env:UserInstallation=file://$profile" --headless "$@" >/dev/null 2>&1; }
small() { qpdf --object-streams=generate --recompress-flate --compression-level=9 "$1" "$2"; }
into() { mkdir -p "$1"; small "$work/out.pdf" "$1/document.pdf"; }
browser() { # browser PAGE [OPTION]: with heads and page numbers, unless told otherwise
  timeout 60 chromium --headless --no-sandbox --disable-gpu --disable-pdf-tagging "${2---no-first-run}" \
    --print-to-pdf="$work/out.pdf" "http://127.0.0.1:8766/$1" >/dev/null 2>&1
}
python3 -m http.server 8766 --bind 127.0.0.1 --directory "$work" >/dev/null 2>&1 &
server=$!
trap 'kill "$server"; rm -rf "$work" "$profile"' EXIT
sleep 1

# A report in letters so large that 表三 goes over several pages and rows are cut in two.
page() { # page CASE STYLE
  python3 - "../reports/$1" "$2" >"$work/page.html" <<'PY'
import os, re, sys
name = "page.html"
if os.path.exists(sys.argv[1] + "/source"):
    name = open(sys.argv[1] + "/source").read().strip()
s = open(sys.argv[1] + "/" + name, encoding="utf-8").read()
s = re.sub(r"(?is)<(script|style|link)\b.*?(</\1>|>)", "", s)
s = re.sub(r"(?i)<meta[^>]*charset[^>]*>", "", s)
print('<meta charset="utf-8"><style>body{font-family:"WenQuanYi Zen Hei"}table{border-collapse:collapse;width:100%}'
      'td,th{border:1px solid black;padding:2px}' + sys.argv[2] + "</style>" + s)
PY
}
page shanghai-2019-blank-totals 'body{font-size:22px}'
browser page.html
into browser-rows-cut-by-pages
sed 's/22px/15pt/' "$work/page.html" >"$work/large.html"
office --infilter="HTML (StarWriter)" --convert-to odt --outdir "$work" "$work/large.html"
office --convert-to pdf --outdir "$work" "$work/large.odt"
mv "$work/large.pdf" "$work/out.pdf"
into word-rows-cut-by-pages

# Borders drawn in other ways: each cell in a frame of its own, and lines of dashes.
page hanyang-2022-leading-empty-cell-blank-rule 'table{border-collapse:separate!important;border-spacing:2px;border:1px solid black}'
browser page.html --no-pdf-header-footer
into browser-spaced-cells
page pingtan-2018-fujian-table 'td,th{border:1px dashed #888!important}'
browser page.html --no-pdf-header-footer
into browser-dashed-lines

# Labels at the side of a table, turned and upright.
cat >"$work/page.html" <<'HTML'
<meta charset="utf-8"><style>body{font-family:"Noto Sans CJK SC"}table{border-collapse:collapse}td{border:1px solid black;padding:4px}
.v{writing-mode:vertical-rl}.s{writing-mode:sideways-lr}.n{width:1em}</style>
<p>本年度办理结果</p><table>
<tr><td rowspan="3" class="v" style="height:9em">三、本年度<br>办理结果</td><td rowspan="3" class="n">不予公开</td><td>1.属于国家秘密</td><td>12</td><td>0</td></tr>
<tr><td>2.其他法律行政法规禁止公开</td><td></td><td>-</td></tr>
<tr><td>3.危及“三安全一稳定”</td><td>3</td><td>/</td></tr>
<tr><td rowspan="2" class="s" style="height:7em">无法提供</td><td colspan="2">1.本机关不掌握相关政府信息</td><td>1,024</td><td>7</td></tr>
<tr><td colspan="2">2.没有现成信息需要另行制作</td><td>5</td><td>—</td></tr>
</table>
HTML
browser page.html --no-pdf-header-footer
into vertical-labels

# Two tables beside each other, two that touch, and one in a cell of another.
cat >"$work/page.html" <<'HTML'
<meta charset="utf-8"><style>body{font-family:"WenQuanYi Zen Hei"}table{border-collapse:collapse}td{border:1px solid black;padding:4px}
.b{float:left;margin-right:2em}p{clear:both}</style>
<p>左右两表</p><table class="b"><tr><td>信息内容</td><td>本年处理决定数量</td></tr><tr><td>行政许可</td><td>34</td></tr></table>
<table class="b"><tr><td>信息内容</td><td>本年处理决定数量</td></tr><tr><td>行政处罚</td><td>56</td></tr></table>
<p>上下两表</p><table style="width:600px"><tr><td style="width:90px">规章</td><td style="width:120px">制发</td><td style="width:140px">废止</td><td>现行有效</td></tr><tr><td>件数</td><td>1</td><td>2</td><td>3</td></tr></table>
<table style="width:600px;margin-top:-1px"><tr><td style="width:200px">维持</td><td style="width:60px">纠正</td><td style="width:60px">其他</td><td style="width:100px">尚未审结</td><td>总计</td></tr><tr><td>4</td><td>5</td><td>6</td><td>7</td><td>22</td></tr></table>
<p>表中有表</p><table><tr><td>甲</td><td>乙<table style="margin:8px"><tr><td>规章</td><td>1</td></tr><tr><td>文件</td><td>2</td></tr></table></td></tr><tr><td>丙</td><td>9</td></tr></table>
<p>完</p>
HTML
browser page.html --no-pdf-header-footer
into two-tables-on-a-page

# A table whose columns stand below each other with no line drawn, and text that only looks like one.
cat >"$work/page.html" <<'HTML'
<meta charset="utf-8"><style>body{font-family:"WenQuanYi Zen Hei"}td{padding:3px 24px}</style>
<p>行政机关办理情况如下。</p><table>
<tr><td>信息内容</td><td>本年制发件数</td><td>本年废止件数</td></tr><tr><td>规章</td><td>0</td><td>1</td></tr>
<tr><td>行政规范性文件</td><td>15</td><td></td></tr><tr><td>其他文件</td><td>7</td><td>3</td></tr></table>
<p>联系方式如下。</p><table><tr><td>联系人</td><td>张某</td></tr><tr><td>单位</td><td>办公室</td></tr><tr><td>地址</td><td>人民路</td></tr></table>
<p>以上为全部内容。</p>
HTML
browser page.html --no-pdf-header-footer
into no-lines

# Running heads and page numbers of a word processor, and text over the page break.
python3 - >"$work/heads.fodt" <<'PY'
text = "本机关认真贯彻落实条例，及时公开各类政府信息，做好依申请公开工作，加强信息管理和平台建设。"
rows = "".join("<table:table-row>" + "".join(f'<table:table-cell table:style-name="c"><text:p>{x}</text:p></table:table-cell>'
               for x in (f"第{n}类信息", n * 7, n * 11)) + "</table:table-row>" for n in range(1, 13))
print(f'''<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.text">
<office:font-face-decls><style:font-face style:name="W" svg:font-family="'WenQuanYi Zen Hei'"/></office:font-face-decls>
<office:styles><style:default-style style:family="paragraph"><style:text-properties style:font-name="W" style:font-name-asian="W" fo:font-size="14pt" style:font-size-asian="14pt"/></style:default-style></office:styles>
<office:automatic-styles><style:style style:name="i" style:family="paragraph"><style:paragraph-properties fo:text-indent="28pt" fo:line-height="28pt"/></style:style>
<style:style style:name="m" style:family="paragraph"><style:paragraph-properties fo:text-align="center"/></style:style>
<style:style style:name="c" style:family="table-cell"><style:table-cell-properties fo:border="0.5pt solid #000000" fo:padding="2pt"/></style:style>
<style:page-layout style:name="p"><style:page-layout-properties fo:page-width="595pt" fo:page-height="500pt" fo:margin="50pt"/><style:header-style/><style:footer-style/></style:page-layout></office:automatic-styles>
<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="p">
<style:header><text:p>某县人民政府信息公开工作年度报告（第<text:page-number/>部分）</text:p></style:header>
<style:footer><text:p text:style-name="m">- <text:page-number>1</text:page-number> -</text:p></style:footer></style:master-page></office:master-styles>
<office:body><office:text><text:p text:style-name="m">某县人民政府2023年政府信息公开工作年度报告</text:p>
<text:p>一、总体情况</text:p>{"".join(f'<text:p text:style-name="i">第{n}段。{text * 3}</text:p>' for n in "甲乙丙丁")}
<text:p>二、主动公开政府信息情况</text:p><table:table><table:table-column table:number-columns-repeated="3"/>
<table:table-header-rows><table:table-row>{"".join(f'<table:table-cell table:style-name="c"><text:p>{x}</text:p></table:table-cell>' for x in ("信息内容", "制发", "现行有效"))}</table:table-row></table:table-header-rows>{rows}</table:table>
<text:p>三、其他</text:p><text:p text:style-name="i">无。</text:p></office:text></office:body></office:document>''')
PY
office --convert-to pdf --outdir "$work" "$work/heads.fodt"
mv "$work/heads.pdf" "$work/out.pdf"
into running-heads

# Pictures of pages, as a scanner makes them.
pdftoppm -jpeg -jpegopt quality=30 -gray -r 60 -l 2 ../documents/hanyang-2022-leading-empty-cell-blank-rule/word.pdf "$work/scan"
printf '<style>@page{size:A4;margin:0}body{margin:0}img{width:210mm;height:296mm;display:block}</style><title>汉阳区人民政府2022年政府信息公开工作年度报告</title>' | iconv -t utf-8 >"$work/page.html"
for picture in "$work"/scan*.jpg; do printf '<img src="%s">' "$(basename "$picture")"; done >>"$work/page.html"
sed -i '1s/^/<meta charset="utf-8">/' "$work/page.html"
browser page.html --no-pdf-header-footer
into scan

# What is locked, what only may not be changed, what lies on its side, what is cut off.
report=../documents/pingtan-2018-fujian-table/word.pdf
mkdir -p encrypted owner-password sideways cut-off
qpdf --encrypt user owner 256 -- "$report" encrypted/document.pdf
qpdf --encrypt "" owner 256 --modify=none --extract=n -- "$report" owner-password/document.pdf
qpdf --rotate=+90 "$report" sideways/document.pdf
head -c 20000 "$report" >cut-off/document.pdf
