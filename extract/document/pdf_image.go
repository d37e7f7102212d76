package document

import (
	"fmt"
	"image"

	"github.com/klippa-app/go-pdfium/requests"
)

// scanDPI is how finely pages are drawn for a recogniser, dots an inch.
const scanDPI = 300

// recognized reads a page by its picture.
func (r *pdfPages) recognized(no int) (pdfPage, error) {
	drawn, err := r.pdfium.RenderPageInDPI(&requests.RenderPageInDPI{DPI: scanDPI,
		Page: requests.Page{ByIndex: &requests.PageByIndex{Document: r.document, Index: no}}})
	if err != nil {
		return pdfPage{}, fmt.Errorf("draw it: %w", err)
	}
	picture := image.NewRGBA(drawn.Result.Image.Bounds()) // the engine takes its own back
	copy(picture.Pix, drawn.Result.Image.Pix)
	drawn.Cleanup()
	return scannedPage(picture, r.recognizer, scanDPI, r.limits)
}
