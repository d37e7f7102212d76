package archive

import (
	"path/filepath"
	"slices"
	"strings"
)

// datasette writes metadata.json for Datasette (docs.datasette.io, metadata): what relations and columns mean, and which
// tables are not for people. Units stand in the descriptions: the key units takes only those that its library knows.
func (x *exporting) datasette() error {
	tables := map[string]any{}
	for _, r := range x.relations {
		described := map[string]string{}
		for _, c := range r.Columns {
			described[c.Name] = c.Meaning
			if c.Unit != "" {
				described[c.Name] += " [" + c.Unit + "]"
			}
		}
		tables[r.Name] = map[string]any{"description": r.Meaning, "columns": described}
	}
	names, err := selectTexts(x.ctx, x.tx, `SELECT name FROM sqlite_schema WHERE type = 'table'`)
	if err != nil {
		return err
	}
	for _, name := range names {
		if !slices.Contains(publicRelations, name) {
			tables[name] = map[string]any{"hidden": true}
		}
	}
	database := strings.TrimSuffix(filepath.Base(x.path), filepath.Ext(x.path))
	return x.writeJSON("metadata.json", map[string]any{
		"title":       "Annual reports on open government information (政府信息公开工作年度报告)",
		"description": "Read from archived pages by nianbao; NULL means that no number is printed.",
		"databases":   map[string]any{database: map[string]any{"tables": tables}},
	})
}
