// Full subscribers: every packet decrypted, its trailer read, its latency noted.
package main

import (
	"sync"
	"sync/atomic"

	"github.com/pion/rtp"
)

const seenWindow = 1 << 13

// trackStats is what one received track has seen. Only its reading goroutine writes; the runner locks mu to look.
type trackStats struct {
	mu       sync.Mutex
	video    bool
	started  bool
	pub      uint32
	firstSeq uint64
	maxSeq   uint64
	got      uint64 // unique packets
	dup      uint64
	bad      uint64 // packets without a valid trailer
	mixed    uint64 // packets of another publisher or kind than the first: a forwarding fault
	noKernTS uint64
	gapsRTP  uint64 // missing RTP sequence numbers in the outgoing stream as the receiver sees it
	lastRTP  uint16
	hdrExt   map[uint8]uint64
	seen     [seenWindow]uint64
	kern     Hist // send -> kernel receive timestamp, us
	app      Hist // send -> Read returned in the generator, us
}

func (p *Peer) newTrack(video bool) *trackStats {
	s := &trackStats{video: video, hdrExt: map[uint8]uint64{}}
	p.mu.Lock()
	p.tracks = append(p.tracks, s)
	p.mu.Unlock()
	return s
}

// handle takes one decrypted RTP packet.
func (s *trackStats) handle(p *Peer, packet []byte, nowNs int64, h *rtp.Header) {
	off, err := h.Unmarshal(packet)
	if err != nil {
		return
	}
	end := len(packet)
	if h.Padding && end > off {
		pad := int(packet[end-1])
		if pad >= end-off {
			return // padding-only probe
		}
		end -= pad
	}
	if end == off {
		return
	}
	m, ok := getTrailer(packet[off:end])
	s.mu.Lock()
	defer s.mu.Unlock()
	if !ok {
		s.bad++
		return
	}
	if !s.started {
		s.started = true
		s.pub, s.firstSeq, s.lastRTP = m.pub, m.seq, h.SequenceNumber
	} else if m.pub != s.pub || m.video != s.video {
		s.mixed++
		return
	}
	for _, id := range h.GetExtensionIDs() {
		s.hdrExt[id]++
	}
	if d := int16(h.SequenceNumber - s.lastRTP); d > 0 {
		s.gapsRTP += uint64(d - 1)
		s.lastRTP = h.SequenceNumber
	}
	slot := &s.seen[m.seq%seenWindow]
	if *slot == m.seq+1 || m.seq < s.firstSeq {
		s.dup++
		return
	}
	*slot = m.seq + 1
	if m.seq > s.maxSeq {
		s.maxSeq = m.seq
	}
	s.got++
	s.app.Add((nowNs - m.sentNs) / 1000)
	e := &p.ring[ringIdx(h.SSRC, h.SequenceNumber)]
	if atomic.LoadUint64(&e.key) == uint64(h.SSRC)<<16|uint64(h.SequenceNumber) {
		s.kern.Add((atomic.LoadInt64(&e.ts) - m.sentNs) / 1000)
	} else {
		s.noKernTS++
	}
}

// lost counts the publisher's packets since the first that came which never did.
func (s *trackStats) lost() int64 {
	if !s.started {
		return 0
	}
	return int64(s.maxSeq-s.firstSeq+1) - int64(s.got)
}
