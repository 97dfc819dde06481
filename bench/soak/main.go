// soak is a crowd of WebRTC clients that never rests: in each room somebody publishes by WHIP and others receive by WHEP, everybody for a few
// seconds, and everybody leaves in one of the ways that clients leave. It tells its counts at the end.
package main

import (
	"flag"
	"fmt"
	"math/rand"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

var (
	joined, failed, packets int64

	server   = flag.String("server", "http://127.0.0.1:8080", "whose WHIP and WHEP")
	rooms    = flag.Int("rooms", 8, "rooms at a time")
	duration = flag.Duration("duration", time.Minute, "how long")
	seed     = flag.Int64("seed", 1, "of everything that is random")
)

func main() {
	flag.Parse()
	// Whoever has started us is gone when our input ends.
	go func() {
		_, _ = os.Stdin.Read(make([]byte, 1))
		os.Exit(1)
	}()
	end := time.Now().Add(*duration)
	var all sync.WaitGroup
	for room := 0; room < *rooms; room++ {
		all.Add(1)
		go func(room int) {
			defer all.Done()
			random := rand.New(rand.NewSource(*seed*1000 + int64(room)))
			for generation := 0; time.Now().Before(end); generation++ {
				meet(fmt.Sprintf("room-%d-%d", room, generation), random)
			}
		}(room)
	}
	all.Wait()
	fmt.Printf("%d clients joined, %d could not; %d packets received\n", atomic.LoadInt64(&joined), atomic.LoadInt64(&failed), atomic.LoadInt64(&packets))
}

// meet is one room: a publisher, and receivers who come and go while it is there.
func meet(name string, random *rand.Rand) {
	publisher, err := connect(*server+"/whip/"+name, true)
	if err != nil {
		note(err)
		return
	}
	var receivers sync.WaitGroup
	end := time.Now().Add(between(random, 3, 8))
	for i := 1 + random.Intn(3); i > 0; i-- {
		receivers.Add(1)
		own := rand.New(rand.NewSource(random.Int63()))
		go func() {
			defer receivers.Done()
			for time.Until(end) > time.Second {
				receiver, err := connect(*server+"/whep/"+name, false)
				if err != nil {
					note(err)
					continue
				}
				stay := between(own, 0.2, 4)
				if left := time.Until(end); left < stay {
					stay = left
				}
				time.Sleep(stay)
				receiver.leave(own)
			}
		}()
	}
	time.Sleep(time.Until(end))
	publisher.leave(random)
	receivers.Wait()
}

func between(random *rand.Rand, least, most float64) time.Duration {
	return time.Duration((least + random.Float64()*(most-least)) * float64(time.Second))
}

func note(err error) {
	atomic.AddInt64(&failed, 1)
	fmt.Fprintln(os.Stderr, err)
	time.Sleep(100 * time.Millisecond)
}
