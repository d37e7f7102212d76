package crawler

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestRobotsCases runs the folders of testdata/robots. Each holds a robots.txt, and in wanted.txt what it means, a line
// each: "allow|disallow TOKEN PATH" or "delay TOKEN SECONDS".
func TestRobotsCases(t *testing.T) {
	folders, err := filepath.Glob("../testdata/robots/*")
	if err != nil || len(folders) < 30 {
		t.Fatalf("only %d cases of robots.txt: %v", len(folders), err)
	}
	for _, folder := range folders {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			file, err := os.ReadFile(filepath.Join(folder, "robots.txt"))
			if err != nil {
				t.Fatal(err)
			}
			wanted, err := os.ReadFile(filepath.Join(folder, "wanted.txt"))
			if err != nil {
				t.Fatal(err)
			}
			robots := ParseRobots(file)
			for line := range strings.Lines(string(wanted)) {
				verb, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
				token, argument, _ := strings.Cut(rest, " ")
				switch verb {
				case "allow", "disallow":
					if ok, rule := robots.Allowed(token, argument); ok != (verb == "allow") {
						t.Errorf("%s: allowed = %v by rule %q", strings.TrimSpace(line), ok, rule)
					}
				case "delay":
					if got := fmt.Sprint(robots.CrawlDelay(token).Seconds()); got != argument {
						t.Errorf("%s: got %s", strings.TrimSpace(line), got)
					}
				default:
					t.Errorf("%q is no verb", verb)
				}
			}
		})
	}
}

func TestRobotsNameTheDecidingRule(t *testing.T) {
	robots := ParseRobots([]byte("User-agent: *\nDisallow: /a  # why\nAllow: /a/b\n"))
	for path, want := range map[string]string{"/a": "Disallow: /a", "/a/b": "Allow: /a/b", "/c": ""} {
		if _, rule := robots.Allowed(robotsToken, path); rule != want {
			t.Errorf("%s: decided by %q, want %q", path, rule, want)
		}
	}
}

// RFC 9309 section 2.5: at least 500 KiB are read. What stands behind is not, and so cannot cost us anything.
func TestRobotsAreReadTo500KiB(t *testing.T) {
	start := []byte("User-agent: *\nDisallow: /a\n")
	filler := bytes.Repeat([]byte("#"), robotsLimit-len(start)-len("\nDisallow: /b\n"))
	file := append(append(append(start, filler...), "\nDisallow: /b\n"...), "Disallow: /c\n"...)
	robots := ParseRobots(file)
	for path, want := range map[string]bool{"/a": false, "/b": false, "/c": true} {
		if ok, _ := robots.Allowed(robotsToken, path); ok != want {
			t.Errorf("%s: allowed = %v", path, ok)
		}
	}
}

// A pattern made to hurt must not cost more than a moment.
func TestRobotsPatternsAreCheapToMatch(t *testing.T) {
	file := []byte("User-agent: *\nDisallow: /" + strings.Repeat("*a", 50000) + "$\n")
	began := time.Now()
	ParseRobots(file).Allowed(robotsToken, "/"+strings.Repeat("a", 50000)+"b")
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("took %s", took)
	}
}

func FuzzRobots(f *testing.F) {
	f.Add([]byte("User-agent: *\nDisallow: /a*b$\nCrawl-delay: 1"), "/aXb")
	f.Add([]byte("\xEFuser agent * disallow %"), "%2")
	f.Fuzz(func(t *testing.T, file []byte, path string) {
		robots := ParseRobots(file)
		first, rule := robots.Allowed(robotsToken, path)
		second, _ := robots.Allowed("NIANBAO/1.0", path)
		if first != second {
			t.Errorf("token and product differ on %q", path)
		}
		if !first && rule == "" {
			t.Error("refused without a rule")
		}
		if robots.CrawlDelay(robotsToken) < 0 {
			t.Error("negative delay")
		}
	})
}
