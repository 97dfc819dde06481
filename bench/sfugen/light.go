// Light subscribers: SRTP counted on the wire and dropped before decryption, so that the generator costs less than the server.
package main

// probeSSRC is the SSRC of mediasoup's bandwidth probes: padding whose sequence numbers are not continuous.
const probeSSRC = 1234

// lightStream follows the sequence numbers of one SSRC. A packet that comes late (a retransmission) is not lost, one that
// comes twice is a duplicate: the window remembers which of the last numbers have come.
type lightStream struct {
	first, max, unique, dup, late int64
	seen                          [lightWindow / 64]uint64
}

const lightWindow = 4096

func newLightStream(seq uint16) *lightStream {
	s := &lightStream{first: int64(seq), max: int64(seq) - 1}
	return s
}

func (s *lightStream) add(seq uint16) {
	at := s.max + int64(int16(seq-uint16(s.max)))
	if at > s.max {
		for gone := s.max + 1; gone <= at && gone <= s.max+lightWindow; gone++ {
			s.clear(gone)
		}
		s.max = at
	} else if at <= s.max-lightWindow || at < s.first || s.has(at) {
		s.dup++
		return
	} else {
		s.late++
	}
	s.set(at)
	s.unique++
}

// lost counts the numbers that never came.
func (s *lightStream) lost() int64 { return s.max - s.first + 1 - s.unique }

func (s *lightStream) place(at int64) (word int, bit uint64) {
	i := uint64(at) % lightWindow
	return int(i / 64), 1 << (i % 64)
}

func (s *lightStream) has(at int64) bool { w, b := s.place(at); return s.seen[w]&b != 0 }
func (s *lightStream) set(at int64)      { w, b := s.place(at); s.seen[w] |= b }
func (s *lightStream) clear(at int64)    { w, b := s.place(at); s.seen[w] &^= b }

// lightFrom counts an RTP packet of a light subscriber; the return value says whether to drop it.
func (p *Peer) lightFrom(ssrc uint32, seq uint16) bool {
	if ssrc == probeSSRC {
		return true // on the wire and counted there, but not media
	}
	p.lightMu.Lock()
	s := p.lights[ssrc]
	if s == nil {
		s = newLightStream(seq)
		p.lights[ssrc] = s
	}
	s.add(seq)
	n := s.unique + s.dup
	p.lightMu.Unlock()
	return n > 3 // let the first packets through so that Pion sees a normal start of the stream
}
