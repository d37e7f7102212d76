package archive

import "fmt"

// looseReferences are the references that no foreign key of the schema guards: each query names what refers to something
// that is not there, or not what it should be.
var looseReferences = []struct{ what, object, query, message string }{
	{"relation", "findings", `SELECT f.finding_id FROM findings f WHERE f.other_report_id IS NOT NULL
		AND NOT EXISTS (SELECT 1 FROM report r WHERE r.report_id = f.other_report_id)`,
		"Finding %s is about another report that is not there."},
	{"capture", "answer_id", `SELECT c.capture_id FROM capture c LEFT JOIN capture n ON n.capture_id = c.answer_id
		WHERE c.outcome IN ('new', 'changed', 'unchanged', 'not_modified') AND c.answer_id IS NOT NULL
			AND (n.address_id IS NOT c.address_id OR n.answer_id IS NOT n.capture_id
				OR c.outcome IN ('new', 'changed', 'unchanged') AND n.sha256 IS NOT c.sha256)`,
		"Capture %s says that it answers as another one does, which does not."},
	{"capture", "new or changed", `SELECT capture_id FROM capture
		WHERE outcome IN ('new', 'changed') AND answer_id IS NOT capture_id OR outcome = 'unchanged' AND answer_id IS NULL`,
		"Capture %s is a whole answer that is none of its address."},
	{"capture", "received", `SELECT capture_id FROM capture WHERE received IS NOT NULL
		AND (outcome NOT IN ('unchanged', 'changed') OR received = sha256)`,
		"Capture %s names the digest of bytes that were left away, but is no answer that repeats another."},
	{"capture", "address", `SELECT a.url FROM address a JOIN capture c ON c.capture_id = a.answer_id
		WHERE c.address_id <> a.address_id`,
		"The last answer of %s is one of another address."},
	{"relation", "links", `SELECT l.url FROM link l JOIN capture c ON c.capture_id = l.list_capture_id
		WHERE c.sha256 IS NULL`,
		"The list that shows %s has no bytes."},
}

// references checks what foreign keys do not.
func (v *verifying) references() error {
	for _, r := range looseReferences {
		objects, err := selectTexts(v.ctx, v.read, fmt.Sprintf(`%s LIMIT %d`, r.query, maxDamage))
		if err != nil {
			return err
		}
		for _, object := range objects {
			v.report(Damage{What: r.what, Object: r.object, Message: fmt.Sprintf(r.message, object)})
		}
	}
	return nil
}
