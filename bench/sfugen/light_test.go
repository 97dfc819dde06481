// How packets that a light subscriber sees are told from those that never came.
package main

import "testing"

func TestLightStreamCountsWhatNeverCame(t *testing.T) {
	cases := []struct {
		name            string
		seqs            []uint16
		lost, late, dup int64
	}{
		{"in order", []uint16{10, 11, 12}, 0, 0, 0},
		{"over the wrap", []uint16{65534, 65535, 0, 1}, 0, 0, 0},
		{"a gap", []uint16{10, 13}, 2, 0, 0},
		{"a gap filled by a retransmission", []uint16{10, 12, 11, 13}, 0, 1, 0},
		{"filled twice", []uint16{10, 12, 11, 11}, 0, 1, 1},
		{"the same again", []uint16{10, 10, 11}, 0, 0, 1},
		{"from before the first", []uint16{10, 9, 11}, 0, 0, 1},
		{"late over the wrap", []uint16{65535, 1, 0}, 0, 1, 0},
		{"too old to tell", []uint16{0, 5000, 904}, 4999, 0, 1},
		{"the oldest that can be told", []uint16{0, 5000, 905}, 4998, 1, 0},
	}
	for _, c := range cases {
		s := newLightStream(c.seqs[0])
		for _, seq := range c.seqs {
			s.add(seq)
		}
		if s.lost() != c.lost || s.late != c.late || s.dup != c.dup {
			t.Errorf("%s: lost %d, late %d, dup %d; want %d, %d, %d", c.name, s.lost(), s.late, s.dup, c.lost, c.late, c.dup)
		}
	}
}

func TestFramesAreCutEvenlyAndKeepTheirLimit(t *testing.T) {
	load := &Load{VideoPPS: 260, PerFrame: 10, VideoSize: 1200, Sizes: "frame"}
	s := newSource(1, true, load, nil)
	seen := map[int]bool{}
	for frame := 0; frame < 1000; frame++ {
		first := 0
		for s.inFrame = 0; s.inFrame < load.PerFrame; s.inFrame++ {
			size := s.videoPayload()
			if s.inFrame == 0 {
				first = size
			}
			if size < first || size > first+1 || size > load.VideoSize-rtpHeaderLen || size < descriptorLen+trailerLen {
				t.Fatalf("packet %d of a frame that begins with %d has %d bytes", s.inFrame, first, size)
			}
			seen[size] = true
		}
	}
	if len(seen) < 300 {
		t.Errorf("only %d sizes in 1000 frames", len(seen))
	}
}
