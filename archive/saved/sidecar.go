package saved

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"nianbao/crawler"
)

// sidecarEndings are what the name of a sidecar has behind that of its file. Of several the first that is there counts.
var sidecarEndings = []string{".meta.json", ".json", ".url"}

// sidecar is what stands beside a file about it. All of it may be missing.
type sidecar struct {
	URL         string `json:"url"`
	FetchedAt   string `json:"fetched_at"` // RFC 3339, or a day in Beijing, meant from its beginning
	ContentType string `json:"content_type"`
	ListTitle   string `json:"list_title"` // how a list named it
	Site        string `json:"site"`       // key of the register

	at time.Time // FetchedAt; zero for none
}

// beijing is the zone of days.
var beijing = time.FixedZone("CST", 8*60*60)

// readSidecar reads a sidecar: JSON, or by the ending .url an Internet shortcut. Fields that are not known are refused, as
// they would be believed to count.
func readSidecar(name string, body []byte, now time.Time) (s sidecar, err error) {
	body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	if strings.HasSuffix(name, ".url") {
		s.URL, err = shortcut(string(body))
	} else {
		d := json.NewDecoder(bytes.NewReader(body))
		d.DisallowUnknownFields()
		if err = d.Decode(&s); err == nil {
			if _, more := d.Token(); !errors.Is(more, io.EOF) {
				err = errors.New("more than one JSON object")
			}
		}
	}
	if err == nil {
		err = s.check(now)
	}
	if err != nil {
		return sidecar{}, fmt.Errorf("sidecar %s: %w", name, err)
	}
	return s, nil
}

// shortcut reads the address of an Internet shortcut (.url), or of a file with an address in its only line.
func shortcut(text string) (string, error) {
	section := ""
	lines := strings.Split(strings.TrimSpace(strings.ReplaceAll(text, "\r", "\n")), "\n")
	for _, line := range lines {
		line = strings.TrimSpace(line)
		key, value, ok := strings.Cut(line, "=")
		switch {
		case strings.HasPrefix(line, "["):
			section = strings.ToLower(line)
		case section == "[internetshortcut]" && ok && strings.EqualFold(strings.TrimSpace(key), "url"):
			return strings.TrimSpace(value), nil
		}
	}
	if len(lines) == 1 && section == "" && lines[0] != "" {
		return lines[0], nil
	}
	return "", errors.New("no [InternetShortcut] with a URL")
}

// check brings the fields into the forms that captures have.
func (s *sidecar) check(now time.Time) error {
	if s.URL != "" {
		address, err := crawler.Address(s.URL)
		if err != nil {
			return fmt.Errorf("url: %w", err)
		}
		s.URL = address
	}
	if strings.ContainsFunc(s.ContentType, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return fmt.Errorf("content_type: %q has control characters", s.ContentType)
	}
	s.ListTitle = strings.Join(strings.Fields(s.ListTitle), " ")
	if s.FetchedAt == "" {
		return nil
	}
	at, err := time.Parse(time.RFC3339, s.FetchedAt)
	if err != nil {
		if at, err = time.ParseInLocation(time.DateOnly, s.FetchedAt, beijing); err != nil {
			return fmt.Errorf("fetched_at: %q is no time as in RFC 3339 and no day", s.FetchedAt)
		}
	}
	if at.After(now) || at.Before(firstPage) {
		return fmt.Errorf("fetched_at: %s cannot be when a page was fetched", s.FetchedAt)
	}
	s.at = at
	return nil
}

// header is the header of a capture as far as the sidecar tells it.
func (s *sidecar) header() http.Header {
	h := http.Header{}
	if s.ContentType != "" {
		h.Set("Content-Type", s.ContentType)
	}
	return h
}
