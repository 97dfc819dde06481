// What a server's signaling is to the generator.
package main

import "fmt"

// Adapter is the signaling of one kind of server. To add a server, implement this and add it to newAdapter.
//
// Peer gives three primitives: Offer (makes a complete offer), AcceptAnswer, and Answer (takes the server's offer).
// Candidates are never trickled by the generator: its offers and answers already carry them all. A server that
// trickles its own can be served with peer.pc.AddICECandidate.
type Adapter interface {
	// PrepareRoom makes sure the room exists and admits that many publishers.
	PrepareRoom(room Meeting, publishers int) error
	// NewPeer makes a client that receives pubs or, when there are none, is to publish.
	NewPeer(name string, opt PeerOptions, pubs []*Publication) (*Peer, error)
	// Publish connects p, whose send tracks are already added, as a publisher.
	Publish(room Meeting, who string, p *Peer) (*Publication, error)
	// Subscribe connects p so that it receives pubs (always one, unless MultiSubscribe is true).
	Subscribe(room Meeting, who string, pubs []*Publication, p *Peer) error
	// MultiSubscribe says whether Subscribe can carry several publications in one PeerConnection.
	MultiSubscribe() bool
	// Close ends what the adapter has begun, and says what the server did not let it end.
	Close() error
}

// Publication names a published stream for Subscribe.
type Publication struct {
	Who  string
	Feed interface{} // the adapter's own id of the stream
	Peer *Peer
}

func newAdapter(o *Options) (Adapter, error) {
	switch o.Adapter {
	case "janus":
		return newJanus(o.URL)
	case "whip":
		return newWHIP(o.WHIPURL, o.WHEPURL), nil
	case "floor":
		return &floor{server: o.URL}, nil
	case "direct":
		return direct{}, nil
	}
	return nil, fmt.Errorf("unknown adapter %q", o.Adapter)
}

// webrtcPeers is the part of an adapter whose clients are PeerConnections.
type webrtcPeers struct{}

func (webrtcPeers) NewPeer(name string, opt PeerOptions, pubs []*Publication) (*Peer, error) {
	return newPeer(name, opt, len(pubs) == 0)
}

// direct has no server at all: one subscriber per publisher, connected peer to peer. It measures the generator itself.
type direct struct{ webrtcPeers }

func (direct) PrepareRoom(Meeting, int) error { return nil }
func (direct) MultiSubscribe() bool           { return false }
func (direct) Close() error                   { return nil }

func (direct) Publish(_ Meeting, who string, p *Peer) (*Publication, error) {
	return &Publication{Who: who, Peer: p}, nil
}

func (direct) Subscribe(_ Meeting, _ string, pubs []*Publication, p *Peer) error {
	o, err := pubs[0].Peer.Offer()
	if err != nil {
		return err
	}
	a, err := p.Answer(o)
	if err != nil {
		return err
	}
	return pubs[0].Peer.AcceptAnswer(a)
}
