package crawler

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

const (
	notifyTimeout = 10 * time.Second
	notifyTries   = 3
)

// CheckNotifyURL refuses what Notify could not ask. The error does not repeat the address: it may hold a secret.
func CheckNotifyURL(raw string) error {
	u, err := url.Parse(raw)
	if err != nil {
		return errors.New("the address cannot be parsed")
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return errors.New("the address is no absolute http or https URL")
	}
	return nil
}

// Notify posts a JSON text to an address that the user gave. It is trusted as the user's own: any public or private
// address and port will do, and robots.txt is not asked. Redirects are not followed, as a redirected POST is not what the
// user asked for. It tries three times, within a minute. Errors name the address without user, path and query.
func Notify(ctx context.Context, opt Options, raw string, body []byte) error {
	if err := CheckNotifyURL(raw); err != nil {
		return fmt.Errorf("notify: %w", err)
	}
	clock := opt.Clock
	if clock == nil {
		clock = systemClock{}
	}
	transport := newHTTPTransport(guard{allowPrivate: true}, notifyTimeout, nil)
	client := &http.Client{Transport: transport, Timeout: notifyTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	var err error
	for n := range notifyTries {
		if n > 0 {
			if sleepErr := clock.Sleep(ctx, backOff[n]); sleepErr != nil {
				break
			}
		}
		if err = post(ctx, client, "nianbao/"+cmp.Or(opt.Version, "devel"), raw, body); err == nil {
			return nil
		}
	}
	return err
}

func post(ctx context.Context, client *http.Client, userAgent, raw string, body []byte) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, raw, bytes.NewReader(body))
	if err != nil {
		return errors.New("notify: no request can be made of the address")
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", userAgent)
	where := req.URL.Scheme + "://" + req.URL.Host
	resp, err := client.Do(req)
	if err != nil {
		if wrapped := new(url.Error); errors.As(err, &wrapped) { // it repeats the whole address
			err = wrapped.Err
		}
		return fmt.Errorf("notify %s: %w", where, err)
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<16)); err != nil {
		return fmt.Errorf("notify %s: %w", where, err)
	}
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return fmt.Errorf("notify %s: answered %s", where, resp.Status)
	}
	return nil
}
