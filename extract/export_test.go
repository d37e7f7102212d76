package extract

import "nianbao/extract/document"

// ReadWithoutMentions is Read without the figures of the narrative.
func ReadWithoutMentions(in Input) (Reading, error) {
	doc, err := document.Read(in.Body, in.ContentType, document.Options{})
	return read(in, doc, err, false)
}
