// The smallest honest relay in Go: gorilla/websocket, a reading and a writing goroutine a connection, rooms in a map.
// It registers a name in a room, tells the others, and passes JSON on to whom "to" names, with "from".
package main

import (
	"encoding/json"
	"flag"
	"log"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

const (
	pingEvery  = 15 * time.Second
	silentFor  = 30 * time.Second
	writeLimit = 10 * time.Second
	maxMessage = 256 * 1024
	queued     = 64
)

type message struct {
	Type    string          `json:"type"`
	Name    string          `json:"name,omitempty"`
	Room    string          `json:"room,omitempty"`
	ID      string          `json:"id,omitempty"`
	To      string          `json:"to,omitempty"`
	From    string          `json:"from,omitempty"`
	Peers   []string        `json:"peers,omitempty"`
	Payload json.RawMessage `json:"payload,omitempty"`
}

type client struct {
	id, name string
	conn     *websocket.Conn
	room     *room
	out      chan []byte
	done     chan struct{}
	once     sync.Once
}

type room struct {
	sync.RWMutex
	clients map[string]*client
}

var (
	upgrader = websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	rooms    = map[string]*room{}
	lock     sync.Mutex
	lastID   int
)

func (c *client) send(m *message) {
	body, err := json.Marshal(m)
	if err != nil {
		return
	}
	select {
	case c.out <- body:
	case <-c.done:
	default:
		c.close() // too slow
	}
}

func (c *client) close() {
	c.once.Do(func() {
		close(c.done)
		c.conn.Close()
	})
}

func (c *client) write() {
	ticker := time.NewTicker(pingEvery)
	defer ticker.Stop()
	defer c.close()
	for {
		select {
		case body := <-c.out:
			c.conn.SetWriteDeadline(time.Now().Add(writeLimit))
			if c.conn.WriteMessage(websocket.TextMessage, body) != nil {
				return
			}
		case <-ticker.C:
			c.conn.SetWriteDeadline(time.Now().Add(writeLimit))
			if c.conn.WriteMessage(websocket.PingMessage, nil) != nil {
				return
			}
		case <-c.done:
			return
		}
	}
}

func (c *client) read() {
	defer c.leave()
	c.conn.SetReadLimit(maxMessage)
	c.conn.SetReadDeadline(time.Now().Add(silentFor))
	c.conn.SetPongHandler(func(string) error { return c.conn.SetReadDeadline(time.Now().Add(silentFor)) })
	for {
		_, body, err := c.conn.ReadMessage()
		if err != nil {
			return
		}
		c.conn.SetReadDeadline(time.Now().Add(silentFor))
		var m message
		if json.Unmarshal(body, &m) != nil {
			c.send(&message{Type: "error"})
			continue
		}
		switch {
		case m.Type == "register" && c.room == nil:
			c.join(m.Name, m.Room)
		case m.Type == "relay" && c.room != nil:
			c.room.RLock()
			target := c.room.clients[m.To]
			c.room.RUnlock()
			if target == nil {
				c.send(&message{Type: "error"})
				continue
			}
			target.send(&message{Type: "relay", From: c.id, To: m.To, Payload: m.Payload})
		default:
			c.send(&message{Type: "error"})
		}
	}
}

func (c *client) join(name, key string) {
	lock.Lock()
	lastID++
	c.id, c.name = strconv.Itoa(lastID), name
	r := rooms[key]
	if r == nil {
		r = &room{clients: map[string]*client{}}
		rooms[key] = r
	}
	lock.Unlock()

	r.Lock()
	peers := make([]string, 0, len(r.clients))
	others := make([]*client, 0, len(r.clients))
	for id, other := range r.clients {
		peers = append(peers, id)
		others = append(others, other)
	}
	r.clients[c.id] = c
	c.room = r
	r.Unlock()

	c.send(&message{Type: "registered", ID: c.id, Peers: peers})
	for _, other := range others {
		other.send(&message{Type: "joined", ID: c.id, Name: name})
	}
}

func (c *client) leave() {
	c.close()
	if c.room == nil {
		return
	}
	c.room.Lock()
	delete(c.room.clients, c.id)
	c.room.Unlock()
}

func main() {
	address := flag.String("listen", "127.0.0.1:0", "address to listen on")
	flag.Parse()
	http.HandleFunc("/health", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	http.HandleFunc("/ws", func(w http.ResponseWriter, r *http.Request) {
		conn, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		c := &client{conn: conn, out: make(chan []byte, queued), done: make(chan struct{})}
		go c.write()
		go c.read()
	})
	log.Fatal(http.ListenAndServe(*address, nil))
}
