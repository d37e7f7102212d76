package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/rivo/uniseg"

	"nianbao/crawler"
	"nianbao/crawler/cms"
	"nianbao/extract/division"
)

// asking are the flags of the commands that look at sites without keeping anything.
type asking struct {
	Contact      string        `placeholder:"ADDRESS" env:"NIANBAO_CONTACT" help:"Your address, for the User-Agent."`
	Lists        int           `default:"5" placeholder:"N" help:"List pages to ask of a column at most."`
	Delay        time.Duration `default:"1s" placeholder:"TIME" help:"Pause between two requests to one host."`
	Timeout      time.Duration `default:"1m" placeholder:"TIME" help:"How long one attempt may take."`
	AllowPrivate bool          `help:"Permit loopback and private addresses and any port."`
}

// check refuses what no site can be asked with.
func (c asking) check(sites []crawler.Site) error {
	switch {
	case c.Delay < 0:
		return usageError("--delay is negative: %v", c.Delay)
	case c.Timeout <= 0:
		return usageError("--timeout is not positive: %v", c.Timeout)
	case c.Lists < 1:
		return usageError("--lists is less than one: %d", c.Lists)
	case c.Contact == "" && !allLoopback(sites):
		return usageError("give a contact with --contact or NIANBAO_CONTACT: " +
			"the sites you ask must be able to tell you when something is wrong")
	}
	if err := checkContact(c.Contact); err != nil {
		return usageError("%w", err)
	}
	return nil
}

func (c asking) options(a *app) crawler.Options {
	return crawler.Options{
		Version: version(), Contact: c.Contact, Delay: c.Delay, Timeout: c.Timeout, MaxLists: c.Lists,
		AllowPrivate: c.AllowPrivate, Log: a.log, Progress: a.screen.event,
	}
}

type probeCmd struct {
	URL     string `arg:"" name:"url" help:"Address of the column, with its #fragment if it has one."`
	Relaxed bool   `help:"Accept a certificate or handshake fault of this host."`
	JSON    bool   `name:"json" help:"Print JSON."`
	asking
}

func (*probeCmd) Help() string {
	return `Looks at a column once: which list system it is and by which sign, how it was reached, how many pages and
entries it has, what the entries are, and what is unusual about the site. At the end stands the row for a register; read
it before you use it. No report is asked for and nothing is kept; robots.txt and the pace are as in a crawl.

A column with more list pages than --lists is looked at so far; that alone does not make its outcome partial.

Examples:

  nianbao probe --contact you@example.org https://www.hanyang.gov.cn/bmxxgk/zfgzjg/qrmzfbgs/zfxxgkndbg/
  nianbao probe --contact you@example.org --json 'https://www.example.org/gkmlpt/policy#123'

Exit status 1 says that the outcome is not ok.`
}

// Run probes the column.
func (c *probeCmd) Run(ctx context.Context, a *app) error {
	site := crawler.Site{URL: c.URL}
	if c.Relaxed {
		site.TLS = crawler.TLSRelaxed
	}
	if _, err := crawler.Address(c.URL); err != nil {
		return usageError("%w", err)
	}
	if err := c.check([]crawler.Site{site}); err != nil {
		return err
	}
	p, err := crawler.New(c.options(a), nil, cms.Systems()).Probe(ctx, site)
	if err != nil {
		return err
	}
	if c.JSON {
		err = writeJSON(a.stdout, p)
	} else {
		err = writeProbe(a.stdout, p)
	}
	if err == nil && p.Outcome != crawler.OutcomeOK {
		err = fmt.Errorf("the outcome is %s", joined(p.Outcome, p.Detail))
	}
	return err
}

func writeJSON(w io.Writer, value any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}

// writeProbe prints a probe for people, and the row for the register.
func writeProbe(w io.Writer, p crawler.Probe) error {
	var out strings.Builder
	line := func(label, value string) {
		if label != "" {
			label += ":"
		}
		if value != "" {
			out.WriteString(label + strings.Repeat(" ", max(1, 13-uniseg.StringWidth(label))) + value + "\n")
		}
	}
	line("address", p.URL)
	line("outcome", p.Outcome)
	line("detail", p.Detail)
	line("system", bracketed(cmp.Or(p.System, "none"), p.Sign))
	for _, step := range p.Steps {
		line("step", step)
	}
	line("pages asked", fmt.Sprint(p.Asked))
	for _, l := range p.Lists {
		label := "list"
		for _, words := range listWords(l) {
			line(label, words)
			label = ""
		}
	}
	line("entries", decisionWords(p.Entries))
	line("first", entryWords(p.First))
	line("last", entryWords(p.Last))
	line("declared", strings.Join(p.Declared, ", "))
	line("encoding", p.Encoding)
	line("robots.txt", p.Robots)
	line("transport", p.Transport)
	line("tls fault", p.TLSFault)
	line("server", p.Server)
	line("网站标识码", p.SiteCode)
	for _, unusual := range p.Unusual {
		line("unusual", unusual)
	}
	row := p.Row()
	row.Region = regionOf(p)
	out.WriteString("\nThe row for a register; see that key and name are right:\n\n")
	if err := crawler.WriteSites(&out, []crawler.Site{row}); err != nil {
		return err
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// listWords says what one list of the column held, in lines.
func listWords(l crawler.ProbedList) []string {
	address := l.URL
	if l.Way != "" {
		address = bracketed(l.Way, l.Title) + " " + l.URL
	}
	perPage := make([]string, len(l.PerPage))
	for i, n := range l.PerPage {
		perPage[i] = fmt.Sprint(n)
	}
	return []string{
		address,
		"heading " + cmp.Or(l.Heading, "none") + "; system " + bracketed(l.System, l.Sign),
		fmt.Sprintf("read %s; found %s (by page: %s), reports: %d", stated(len(perPage), "pages", l.PagesStated),
			stated(l.Found, "entries", l.TotalStated), strings.Join(perPage, ", "), l.Reports),
	}
}

// stated is a count beside what the page says it is.
func stated(n int, what string, total int) string {
	if total == 0 {
		return fmt.Sprintf("%d %s", n, what)
	}
	return fmt.Sprintf("%d %s of %d stated", n, what, total)
}

// decisionWords is how many entries there are of each kind, the most frequent first.
func decisionWords(counts map[string]int) string {
	kinds := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
	for i, kind := range kinds {
		kinds[i] = fmt.Sprintf("%s %d", kind, counts[kind])
	}
	return strings.Join(kinds, ", ")
}

func entryWords(e *crawler.ProbedEntry) string {
	if e == nil {
		return ""
	}
	return strings.TrimSpace(e.ListedOn + "  " + e.Title + "  " + e.URL)
}

func bracketed(word, explained string) string {
	if explained == "" {
		return word
	}
	return word + " (" + explained + ")"
}

// regionOf is the code of the division that the authority's name and the site's code tell, "" if they do not.
func regionOf(p crawler.Probe) string {
	place, ok := division.Resolve(p.Name, division.Hint{SiteCode: p.SiteCode})
	if p.Name == "" || !ok {
		return ""
	}
	return place.Division.Code
}
