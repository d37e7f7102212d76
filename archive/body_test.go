package archive

import (
	"errors"
	"strings"
	"testing"

	"nianbao/crawler"
)

func TestBodyByReference(t *testing.T) {
	a := openTest(t)
	c := fill(t, a) // capture 1: 一, at 2026-01-31T02:00Z
	saveReport(t, a, save(t, c, page("http://x.gov.cn/1.html", "二", 24)).ID, report2023())
	at := save(t, c, page("http://x.gov.cn/a@b?c=2026", "三", 48))
	cut := page("http://x.gov.cn/1.html", "半", 72)
	cut.Outcome = crawler.OutcomeTruncated
	save(t, c, cut)
	broken := page("http://x.gov.cn/broken", "断", 0)
	broken.Outcome = crawler.OutcomeTruncated
	save(t, c, broken)
	save(t, c, &crawler.Capture{URL: "http://x.gov.cn/down", Outcome: crawler.OutcomeTimeout})
	key := rows0(t, a).Key
	number := ask(t, a, `SELECT report_id FROM reports`)
	for _, test := range []struct {
		ref, want string
		err       error
	}{
		{ref: number, want: "二"},
		{ref: key, want: "二"},
		{ref: key + "@2026-01-31", want: "一"}, // to the end of the day in Beijing: 16:00 UTC
		{ref: key + "@2026-02-01T01:59:59Z", want: "一"},
		{ref: key + "@2026-02-01T10:00:00+08:00", want: "二"},
		{ref: key + "@2026-01-30", err: ErrNotFound},
		{ref: "http://x.gov.cn/1.html", want: "二"},
		{ref: "http://x.gov.cn/1.html#top", want: "二"},
		{ref: "http://x.gov.cn/1.html@2026-01-31", want: "一"},
		{ref: at.URL, want: "三"},
		{ref: at.URL + "@2026-02-02", want: "三"},
		{ref: at.URL + "@2026-02-01", err: ErrNotFound},
		{ref: "http://x.gov.cn/broken", want: "断"},
		{ref: "http://x.gov.cn/down", err: ErrNotFound},
		{ref: "http://x.gov.cn/never", err: ErrNotFound},
		{ref: digest([]byte("一")), want: "一"},
		{ref: digest([]byte("一"))[:8], want: "一"},
		{ref: digest([]byte("一"))[:7], err: ErrNotFound},
		{ref: digest([]byte("?")), err: ErrNotFound},
		{ref: "371503", err: ErrNotFound},
		{ref: "", err: ErrNotFound},
	} {
		b, err := a.Body(t.Context(), test.ref)
		if string(b.Bytes) != test.want || !errors.Is(err, test.err) {
			t.Errorf("%s: %q, %v", test.ref, b.Bytes, err)
		}
		if err == nil && b.SHA256 != digest(b.Bytes) {
			t.Errorf("%s: SHA-256 %s", test.ref, b.SHA256)
		}
	}
	save(t, c, &crawler.Capture{URL: "http://x.gov.cn/Late", Outcome: crawler.OutcomeTimeout})
	if _, err := a.Body(t.Context(), "http://x.gov.cn/Late"); err == nil || !strings.Contains(err.Error(), "the address was asked but no body came") {
		t.Errorf("an address with a capital letter: %v", err)
	}
}

func TestShortDigestMayBeAmbiguous(t *testing.T) {
	a := openTest(t)
	save(t, begin(t, a), page("http://x.gov.cn/1.html", "一", 0))
	sum := digest([]byte("一"))
	other := sum[:9] + strings.Repeat("0", 55)
	if _, err := a.write.Exec(`INSERT INTO blob VALUES (?, 0, 'raw', x'', NULL)`, other); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Body(t.Context(), sum[:8]); !errors.Is(err, ErrAmbiguous) {
		t.Errorf("got %v", err)
	}
}
