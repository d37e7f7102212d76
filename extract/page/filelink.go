package page

import (
	"encoding/base64"
	"net/url"
	"path"
	"regexp"
	"strings"
)

// class is what an address leads to, as far as it tells.
type class int

const (
	unclear  class = iota // the address does not tell
	document              // a file with text in it, or an archive of such
	picture
	webPage
	otherFile // a program, a film …
)

// endings are the classes of the endings of names. Programs (jsp, do, php …) are left out: what they send is unclear.
var endings = map[string]class{
	".pdf": document, ".doc": document, ".docx": document, ".xls": document, ".xlsx": document, ".wps": document,
	".et": document, ".odt": document, ".ofd": document, ".ceb": document, ".rtf": document, ".zip": document,
	".rar": document, ".7z": document, ".ppt": document, ".pptx": document,
	".jpg": picture, ".jpeg": picture, ".png": picture, ".gif": picture, ".bmp": picture, ".tif": picture,
	".tiff": picture, ".webp": picture,
	".html": webPage, ".htm": webPage, ".shtml": webPage, ".xhtml": webPage,
	".exe": otherFile, ".msi": otherFile, ".apk": otherFile, ".mp3": otherFile, ".mp4": otherFile, ".css": otherFile,
	".js": otherFile, ".ico": otherFile, ".svg": otherFile, ".xml": otherFile,
}

// ending is the class that the end of a name tells.
func ending(name string) class {
	return endings[strings.ToLower(path.Ext(strings.TrimRight(name, " \u00a0】）)]》")))]
}

// fileKeys are the query parameters in which download programs are told the name or the kind of a file (Hanweb, VSB).
var fileKeys = []string{"filename", "fileName", "showname", "e", "filePath", "filepath", "path", "file", "name"}

var (
	// downloads are the paths of programs that send a file: downfile.jsp, download.jsp, downloadAttach.action …
	downloads = regexp.MustCompile(`(?i)/(?:\w+!)?(?:down(?:load)?[\w-]*|(?:file|attach\w*)down\w*|` +
		`(?:get|show|open|read|view|send)_?(?:file|attach\w*)|attach(?:ment)?|virtual_attach_file)(?:\.(?:jspx?|do|action|aspx?|ashx|php|vsb))?$`)
	// numbered are the paths of those that are told the number of a file in the path.
	numbered = regexp.MustCompile(`(?i)/(?:attach\w*|files?|annex)/down(?:load)?\w*/[\w-]+$`)
	// programs are the paths of programs of any kind.
	programs = regexp.MustCompile(`(?i)\.(?:jspx?|do|action|aspx?|ashx|php)$`)
	// fileNumber is the query parameter in which they are told the number of a file.
	fileNumber = regexp.MustCompile(`(?i)(?:^|[?&])(?:wb)?(?:file|attach|attachment)_?(?:id|uuid|guid)=[^&]`)
	// fastDFS is the path of a file in that store, which gives some no ending.
	fastDFS = regexp.MustCompile(`^/group\d+/M[0-9A-F]{2}/`)
	// viewers are the paths of pages that show a file (pdf.js and its like).
	viewers = regexp.MustCompile(`(?i)viewer|pdfjs|preview|/op/(?:view|embed)\.aspx$`)
)

// viewerKeys are the query parameters in which a viewer is told which file to show.
var viewerKeys = []string{"file", "src", "url", "pdf", "fileUrl", "fileurl", "filePath", "pdfUrl", "pdfurl", "path"}

// classOf tells what an address leads to.
func classOf(u *url.URL) class {
	name, _, _ := strings.Cut(u.Path, ";") // a session's mark
	if c := ending(name); c != unclear {
		return c
	}
	query := u.Query()
	for _, key := range fileKeys {
		if c := ending(query.Get(key)); c == document || c == picture {
			return c
		}
	}
	switch {
	case fastDFS.MatchString(u.Path), numbered.MatchString(u.Path),
		downloads.MatchString(u.Path) && u.RawQuery != "", // without one it is a page of downloads
		programs.MatchString(u.Path) && fileNumber.MatchString(u.RawQuery):
		return document
	}
	return unclear
}

// viewed is the address of the file that a viewer shows; u itself if it is no viewer with a file. pdf.js takes the
// address relative to its own page.
func viewed(u *url.URL) *url.URL {
	if !viewers.MatchString(u.Path) && ending(u.Path) != webPage {
		return u
	}
	for _, key := range viewerKeys {
		printed := viewerFile(u.RawQuery, key)
		if printed == "" {
			continue
		}
		if decoded, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(printed, " ", "+")); err == nil &&
			(hasScheme(string(decoded), "http://") || hasScheme(string(decoded), "https://")) {
			printed = string(decoded) // kkFileView
		}
		absolute, ok := resolve(u, printed)
		if !ok {
			continue
		}
		if file, err := url.Parse(absolute); err == nil && classOf(file) == document {
			return file
		}
	}
	return u
}

// viewerFile is the value of a query parameter, decoded. One that holds a ? of its own was not encoded, and goes on to
// the end of the query.
func viewerFile(query, key string) string {
	for rest := query; rest != ""; {
		var pair string
		whole := rest
		pair, rest, _ = strings.Cut(rest, "&")
		name, value, _ := strings.Cut(pair, "=")
		if name != key {
			continue
		}
		if strings.Contains(value, "?") {
			return whole[len(name)+1:]
		}
		decoded, err := url.QueryUnescape(value)
		if err != nil {
			return value
		}
		return decoded
	}
	return ""
}

// nameInAddress is the name of the file that an address tells: the one for people, else the last part that has the
// ending of a file; "" if there is none.
func nameInAddress(u *url.URL) string {
	query := u.Query()
	for _, key := range fileKeys {
		if name := lastPart(query.Get(key)); ending(name) == document && !strings.HasPrefix(name, ".") {
			return name
		}
	}
	name := lastPart(u.Path)
	if c := ending(name); c != document && c != picture {
		return ""
	}
	return name
}

// lastPart is what follows the last slash, white space folded.
func lastPart(p string) string { return folded(p[strings.LastIndexAny(p, `/\`)+1:]) }
