// UDP sockets that note when the kernel took a packet in.
package main

import (
	"bytes"
	"encoding/binary"
	"net"
	"net/netip"
	"sync/atomic"
	"syscall"

	"github.com/pion/transport/v2"
	"github.com/pion/transport/v2/stdnet"
)

// tsNet is a transport.Net for Pion whose UDP sockets carry kernel receive timestamps (SO_TIMESTAMPNS), so that
// latency does not include the time a packet waits for the generator's own CPU, and which can count and drop
// SRTP media before decryption ("light" subscribers), so that the generator stays cheaper than the server.
type tsNet struct {
	*stdnet.Net
	peer *Peer
}

func newTSNet(p *Peer) (*tsNet, error) {
	n, err := stdnet.NewNet()
	if err != nil {
		return nil, err
	}
	return &tsNet{Net: n, peer: p}, nil
}

func (n *tsNet) ListenUDP(network string, laddr *net.UDPAddr) (transport.UDPConn, error) {
	c, err := net.ListenUDP(network, laddr)
	if err != nil {
		return nil, err
	}
	rc, err := c.SyscallConn()
	if err != nil {
		return nil, err
	}
	_ = rc.Control(func(fd uintptr) {
		_ = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_TIMESTAMPNS, 1)
		_ = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, 33 /* SO_RCVBUFFORCE */, 4<<20)
		_ = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, 32 /* SO_SNDBUFFORCE */, 4<<20)
	})
	return &tsConn{UDPConn: c, peer: n.peer}, nil
}

const ringSize = 1 << 12

type ringEntry struct {
	key uint64
	ts  int64
}

type tsConn struct {
	*net.UDPConn
	peer     *Peer
	oob      [64]byte
	lastAP   netip.AddrPort
	lastAddr *net.UDPAddr
	checked  int
}

func (c *tsConn) ReadFrom(p []byte) (int, net.Addr, error) {
	for {
		n, oobn, _, ap, err := c.UDPConn.ReadMsgUDPAddrPort(p, c.oob[:])
		if err != nil {
			return n, nil, err
		}
		if ap != c.lastAP {
			c.lastAP = ap
			c.lastAddr = net.UDPAddrFromAddrPort(netip.AddrPortFrom(ap.Addr().Unmap(), ap.Port()))
		}
		// RTP (not STUN, DTLS or RTCP)?
		if n >= 12 && p[0] >= 128 && p[0] < 192 && (p[1] < 192 || p[1] > 223) {
			ssrc := binary.BigEndian.Uint32(p[8:])
			seq := binary.BigEndian.Uint16(p[2:])
			pr := c.peer
			atomic.AddUint64(&pr.wireRTP, 1)
			atomic.AddUint64(&pr.wireBytes, uint64(n))
			if c.checked < 200 {
				c.checked++
				if bytes.Contains(p[:n], magic[:]) {
					atomic.AddUint64(&pr.cleartext, 1)
				}
			}
			if pr.light && pr.lightFrom(ssrc, seq) {
				continue
			}
			if oobn >= 32 && binary.LittleEndian.Uint32(c.oob[12:]) == syscall.SCM_TIMESTAMPNS {
				ts := int64(binary.LittleEndian.Uint64(c.oob[16:]))*1e9 + int64(binary.LittleEndian.Uint64(c.oob[24:]))
				e := &pr.ring[ringIdx(ssrc, seq)]
				atomic.StoreInt64(&e.ts, ts)
				atomic.StoreUint64(&e.key, uint64(ssrc)<<16|uint64(seq))
			}
		}
		return n, c.lastAddr, nil
	}
}

func ringIdx(ssrc uint32, seq uint16) uint32 {
	return (uint32(seq) + (ssrc*2654435761)>>20) & (ringSize - 1)
}
