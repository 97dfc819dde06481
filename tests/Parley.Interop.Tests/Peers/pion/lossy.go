// UDP sockets that lose chosen video packets: below SRTP, so that a packet that is sent again is the first that its replay window sees.
package main

import (
	"encoding/binary"
	"net"
	"sync"

	"github.com/pion/transport/v2"
	"github.com/pion/transport/v2/stdnet"
)

type lossyNet struct {
	*stdnet.Net
	loss *loss
}

func newLossyNet(every, most int) (*lossyNet, error) {
	n, err := stdnet.NewNet()
	return &lossyNet{Net: n, loss: &loss{every: every, left: most, lost: map[uint64]bool{}, seen: map[uint32]bool{}}}, err
}

func (n *lossyNet) ListenUDP(network string, local *net.UDPAddr) (transport.UDPConn, error) {
	c, err := net.ListenUDP(network, local)
	if err != nil {
		return nil, err
	}
	return &lossyConn{UDPConn: c, loss: n.loss}, nil
}

type lossyConn struct {
	*net.UDPConn
	loss *loss
}

func (c *lossyConn) ReadFrom(p []byte) (int, net.Addr, error) {
	for {
		n, from, err := c.UDPConn.ReadFrom(p)
		if err != nil || !c.loss.takes(p[:n]) {
			return n, from, err
		}
	}
}

func (c *lossyConn) WriteTo(p []byte, to net.Addr) (int, error) {
	if c.loss.takes(p) {
		return len(p), nil
	}
	return c.UDPConn.WriteTo(p, to)
}

type loss struct {
	mu    sync.Mutex
	every int
	left  int
	lost  map[uint64]bool
	seen  map[uint32]bool
}

const opusPT = 111

// takes says whether a datagram is lost: RTP of video whose number is due, unless it was lost before.
func (l *loss) takes(p []byte) bool {
	if l.every == 0 || len(p) < 12 || p[0]>>6 != 2 || p[1] >= 192 && p[1] < 224 || p[1]&127 == opusPT {
		return false
	}
	number, ssrc := binary.BigEndian.Uint16(p[2:]), binary.BigEndian.Uint32(p[8:])
	l.mu.Lock()
	defer l.mu.Unlock()
	// Nobody can miss the first packet of a stream.
	if !l.seen[ssrc] {
		l.seen[ssrc] = true
		return false
	}
	key := uint64(ssrc)<<16 | uint64(number)
	if int(number)%l.every != 0 || l.left == 0 || l.lost[key] {
		return false
	}
	l.left--
	l.lost[key] = true
	tell(map[string]any{"event": "lost", "sequence": number})
	return true
}
