package main

import (
	"context"
	"math"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
)

func main() {
	os.Exit(mainStatus())
}

// softMemory is how many bytes the Go runtime takes before it collects garbage more often than it must: what is left of a
// large document is garbage soon.
const softMemory = 200 << 20

// mainStatus runs the command line of this process. The first interrupt asks the command to end cleanly; from then on
// signals have their default effect again, so a second one ends the process at once.
func mainStatus() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if debug.SetMemoryLimit(-1) == math.MaxInt64 { // no GOMEMLIMIT
		debug.SetMemoryLimit(softMemory)
	}
	context.AfterFunc(ctx, stop)
	return run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
}
