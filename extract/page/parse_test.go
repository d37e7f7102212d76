package page

import (
	"strings"
	"testing"
)

func TestParseIsBounded(t *testing.T) {
	if _, err := Parse(strings.Repeat("<p>", maxTags)); err != nil {
		t.Error(err)
	}
	if _, err := Parse(strings.Repeat("<p>", maxTags+1)); err == nil || !strings.Contains(err.Error(), "200001 tags") {
		t.Errorf("one tag more: %v", err)
	}
	if _, err := Parse(strings.Repeat("<div>", 600)); err == nil {
		t.Error("elements nested 600 deep")
	}
}
