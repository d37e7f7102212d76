package main

import (
	"context"
	"fmt"
)

type sitesCmd struct {
	Sites string `placeholder:"FILE" help:"The register; none for the built-in one."`
}

func (*sitesCmd) Help() string {
	return `Reads the register and prints its rows. A register that is not right is refused with file and line, exit
status 2. The README describes its columns; only key, name and url are needed.

Examples:

  nianbao sites
  nianbao sites --sites my-sites.csv`
}

// Run checks and lists the register. It asks no site.
func (c *sitesCmd) Run(_ context.Context, a *app) error {
	sites, err := readRegister(c.Sites)
	if err != nil {
		return err
	}
	t := table{header: []string{"key", "name", "region", "system", "cron", "url"}}
	for _, s := range sites {
		t.add(s.Key, s.Name, s.Region, s.System, s.Cron, s.URL)
	}
	if err := t.writeTo(a.stdout, ""); err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.stdout, "%d sites\n", len(sites))
	return err
}
