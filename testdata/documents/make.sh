#!/bin/sh
# Makes the documents of testdata/documents from pages of testdata/reports, with LibreOffice (Debian:
# libreoffice-writer-nogui libreoffice-calc-nogui), and what it and Chromium print as PDF (chromium qpdf, fonts-wqy-zenhei). Run in
# testdata/documents with the names of cases; the results are kept in the project, as other versions write other bytes.
# ONLY=pdf leaves the office files as they are.
set -eu
profile=$(mktemp -d)
office() { timeout 120 soffice "-env:UserInstallation=file://$profile" --headless "$@" >/dev/null 2>&1; }
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
  [ "${ONLY-}" = pdf ] || for to in "docx:MS Word 2007 XML" "doc:MS Word 97" "rtf:Rich Text Format" "odt:writer8"; do
    office --infilter="HTML (StarWriter)" --convert-to "$to" --outdir "$case" "$page"
  done
  [ "${ONLY-}" = pdf ] || for to in "xlsx:Calc MS Excel 2007 XML" "xls:MS Excel 97"; do
    office --infilter="HTML (StarCalc)" --convert-to "$to" --outdir "$case" "$page"
  done
  # As a word processor prints it, and as a browser does, with its heads and page numbers.
  office --convert-to pdf --outdir "$case" "$case/page.docx"
  python3 -m http.server 8765 --bind 127.0.0.1 --directory "$case" >/dev/null 2>&1 &
  server=$!
  sleep 1
  timeout 60 chromium --headless --no-sandbox --disable-gpu --disable-pdf-tagging --print-to-pdf="$case/browser.pdf" \
    http://127.0.0.1:8765/page.html >/dev/null 2>&1
  kill "$server"
  for pdf in page:word browser:browser; do # smaller, and the same
    qpdf --object-streams=generate --recompress-flate --compression-level=9 "$case/${pdf%:*}.pdf" "$case/small.pdf"
    rm "$case/${pdf%:*}.pdf"
    mv "$case/small.pdf" "$case/${pdf#*:}.pdf"
  done
  rm "$page"
done
rm -rf "$profile"
