// Signaling with any WHIP and WHEP server.
package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path"
	"strings"
	"sync"
	"time"
)

// whip publishes with WHIP (RFC 9725) and subscribes with WHEP (draft-ietf-wish-whep): POST an SDP offer, the answer
// is the body of a 201 whose Location is the session to DELETE at the end. In both URL templates {room} is the room,
// {id} the publisher (for WHEP: the publisher to receive) and {who} the client's own name. WHEP templates may also use
// {resource}: the last path segment of the publisher's WHIP Location.
type whip struct {
	webrtcPeers
	pubURL, subURL string
	client         http.Client

	mu       sync.Mutex
	sessions []whipSession
}

type whipSession struct{ url, token string }

func newWHIP(pub, sub string) *whip {
	return &whip{pubURL: pub, subURL: sub, client: http.Client{Timeout: 20 * time.Second}}
}

func (w *whip) PrepareRoom(Meeting, int) error { return nil }
func (w *whip) MultiSubscribe() bool           { return false }

func fill(template string, pairs ...string) string {
	for i := 0; i < len(pairs); i += 2 {
		template = strings.ReplaceAll(template, "{"+pairs[i]+"}", url.PathEscape(pairs[i+1]))
	}
	return template
}

func (w *whip) do(method, target, token string, body []byte) (*http.Response, []byte, error) {
	req, err := http.NewRequest(method, target, bytes.NewReader(body))
	if err != nil {
		return nil, nil, err
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/sdp")
		req.Header.Set("Accept", "application/sdp")
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := w.client.Do(req)
	if err != nil {
		return nil, nil, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	return resp, answer, err
}

// post returns the answer and the session's last path segment.
func (w *whip) post(target, token, offer string) (answer, resource string, err error) {
	resp, body, err := w.do(http.MethodPost, target, token, []byte(offer))
	if err != nil {
		return "", "", err
	}
	if resp.StatusCode != http.StatusCreated {
		return "", "", fmt.Errorf("POST %s: %s: %.300s", target, resp.Status, body)
	}
	if ct := resp.Header.Get("Content-Type"); !strings.HasPrefix(ct, "application/sdp") {
		return "", "", fmt.Errorf("POST %s: 201 with Content-Type %q, want application/sdp", target, ct)
	}
	loc, err := resp.Location() // resolves a relative Location
	if err != nil {
		return "", "", fmt.Errorf("POST %s: 201 without a usable Location: %w", target, err)
	}
	w.mu.Lock()
	w.sessions = append(w.sessions, whipSession{loc.String(), token})
	w.mu.Unlock()
	return string(body), path.Base(loc.Path), nil
}

func (w *whip) Publish(room Meeting, who string, p *Peer) (*Publication, error) {
	o, err := p.Offer()
	if err != nil {
		return nil, err
	}
	a, resource, err := w.post(fill(w.pubURL, "room", room.Code, "id", who, "who", who), room.Token, o)
	if err != nil {
		return nil, err
	}
	if err := p.AcceptAnswer(a); err != nil {
		return nil, fmt.Errorf("WHIP answer: %w\n%s", err, a)
	}
	return &Publication{Who: who, Feed: resource, Peer: p}, nil
}

func (w *whip) Subscribe(room Meeting, who string, pubs []*Publication, p *Peer) error {
	if err := p.addRecvTransceivers(); err != nil {
		return err
	}
	o, err := p.Offer()
	if err != nil {
		return err
	}
	resource, _ := pubs[0].Feed.(string)
	a, _, err := w.post(fill(w.subURL, "room", room.Code, "id", pubs[0].Who, "who", who, "resource", resource), room.Token, o)
	if err != nil {
		return err
	}
	if err := p.AcceptAnswer(a); err != nil {
		return fmt.Errorf("WHEP answer: %w\n%s", err, a)
	}
	return nil
}

func (w *whip) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	var failed error
	for _, s := range w.sessions {
		resp, body, err := w.do(http.MethodDelete, s.url, s.token, nil)
		if err == nil && resp.StatusCode/100 != 2 {
			err = fmt.Errorf("DELETE %s: %s: %.200s", s.url, resp.Status, body)
		}
		if err != nil {
			failed = err
		}
	}
	return failed
}
