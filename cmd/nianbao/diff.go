package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/diff"

	"nianbao/archive"
)

type diffCmd struct {
	Ref    string `arg:"" name:"report" help:"The report: its number, key, address, or the SHA-256 of a version."`
	Format string `enum:"text,json" default:"text" placeholder:"text|json" help:"For people, or one JSON object."`
}

func (*diffCmd) Help() string {
	return `Shows the versions of a report, and what its publisher changed from each to the next: the numbers one by one, the
sections as a list of sentences with - before what went and + before what came. Versions whose bytes differ in neither
are listed, too. What only a newer nianbao reads otherwise is no change.

Examples:

  nianbao diff http://www.example.gov.cn/nb/2023.html
  nianbao diff --format json 371503-聊城市茌平区人民政府-2023`
}

// Run prints the differences.
func (c *diffCmd) Run(ctx context.Context, a *app) (err error) {
	opened, err := openForReading(ctx, a)
	if err != nil {
		return err
	}
	defer closeArchive(opened, &err)
	d, err := opened.Diff(ctx, c.Ref)
	switch {
	case errors.Is(err, archive.ErrNotFound), errors.Is(err, archive.ErrAmbiguous):
		return usageError("%w", err)
	case err != nil:
		return err
	}
	if c.Format == "json" {
		return jsonLines{a.stdout}.print(diffObject(d))
	}
	text, err := diffText(d)
	if err != nil {
		return err
	}
	_, err = io.WriteString(a.stdout, text)
	return err
}

// diffText tells people what changed.
func diffText(d archive.ReportDiff) (string, error) {
	var out strings.Builder
	fmt.Fprintf(&out, "%s  %s\n", d.Key, d.Title)
	for i, v := range d.Versions {
		if i > 0 && d.Versions[i-1].URL == v.URL {
			continue
		}
		fmt.Fprintf(&out, "\n%s (%s)\n", v.URL, joinedBy(", ", v.Role, v.Media))
		versions := table{header: []string{"version", "capture", "seen from", "to", "sha256"}}
		for _, w := range d.Versions[i:] {
			if w.URL == v.URL {
				versions.add(strconv.Itoa(w.Version), strconv.FormatInt(w.CaptureID, 10), instant(w.SeenFrom),
					instant(w.SeenTo), shortDigest(w.SHA256))
			}
		}
		if err := versions.writeTo(&out, "  "); err != nil {
			return "", err
		}
	}
	if len(d.Revisions) == 0 {
		out.WriteString("\nno number and no section was changed\n")
	}
	for i, r := range d.Revisions {
		if i == 0 || d.Revisions[i-1].NewCaptureID != r.NewCaptureID {
			fmt.Fprintf(&out, "\nversion %d of %s, first seen %s; the one before last seen %s\n", r.Version, r.URL,
				instant(r.NewFirstSeenAt), instant(r.OldLastSeenAt))
		}
		fmt.Fprintf(&out, "  %s/%s/%s", r.Relation, r.RowID, r.ColumnID)
		if r.Relation != "sections" {
			fmt.Fprintf(&out, "  %s → %s\n", textOr(r.Old, "no number"), textOr(r.New, "no number"))
			continue
		}
		out.WriteString("\n" + sectionDiff(textOr(r.Old, ""), textOr(r.New, "")))
	}
	return out.String(), nil
}

// sectionDiff shows how a text changed, sentence by sentence, with a few sentences around each change.
func sectionDiff(old, new string) string {
	var out strings.Builder
	lines := strings.SplitAfter(string(diff.Diff("old", sentences(old), "new", sentences(new))), "\n")
	for _, line := range lines[min(3, len(lines)):] { // behind the header, which names files
		switch {
		case line == "", strings.HasPrefix(line, `\ `):
		case strings.HasPrefix(line, "@@ -1 "), strings.HasPrefix(line, "@@ -1,"): // from the beginning
		case strings.HasPrefix(line, "@@"):
			out.WriteString("    …\n")
		default:
			out.WriteString("    " + line)
		}
	}
	return out.String()
}

// sentences puts each sentence on a line.
func sentences(text string) []byte {
	text = strings.NewReplacer("。", "。\n", "；", "；\n", "\n", "\n").Replace(strings.TrimSpace(text))
	var out strings.Builder
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			out.WriteString(line + "\n")
		}
	}
	return []byte(out.String())
}

// diffObject has the keys and columns of the relations sources and revisions.
func diffObject(d archive.ReportDiff) object {
	versions := list(d.Versions, func(v archive.ReportVersion) any {
		return object{
			{"version", v.Version}, {"capture_id", v.CaptureID}, {"url", v.URL}, {"role", v.Role},
			{"media", orNull(v.Media)}, {"sha256", v.SHA256}, {"seen_from", exact(v.SeenFrom)},
			{"seen_to", exact(v.SeenTo)}, {"read", v.Read},
		}
	})
	revisions := list(d.Revisions, func(r archive.ReportRevision) any {
		return object{
			{"version", r.Version}, {"url", r.URL}, {"relation", r.Relation}, {"row_id", r.RowID},
			{"column_id", r.ColumnID}, {"old_value", r.Old}, {"new_value", r.New},
			{"old_capture_id", r.OldCaptureID}, {"new_capture_id", r.NewCaptureID},
			{"old_last_seen_at", exact(r.OldLastSeenAt)}, {"new_first_seen_at", exact(r.NewFirstSeenAt)},
		}
	})
	return object{{"report_id", d.ReportID}, {"key", d.Key}, {"title", d.Title}, {"versions", versions},
		{"revisions", revisions}}
}

// shortDigest is enough of a SHA-256 for get to find it.
func shortDigest(sum string) string { return sum[:min(12, len(sum))] }

func textOr(s *string, otherwise string) string {
	if s == nil {
		return otherwise
	}
	return cmp.Or(*s, otherwise)
}

func joinedBy(separator string, words ...string) string {
	var some []string
	for _, w := range words {
		if w != "" {
			some = append(some, w)
		}
	}
	return strings.Join(some, separator)
}
