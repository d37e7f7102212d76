package archive

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"net/http"

	"nianbao/crawler"
)

// LastWhole returns the last whole answer to exactly this request (address, method, SHA-256 of the request's body), with
// the header of the newest answer that had a body; the zero Whole if it never answered so. A fragment in url is ignored.
func (c *Crawl) LastWhole(ctx context.Context, method, url, requestSHA256 string) (crawler.Whole, error) {
	var w crawler.Whole
	var headers, at sql.NullString
	ok, err := found(c.archive.reading.QueryRowContext(ctx, `SELECT a.answer_id, first.sha256, ifnull(first.bytes, 0), c.final_url, c.headers,
			c.fetched_at
		FROM address a JOIN capture first ON first.capture_id = a.answer_id
		JOIN capture c ON c.capture_id = (SELECT n.capture_id FROM capture n
			WHERE n.answer_id = a.answer_id AND n.outcome <> 'not_modified'
			ORDER BY n.fetched_at DESC, n.capture_id DESC LIMIT 1)
		WHERE a.url = ? AND a.method = ? AND a.request_sha256 = ?`,
		clean(withoutFragment(url)), method, requestSHA256).Scan(&w.CaptureID, &w.SHA256, &w.Bytes, &w.FinalURL, &headers, &at))
	if err == nil && ok {
		w.At, err = unstamp(at)
	}
	if err == nil && ok {
		w.Header, err = readHeader(headers)
	}
	if err != nil {
		return crawler.Whole{}, fmt.Errorf("last whole answer of %s %s: %w", method, url, err)
	}
	return w, nil
}

// WholeBody returns the bytes that a capture brought, checked against their digest, and its header.
func (c *Crawl) WholeBody(ctx context.Context, captureID int64) (http.Header, []byte, error) {
	var headers, sum sql.NullString
	err := c.archive.reading.QueryRowContext(ctx, `SELECT headers, sha256 FROM capture WHERE capture_id = ?`, captureID).
		Scan(&headers, &sum)
	if err != nil {
		return nil, nil, fmt.Errorf("capture %d: %w", captureID, err)
	}
	header, err := readHeader(headers)
	if err != nil {
		return nil, nil, fmt.Errorf("header of capture %d: %w", captureID, err)
	}
	body, err := c.archive.body(ctx, sum.String)
	if err != nil {
		return nil, nil, fmt.Errorf("capture %d: %w", captureID, err)
	}
	return header, body, nil
}

// readHeader reads what headerText wrote; nil for NULL.
func readHeader(text sql.NullString) (http.Header, error) {
	if !text.Valid {
		return nil, nil
	}
	var fields map[string][]json.RawMessage
	if err := json.Unmarshal([]byte(text.String), &fields); err != nil {
		return nil, err
	}
	header := make(http.Header, len(fields))
	for name, values := range fields {
		for _, raw := range values {
			var value string
			if json.Unmarshal(raw, &value) != nil {
				var encoded struct {
					Base64 []byte `json:"base64"`
				}
				if err := json.Unmarshal(raw, &encoded); err != nil {
					return nil, fmt.Errorf("field %s: %w", name, err)
				}
				value = string(encoded.Base64)
			}
			header[name] = append(header[name], value)
		}
	}
	return header, nil
}
