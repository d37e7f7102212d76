package archive

import (
	"cmp"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
)

// licenseID is how licence ids look: CC-BY-4.0, ODbL-1.0.
var licenseID = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9.+-]*$`)

// datapackage writes the CSV files and datapackage.json: a Data Package of version 2 (datapackage.org) with a schema for
// each file, and where it all comes from.
func (x *exporting) datapackage() error {
	if l := x.options.License; l != "" && !licenseID.MatchString(l) {
		return fmt.Errorf("%w: %q is no licence id such as CC-BY-4.0", ErrExport, l)
	}
	if err := x.csv(); err != nil {
		return err
	}
	p, err := x.descriptor()
	if err != nil {
		return err
	}
	return x.writeJSON("datapackage.json", p)
}

// writeJSON writes a file of indented JSON.
func (x *exporting) writeJSON(name string, v any) error {
	return x.writeFile(name, func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(v)
	})
}

// dataPackage is the descriptor; provenance and citation are properties of our own.
type dataPackage struct {
	Schema      string         `json:"$schema"`
	Name        string         `json:"name"`
	ID          string         `json:"id,omitempty"`
	Title       string         `json:"title"`
	Description string         `json:"description"`
	Keywords    []string       `json:"keywords"`
	Licenses    []license      `json:"licenses,omitempty"`
	Citation    string         `json:"citation"`
	Provenance  provenance     `json:"provenance"`
	Resources   []dataResource `json:"resources"`
}

type license struct {
	Name string `json:"name"`
}

type provenance struct {
	Fingerprint  string `json:"fingerprint"`
	Schema       int    `json:"schema"`
	Extractor    string `json:"extractor"`
	FormsHash    string `json:"forms_hash"`
	FirstCapture string `json:"first_capture"`
	LastCapture  string `json:"last_capture"`
	Where        string `json:"where"`
	NoContact    bool   `json:"without_contacts,omitempty"` // names, telephone numbers and e-mail addresses are masked
}

type dataResource struct {
	Name        string      `json:"name"`
	Type        string      `json:"type"`
	Path        string      `json:"path"`
	Description string      `json:"description"`
	Format      string      `json:"format"`
	MediaType   string      `json:"mediatype"`
	Encoding    string      `json:"encoding"`
	Bytes       int64       `json:"bytes"`
	Hash        string      `json:"hash"`
	Dialect     dialect     `json:"dialect"`
	Schema      tableSchema `json:"schema"`
}

type dialect struct {
	LineTerminator string `json:"lineTerminator"`
}

type tableSchema struct {
	Schema        string       `json:"$schema"`
	Fields        []tableField `json:"fields"`
	MissingValues []string     `json:"missingValues"`
	PrimaryKey    []string     `json:"primaryKey,omitempty"`
	ForeignKeys   []foreignKey `json:"foreignKeys,omitempty"`
}

type tableField struct {
	Name        string `json:"name"`
	Type        string `json:"type"`
	Description string `json:"description,omitempty"`
	Unit        string `json:"unit,omitempty"`
}

type foreignKey struct {
	Fields    []string         `json:"fields"`
	Reference foreignReference `json:"reference"`
}

type foreignReference struct {
	Resource string   `json:"resource,omitempty"`
	Fields   []string `json:"fields"`
}

// fieldTypes are the types of Table Schema for those of SQLite.
var fieldTypes = map[string]string{"INTEGER": "integer", "REAL": "number", "TEXT": "string"}

// descriptor describes the files that were written.
func (x *exporting) descriptor() (dataPackage, error) {
	p := dataPackage{
		Schema: "https://datapackage.org/profiles/2.0/datapackage.json",
		Name:   "nianbao",
		Title:  "Annual reports on open government information of Chinese government bodies (政府信息公开工作年度报告)",
		Description: "Numbers and texts that the reports print, each traced to the bytes it was printed in. An empty " +
			"field is NULL: no number is printed; cells.state says what stands there instead. Wrong sums are as published; " +
			"findings names them.\n\nAn empty text is a quoted empty field. Units are in the property unit of a field.",
		Keywords: []string{"open government information", "政府信息公开", "年度报告", "China"},
	}
	v := &p.Provenance
	var fingerprint, extractor, forms, first, last sql.NullString
	if err := x.tx.QueryRowContext(x.ctx, `SELECT fingerprint, schema, extractor, forms_hash, first_capture, last_capture
		FROM archive`).Scan(&fingerprint, &v.Schema, &extractor, &forms, &first, &last); err != nil {
		return p, fmt.Errorf("read archive: %w", err)
	}
	v.Fingerprint, v.Extractor, v.FormsHash = fingerprint.String, extractor.String, forms.String
	v.FirstCapture, v.LastCapture, v.Where = first.String, last.String, x.options.Where.String()
	if v.NoContact = x.options.NoContact; v.NoContact {
		p.Description += "\n\n" + contactsNote
	}
	if v.Fingerprint != "" {
		p.ID = "urn:sha256:" + v.Fingerprint
	}
	p.Citation = fmt.Sprintf("nianbao archive %s of annual reports on open government information (政府信息公开工作年度报告), "+
		"captured %.10s to %.10s, extractor %s, selection: %s.", v.Fingerprint, v.FirstCapture, v.LastCapture, v.Extractor,
		cmp.Or(v.Where, "all reports"))
	if x.options.License != "" {
		p.Licenses = []license{{x.options.License}}
	}
	for _, r := range x.relations {
		d, err := x.resource(r)
		if err != nil {
			return p, err
		}
		p.Resources = append(p.Resources, d)
	}
	return p, nil
}

// resource describes the file of a relation.
func (x *exporting) resource(r Relation) (dataResource, error) {
	d := dataResource{
		Name: r.Name, Type: "table", Path: r.Name + ".csv", Description: r.Meaning, Format: "csv", MediaType: "text/csv",
		Encoding: "utf-8", Dialect: dialect{"\r\n"},
		Schema: tableSchema{Schema: "https://datapackage.org/profiles/2.0/tableschema.json", MissingValues: []string{""},
			PrimaryKey: keys[r.Name].columns},
	}
	for _, c := range r.Columns {
		d.Schema.Fields = append(d.Schema.Fields, tableField{c.Name, fieldTypes[c.Type], c.Meaning, c.Unit})
	}
	for _, f := range keys[r.Name].foreign {
		if !f.closed && x.options.Where != (Where{}) ||
			!slices.ContainsFunc(x.relations, func(o Relation) bool { return o.Name == f.relation }) {
			continue
		}
		to := foreignReference{f.relation, []string{f.other}}
		if f.relation == r.Name {
			to.Resource = ""
		}
		d.Schema.ForeignKeys = append(d.Schema.ForeignKeys, foreignKey{[]string{f.column}, to})
	}
	f, err := os.Open(filepath.Join(x.temp, d.Path))
	if err != nil {
		return d, err
	}
	defer f.Close()
	sum := sha256.New()
	if d.Bytes, err = io.Copy(sum, f); err != nil {
		return d, err
	}
	d.Hash = "sha256:" + hex.EncodeToString(sum.Sum(nil))
	return d, nil
}
