// The search for the most packets per second that a server forwards without loss.
package main

import (
	"sync/atomic"
	"time"
)

// SearchStep is one rate that was tried.
type SearchStep struct {
	Wanted     float64 `json:"wanted_pps"`
	Forwarded  float64 `json:"forwarded_pps"`
	Lost       int64   `json:"lost"`
	ServerCore float64 `json:"server_core_fraction"`
	GenCore    float64 `json:"generator_core_fraction"`
	P99        int64   `json:"p99_us"`
	Verdict    string  `json:"verdict"` // ok, loss, generator
}

// SearchResult is the highest rate without loss, and what ended the search: a loss, the generator, or -search-to.
type SearchResult struct {
	MostPPS float64      `json:"most_pps_without_loss"`
	EndedBy string       `json:"ended_by"`
	Steps   []SearchStep `json:"steps"`
}

const (
	searchGrowth  = 1.3
	searchHalving = 4
	searchWindow  = 2 * time.Second
	searchStalls  = 3
)

func (c *crowd) search() *SearchResult {
	r := &SearchResult{EndedBy: "limit"}
	// A machine that was busy with something else for a moment stalls the generator: that says nothing about the server.
	try := func(rate float64) SearchStep {
		for i := 1; ; i++ {
			step := c.try(rate)
			r.Steps = append(r.Steps, step)
			if step.Verdict != "generator" || i == searchStalls {
				return step
			}
		}
	}
	good, bad := 0.0, 0.0
	for rate := float64(c.o.SearchFrom); rate <= float64(c.o.SearchTo); rate *= searchGrowth {
		step := try(rate)
		if step.Verdict != "ok" {
			bad, r.EndedBy = rate, step.Verdict
			break
		}
		good, r.MostPPS = rate, step.Forwarded
	}
	for i := 0; bad > 0 && i < searchHalving; i++ {
		rate := (good + bad) / 2
		step := try(rate)
		if step.Verdict == "ok" {
			good, r.MostPPS = rate, step.Forwarded
		} else {
			bad, r.EndedBy = rate, step.Verdict
		}
	}
	c.setRate(float64(c.o.SearchFrom))
	return r
}

// setRate spreads forwarded packets per second over the publishers' video; audio stays as it is.
func (c *crowd) setRate(forwarded float64) {
	perPublisher := forwarded/float64(len(c.subs)) - float64(c.o.Load.AudioPPS)
	if perPublisher < 10 {
		perPublisher = 10
	}
	for _, p := range c.pubs {
		atomic.StoreInt32(&p.video.pps, int32(perPublisher))
	}
}

// try runs one rate. What is lost is counted after a pause at a low rate, so that what merely waits has arrived.
func (c *crowd) try(rate float64) SearchStep {
	low := float64(c.o.SearchFrom) / 4
	c.setRate(low)
	c.settle()
	before := c.collect(false, nil)
	c.setRate(rate)
	time.Sleep(500 * time.Millisecond)
	w := c.window(searchWindow)
	c.setRate(low)
	c.settle()
	after := c.collect(false, nil)
	s := SearchStep{Wanted: rate, Forwarded: w.ForwardedPPS, ServerCore: w.ServerCore, GenCore: w.GenCore, P99: w.Latency["video"].P99, Verdict: "ok",
		Lost: after.lost - before.lost + after.lightLost - before.lightLost}
	switch published := float64(w.Expected) / w.Seconds; {
	case published < 0.97*rate || w.Behind > 0:
		s.Verdict = "generator"
	case s.Lost > 0 || w.ForwardedPPS < 0.97*published:
		s.Verdict = "loss"
	}
	return s
}

// settle waits until what arrives is no more than what is sent.
func (c *crowd) settle() {
	for i := 0; i < 20; i++ {
		n0 := c.collect(false, nil)
		time.Sleep(250 * time.Millisecond)
		n1 := c.collect(false, nil)
		if float64(n1.wire-n0.wire) < 1.1*float64(n1.expected-n0.expected)+100 {
			return
		}
	}
}
