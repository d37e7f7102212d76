#!/bin/sh
# Makes the documents of testdata/documents from pages of testdata/reports, with LibreOffice (Debian:
# libreoffice-writer-nogui libreoffice-calc-nogui). Run in testdata/documents with the names of cases; the results are kept in
# the project, as other versions of LibreOffice write other bytes.
set -eu
for case in "$@"; do
  mkdir -p "$case"
  page="$case/page.html"
  from="../reports/$case/page.html"
  [ -f "$from" ] || from="../reports/$case/$(cat "../reports/$case/source")"
  python3 - "$from" "$page" <<'PY'
import re, sys
s = open(sys.argv[1], "rb").read()
try:
    s = s.decode("utf-8")
except UnicodeDecodeError:
    s = s.decode("gb18030")
s = re.sub(r"(?i)<meta[^>]*charset[^>]*>", "", s)
s = re.sub(r"(?i)<head[^>]*>", '<head><meta charset="utf-8">', s, count=1)
s = re.sub(r"(?is)<(script|style|link)\b.*?(</\1>|>)", "", s)
style = "<style>body{font-family:'WenQuanYi Zen Hei'}table{border-collapse:collapse;width:100%}td,th{border:1px solid black;padding:2px}</style>"
s = re.sub(r"(?i)</head>", style + "</head>", s, count=1) if "</head>" in s.lower() else style + s
open(sys.argv[2], "w", encoding="utf-8").write(s)
PY
  for to in "docx:MS Word 2007 XML" "doc:MS Word 97" "rtf:Rich Text Format" "odt:writer8"; do
    soffice --headless --infilter="HTML (StarWriter)" --convert-to "$to" --outdir "$case" "$page" >/dev/null 2>&1
  done
  for to in "xlsx:Calc MS Excel 2007 XML" "xls:MS Excel 97"; do
    soffice --headless --infilter="HTML (StarCalc)" --convert-to "$to" --outdir "$case" "$page" >/dev/null 2>&1
  done
  rm "$page"
done
