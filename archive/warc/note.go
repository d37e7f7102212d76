package warc

import "encoding/json"

// NoteType is the media type of the metadata records that hold a Note.
const NoteType = "application/vnd.nianbao.capture+json"

// Note is what an archive of ours knows of a capture besides its messages. It stands in the metadata record about it, as
// JSON, so that an import gets it back.
type Note struct {
	URL       string `json:"url"` // as requested: redirects stand under their own addresses
	Site      string `json:"site,omitempty"`
	Role      string `json:"role"`
	Transport string `json:"transport,omitempty"`
	Outcome   string `json:"outcome"`
	Error     string `json:"error,omitempty"`
	Name      string `json:"name,omitempty"`
	ElapsedMS int64  `json:"elapsed_ms"`
	Request   string `json:"request_sha256,omitempty"` // digest of the request's body, which is not kept
	SHA256    string `json:"sha256,omitempty"`
}

// Note is the note about the exchange, if its file has one.
func (e *Exchange) Note() (n Note, ok bool) {
	if e.Metadata == "" {
		return n, false
	}
	err := json.Unmarshal([]byte(e.Metadata), &n)
	return n, err == nil && n.Role != "" && n.URL != ""
}
