// Signaling with Janus.
package main

import (
	"encoding/json"
	"fmt"
	"hash/crc32"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
)

// janus speaks the WebSocket API of Janus 1.x with the videoroom plugin.
type janus struct {
	webrtcPeers
	ws      *websocket.Conn
	wmu     sync.Mutex
	mu      sync.Mutex
	waiting map[string]chan map[string]interface{}
	session uint64
	tx      uint64
	feed    uint64
	admin   uint64
	rooms   []uint32
}

type obj = map[string]interface{}

func newJanus(u string) (*janus, error) {
	d := websocket.Dialer{Subprotocols: []string{"janus-protocol"}, HandshakeTimeout: 5 * time.Second, Proxy: nil}
	ws, _, err := d.Dial(u, http.Header{})
	if err != nil {
		return nil, err
	}
	j := &janus{ws: ws, waiting: map[string]chan map[string]interface{}{}}
	go j.read()
	r, err := j.call(obj{"janus": "create"})
	if err != nil {
		return nil, err
	}
	j.session = idOf(r["data"])
	go func() {
		for range time.Tick(20 * time.Second) {
			_, _ = j.call(obj{"janus": "keepalive", "session_id": j.session})
		}
	}()
	if j.admin, err = j.attach(); err != nil {
		return nil, err
	}
	return j, nil
}

func idOf(v interface{}) uint64 {
	m, _ := v.(map[string]interface{})
	n, _ := m["id"].(json.Number)
	x, _ := strconv.ParseUint(string(n), 10, 64)
	return x
}

func (j *janus) read() {
	for {
		_, r, err := j.ws.NextReader()
		if err != nil {
			return
		}
		var m map[string]interface{}
		dec := json.NewDecoder(r)
		dec.UseNumber() // handle ids do not fit a float64
		if dec.Decode(&m) != nil {
			continue
		}
		if m["janus"] == "ack" && m["plugindata"] == nil {
			if _, keep := m["hint"]; !keep {
				// an ack to a keepalive ends the call; an ack to a plugin message is followed by its event
				tx, _ := m["transaction"].(string)
				if len(tx) > 0 && tx[0] == 'k' {
					j.deliver(tx, m)
				}
			}
			continue
		}
		if tx, _ := m["transaction"].(string); tx != "" {
			j.deliver(tx, m)
		}
	}
}

func (j *janus) deliver(tx string, m map[string]interface{}) {
	j.mu.Lock()
	c := j.waiting[tx]
	delete(j.waiting, tx)
	j.mu.Unlock()
	if c != nil {
		c <- m
	}
}

func (j *janus) call(req obj) (map[string]interface{}, error) {
	pre := "t"
	if req["janus"] == "keepalive" {
		pre = "k"
	}
	tx := fmt.Sprintf("%s%d", pre, atomic.AddUint64(&j.tx, 1))
	req["transaction"] = tx
	c := make(chan map[string]interface{}, 1)
	j.mu.Lock()
	j.waiting[tx] = c
	j.mu.Unlock()
	b, err := json.Marshal(req)
	if err != nil {
		return nil, err
	}
	j.wmu.Lock()
	err = j.ws.WriteMessage(websocket.TextMessage, b)
	j.wmu.Unlock()
	if err != nil {
		return nil, err
	}
	select {
	case m := <-c:
		if m["janus"] == "error" {
			return nil, fmt.Errorf("janus: %v", m["error"])
		}
		if pd, ok := m["plugindata"].(map[string]interface{}); ok {
			if d, ok := pd["data"].(map[string]interface{}); ok && d["error"] != nil {
				return m, fmt.Errorf("videoroom: %v (%v)", d["error"], d["error_code"])
			}
		}
		return m, nil
	case <-time.After(15 * time.Second):
		return nil, fmt.Errorf("janus: no reply to %s", b)
	}
}

func (j *janus) attach() (uint64, error) {
	r, err := j.call(obj{"janus": "attach", "session_id": j.session, "plugin": "janus.plugin.videoroom"})
	if err != nil {
		return 0, err
	}
	return idOf(r["data"]), nil
}

func (j *janus) msg(handle uint64, body obj, jsep obj) (map[string]interface{}, error) {
	m := obj{"janus": "message", "session_id": j.session, "handle_id": handle, "body": body}
	if jsep != nil {
		m["jsep"] = jsep
	}
	return j.call(m)
}

func roomID(room string) uint32 {
	if n, err := strconv.ParseUint(room, 10, 31); err == nil {
		return uint32(n)
	}
	return crc32.ChecksumIEEE([]byte(room)) & 0x7fffffff
}

func (j *janus) PrepareRoom(room Meeting, publishers int) error {
	_, err := j.msg(j.admin, obj{"request": "create", "room": roomID(room.Code), "publishers": publishers, "permanent": false,
		"bitrate": 20000000, "videocodec": "vp8", "audiocodec": "opus", "fir_freq": 0, "notify_joining": false}, nil)
	if err == nil {
		j.rooms = append(j.rooms, roomID(room.Code))
	}
	return err
}

func (j *janus) MultiSubscribe() bool { return true }

func (j *janus) Publish(room Meeting, who string, p *Peer) (*Publication, error) {
	h, err := j.attach()
	if err != nil {
		return nil, err
	}
	feed := atomic.AddUint64(&j.feed, 1)
	if _, err := j.msg(h, obj{"request": "join", "ptype": "publisher", "room": roomID(room.Code), "id": feed, "display": who}, nil); err != nil {
		return nil, err
	}
	o, err := p.Offer()
	if err != nil {
		return nil, err
	}
	r, err := j.msg(h, obj{"request": "publish"}, obj{"type": "offer", "sdp": o})
	if err != nil {
		return nil, err
	}
	js, _ := r["jsep"].(map[string]interface{})
	a, _ := js["sdp"].(string)
	if err := p.AcceptAnswer(a); err != nil {
		return nil, fmt.Errorf("janus answer: %w\n%s", err, a)
	}
	return &Publication{Who: who, Feed: feed, Peer: p}, nil
}

func (j *janus) Subscribe(room Meeting, _ string, pubs []*Publication, p *Peer) error {
	h, err := j.attach()
	if err != nil {
		return err
	}
	var streams []obj
	for _, q := range pubs {
		streams = append(streams, obj{"feed": q.Feed})
	}
	r, err := j.msg(h, obj{"request": "join", "ptype": "subscriber", "room": roomID(room.Code), "streams": streams}, nil)
	if err != nil {
		return err
	}
	js, _ := r["jsep"].(map[string]interface{})
	o, _ := js["sdp"].(string)
	if o == "" {
		return fmt.Errorf("janus: no offer for the subscriber: %v", r)
	}
	a, err := p.Answer(o)
	if err != nil {
		return err
	}
	_, err = j.msg(h, obj{"request": "start"}, obj{"type": "answer", "sdp": a})
	return err
}

// Close leaves the server as it was found: the next run may make rooms of the same names in it.
func (j *janus) Close() error {
	var failed error
	for _, room := range j.rooms {
		if _, err := j.msg(j.admin, obj{"request": "destroy", "room": room}, nil); err != nil {
			failed = err
		}
	}
	_, err := j.call(obj{"janus": "destroy", "session_id": j.session})
	if err == nil {
		err = failed
	}
	_ = j.ws.Close()
	return err
}
