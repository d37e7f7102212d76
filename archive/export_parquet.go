package archive

import (
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"
)

// A row group is closed after this many rows or bytes of text: what is in memory at once.
const (
	groupRows  = 100_000
	groupBytes = 32 << 20
)

// parquet writes a file a relation. Columns have the types that the archive declares (INTEGER int64, REAL double, TEXT
// string), all of them optional, compressed with zstd.
func (x *exporting) parquet() error {
	for _, r := range x.relations {
		if err := x.writeFile(r.Name+".parquet", func(w io.Writer) error { return x.relationParquet(r, w) }); err != nil {
			return err
		}
	}
	return nil
}

func (x *exporting) relationParquet(r Relation, out io.Writer) error {
	schema, err := parquetSchema(r)
	if err != nil {
		return err
	}
	w := parquet.NewWriter(out, schema, parquet.Compression(&zstd.Codec{}), parquet.CreatedBy("nianbao", "", ""),
		parquet.KeyValueMetadata("description", r.Meaning))
	row := make(parquet.Row, len(r.Columns))
	rows, bytes := 0, 0
	err = x.each(r, func(values []any) error {
		for i, v := range values {
			value, size, err := parquetValue(v, r.Columns[i].Type)
			if err != nil {
				return fmt.Errorf("%s: %w", r.Columns[i].Name, err)
			}
			defined := 1
			if v == nil {
				defined = 0
			}
			row[i] = value.Level(0, defined, i)
			bytes += size
		}
		if _, err := w.WriteRows([]parquet.Row{row}); err != nil {
			return err
		}
		if rows++; rows < groupRows && bytes < groupBytes {
			return nil
		}
		rows, bytes = 0, 0
		return w.Flush()
	})
	if err != nil {
		return err
	}
	return w.Close()
}

// columns is a parquet group whose columns keep their order; parquet.Group sorts them by name.
type columns struct {
	parquet.Group
	order []parquet.Field
}

func (c columns) Fields() []parquet.Field { return c.order }

func parquetSchema(r Relation) (*parquet.Schema, error) {
	group := parquet.Group{}
	for _, c := range r.Columns {
		node, ok := map[string]parquet.Node{
			"INTEGER": parquet.Int(64), "REAL": parquet.Leaf(parquet.DoubleType), "TEXT": parquet.String(),
		}[c.Type]
		if !ok {
			return nil, fmt.Errorf("%s has type %q", c.Name, c.Type)
		}
		group[c.Name] = parquet.Optional(node)
	}
	sorted := map[string]parquet.Field{}
	for _, f := range group.Fields() {
		sorted[f.Name()] = f
	}
	ordered := columns{Group: group}
	for _, c := range r.Columns {
		ordered.order = append(ordered.order, sorted[c.Name])
	}
	return parquet.NewSchema(r.Name, ordered), nil
}

// parquetValue is a value as the column's declared type wants it, and about how many bytes it takes.
func parquetValue(v any, declared string) (parquet.Value, int, error) {
	switch v := v.(type) {
	case nil:
		return parquet.NullValue(), 1, nil
	case int64:
		if declared == "REAL" {
			return parquet.DoubleValue(float64(v)), 8, nil
		}
		if declared == "INTEGER" {
			return parquet.Int64Value(v), 8, nil
		}
	case float64:
		if declared == "REAL" {
			return parquet.DoubleValue(v), 8, nil
		}
		if declared == "INTEGER" && v == float64(int64(v)) {
			return parquet.Int64Value(int64(v)), 8, nil
		}
	case string:
		if declared == "TEXT" {
			return parquet.ByteArrayValue([]byte(v)), len(v), nil
		}
	}
	return parquet.Value{}, 0, fmt.Errorf("%v (%T) is no %s", v, v, declared)
}
