// What a run tells: one JSON line, one line of text.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"sort"
	"strconv"
	"strings"
	"sync/atomic"
)

// Result is a run.
type Result struct {
	Label         string                    `json:"label"`
	Adapter       string                    `json:"adapter"`
	Shape         string                    `json:"shape"`
	Publishers    int                       `json:"publishers"`
	Subscribers   int                       `json:"subscribers"`
	SubPeers      int                       `json:"subscriber_peerconnections"`
	FullSubs      int                       `json:"full_subscriber_peerconnections"`
	RSSStartMB    float64                   `json:"rss_start_mb"`
	RSSPubMB      float64                   `json:"rss_publishers_up_mb"`
	RSSEndMB      float64                   `json:"rss_end_mb"`
	RSSPerSubKB   float64                   `json:"rss_per_subscriber_kb"`
	PubSRTP       map[string]int            `json:"publisher_srtp_profiles"`
	SubSRTP       map[string]int            `json:"subscriber_srtp_profiles"`
	PubRTCP       map[string]int            `json:"rtcp_received_by_publishers"`
	SubRTCP       map[string]int            `json:"rtcp_received_by_subscribers"`
	HdrExt        map[string]map[string]int `json:"subscriber_header_extensions_seen"`
	Keyframes     uint64                    `json:"keyframes_sent"`
	FailedPeers   int                       `json:"peers_disconnected"`
	SetupSeconds  float64                   `json:"setup_seconds"`
	TotalLost     int64                     `json:"total_lost"`
	Windows       []WindowResult            `json:"windows"`
	Search        *SearchResult             `json:"search,omitempty"`
	PubAnswerSDP  string                    `json:"publisher_remote_sdp,omitempty"`
	SubRemoteSDP  string                    `json:"subscriber_remote_sdp,omitempty"`
	Args          []string                  `json:"args"`
	GeneratorInfo string                    `json:"generator"`
}

func newResult(o *Options) *Result {
	return &Result{Label: o.Label, Adapter: o.Adapter, Shape: o.Shape, Args: withoutToken(os.Args[1:]), GeneratorInfo: runtime.Version() + " pion/webrtc v3 of Debian",
		PubSRTP: map[string]int{}, SubSRTP: map[string]int{}, PubRTCP: map[string]int{}, SubRTCP: map[string]int{}, HdrExt: map[string]map[string]int{}}
}

// withoutToken keeps a secret out of result files.
func withoutToken(args []string) []string {
	kept := append([]string(nil), args...)
	for i, a := range kept {
		name := strings.TrimLeft(a, "-")
		if name == "token" && i+1 < len(kept) {
			kept[i+1] = "…"
		} else if strings.HasPrefix(name, "token=") {
			kept[i] = "-token=…"
		}
	}
	return kept
}

// describe notes what is known when nothing arrives any more.
func (c *crowd) describe(res *Result) {
	all := c.collect(false, nil)
	res.TotalLost = all.lost + all.lightLost
	for _, p := range c.pubs {
		res.PubSRTP[p.srtpProfile()]++
		p.countRTCP(res.PubRTCP)
		if p.video != nil {
			res.Keyframes += atomic.LoadUint64(&p.video.keyframes)
		}
		res.FailedPeers += int(atomic.LoadInt32(&p.failed))
	}
	for _, s := range c.subs {
		if !s.peer.light {
			res.FullSubs++
		}
		res.SubSRTP[s.peer.srtpProfile()]++
		s.peer.countRTCP(res.SubRTCP)
		res.FailedPeers += int(atomic.LoadInt32(&s.peer.failed))
		s.peer.countExtensions(res.HdrExt)
	}
	if !c.o.KeepSDP || c.pubs[0].pc == nil {
		return
	}
	if d := c.pubs[0].pc.RemoteDescription(); d != nil {
		res.PubAnswerSDP = d.SDP
	}
	if d := c.subs[0].peer.pc.RemoteDescription(); d != nil {
		res.SubRemoteSDP = d.SDP
	}
}

func (p *Peer) countRTCP(into map[string]int) {
	p.rtcpMu.Lock()
	defer p.rtcpMu.Unlock()
	for k, v := range p.rtcp {
		into[k] += v
	}
}

func (p *Peer) countExtensions(into map[string]map[string]int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, t := range p.tracks {
		t.mu.Lock()
		kind := latencyNames[t.video]
		if into[kind] == nil {
			into[kind] = map[string]int{}
		}
		for id, n := range t.hdrExt {
			into[kind][strconv.Itoa(int(id))] += int(n)
		}
		t.mu.Unlock()
	}
}

func (r *Result) json() ([]byte, error) { return json.Marshal(r) }

func (r *Result) text() string {
	var b strings.Builder
	for _, w := range r.Windows {
		v, app := w.Latency["video"], w.Latency["video-app"]
		if v.N == 0 {
			v, app = w.Latency["audio"], w.Latency["audio-app"]
		}
		fmt.Fprintf(&b, "%-24s subs=%d pcs=%d fwd=%.0f pps %.1f Mbps | %.2f us/pkt (ticks %.2f, sys %.0f%%) server %.2f core gen %.2f other %.2f | lat p50 %d p99 %d max %d us (app %d/%d) | lost %d+%d (all %d) dup %d bad %d gaps %d mixed %d | RSS %.1f MB (+%.0f KB/sub) srtp %v nacked %d\n",
			r.Label, r.Subscribers, r.SubPeers, w.ForwardedPPS, w.ForwardedMbps, w.CPUUsPerPkt, w.CPUUsPerPktTick, 100*w.ServerSysShare, w.ServerCore, w.GenCore, w.OtherCPU,
			v.P50, v.P99, v.MaxSeen, app.P50, app.P99, w.FullLost, w.LightLost, r.TotalLost, w.FullDup, w.FullBad, w.FullRTPGaps, w.FullMixed, w.RSSMB, r.RSSPerSubKB, keys(r.SubSRTP), r.PubRTCP["nacked-packets"])
	}
	if r.Search != nil {
		fmt.Fprintf(&b, "%-24s most without loss: %.0f pps (ended by %s)\n", r.Label, r.Search.MostPPS, r.Search.EndedBy)
	}
	return b.String()
}

func keys(m map[string]int) []string {
	var k []string
	for s := range m {
		k = append(k, s)
	}
	sort.Strings(k)
	return k
}
