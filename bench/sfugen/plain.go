// A client of bench/floor: the same sockets, the same encryption and the same counting, with no ICE and no DTLS.
package main

import (
	"errors"
	"fmt"
	"math/rand"
	"net"
	"sync"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/srtp/v2"
)

// plainLink is a socket that has joined the floor. Key and salt are the publisher's; its subscribers are told them.
type plainLink struct {
	peer      *Peer
	conn      *tsConn
	server    *net.UDPAddr
	profile   srtp.ProtectionProfile
	key, salt []byte

	mu       sync.Mutex // a publisher's two sources write through one context
	context  *srtp.Context
	raw, out []byte
}

func plainKeys(profile string) (srtp.ProtectionProfile, []byte, []byte) {
	rnd := rand.New(rand.NewSource(time.Now().UnixNano()))
	p, salt := srtp.ProtectionProfileAeadAes128Gcm, 12
	if profile == "sha1" {
		p, salt = srtp.ProtectionProfileAes128CmHmacSha1_80, 14
	}
	k, s := make([]byte, 16), make([]byte, salt)
	rnd.Read(k)
	rnd.Read(s)
	return p, k, s
}

func newPlainPeer(name string, opt PeerOptions, server string, profile srtp.ProtectionProfile, key, salt []byte) (*Peer, error) {
	p := barePeer(name, opt)
	n, err := newTSNet(p)
	if err != nil {
		return nil, err
	}
	conn, err := n.ListenUDP("udp4", &net.UDPAddr{IP: net.ParseIP(opt.IP)})
	if err != nil {
		return nil, err
	}
	l := &plainLink{peer: p, conn: conn.(*tsConn), profile: profile, key: key, salt: salt, raw: make([]byte, 2000), out: make([]byte, 2100)}
	if l.server, err = net.ResolveUDPAddr("udp4", server); err != nil {
		return nil, err
	}
	if l.context, err = srtp.CreateContext(key, salt, profile, srtp.SRTPNoReplayProtection()); err != nil {
		return nil, err
	}
	p.plain = l
	return p, nil
}

func (l *plainLink) profileName() string {
	if l.profile == srtp.ProtectionProfileAeadAes128Gcm {
		return "AEAD_AES_128_GCM"
	}
	return "AES_CM_128_HMAC_SHA1_80"
}

// join tells the floor what this socket is, and reads what it sends from then on.
func (l *plainLink) join(role string, stream int) error {
	if _, err := l.conn.WriteTo([]byte(fmt.Sprintf("floor %s %d", role, stream)), l.server); err != nil {
		return err
	}
	buf := make([]byte, 2000)
	_ = l.conn.SetReadDeadline(time.Now().Add(5 * time.Second))
	n, _, err := l.conn.ReadFrom(buf)
	if err != nil {
		return fmt.Errorf("%s: the floor did not answer: %w", l.peer.name, err)
	}
	if string(buf[:n]) != "floor ok" {
		return fmt.Errorf("%s: the floor answered %q", l.peer.name, buf[:n])
	}
	_ = l.conn.SetReadDeadline(time.Time{})
	l.peer.connOnce.Do(func() { close(l.peer.connected) })
	go l.read()
	return nil
}

func (l *plainLink) read() {
	buf, plain := make([]byte, 2000), make([]byte, 2000)
	tracks := map[uint8]*trackStats{}
	var h rtp.Header
	for {
		n, _, err := l.conn.ReadFrom(buf)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil || n < rtpHeaderLen || l.peer.light {
			continue
		}
		packet, err := l.context.DecryptRTP(plain, buf[:n], nil)
		if err != nil {
			continue
		}
		pt := buf[1] & 0x7f
		t := tracks[pt]
		if t == nil {
			t = l.peer.newTrack(pt == videoPT)
			tracks[pt] = t
		}
		t.handle(l.peer, packet, time.Now().UnixNano(), &h)
	}
}

func (l *plainLink) close() { _ = l.conn.Close() }

func (l *plainLink) track(pub uint32, video bool) rtpWriter {
	if video {
		return &plainTrack{l, pub*2 + 1, videoPT}
	}
	return &plainTrack{l, pub * 2, audioPT}
}

type plainTrack struct {
	link *plainLink
	ssrc uint32
	pt   uint8
}

// WriteRTP encrypts and sends, as a PeerConnection's track does.
func (t *plainTrack) WriteRTP(p *rtp.Packet) error {
	l := t.link
	l.mu.Lock()
	defer l.mu.Unlock()
	whole := *p
	whole.SSRC, whole.PayloadType = t.ssrc, t.pt
	n, err := whole.MarshalTo(l.raw)
	if err != nil {
		return err
	}
	out, err := l.context.EncryptRTP(l.out, l.raw[:n], &whole.Header)
	if err != nil {
		return err
	}
	_, err = l.conn.WriteTo(out, l.server)
	return err
}
