#!/bin/sh
# Makes the scans of testdata/scans: pages of a report as the browser prints them, drawn at 300 dots an inch in black and white
# and turned by a fraction of a degree, as a scanner does (Debian: chromium poppler-utils imagemagick libtiff-tools). No
# report of the reference is a scan that could be kept here; the figures are real, the scanning is not.
set -eu
page=$(realpath ../../cmd/nianbao/demo/site/chiping/art/2024/2/6/art_38212_2417065.html)
work=$(mktemp -d)
chromium --headless --no-sandbox --disable-gpu --user-data-dir="$work/profile" --print-to-pdf="$work/page.pdf" "file://$page"
pdftoppm -r 300 -gray -png -f 3 -l 4 "$work/page.pdf" "$work/p"
convert "$work/p-3.png" -background white -rotate 0.25 +repage -gravity center -extent 2481x3508 -threshold 62% "$work/r-3.png"
convert "$work/p-4.png" -threshold 62% "$work/r-4.png"
convert "$work/r-3.png" "$work/r-4.png" -density 300 -units PixelsPerInch -compress Group4 "$work/scan.tif"
tiff2pdf -o chiping-2023-tables/scan.pdf -p A4 "$work/scan.tif"
convert "$work/p-3.png" "$work/p-4.png" -append -resize 1700x -quality 35 chiping-2023-tables/picture.jpg
rm -r "$work"
