package crawler

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// robotsDeviations are the ways in which npm's robots-parser 3 reads robots.txt otherwise than RFC 9309, each told from
// the file and the path alone. A difference between it and us must be one of these.
var robotsDeviations = []struct {
	name, reason string
	applies      func(file, path string) bool
}{
	{
		"group closed by another record",
		"RFC 9309 section 2.2.4: other records must not terminate a group; robots-parser ends the run of user-agent " +
			"lines at any line with a colon",
		func(file, _ string) bool {
			return regexp.MustCompile(`(?i)user-agent:[^\n]*\n+([^\n]*(sitemap|crawl-delay|host)[^\n]*\n+)+user-agent`).
				MatchString(file)
		},
	},
	{
		"empty query",
		"RFC 9309 section 2.2.2 compares the URI as it is; robots-parser drops a question mark with nothing behind",
		func(_, path string) bool { return strings.HasSuffix(path, "?") && strings.Count(path, "?") == 1 },
	},
	{
		"group without rules",
		"RFC 9309 section 2.2: a group may have no rules and then refuses nothing; robots-parser forgets that it named us",
		func(file, _ string) bool {
			ours := regexp.MustCompile(`(?i)user-agent\s*:\s*nianbao[^\n]*`).FindAllStringIndex(file, -1)
			return ours != nil && !strings.Contains(strings.ToLower(file[ours[len(ours)-1][1]:]), "allow")
		},
	},
	{
		"product token",
		"RFC 9309 section 2.2.1: a product token is letters, _ and -; robots-parser compares all up to a slash",
		func(file, _ string) bool {
			return regexp.MustCompile(`(?i)user-agent:\s*(nianbao[^a-z_/\n-]+[^\n]*|\* +\w+)(\n|$)`).MatchString(file)
		},
	},
	{
		"escaped unreserved characters",
		"RFC 9309 section 2.2.2: %62 and b are the same before comparison; robots-parser leaves them apart",
		func(file, path string) bool { return strings.Contains(file+path, "%6") },
	},
	{
		"escaped special characters",
		"RFC 9309 section 2.2.3: %2A and %24 in a pattern mean a plain * and $; robots-parser keeps the path's plain",
		func(file, path string) bool {
			return regexp.MustCompile(`(?i)%2a|%24`).MatchString(file+path) || strings.Contains(path, "$") ||
				regexp.MustCompile(`\$[^ \r\n]`).MatchString(file)
		},
	},
	{
		"forgotten colon and misspelt key",
		"Google's parser, the reference of the RFC, reads them; robots-parser does not",
		func(file, _ string) bool {
			return regexp.MustCompile(`(?i)(disalow|useragent|(disallow|allow|user-agent) )`).MatchString(file)
		},
	},
}

// TestRobotsAgreeWithRobotsParser compares with npm's robots-parser on generated files. NIANBAO_NODE_MODULES names the
// node_modules folder that holds it.
func TestRobotsAgreeWithRobotsParser(t *testing.T) {
	modules := os.Getenv("NIANBAO_NODE_MODULES")
	_, missing := os.Stat(filepath.Join(modules, "robots-parser"))
	node, noNode := exec.LookPath("node")
	if modules == "" || missing != nil || noNode != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("the judge is missing: node (%v), robots-parser in NIANBAO_NODE_MODULES=%q (%v)", noNode, modules, missing)
		}
		t.Skip("needs node, and robots-parser in the folder NIANBAO_NODE_MODULES")
	}

	type robotsCase struct {
		File  string   `json:"file"`
		Paths []string `json:"paths"`
	}
	rng := rand.New(rand.NewPCG(9309, 1))
	cases := make([]robotsCase, 6000)
	for i := range cases {
		cases[i].File = randomRobots(rng, isOdd(i))
		for range 8 {
			cases[i].Paths = append(cases[i].Paths, randomPath(rng, isOdd(i)))
		}
	}
	dir := t.TempDir()
	input, err := json.Marshal(cases)
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "cases.json"), input)
	write(t, filepath.Join(dir, "judge.js"), []byte(`
		const parse = require('robots-parser'), fs = require('fs');
		const site = 'http://example.com';
		const answers = JSON.parse(fs.readFileSync(process.argv[2])).map(c => {
			const robots = parse(site + '/robots.txt', c.file);
			return c.paths.map(p => robots.isAllowed(site + p, 'nianbao/1.0'));
		});
		process.stdout.write(JSON.stringify(answers));`))
	judge := exec.CommandContext(t.Context(), node, filepath.Join(dir, "judge.js"), filepath.Join(dir, "cases.json"))
	judge.Env = append(os.Environ(), "NODE_PATH="+modules)
	judge.Stderr = os.Stderr
	output, err := judge.Output()
	if err != nil {
		t.Fatalf("robots-parser: %v", err)
	}
	var answers [][]bool
	if err := json.Unmarshal(output, &answers); err != nil || len(answers) != len(cases) {
		t.Fatalf("%d answers to %d files: %v", len(answers), len(cases), err)
	}

	seen := map[string]int{}
	same, refused := 0, 0
	for i, c := range cases {
		robots := ParseRobots([]byte(c.File))
		for j, path := range c.Paths {
			ours, rule := robots.Allowed(robotsToken, path)
			if !ours {
				refused++
			}
			if ours == answers[i][j] {
				same++
				continue
			}
			deviation := ""
			for _, d := range robotsDeviations {
				if isOdd(i) && d.applies(c.File, path) {
					deviation = d.name
					break
				}
			}
			if deviation == "" {
				t.Errorf("%s: we say %v by %q, robots-parser says %v, of\n%s", path, ours, rule, answers[i][j], c.File)
			}
			seen[deviation]++
		}
	}
	for _, d := range robotsDeviations {
		if seen[d.name] == 0 {
			t.Errorf("deviation %q is listed but was not seen", d.name)
		}
	}
	if refused < 1000 || same < 40000 {
		t.Errorf("the sample says too little: %d refused, %d the same", refused, same)
	}
	t.Logf("%d answers the same, %d of ours refusals; deviations %v", same, refused, seen)
}

// isOdd says whether case i may hold what robots-parser reads otherwise. The others must agree without exception.
func isOdd(i int) bool { return i%3 == 0 }

func write(t *testing.T, name string, content []byte) {
	t.Helper()
	if err := os.WriteFile(name, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

func pick(rng *rand.Rand, from ...string) string { return from[rng.IntN(len(from))] }

// randomRobots writes a robots.txt of a few groups over a small alphabet, so that patterns and paths often meet.
func randomRobots(rng *rand.Rand, odd bool) string {
	var b strings.Builder
	end := pick(rng, "\n", "\r\n", "\n\n")
	line := func(s string) { b.WriteString(s + pick(rng, "", " ", " # note") + end) }
	for range 1 + rng.IntN(4) {
		for range 1 + rng.IntN(2) {
			agent := pick(rng, "*", "*", "nianbao", "NianBao", "nianbao/2.0", "other", "nian", "nianbao-news")
			if odd && rng.IntN(4) == 0 {
				agent = pick(rng, "nianbao 1.0", "* all", "nianbao2")
			}
			line(pick(rng, "User-agent: ", "user-agent:", "USER-AGENT : ") + agent)
			if odd && rng.IntN(6) == 0 {
				line(pick(rng, "Sitemap: /s", "Crawl-delay: 2", "Host: x"))
			}
		}
		rules := 1 + rng.IntN(4)
		if odd && rng.IntN(4) == 0 {
			rules = 0
		}
		for range rules {
			verb := pick(rng, "Disallow: ", "Disallow:", "Allow: ", "disallow : ", "ALLOW: ")
			if odd && rng.IntN(8) == 0 {
				verb = pick(rng, "Disalow: ", "Disallow ")
			}
			line(verb + randomPattern(rng, odd))
			if rng.IntN(8) == 0 {
				line(pick(rng, "Sitemap: /s", "nonsense", "Crawl-delay: x", "<p>"))
			}
		}
	}
	return b.String()
}

func randomPattern(rng *rand.Rand, odd bool) string {
	var b strings.Builder
	b.WriteString(pick(rng, "/", "/", "/", "*", ""))
	for range rng.IntN(5) {
		b.WriteString(pick(rng, "a", "b", "/", "*", "年", "%E5%B9%B4", "%e5%b9%b4", "?", "=", "&", "%2F", "%2f", "A", "."))
		if odd && rng.IntN(8) == 0 {
			b.WriteString(pick(rng, "%62", "%2A", "$", "%24"))
		}
	}
	b.WriteString(pick(rng, "", "", "$"))
	return b.String()
}

func randomPath(rng *rand.Rand, odd bool) string {
	var b strings.Builder
	b.WriteString("/")
	query := false
	for range rng.IntN(6) {
		piece := pick(rng, "a", "b", "/", "年", "%E5%B9%B4", "%e5%b9%b4", "?", "=", "&", "%2F", "%2f", "A")
		if query && piece == "年" { // a URL's query has no raw letters like this once a browser wrote it
			piece = "%E5%B9%B4"
		}
		query = query || piece == "?"
		b.WriteString(piece)
		if odd && rng.IntN(8) == 0 {
			b.WriteString(pick(rng, "%62", "*", "$"))
		}
	}
	if path := b.String(); !odd && strings.HasSuffix(path, "?") && strings.Count(path, "?") == 1 {
		return path + "a"
	}
	return b.String()
}
