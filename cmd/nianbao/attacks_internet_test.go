package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
	"golang.org/x/sys/unix"
)

// siteAddress is where the hostile site of an internet is: an address that looks public. All others are forbidden.
const siteAddress = "93.184.216.34"

// internet is a network of its own (network_namespaces(7)) in which every address of the world is this machine. On port 80
// of all addresses stands one server: at siteAddress it is the hostile site, elsewhere it gives a secret away. Each
// attempt to connect, to whatever address and port, is seen as a packet on the wire.
type internet struct {
	v     *victim
	pages map[string]http.HandlerFunc // of the site, by path
	names map[string][]string         // addresses by name, "" between what is answered in turn

	mu       sync.Mutex
	asked    map[string]int  // questions by name
	dialled  map[string]bool // IP:port
	requests []*http.Request // at any address
	sniffer  int
	done     chan struct{}
	stop     atomic.Bool
}

// secret is what a forbidden address would give away.
const secret = "internal-secret-4711"

// newInternet moves the attack's thread, and so the programs that it starts, into the network.
func newInternet(v *victim, names map[string][]string, pages map[string]http.HandlerFunc) *internet {
	v.Helper()
	in := &internet{v: v, pages: pages, names: map[string][]string{"www.site.test.": {siteAddress}}, asked: map[string]int{},
		dialled: map[string]bool{}, done: make(chan struct{})}
	maps.Copy(in.names, names)
	runtime.LockOSThread() // for ever: the thread ends with the test, and the network with it
	if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
		cannot(v.T, "make a network", err)
	}
	for _, args := range []string{"link set lo up", "route add local 0.0.0.0/0 dev lo", "-6 route add local ::/0 dev lo"} {
		if out, err := exec.Command("ip", strings.Fields(args)...).CombinedOutput(); err != nil {
			cannot(v.T, "ip "+args, fmt.Errorf("%w: %s", err, out))
		}
	}
	in.sniff()
	in.serveDNS()
	listener, err := net.Listen("tcp", ":80")
	in.check(err)
	server := &http.Server{Handler: in, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }()
	v.Cleanup(func() {
		_ = server.Close()
		in.stop.Store(true)
		<-in.done
	})
	return in
}

// cannot skips what this machine cannot do; where everything must run, it fails.
func cannot(t *testing.T, what string, err error) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("cannot %s: %v", what, err)
	}
	t.Skipf("cannot %s here: %v", what, err)
}

func (in *internet) check(err error) {
	in.v.Helper()
	if err != nil {
		in.v.Fatal(err)
	}
}

// sniff notes where connections are attempted to: TCP segments with SYN and without ACK.
func (in *internet) sniff() {
	all := binary.BigEndian.Uint16(binary.NativeEndian.AppendUint16(nil, unix.ETH_P_ALL))
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, int(all))
	in.check(err)
	in.sniffer = fd
	in.check(unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &unix.Timeval{Usec: 50_000}))
	in.check(unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, 16<<20))
	go func() {
		defer close(in.done)
		defer unix.Close(fd)
		packet := make([]byte, 128)
		for !in.stop.Load() {
			n, _, err := unix.Recvfrom(fd, packet, 0)
			if err != nil {
				continue // nothing came
			}
			if to, ok := connects(packet[:min(n, len(packet))]); ok {
				in.mu.Lock()
				in.dialled[to.String()] = true
				in.mu.Unlock()
			}
		}
	}()
}

// connects says where an IP packet wants to open a TCP connection to.
func connects(p []byte) (to netip.AddrPort, ok bool) {
	var address netip.Addr
	var tcp []byte
	switch {
	case len(p) >= 20 && p[0]>>4 == 4 && p[9] == unix.IPPROTO_TCP:
		address, tcp = netip.AddrFrom4([4]byte(p[16:20])), p[min(len(p), int(p[0]&15)*4):]
	case len(p) >= 40 && p[0]>>4 == 6 && p[6] == unix.IPPROTO_TCP:
		address, tcp = netip.AddrFrom16([16]byte(p[24:40])), p[40:]
	}
	if len(tcp) < 14 || tcp[13]&0x12 != 0x02 {
		return netip.AddrPort{}, false
	}
	return netip.AddrPortFrom(address, binary.BigEndian.Uint16(tcp[2:])), true
}

// reached are the addresses other than the site's that somebody tried to connect to since the last call.
func (in *internet) reached() []string {
	in.v.Helper()
	time.Sleep(100 * time.Millisecond) // the last packets are still to be read
	lost, err := unix.GetsockoptTpacketStats(in.sniffer, unix.SOL_PACKET, unix.PACKET_STATISTICS)
	in.check(err)
	if lost.Drops > 0 {
		in.v.Errorf("%d packets were not seen", lost.Drops)
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	if !in.dialled[siteAddress+":80"] {
		in.v.Error("no connection to the site itself was seen")
	}
	delete(in.dialled, siteAddress+":80")
	to := slices.Sorted(maps.Keys(in.dialled))
	clear(in.dialled)
	return to
}

// ServeHTTP is the server at all addresses.
func (in *internet) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	in.mu.Lock()
	in.requests = append(in.requests, r.Clone(context.Background()))
	in.mu.Unlock()
	at, _ := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	if at == nil || at.IP.String() != siteAddress {
		fmt.Fprintf(w, "<title>%s</title><a href=/1.html>%s2022年政府信息公开工作年度报告</a>", secret, secret)
		return
	}
	pages(in.pages).ServeHTTP(w, r)
}

// serveDNS answers for the names, at the addresses where this machine asks.
func (in *internet) serveDNS() {
	conf, err := os.ReadFile("/etc/resolv.conf")
	in.check(err)
	for line := range strings.Lines(string(conf)) {
		fields := strings.Fields(line)
		if len(fields) < 2 || fields[0] != "nameserver" {
			continue
		}
		conn, err := net.ListenPacket("udp", net.JoinHostPort(fields[1], "53"))
		in.check(err)
		in.v.Cleanup(func() { _ = conn.Close() })
		go func() {
			question := make([]byte, 1500)
			for {
				n, from, err := conn.ReadFrom(question)
				if err != nil {
					return
				}
				if answer := in.lookUp(question[:n]); answer != nil {
					_, _ = conn.WriteTo(answer, from)
				}
			}
		}()
	}
}

// lookUp answers a question. What a name answers in turn is counted by its questions for IPv4.
func (in *internet) lookUp(question []byte) []byte {
	var m dnsmessage.Message
	if m.Unpack(question) != nil || len(m.Questions) != 1 {
		return nil
	}
	q := m.Questions[0]
	name := strings.ToLower(q.Name.String())
	addresses, ok := in.names[name]
	m.Response, m.Authoritative, m.Additionals = true, true, nil
	if !ok {
		m.RCode = dnsmessage.RCodeNameError
	}
	in.mu.Lock()
	turns := strings.Split(strings.Join(addresses, " "), "  ")
	turn := turns[min(in.asked[name], len(turns)-1)]
	if q.Type == dnsmessage.TypeA {
		in.asked[name]++
	}
	in.mu.Unlock()
	header := dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class, Type: q.Type}
	for address := range strings.FieldsSeq(turn) {
		switch ip := netip.MustParseAddr(address); {
		case q.Type == dnsmessage.TypeA && ip.Is4():
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: header, Body: &dnsmessage.AResource{A: ip.As4()}})
		case q.Type == dnsmessage.TypeAAAA && ip.Is6():
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: header, Body: &dnsmessage.AAAAResource{AAAA: ip.As16()}})
		}
	}
	answer, err := m.Pack()
	if err != nil {
		return nil
	}
	return answer
}

// crawl visits the site, as in the wild but for the pace.
func (in *internet) crawl(archive string, more ...string) reply {
	in.v.Helper()
	register := in.v.file("sites.csv", []byte("key,name,url\nhostile,甲市人民政府,http://www.site.test/nb/\n"))
	args := []string{"crawl", "--archive", archive, "--sites", register, "--contact", "test@example.org", "--delay", "0s",
		"--timeout", "5s", "-v"}
	return in.v.nianbao(append(args, more...)...)
}
