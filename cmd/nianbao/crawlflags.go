package main

import (
	"fmt"
	"time"

	"nianbao/crawler"
)

// crawlFlags are the flags of the commands that crawl into an archive.
type crawlFlags struct {
	ocrFlag
	Sites        string        `placeholder:"FILE" help:"The register; none for the built-in one."`
	Contact      string        `placeholder:"ADDRESS" env:"NIANBAO_CONTACT" help:"Your address, for the User-Agent."`
	Delay        time.Duration `default:"1s" placeholder:"TIME" help:"Pause between two requests to one host."`
	Concurrency  int           `default:"16" placeholder:"N" help:"Hosts at once."`
	MaxBody      size          `default:"48MiB" placeholder:"SIZE" help:"Longest body; more is too_large."`
	MinFree      size          `default:"256MiB" placeholder:"SIZE" help:"Pause while the disk has less free; 0 for never."`
	Timeout      time.Duration `default:"1m" placeholder:"TIME" help:"How long one attempt may take."`
	Recheck      time.Duration `default:"168h" placeholder:"TIME" help:"How long a known page is not asked again."`
	AllowPrivate bool          `help:"Permit loopback and private addresses and any port."`
	Notify       string        `placeholder:"URL" help:"POST a summary of each run there, as JSON."`
	Metrics      string        `placeholder:"ADDR" help:"Serve /metrics (Prometheus) and /healthz there; :PORT is loopback."`
}

// Validate refuses what no crawl can be made with.
func (c *crawlFlags) Validate() error {
	switch {
	case c.Delay < 0:
		return fmt.Errorf("--delay is negative: %v", c.Delay)
	case c.Recheck < 0:
		return fmt.Errorf("--recheck is negative: %v", c.Recheck)
	case c.Timeout <= 0:
		return fmt.Errorf("--timeout is not positive: %v", c.Timeout)
	case c.Concurrency < 1:
		return fmt.Errorf("--concurrency is less than one: %d", c.Concurrency)
	case c.MaxBody < 1:
		return fmt.Errorf("--max-body is less than one byte")
	}
	if c.Notify != "" {
		if err := crawler.CheckNotifyURL(c.Notify); err != nil {
			return fmt.Errorf("--notify: %w", err)
		}
	}
	return checkContact(c.Contact)
}

// checkContact refuses to ask strangers without one.
func (c *crawlFlags) checkContact(sites []crawler.Site) error {
	if c.Contact == "" && !allLoopback(sites) {
		return usageError("give a contact with --contact or NIANBAO_CONTACT: " +
			"the sites you crawl must be able to tell you when something is wrong")
	}
	return nil
}

// crawling is a run of the sites as the flags say.
func (c *crawlFlags) crawling(trigger string, sites []crawler.Site) *crawling {
	return &crawling{trigger: trigger, sites: sites, minFree: int64(c.MinFree), notify: c.Notify, tell: true,
		options: crawler.Options{
			Version: version(), Contact: c.Contact,
			Delay: c.Delay, Timeout: c.Timeout, Recheck: c.Recheck,
			Concurrency: c.Concurrency, MaxBody: int64(c.MaxBody), AllowPrivate: c.AllowPrivate,
		}}
}
