package main

import (
	"strings"
	"testing"
)

// A file whose lines end in a carriage return alone, as Excel's "CSV (Macintosh)", is one line to us: what a person filled in is not
// passed over in silence.
func TestAnnotationsWithCarriageReturnsAlone(t *testing.T) {
	text := strings.Join(annotationColumns, ",") + "\r" + "1,ab,disputes,review,total,confirmed" + strings.Repeat(",", 12) + "\r"
	words, _, err := readAnnotations("mac.csv", []byte(text), "张三")
	if err == nil || !strings.Contains(err.Error(), "CSV UTF-8") {
		t.Errorf("%+v, %v", words, err)
	}
}
