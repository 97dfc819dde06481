// Synthetic RTP: what a publisher's camera and microphone look like to a server.
package main

import (
	"encoding/binary"
	"math/rand"
	"sync/atomic"
	"time"

	"github.com/pion/rtp"
)

// Every synthetic payload ends with this trailer; an SFU forwards payloads untouched, so it survives
// sequence-number, timestamp, SSRC and header-extension rewriting, and VP8 descriptor rewriting in place.
//
//	"SFUGEN01" | publisher id u32 | kind u8 (0 audio, 1 video) | pad 3 | per-kind counter u64 | send time ns i64
const (
	trailerLen    = 8 + 4 + 4 + 8 + 8
	rtpHeaderLen  = 12
	descriptorLen = 14 // VP8 payload descriptor, frame tag and key frame header
)

var magic = [8]byte{'S', 'F', 'U', 'G', 'E', 'N', '0', '1'}

type meta struct {
	pub    uint32
	video  bool
	seq    uint64
	sentNs int64
}

func putTrailer(p []byte, m meta) {
	t := p[len(p)-trailerLen:]
	copy(t, magic[:])
	binary.BigEndian.PutUint32(t[8:], m.pub)
	t[12] = 0
	if m.video {
		t[12] = 1
	}
	binary.BigEndian.PutUint64(t[16:], m.seq)
	binary.BigEndian.PutUint64(t[24:], uint64(m.sentNs))
}

func getTrailer(p []byte) (m meta, ok bool) {
	if len(p) < trailerLen {
		return m, false
	}
	t := p[len(p)-trailerLen:]
	if [8]byte(*(*[8]byte)(t[:8])) != magic {
		return m, false
	}
	m.pub = binary.BigEndian.Uint32(t[8:])
	m.video = t[12] == 1
	m.seq = binary.BigEndian.Uint64(t[16:])
	m.sentNs = int64(binary.BigEndian.Uint64(t[24:]))
	return m, true
}

// rtpWriter is where a source's packets go: Pion's local track, or the floor's socket.
type rtpWriter interface{ WriteRTP(*rtp.Packet) error }

// source is one stream of a publisher, paced.
type source struct {
	pub   uint32
	video bool
	load  *Load
	out   rtpWriter
	rnd   *rand.Rand

	pps       int32  // packets per second; the search changes it
	sent      uint64 // packets written
	behind    uint64 // times that the generator gave up catching up with its rhythm
	wantKey   int32
	keyframes uint64

	pictureID  uint16
	inFrame    int
	frameBytes int
	key        bool
	lastKey    time.Time
}

func newSource(pub uint32, video bool, load *Load, out rtpWriter) *source {
	s := &source{pub: pub, video: video, load: load, out: out, pps: int32(load.AudioPPS)}
	seed := int64(pub)*104729 + 2
	if video {
		s.pps = int32(load.VideoPPS)
		seed = int64(pub)*7919 + 1
	}
	s.rnd = rand.New(rand.NewSource(seed))
	s.pictureID = uint16(s.rnd.Intn(1000))
	return s
}

func (s *source) requestKey() { atomic.StoreInt32(&s.wantKey, 1) }

// atOnce is how many packets leave together.
func (s *source) atOnce() int {
	if s.video && s.load.Burst {
		return s.load.PerFrame
	}
	return 1
}

func (s *source) interval() time.Duration {
	return time.Second * time.Duration(s.atOnce()) / time.Duration(atomic.LoadInt32(&s.pps))
}

func (s *source) run(stop <-chan struct{}) {
	space := make([]byte, 2000)
	s.rnd.Read(space)
	pkt := &rtp.Packet{Header: rtp.Header{Version: 2, SequenceNumber: uint16(s.rnd.Intn(30000)), Timestamp: s.rnd.Uint32()}}
	next := time.Now().Add(time.Duration(s.rnd.Int63n(int64(s.interval()))))
	for {
		if d := time.Until(next); d > 0 {
			time.Sleep(d)
		}
		select {
		case <-stop:
			return
		default:
		}
		for i := s.atOnce(); i > 0; i-- {
			if s.video {
				s.nextVideo(pkt, space)
			} else {
				s.nextAudio(pkt, space)
			}
			pkt.SequenceNumber++
			putTrailer(pkt.Payload, meta{s.pub, s.video, s.sent, time.Now().UnixNano()})
			if err := s.out.WriteRTP(pkt); err == nil {
				atomic.AddUint64(&s.sent, 1)
			}
		}
		next = next.Add(s.interval())
		if time.Since(next) > 100*time.Millisecond { // the generator fell behind: no burst to catch up, but it is told
			next = time.Now()
			atomic.AddUint64(&s.behind, 1)
		}
	}
}

func (s *source) nextAudio(pkt *rtp.Packet, space []byte) {
	pkt.Payload = space[:s.load.AudioSize]
	pkt.Payload[0] = 0xfc // Opus TOC: fullband CELT 20 ms, stereo, one frame
	pkt.Timestamp += uint32(48000 / s.load.AudioPPS)
}

func (s *source) nextVideo(pkt *rtp.Packet, space []byte) {
	if s.inFrame == 0 {
		s.pictureID = (s.pictureID + 1) & 0x7fff
		pkt.Timestamp += uint32(90000 * s.load.PerFrame / int(atomic.LoadInt32(&s.pps)))
		s.key = atomic.SwapInt32(&s.wantKey, 0) == 1 || time.Since(s.lastKey) > 10*time.Second || s.sent == 0
		if s.key {
			s.lastKey = time.Now()
			atomic.AddUint64(&s.keyframes, 1)
		}
	}
	pkt.Payload = space[:s.videoPayload()]
	s.describe(pkt.Payload)
	s.inFrame++
	pkt.Marker = s.inFrame == s.load.PerFrame
	if pkt.Marker {
		s.inFrame = 0
	}
}

// videoPayload is the length of the next packet's payload.
func (s *source) videoPayload() int {
	most := s.load.VideoSize - rtpHeaderLen
	switch s.load.Sizes {
	case "frame":
		// libwebrtc cuts a frame into packets of about equal size; the rest goes to the last ones, a byte each.
		left := s.load.PerFrame - s.inFrame
		if s.inFrame == 0 {
			s.frameBytes = left*most*3/5 + s.rnd.Intn(left*most*2/5+1)
		}
		size := s.frameBytes / left
		s.frameBytes -= size
		return size
	case "packet":
		return most/2 + s.rnd.Intn(most/2+1)
	}
	return most
}

// describe writes a VP8 payload descriptor (RFC 7741): X=1, S=1 on the first packet of the frame, I=1, 15-bit PictureID.
func (s *source) describe(payload []byte) {
	payload[0] = 0x80
	payload[1] = 0x80
	payload[2] = 0x80 | byte(s.pictureID>>8)
	payload[3] = byte(s.pictureID)
	if s.inFrame > 0 {
		return
	}
	payload[0] |= 0x10
	// VP8 frame tag: P=0 for a key frame, show_frame=1, some first-partition size; then start code and 640x360.
	var p byte = 1
	if s.key {
		p = 0
	}
	payload[4] = p | 1<<4 | 5<<5
	payload[5], payload[6] = 0x10, 0
	if s.key {
		copy(payload[7:], []byte{0x9d, 0x01, 0x2a, 0x80, 0x02, 0x68, 0x01})
	}
}
