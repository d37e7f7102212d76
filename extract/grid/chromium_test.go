//go:build unix

package grid

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nianbao/extract/text"
)

// TestChromium has headless Chromium lay out every table of every page under testdata and of the demo, and compares
// what it draws with our grids, cell by cell: row, column, spans, text.
func TestChromium(t *testing.T) {
	pages := pagesIn(t, "../../testdata")
	maps.Copy(pages, pagesIn(t, "../../cmd/nianbao/demo/site"))
	if len(pages) < 25 {
		t.Fatalf("found only %d pages", len(pages))
	}
	t.Logf("Chromium agrees on %d tables of %d pages", judge(t, pages), len(pages))
}

// TestChromiumGenerated does the same with generated tables.
func TestChromiumGenerated(t *testing.T) {
	const documents, tables = 10, 80
	pages := map[string]string{}
	for i := range documents {
		w := writer{random: rand.New(rand.NewPCG(20211, uint64(i)))}
		if i%2 == 0 {
			w.WriteString("<!DOCTYPE html>") // the others are in quirks mode, as many government pages are
		}
		for range tables {
			w.table(2)
		}
		pages[fmt.Sprintf("generated %02d", i)] = w.String()
	}
	count := judge(t, pages)
	if count < 1000 {
		t.Fatalf("only %d tables were compared", count)
	}
	t.Logf("Chromium agrees on %d generated tables", count)
}

// judge compares our grids of all pages with Chromium's and returns how many tables it compared.
func judge(t *testing.T, pages map[string]string) int {
	t.Helper()
	type request struct {
		HTML    string `json:"html"`
		Columns []int  `json:"columns"` // for each table, how many columns the browser shall prepare: more than we see
	}
	var names []string
	for name := range pages {
		names = append(names, name)
	}
	slices.Sort(names)
	var requests []request
	var ours [][]Grid
	for _, name := range names {
		var grids []Grid
		r := request{HTML: pages[name], Columns: []int{}}
		for _, table := range tablesOf(t, pages[name]) {
			g, _, cut := FromHTML(table)
			if cut {
				t.Fatalf("%s: a table was cut", name)
			}
			checkGrid(t, g)
			grids = append(grids, g)
			r.Columns = append(r.Columns, g.Columns+3)
		}
		ours = append(ours, grids)
		requests = append(requests, r)
	}
	payload, err := json.Marshal(requests) // escapes <, > and &, so it can stand in a script element
	if err != nil {
		t.Fatal(err)
	}
	var drawn [][][]Cell
	answer := runChromium(t, strings.Replace(judgePage, "REQUESTS", string(payload), 1))
	if err := json.Unmarshal(answer, &drawn); err != nil {
		t.Fatalf("read Chromium's answer: %v", err)
	}
	if len(drawn) != len(names) {
		t.Fatalf("Chromium answered %d pages of %d", len(drawn), len(names))
	}
	count := 0
	for i, name := range names {
		if len(drawn[i]) != len(ours[i]) {
			t.Errorf("%s: Chromium shows %d tables, we see %d", name, len(drawn[i]), len(ours[i]))
			continue
		}
		for j, browser := range drawn[i] {
			count++
			if diff := cmp.Diff(comparable(browser), comparable(ours[i][j].Cells)); diff != "" {
				t.Errorf("%s, table %d (-Chromium +ours):\n%s", name, j, diff)
			}
		}
	}
	return count
}

// comparable writes cells one a line, by slot: Chromium lists them as written, we in the order of the rows shown.
func comparable(cells []Cell) []string {
	cells = slices.Clone(cells)
	slices.SortFunc(cells, func(a, b Cell) int {
		if a.Row != b.Row {
			return a.Row - b.Row
		}
		return a.Column - b.Column
	})
	lines := make([]string, len(cells))
	for i, c := range cells {
		lines[i] = fmt.Sprintf("%d,%d %dx%d %q", c.Row, c.Column, c.Rowspan, c.Colspan, text.Fold(c.Text))
	}
	return lines
}

// judgePage lets Chromium's own parser and layout work on each page in a frame, where neither scripts nor the network
// are available. Nothing of the algorithm is in it. The text of a cell is its innerText while nested tables show
// nothing. Then every column is made 16 px wide by explicit col elements and every row 20 px high, with nothing visible
// in the cells, so that the place of a cell on the screen is its place in the grid.
const judgePage = `<!DOCTYPE html><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy"
	content="default-src 'none'; style-src 'unsafe-inline'; script-src 'nonce-judge'">
<pre id="out"></pre>
<script nonce="judge">
const W = 16, H = 20;
const own = (table, names) => [...table.children].filter(e => names.includes(e.localName));
const natural = {thead: 'table-header-group', tbody: 'table-row-group', tfoot: 'table-footer-group',
	tr: 'table-row', td: 'table-cell', th: 'table-cell'};
function parts(table) {
	const groups = own(table, ['thead', 'tbody', 'tfoot']);
	const rows = groups.flatMap(g => own(g, ['tr']));
	return {groups, rows, cells: rows.flatMap(r => own(r, ['td', 'th']))};
}
const isShown = e => e.getClientRects().length > 0;
function readTexts(table) {
	const nested = [...table.querySelectorAll('table')].filter(isShown);
	nested.forEach(n => n.setAttribute('judge-nested', ''));
	const texts = new Map(parts(table).cells.filter(isShown).map(c => [c, c.innerText]));
	nested.forEach(n => n.removeAttribute('judge-nested'));
	return texts;
}
function force(e, style) {
	const hidden = getComputedStyle(e).display === 'none';
	e.setAttribute('style', ('all: initial; ' + (hidden ? 'display: none;' : style)).replaceAll(';', ' !important;'));
}
function place(table, columns) {
	const {groups, rows, cells} = parts(table);
	own(table, ['colgroup', 'col', 'caption']).forEach(e => e.remove());
	const group = table.ownerDocument.createElement('colgroup');
	for (let i = 0; i < columns; i++) {
		const col = table.ownerDocument.createElement('col');
		col.setAttribute('style', 'width: ' + W + 'px');
		group.append(col);
	}
	table.prepend(group);
	for (const e of groups) force(e, 'display: ' + natural[e.localName] + ';');
	for (const e of rows) force(e, 'display: table-row; height: ' + H + 'px;');
	for (const e of cells) {
		force(e, 'display: table-cell; height: ' + H + 'px; padding: 0; font-size: 0; line-height: 0; ' +
			'overflow: hidden;');
	}
	force(table, 'display: table; direction: ltr; table-layout: fixed; border-collapse: separate; border-spacing: 0; ' +
		'position: absolute; left: 0; top: 0; width: ' + columns * W + 'px;');
	table.setAttribute('judge-placed', '');
	const origin = table.getBoundingClientRect();
	const placed = cells.filter(isShown).map(c => {
		const box = c.getBoundingClientRect();
		return [c, {row: (box.top - origin.top) / H, column: (box.left - origin.left) / W,
			rowspan: box.height / H, colspan: box.width / W}];
	});
	table.removeAttribute('judge-placed');
	return placed;
}
const answer = REQUESTS.map(({html, columns}) => {
	const frame = document.createElement('iframe');
	frame.setAttribute('style', 'width: 1000px; height: 1000px');
	document.body.append(frame);
	const page = frame.contentDocument;
	page.open();
	page.write(html);
	page.close();
	page.querySelectorAll('style, link').forEach(e => e.remove());   // neither do we read style sheets
	page.querySelectorAll('details').forEach(e => { e.open = true; }); // a reader can open them
	const style = page.createElement('style');
	style.textContent = '[judge-nested] { display: block !important } [judge-nested] > * { display: none !important }' +
		'[judge-placed] > * > * > * > * { display: none !important }';
	page.documentElement.append(style);
	const tables = [...page.querySelectorAll('table')].filter(isShown);
	const texts = tables.map(readTexts);
	// From the innermost table outwards: placing a table spoils the inside of its cells.
	const result = [];
	for (let i = tables.length - 1; i >= 0; i--) {
		result[i] = place(tables[i], columns[i] ?? 10).map(([c, at]) => ({...at, text: texts[i].get(c)}));
	}
	frame.remove();
	return result;
});
const bytes = new TextEncoder().encode(JSON.stringify(answer));
let binary = '';
for (const b of bytes) binary += String.fromCharCode(b);
document.getElementById('out').textContent = btoa(binary);
</script>
`

var answerPattern = regexp.MustCompile(`<pre id="out">([A-Za-z0-9+/=]+)</pre>`)

// runChromium opens a page in a headless Chromium of its own and returns the bytes that its script leaves in #out.
func runChromium(t *testing.T, page string) []byte {
	t.Helper()
	var browser string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			browser = path
			break
		}
	}
	if browser == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("no chromium in PATH, and CI=true")
		}
		t.Skip("no chromium in PATH")
	}
	folder, err := os.MkdirTemp("", "nianbao-chromium-")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(folder) }() // the browser's last writes may race with it
	file := filepath.Join(folder, "judge.html")
	if err := os.WriteFile(file, []byte(page), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
		"--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
		"--disable-extensions", "--host-resolver-rules=MAP * ~NOTFOUND",
		"--user-data-dir="+filepath.Join(folder, "profile"), "--timeout=150000", "--dump-dom", "file://"+file)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 5 * time.Second
	var out, errors bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errors
	if err := cmd.Run(); err != nil {
		t.Fatalf("run %s: %v\n%s", browser, err, errors.String())
	}
	m := answerPattern.FindSubmatch(out.Bytes())
	if m == nil {
		t.Fatalf("Chromium's page has no answer:\n%.2000s\n%s", out.String(), errors.String())
	}
	answer, err := base64.StdEncoding.DecodeString(string(m[1]))
	if err != nil {
		t.Fatalf("decode Chromium's answer: %v", err)
	}
	return answer
}
