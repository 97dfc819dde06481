// One measured window: what all clients counted and the kernel told, at its beginning and its end.
package main

import (
	"sync/atomic"
	"time"
)

// WindowResult is what a window saw. Times are microseconds unless a name says otherwise.
type WindowResult struct {
	Seconds         float64            `json:"seconds"`
	SentRTP         uint64             `json:"published_rtp"`
	Expected        uint64             `json:"expected_forwarded"`
	Forwarded       uint64             `json:"forwarded_rtp_on_wire"`
	ForwardedPPS    float64            `json:"forwarded_pps"`
	ForwardedMbps   float64            `json:"forwarded_mbps"`
	FullUnique      uint64             `json:"full_unique_media"`
	FullDup         uint64             `json:"full_duplicates"`
	FullLost        int64              `json:"full_lost"`
	FullBad         uint64             `json:"full_without_trailer"`
	FullMixed       uint64             `json:"full_wrong_source"`
	FullRTPGaps     uint64             `json:"full_rtp_seq_gaps"`
	LightLost       int64              `json:"light_lost"`
	LightLate       int64              `json:"light_late"`
	LightDup        int64              `json:"light_duplicates"`
	CPUUsPerPkt     float64            `json:"cpu_us_per_forwarded_packet"`
	CPUUsPerPktTick float64            `json:"cpu_us_per_forwarded_packet_by_ticks"`
	ServerCPU       float64            `json:"server_cpu_seconds"`
	ServerCPUPerPid []float64          `json:"server_cpu_seconds_per_pid"`
	ServerSysShare  float64            `json:"server_sys_share"`
	ServerCore      float64            `json:"server_core_fraction"`
	GenCore         float64            `json:"generator_core_fraction"`
	CoreBusy        map[string]float64 `json:"core_busy_fraction"`
	CoreSteal       map[string]float64 `json:"core_steal_fraction"`
	OtherCPU        float64            `json:"other_cpu_cores"`
	RSSMB           float64            `json:"server_rss_mb"`
	CtxPerSec       float64            `json:"server_context_switches_per_s"`
	Threads         int                `json:"server_threads"`
	UDP             map[string]int64   `json:"udp_snmp_delta"`
	Latency         map[string]Lat     `json:"latency_us"`
	Cleartext       uint64             `json:"cleartext_packets_seen"`
	NoKernTS        uint64             `json:"without_kernel_timestamp"`
	Behind          uint64             `json:"generator_fell_behind"`
}

// Lat summarizes a histogram, in microseconds.
type Lat struct {
	N                            uint64
	P50, P90, P99, P999, MaxSeen int64
}

func latOf(h *Hist) Lat {
	return Lat{h.n, h.Quantile(.5), h.Quantile(.9), h.Quantile(.99), h.Quantile(.999), h.max}
}

// counters are sums over all clients.
type counters struct {
	sent, expected, behind            uint64
	wire, wireBytes, clear            uint64
	got, dup, bad, mixed, gaps, noKTS uint64
	lost                              int64
	lightLost, lightDup, lightLate    int64
}

var latencyNames = map[bool]string{false: "audio", true: "video"}

// collect sums up. With reset the latencies begin anew, otherwise they are added to hist.
func (c *crowd) collect(reset bool, hist map[string]*Hist) counters {
	var n counters
	sent := map[*Peer]uint64{}
	for _, p := range c.pubs {
		for _, s := range p.sources() {
			sent[p] += atomic.LoadUint64(&s.sent)
			n.behind += atomic.LoadUint64(&s.behind)
		}
		n.sent += sent[p]
	}
	for _, s := range c.subs {
		for _, q := range s.pubs {
			n.expected += sent[q.Peer]
		}
		s.peer.addTo(&n, reset, hist)
	}
	return n
}

func (p *Peer) addTo(n *counters, reset bool, hist map[string]*Hist) {
	n.wire += atomic.LoadUint64(&p.wireRTP)
	n.wireBytes += atomic.LoadUint64(&p.wireBytes)
	n.clear += atomic.LoadUint64(&p.cleartext)
	if p.light {
		p.lightMu.Lock()
		for _, l := range p.lights {
			n.lightLost += l.lost()
			n.lightDup += l.dup
			n.lightLate += l.late
		}
		p.lightMu.Unlock()
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, t := range p.tracks {
		t.mu.Lock()
		n.got += t.got
		n.dup += t.dup
		n.bad += t.bad
		n.mixed += t.mixed
		n.gaps += t.gapsRTP
		n.noKTS += t.noKernTS
		n.lost += t.lost()
		if reset {
			t.kern.Reset()
			t.app.Reset()
		} else if hist != nil {
			hist[latencyNames[t.video]].Merge(&t.kern)
			hist[latencyNames[t.video]+"-app"].Merge(&t.app)
		}
		t.mu.Unlock()
	}
}

func (c *crowd) window(d time.Duration) WindowResult {
	c0 := c.collect(true, nil)
	s0 := takeSnapshot(c.o.PIDs)
	time.Sleep(d)
	s1 := takeSnapshot(c.o.PIDs)
	hist := map[string]*Hist{"video": {}, "audio": {}, "video-app": {}, "audio-app": {}}
	c1 := c.collect(false, hist)
	sec := s1.At.Sub(s0.At).Seconds()
	w := WindowResult{Seconds: sec, SentRTP: c1.sent - c0.sent, Expected: c1.expected - c0.expected, Forwarded: c1.wire - c0.wire,
		FullUnique: c1.got - c0.got, FullDup: c1.dup - c0.dup, FullBad: c1.bad - c0.bad, FullMixed: c1.mixed - c0.mixed, FullRTPGaps: c1.gaps - c0.gaps,
		FullLost: c1.lost - c0.lost, LightLost: c1.lightLost - c0.lightLost, LightLate: c1.lightLate - c0.lightLate, LightDup: c1.lightDup - c0.lightDup,
		Cleartext: c1.clear, NoKernTS: c1.noKTS - c0.noKTS, Behind: c1.behind - c0.behind, Latency: map[string]Lat{}}
	w.ForwardedPPS = float64(w.Forwarded) / sec
	w.ForwardedMbps = float64(c1.wireBytes-c0.wireBytes) * 8 / sec / 1e6
	w.addKernel(s0, s1)
	for k, h := range hist {
		if h.n > 0 {
			w.Latency[k] = latOf(h)
		}
	}
	return w
}

// addKernel notes what /proc says of the time between two snapshots.
func (w *WindowResult) addKernel(s0, s1 Snapshot) {
	var ticks float64
	for i := range s1.CPUSec {
		w.ServerCPU += s1.CPUSec[i] - s0.CPUSec[i]
		w.ServerCPUPerPid = append(w.ServerCPUPerPid, s1.CPUSec[i]-s0.CPUSec[i])
		ticks += s1.TickSec[i] - s0.TickSec[i]
	}
	w.RSSMB = s1.rssMB()
	if ticks > 0 {
		w.ServerSysShare = (s1.Sys - s0.Sys) / ticks
	}
	w.ServerCore = w.ServerCPU / w.Seconds
	if w.Forwarded > 0 {
		w.CPUUsPerPkt = w.ServerCPU * 1e6 / float64(w.Forwarded)
		w.CPUUsPerPktTick = ticks * 1e6 / float64(w.Forwarded)
	}
	w.GenCore = (s1.SelfSec - s0.SelfSec) / w.Seconds
	w.CtxPerSec = float64(s1.CtxSw-s0.CtxSw) / w.Seconds
	w.Threads = s1.Threads
	w.CoreBusy, w.CoreSteal, w.UDP = map[string]float64{}, map[string]float64{}, map[string]int64{}
	busy := 0.0
	for k, v := range s1.Core {
		w.CoreBusy[k] = (v[0] - s0.Core[k][0]) / w.Seconds
		w.CoreSteal[k] = (v[1] - s0.Core[k][1]) / w.Seconds
		busy += w.CoreBusy[k]
	}
	w.OtherCPU = busy - w.ServerCore - w.GenCore
	for k, v := range s1.UDP {
		if x := v - s0.UDP[k]; x != 0 {
			w.UDP[k] = x
		}
	}
}
