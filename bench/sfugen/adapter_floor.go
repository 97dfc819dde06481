// The signaling of bench/floor: one datagram.
package main

import (
	"fmt"
	"sync/atomic"

	"github.com/pion/srtp/v2"
)

// floor speaks to bench/floor --serve: a datagram says which stream a socket publishes or receives.
type floor struct {
	server  string
	streams int32
}

type floorFeed struct {
	stream    int
	profile   srtp.ProtectionProfile
	key, salt []byte
}

func (f *floor) PrepareRoom(Meeting, int) error { return nil }
func (f *floor) MultiSubscribe() bool           { return false }
func (f *floor) Close() error                   { return nil }

func (f *floor) NewPeer(name string, opt PeerOptions, pubs []*Publication) (*Peer, error) {
	if len(pubs) == 0 {
		profile, key, salt := plainKeys(opt.SRTP)
		return newPlainPeer(name, opt, f.server, profile, key, salt)
	}
	feed, ok := pubs[0].Feed.(floorFeed)
	if !ok || len(pubs) != 1 {
		return nil, fmt.Errorf("%s: the floor forwards one stream to a socket", name)
	}
	return newPlainPeer(name, opt, f.server, feed.profile, feed.key, feed.salt)
}

func (f *floor) Publish(_ Meeting, who string, p *Peer) (*Publication, error) {
	stream := int(atomic.AddInt32(&f.streams, 1)) - 1
	feed := floorFeed{stream, p.plain.profile, p.plain.key, p.plain.salt}
	return &Publication{Who: who, Feed: feed, Peer: p}, p.plain.join("publish", stream)
}

func (f *floor) Subscribe(_ Meeting, _ string, pubs []*Publication, p *Peer) error {
	return p.plain.join("subscribe", pubs[0].Feed.(floorFeed).stream)
}
