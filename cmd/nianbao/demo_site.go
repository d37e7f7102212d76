package main

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"path"
	"strings"
	"time"

	"nianbao/crawler"
)

// demoFiles are the register and the pages of the demo site; demo/README.md tells which figures are real.
//
//go:embed demo
var demoFiles embed.FS

// demoAddress is the port the demo site prefers: with a steady address a second demo finds what the first has archived.
const demoAddress = "127.0.0.1:20190"

// demoSite is the bundled government site, served on loopback.
type demoSite struct {
	server *http.Server
	host   string // 127.0.0.1:port
}

// startDemoSite serves the site on its usual port, or on a free one when that is taken.
func startDemoSite(log *slog.Logger) (*demoSite, error) {
	listener, err := net.Listen("tcp", demoAddress)
	if err != nil {
		listener, err = net.Listen("tcp", "127.0.0.1:0")
	}
	if err != nil {
		return nil, fmt.Errorf("listen on loopback for the demo site: %w", err)
	}
	s := &demoSite{
		server: &http.Server{Handler: http.HandlerFunc(serveDemo), ReadHeaderTimeout: 10 * time.Second},
		host:   listener.Addr().String(),
	}
	go func() {
		if err := s.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			log.Error("demo site stopped", "error", err)
		}
	}()
	return s, nil
}

func (s *demoSite) close() error { return s.server.Close() }

// sites are the register's rows with the address at which the site is served.
func (s *demoSite) sites() ([]crawler.Site, error) {
	text, err := demoFiles.ReadFile("demo/sites.csv")
	if err != nil {
		return nil, err
	}
	register := strings.ReplaceAll(string(text), "//HOST/", "//"+s.host+"/")
	return crawler.ReadSites("demo/sites.csv", strings.NewReader(register))
}

// serveDemo answers as the servers of these sites do: 蓝田's names no charset, so that only its meta element tells.
func serveDemo(w http.ResponseWriter, r *http.Request) {
	body, err := fs.ReadFile(demoFiles, path.Join("demo/site", path.Clean("/"+r.URL.Path)))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	contentType := "text/html; charset=utf-8"
	switch {
	case strings.HasSuffix(r.URL.Path, ".txt"):
		contentType = "text/plain; charset=utf-8"
	case strings.HasPrefix(r.URL.Path, "/lantian/"):
		contentType = "text/html"
	}
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Server", "nianbao-demo")
	_, _ = w.Write(body) // a client that went away is its own business
}
