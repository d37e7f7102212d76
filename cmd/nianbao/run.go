package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"github.com/alecthomas/kong"
	"golang.org/x/term"

	"nianbao/crawler"
	"nianbao/extract/document"
)

// cli is the command line: what all commands share, and the table of commands.
type cli struct {
	Archive   string           `placeholder:"FILE" env:"NIANBAO_ARCHIVE" default:"nianbao.db" help:"The archive."`
	LogFormat string           `enum:"text,json" default:"text" placeholder:"text|json" help:"Form of log lines."`
	Verbose   bool             `short:"v" help:"Log details too."`
	Quiet     bool             `help:"Log errors only, show no progress."`
	Version   kong.VersionFlag `help:"Print the version and stop."`

	Demo      demoCmd      `cmd:"" help:"Crawl a bundled site over loopback into nianbao-demo.db and show the results."`
	Crawl     crawlCmd     `cmd:"" help:"Visit sites now, archive what they answer, and read the reports."`
	Schedule  scheduleCmd  `cmd:"" help:"Stay, and visit each site when its cron entry is due."`
	Probe     probeCmd     `cmd:"" help:"Look at a column once; print a row for the register."`
	Sites     sitesCmd     `cmd:"" help:"Check and list the register of sites."`
	Extract   extractCmd   `cmd:"" help:"Read documents without an archive; prints JSON Lines or CSV."`
	Reextract reextractCmd `cmd:"" help:"Read archived captures again with this version's extractor; no network."`
	Import    importCmd    `cmd:"" help:"Bring in saved pages, attachments, WARC files and archives."`
	Annotate  annotateCmd  `cmd:"" help:"Take a person's confirmations and corrections into the archive."`
	Export    exportCmd    `cmd:"" help:"Write the relations as CSV, Parquet, Excel, Data Package, WARC, or a slim archive."`
	Get       getCmd       `cmd:"" help:"Write the bytes of a report, capture or address as archived."`
	Diff      diffCmd      `cmd:"" help:"What changed between the versions of a report, number by number."`
	History   historyCmd   `cmd:"" help:"Every capture of an address: when, what, which bytes."`
	Verify    verifyCmd    `cmd:"" help:"Re-hash every blob and check the database."`
	Backup    backupCmd    `cmd:"" help:"Write a consistent copy of the archive, also while a crawl runs."`
	Schema    schemaCmd    `cmd:"" help:"Describe the public relations: columns, meaning, unit, example."`
	Stats     statsCmd     `cmd:"" help:"One screen on the archive: reports, findings, last runs."`

	Unrar unrarCmd `cmd:"" name:"unpack-rar" hidden:"" help:"Unpack one archive of RAR, for another process of this program."`
}

const description = `Crawls the columns in which Chinese government bodies publish their annual reports on open
government information (政府信息公开工作年度报告), archives every page byte for byte, and extracts the reports into checked
tables. Everything is kept in one SQLite file that you query directly.

First steps:

  nianbao demo
  nianbao sites --sites my-sites.csv
  nianbao crawl --sites my-sites.csv --contact you@example.org
  sqlite3 nianbao.db "select authority, year, contradictions from reports"

Exit status: 0 all done; 1 done, but the outcome of some site is not ok, or a page or a file failed (each is named on
standard error); 2 wrong usage or configuration; 3 the archive is damaged. Ctrl-C ends cleanly and keeps all that was
fetched; a second Ctrl-C ends at once.`

// app is what every command is given besides its own flags.
type app struct {
	stdin      io.Reader
	stdout     io.Writer // shows what would steer a terminal
	bytes      io.Writer // standard output as it is
	screen     *screen   // standard error, under the log
	log        *slog.Logger
	now        func() time.Time
	clock      crawler.Clock       // how it waits; of the same time as now
	quiet      bool                // print no summaries
	archive    string              // the archive's file name
	recognizer document.Recognizer // of scans and pictures, with --ocr
	explicit   bool                // archive was given on the command line
}

// run is the program: it reads the command line, runs one command and returns the exit status. Results go to stdout,
// log lines, progress and errors to stderr. When ctx is cancelled the command ends cleanly.
func run(ctx context.Context, args []string, stdin io.Reader, out, terminal io.Writer) (status int) {
	stdout, stderr := &visible{out: out}, &visible{out: terminal}
	defer func() {
		if err := errors.Join(stdout.flush(), stderr.flush()); err != nil && status == statusOK {
			status = statusPartly
		}
	}()
	var c cli
	exited := -1
	parser, err := newParser(&c, stdout, stderr, func(status int) { exited = status })
	if err != nil {
		fmt.Fprintf(stderr, "nianbao: %v\n", err)
		return statusUsage
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	parsed, err := parser.Parse(args)
	if exited >= 0 { // --help and --version have printed
		return exited
	}
	if err != nil {
		fmt.Fprintf(stderr, "nianbao: %v\nTry: nianbao --help\n", err)
		return statusUsage
	}

	s := &screen{out: stderr, terminal: terminal, bars: isTerminal(terminal) && !c.Quiet && !c.Verbose}
	a := &app{
		stdin: stdin, stdout: stdout, bytes: out, screen: s, log: newLogger(s, c), now: time.Now,
		clock: crawler.SystemClock(), quiet: c.Quiet,
		archive: cmp.Or(c.Archive, "nianbao.db"), explicit: onCommandLine(parsed, "archive"),
	}
	parsed.BindTo(ctx, (*context.Context)(nil))
	err = parsed.Run(a)
	if err != nil {
		fmt.Fprintf(stderr, "nianbao %s: %v\n", parsed.Selected().Name, err)
	}
	return statusOf(err)
}

// newParser makes the parser of c. exit is called in place of ending the process.
func newParser(c *cli, stdout, stderr io.Writer, exit func(int)) (*kong.Kong, error) {
	return kong.New(c,
		kong.Name("nianbao"),
		kong.Description(description),
		kong.Writers(stdout, stderr),
		kong.Exit(exit),
		kong.Vars{"version": version()},
		kong.ValueFormatter(flagHelp),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 110}),
		kong.ShortUsageOnError(),
	)
}

// flagHelp is the help of a flag or argument, with its default and environment variable.
func flagHelp(value *kong.Value) string {
	help := value.Help
	if value.HasDefault && !value.IsBool() {
		help += " Default: " + value.Default + "."
	}
	if envs := value.Tag.Envs; len(envs) > 0 {
		help += " Environment: " + strings.Join(envs, ", ") + "."
	}
	return help
}

// onCommandLine tells whether a flag was given as an argument, not by default or environment.
func onCommandLine(parsed *kong.Context, name string) bool {
	for _, p := range parsed.Path {
		if p.Flag != nil && p.Flag.Name == name && !p.Resolved {
			return true
		}
	}
	return false
}

// newLogger makes the logger that the flags ask for. Where a bar shows progress, the log keeps to what is wrong.
func newLogger(w *screen, c cli) *slog.Logger {
	options := &slog.HandlerOptions{Level: slog.LevelInfo}
	switch {
	case w.bars:
		options.Level = slog.LevelWarn
	case c.Quiet:
		options.Level = slog.LevelError
	case c.Verbose:
		options.Level = slog.LevelDebug
	}
	if c.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}

// version names this build in --version and in the User-Agent: the module's version, or the commit it was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "devel"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return "devel-" + s.Value[:12]
		}
	}
	return "devel"
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// interrupted turns the error of a cancelled command into one that says what that means.
func interrupted(ctx context.Context, err error) error {
	if ctx.Err() != nil && (err == nil || errors.Is(err, ctx.Err())) {
		return errors.New("interrupted; all that was fetched is kept, the next run continues")
	}
	return err
}
