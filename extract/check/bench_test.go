package check_test

import (
	"strings"
	"testing"

	"nianbao/extract/check"
)

// A report as it usually is: all numbers agree, the text has the usual length.
func BenchmarkRun(b *testing.B) {
	s := subject(counter())
	for i := range s.Sections {
		s.Sections[i].Text = strings.Repeat("一是加强组织保障，二是推进信息主动公开，依据条例公布政府信息。", 40)
	}
	s.Preamble = strings.Repeat("一是加强组织保障，二是推进信息主动公开，依据条例现公布政府信息。\n", 30)
	for b.Loop() {
		check.Run(*s)
	}
}
