// A run: publishers, then subscribers, then windows, then the end.
package main

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// crowd is everybody of a run.
type crowd struct {
	o       *Options
	adapter Adapter
	rooms   []*room
	pubs    []*Peer
	subs    []*subscription
	stop    chan struct{}
	stopped bool
}

type room struct {
	Meeting
	pubs []*Publication
}

// subscription is one client that receives some publications.
type subscription struct {
	peer *Peer
	pubs []*Publication
	want int // tracks
}

func run(o *Options) error {
	ad, err := newAdapter(o)
	if err != nil {
		return err
	}
	c := &crowd{o: o, adapter: ad, stop: make(chan struct{})}
	res := newResult(o)
	err = c.measure(res)
	if ended := c.end(); err == nil {
		err = ended
	}
	if err != nil {
		return err
	}
	if o.KeepSDP {
		fmt.Println(res.PubAnswerSDP)
		fmt.Println(res.SubRemoteSDP)
	}
	fmt.Print(res.text())
	return res.appendTo(o.Out)
}

func (c *crowd) measure(res *Result) error {
	o := c.o
	began := time.Now()
	res.RSSStartMB = takeSnapshot(o.PIDs).rssMB()
	if err := c.addPublishers(); err != nil {
		return err
	}
	// Without a server in between a publisher connects when its subscriber does.
	if o.Adapter != "direct" {
		if err := c.publish(); err != nil {
			return err
		}
	}
	res.Publishers = len(c.pubs)
	res.RSSPubMB = takeSnapshot(o.PIDs).rssMB()
	if err := c.addSubscribers(res); err != nil {
		return err
	}
	if o.Adapter == "direct" {
		if err := c.publish(); err != nil {
			return err
		}
	}
	if err := c.waitForTracks(15 * time.Second); err != nil {
		return err
	}
	res.SetupSeconds = time.Since(began).Seconds()
	time.Sleep(o.Warm)
	for w := 0; w < o.Windows; w++ {
		res.Windows = append(res.Windows, c.window(o.Long))
	}
	res.RSSEndMB = takeSnapshot(o.PIDs).rssMB()
	res.RSSPerSubKB = (res.RSSEndMB - res.RSSPubMB) * 1024 / float64(res.Subscribers)
	if o.Search {
		res.Search = c.search()
	}
	c.drain()
	c.describe(res)
	return nil
}

func (c *crowd) peerOptions() PeerOptions {
	return PeerOptions{SRTP: c.o.SRTP, Audio: c.o.Load.AudioPPS > 0, Video: c.o.Load.VideoPPS > 0, Debug: c.o.Debug, IP: c.o.IP}
}

func (c *crowd) addPublishers() error {
	var id uint32
	for r := 0; r < c.o.roomCount(); r++ {
		ro := &room{Meeting: c.o.room(r)}
		c.rooms = append(c.rooms, ro)
		if err := c.adapter.PrepareRoom(ro.Meeting, c.o.publishersPerRoom()+1); err != nil {
			return err
		}
		for i := 0; i < c.o.publishersPerRoom(); i++ {
			id++
			who := fmt.Sprintf("p%d", i)
			p, err := c.adapter.NewPeer("pub "+ro.Code+"/"+who, c.peerOptions(), nil)
			if err != nil {
				return err
			}
			c.pubs = append(c.pubs, p)
			if err := p.addSendTracks(id, &c.o.Load); err != nil {
				return err
			}
			pb, err := c.adapter.Publish(ro.Meeting, who, p)
			if err != nil {
				return err
			}
			ro.pubs = append(ro.pubs, pb)
		}
	}
	return nil
}

func (c *crowd) publish() error {
	for _, p := range c.pubs {
		if err := p.waitConnected(15 * time.Second); err != nil {
			return err
		}
	}
	for _, p := range c.pubs {
		for _, s := range p.sources() {
			go s.run(c.stop)
		}
	}
	time.Sleep(c.o.Settle)
	return nil
}

type place struct {
	room *room
	who  string
	pubs []*Publication
}

// places are the clients that receive: one for each publication, or one for all of a person's where the adapter can.
func (c *crowd) places() (all []place, people int) {
	add := func(ro *room, who string, pubs []*Publication) {
		people++
		if c.o.Multi && c.adapter.MultiSubscribe() {
			all = append(all, place{ro, who, pubs})
			return
		}
		for _, q := range pubs {
			all = append(all, place{ro, who, []*Publication{q}})
		}
	}
	for _, ro := range c.rooms {
		if c.o.Shape == "fanout" {
			for i := 0; i < c.o.Subscribers; i++ {
				add(ro, fmt.Sprintf("s%d", i), ro.pubs)
			}
			continue
		}
		for i := range ro.pubs {
			var others []*Publication
			for k, q := range ro.pubs {
				if k != i {
					others = append(others, q)
				}
			}
			add(ro, fmt.Sprintf("p%d", i), others)
		}
	}
	return all, people
}

func (c *crowd) addSubscribers(res *Result) error {
	places, people := c.places()
	res.Subscribers = people
	var mu sync.Mutex
	var failed error
	var wg sync.WaitGroup
	slots := make(chan struct{}, c.o.Parallel)
	for i := range places {
		slots <- struct{}{}
		wg.Add(1)
		go func(i int) {
			defer wg.Done()
			defer func() { <-slots }()
			s, err := c.subscribe(places[i], !inspected(i, c.o.Full, len(places)))
			mu.Lock()
			defer mu.Unlock()
			if s != nil {
				c.subs = append(c.subs, s)
			}
			if err != nil && failed == nil {
				failed = err
			}
		}(i)
	}
	wg.Wait()
	res.SubPeers = len(c.subs)
	return failed
}

// inspected spreads full subscribers over all: a server serves the first before the last.
func inspected(i, full, all int) bool {
	return full >= all || (i+1)*full/all > i*full/all
}

func (c *crowd) subscribe(at place, light bool) (*subscription, error) {
	opt := c.peerOptions()
	opt.Light = light
	p, err := c.adapter.NewPeer("sub "+at.room.Code+"/"+at.who, opt, at.pubs)
	if err != nil {
		return nil, err
	}
	s := &subscription{peer: p, pubs: at.pubs, want: c.o.tracks() * len(at.pubs)}
	if err := c.adapter.Subscribe(at.room.Meeting, at.who, at.pubs, p); err != nil {
		return s, fmt.Errorf("%s: %w", p.name, err)
	}
	return s, p.waitConnected(20 * time.Second)
}

// live counts the streams that a subscription is receiving.
func (s *subscription) live() int {
	live := 0
	if s.peer.light {
		s.peer.lightMu.Lock()
		live = len(s.peer.lights)
		s.peer.lightMu.Unlock()
	} else {
		s.peer.mu.Lock()
		for _, t := range s.peer.tracks {
			t.mu.Lock()
			if t.started {
				live++
			}
			t.mu.Unlock()
		}
		s.peer.mu.Unlock()
	}
	if live > s.want {
		live = s.want
	}
	return live
}

// waitForTracks returns when every subscription receives every track.
func (c *crowd) waitForTracks(patience time.Duration) error {
	deadline := time.Now().Add(patience)
	for {
		missing, one := 0, ""
		for _, s := range c.subs {
			if m := s.want - s.live(); m > 0 {
				missing += m
				one = s.peer.name
			}
		}
		if missing == 0 {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%d expected tracks never arrived, one of them at %s", missing, one)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

func (c *crowd) wire() (n uint64) {
	for _, s := range c.subs {
		n += atomic.LoadUint64(&s.peer.wireRTP)
	}
	return n
}

// drain stops the publishers and waits until nothing arrives any more: what is missing then is lost.
func (c *crowd) drain() {
	if c.stopped {
		return
	}
	c.stopped = true
	close(c.stop)
	for deadline := time.Now().Add(3 * time.Second); time.Now().Before(deadline); {
		before := c.wire()
		time.Sleep(200 * time.Millisecond)
		if c.wire() == before {
			return
		}
	}
}

// end closes everything, whatever has happened before.
func (c *crowd) end() error {
	c.drain()
	err := c.adapter.Close()
	for _, s := range c.subs {
		s.peer.close()
	}
	for _, p := range c.pubs {
		p.close()
	}
	if err != nil {
		return fmt.Errorf("ending the sessions: %w", err)
	}
	return nil
}

func (r *Result) appendTo(path string) error {
	if path == "" {
		return nil
	}
	line, err := r.json()
	if err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = file.Write(append(line, '\n'))
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return errors.New("writing the result: " + err.Error())
	}
	return nil
}
