package document_test

import (
	"errors"
	"image"
	"os"
	"testing"

	"nianbao/extract/document"
)

// A scanned page is drawn as text recognition wants it: 300 dots an inch, with ink on it.
func TestPictureOfAPage(t *testing.T) {
	body, err := os.ReadFile("../../testdata/pdf/scan/document.pdf")
	if err != nil {
		t.Fatal(err)
	}
	drawn, err := document.Picture(t.Context(), pdfs, body, 0)
	if err != nil {
		t.Fatal(err)
	}
	if size := drawn.Bounds().Size(); size != image.Pt(2479, 3508) { // A4
		t.Errorf("%v dots", size)
	}
	ink, rgba := 0, drawn.(*image.RGBA)
	for i := 0; i < len(rgba.Pix); i += 4 {
		if rgba.Pix[i] < 100 {
			ink++
		}
	}
	if all := len(rgba.Pix) / 4; ink < all/200 || ink > all/4 {
		t.Errorf("%d of %d dots are dark", ink, all)
	}
	if _, err := document.Picture(t.Context(), pdfs, body, 99); !errors.Is(err, document.ErrDamaged) {
		t.Errorf("page 100: error %v", err)
	}
}
