package document

import (
	"context"
	"image"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
)

// Picture draws a page.
func Picture(ctx context.Context, r *Reader, body []byte, page int) (image.Image, error) {
	var drawn image.Image
	err := r.pdf.read(ctx, body, func(lib pdfium.Pdfium, doc references.FPDF_DOCUMENT) (err error) {
		drawn, err = (&pdfPages{pdfium: lib, document: doc}).picture(page)
		return err
	})
	return drawn, err
}

// PDFPages counts the pages of a document.
func PDFPages(ctx context.Context, r *Reader, body []byte) (n int) {
	_ = r.pdf.read(ctx, body, func(lib pdfium.Pdfium, doc references.FPDF_DOCUMENT) error {
		count, err := lib.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: doc})
		if err == nil {
			n = count.PageCount
		}
		return err
	})
	return n
}
