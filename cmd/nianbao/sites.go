package main

import (
	"context"
	"fmt"

	"nianbao/crawler"
	"nianbao/crawler/cms"
)

type sitesCmd struct {
	Sites       string `placeholder:"FILE" help:"The register; none for the built-in one."`
	Online      bool   `help:"Look at each column, too."`
	Concurrency int    `default:"16" placeholder:"N" help:"Hosts at once, with --online."`
	asking
}

func (*sitesCmd) Help() string {
	return `Reads the register and prints its rows. A register that is not right is refused with file and line, exit
status 2. The README describes its columns; only key, name and url are needed.

With --online each column whose row holds today is looked at as nianbao probe does, and its outcome, list system and
number of reports, on the first --lists pages, are printed beside it. Nothing is kept. All flags but --sites are for
this alone.

Examples:

  nianbao sites
  nianbao sites --sites my-sites.csv
  nianbao sites --sites my-sites.csv --online --contact you@example.org

Exit status 1 says that the outcome of some site is not ok; each is named.`
}

// Run checks and lists the register, and with --online looks at its columns.
func (c *sitesCmd) Run(ctx context.Context, a *app) error {
	sites, err := readRegister(c.Sites)
	if err != nil {
		return err
	}
	if c.Online {
		return c.lookAtAll(ctx, a, sites)
	}
	t := table{header: []string{"key", "name", "region", "system", "cron", "url"}}
	for _, s := range sites {
		t.add(s.Key, s.Name, s.Region, s.System, s.Cron, s.URL)
	}
	return writeRows(a, t)
}

// lookAtAll probes the sites whose rows hold today and prints them in the register's order.
func (c *sitesCmd) lookAtAll(ctx context.Context, a *app, register []crawler.Site) error {
	sites, err := chooseSites(register, nil, a.now())
	if err != nil {
		return err
	}
	if err := c.check(sites); err != nil {
		return err
	}
	if c.Concurrency < 1 {
		return usageError("--concurrency is less than one: %d", c.Concurrency)
	}
	options := c.options(a)
	options.Concurrency = c.Concurrency

	a.screen.start(len(sites))
	defer a.screen.finish()
	probes := map[string]crawler.Probe{} // by key, of which each holds once a day
	err = crawler.New(options, nil, cms.Systems()).ProbeAll(ctx, sites, func(s crawler.Site, p crawler.Probe) {
		probes[s.Key] = p
		a.screen.step()
	})
	a.screen.finish()

	t := table{header: []string{"key", "name", "outcome", "system", "reports", "url"}}
	var verdict tally
	for _, s := range sites {
		p, probed := probes[s.Key]
		if !probed { // the run was broken off
			continue
		}
		t.add(s.Key, s.Name, p.Outcome, p.System, fmt.Sprint(p.Entries["report"]), s.URL)
		verdict.add(crawler.Visit{Site: s.Key, Outcome: p.Outcome, Detail: p.Detail})
	}
	if writeErr := writeRows(a, t); err == nil {
		err = writeErr
	}
	if err != nil {
		return err
	}
	return verdict.verdict(nil, nil)
}

func writeRows(a *app, t table) error {
	if err := t.writeTo(a.stdout, ""); err != nil {
		return err
	}
	_, err := fmt.Fprintf(a.stdout, "%d sites\n", len(t.rows))
	return err
}
