package document

import (
	"fmt"
	"image"
	"image/draw"

	"github.com/klippa-app/go-pdfium/requests"
)

const (
	pictureDPI  = 300        // dots an inch, as programs that recognise text want it
	maxPictures = 60_000_000 // dots of one picture; an A3 page has 18 million
)

// picture draws one page, its number from 0, for a program that recognises text. It is ErrLimit where the page is too
// large.
func (r *pdfPages) picture(page int) (image.Image, error) {
	size, err := r.pdfium.FPDF_GetPageSizeByIndex(&requests.FPDF_GetPageSizeByIndex{Document: r.document, Index: page})
	if err != nil {
		return nil, fmt.Errorf("%v: %w", err, ErrDamaged)
	}
	if dots := size.Width / 72 * pictureDPI * size.Height / 72 * pictureDPI; !(dots > 0 && dots <= maxPictures) {
		return nil, fmt.Errorf("more than %d dots: %w", maxPictures, ErrLimit)
	}
	shown, err := r.pdfium.RenderPageInDPI(&requests.RenderPageInDPI{DPI: pictureDPI,
		Page: requests.Page{ByIndex: &requests.PageByIndex{Document: r.document, Index: page}}})
	if err != nil {
		return nil, fmt.Errorf("draw it: %v: %w", err, ErrDamaged)
	}
	defer shown.Cleanup()
	kept := image.NewRGBA(shown.Result.RenderedImage.Bounds()) // the engine's memory goes
	draw.Draw(kept, kept.Rect, shown.Result.RenderedImage, kept.Rect.Min, draw.Src)
	return kept, nil
}

// recognized reads a page by its picture.
func (r *pdfPages) recognized(page int) (pdfPage, error) {
	picture, err := r.picture(page)
	if err != nil {
		return pdfPage{}, err
	}
	return scannedPage(picture, r.recognizer, pictureDPI, r.limits)
}
