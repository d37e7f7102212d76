package document

import (
	"context"
	"fmt"
	"image"
	"image/draw"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
)

const (
	pictureDPI  = 300        // dots an inch, as programs that recognise text want it
	maxPictures = 60_000_000 // dots of one picture; an A3 page has 18 million
)

// picture draws one page, its number from 0, for a program that recognises text. It is ErrLimit where the page is too
// large, and else fails as read does.
func (e *pdfEngine) picture(ctx context.Context, body []byte, page int) (drawn image.Image, err error) {
	err = e.read(ctx, body, func(lib pdfium.Pdfium, doc references.FPDF_DOCUMENT) error {
		size, err := lib.FPDF_GetPageSizeByIndex(&requests.FPDF_GetPageSizeByIndex{Document: doc, Index: page})
		if err != nil {
			return fmt.Errorf("pdf: page %d: %v: %w", page+1, err, ErrDamaged)
		}
		if dots := size.Width / 72 * pictureDPI * size.Height / 72 * pictureDPI; !(dots > 0 && dots <= maxPictures) {
			return fmt.Errorf("pdf: page %d: more than %d dots: %w", page+1, maxPictures, ErrLimit)
		}
		shown, err := lib.RenderPageInDPI(&requests.RenderPageInDPI{DPI: pictureDPI,
			Page: requests.Page{ByIndex: &requests.PageByIndex{Document: doc, Index: page}}})
		if err != nil {
			return fmt.Errorf("pdf: draw page %d: %v: %w", page+1, err, ErrDamaged)
		}
		defer shown.Cleanup()
		kept := image.NewRGBA(shown.Result.RenderedImage.Bounds()) // the engine's memory goes
		draw.Draw(kept, kept.Rect, shown.Result.RenderedImage, kept.Rect.Min, draw.Src)
		drawn = kept
		return nil
	})
	return drawn, err
}
