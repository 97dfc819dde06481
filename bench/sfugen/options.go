// What a run is: the command line, checked once.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// Options is everything that the command line says.
type Options struct {
	Adapter, URL, WHIPURL, WHEPURL, Token string

	Shape              string // fanout, rooms
	Subscribers        int
	Publishers         int
	Rooms, People      int
	Multi              bool
	Full               int
	Parallel           int
	FirstRoom          int
	Meetings           []Meeting
	Load               Load
	SRTP, IP           string
	PIDs               []int
	Settle, Warm, Long time.Duration
	Windows            int
	Search             bool
	SearchFrom         int
	SearchTo           int
	Label, Out         string
	KeepSDP, Debug     bool
}

// Load is what each publisher sends.
type Load struct {
	VideoPPS, PerFrame, VideoSize int
	AudioPPS, AudioSize           int
	Burst                         bool
	Sizes                         string // constant, frame, packet
}

// Meeting is a room that exists already, and whose token opens it.
type Meeting struct{ Code, Token string }

func readOptions() (*Options, error) {
	o := &Options{}
	flag.StringVar(&o.Adapter, "adapter", "whip", "janus, whip, floor or direct")
	flag.StringVar(&o.URL, "url", "ws://127.0.0.1:8188/", "where the janus adapter (a WebSocket) or the floor adapter (host:port) finds its server")
	flag.StringVar(&o.WHIPURL, "whip", "http://127.0.0.1:8080/whip/{room}/{id}", "WHIP URL ({room}, {id}, {who})")
	flag.StringVar(&o.WHEPURL, "whep", "http://127.0.0.1:8080/whep/{room}/{id}", "WHEP URL ({room}, {id} = publisher, {who}, {resource} = last segment of the publisher's WHIP Location)")
	flag.StringVar(&o.Token, "token", "", "bearer token for WHIP and WHEP")
	meetings := flag.String("meetings", "", "file with the rooms to use: a line each, a code and, if -token is not for all, a token")
	flag.StringVar(&o.Shape, "shape", "fanout", "fanout: one room, -pubs publishers, -n subscribers; rooms: -rooms rooms of -people, each publishing to the others")
	flag.IntVar(&o.Subscribers, "n", 5, "fanout: subscribers")
	flag.IntVar(&o.Publishers, "pubs", 1, "fanout: publishers (each subscriber receives all)")
	flag.IntVar(&o.Rooms, "rooms", 1, "rooms: number of rooms")
	flag.IntVar(&o.People, "people", 5, "rooms: people in each")
	flag.BoolVar(&o.Multi, "multi", false, "one PeerConnection per subscriber for all its publishers, where the adapter can")
	flag.IntVar(&o.Full, "full", 1<<30, "how many subscriber PeerConnections decrypt and inspect everything, spread over all; the others count on the wire")
	flag.IntVar(&o.Load.VideoPPS, "vpps", 260, "video packets per second and publisher (0: no video)")
	flag.IntVar(&o.Load.PerFrame, "perframe", 10, "video packets per frame")
	flag.IntVar(&o.Load.VideoSize, "vsize", 1200, "longest video RTP packet without SRTP tag")
	flag.StringVar(&o.Load.Sizes, "sizes", "constant", "video packets: constant; frame (every frame another size, its packets equal within a byte, as libwebrtc cuts them); packet (every packet another size)")
	flag.IntVar(&o.Load.AudioPPS, "apps", 50, "audio packets per second and publisher (0: no audio)")
	flag.IntVar(&o.Load.AudioSize, "asize", 120, "audio payload size")
	flag.BoolVar(&o.Load.Burst, "burst", false, "send each video frame's packets at once")
	flag.StringVar(&o.SRTP, "srtp", "any", "SRTP profile offered: any, sha1, gcm")
	flag.StringVar(&o.IP, "ip", "127.0.0.1", "local address of the generator's ICE candidates")
	pids := flag.String("pid", "", "server process ids, comma separated")
	flag.DurationVar(&o.Settle, "settle", time.Second, "wait after the publishers are up before reading the server's memory")
	flag.DurationVar(&o.Warm, "warm", 5*time.Second, "warm-up after all subscribers receive")
	flag.DurationVar(&o.Long, "dur", 20*time.Second, "length of a measured window")
	flag.IntVar(&o.Windows, "windows", 1, "measured windows")
	flag.BoolVar(&o.Search, "search", false, "after the windows: raise -vpps until packets are lost, and report the most that were not")
	flag.IntVar(&o.SearchFrom, "search-from", 20000, "-search: forwarded packets per second to begin with")
	flag.IntVar(&o.SearchTo, "search-to", 1000000, "-search: where to stop")
	flag.IntVar(&o.FirstRoom, "room0", int(time.Now().Unix()%1000000)*10, "number of the first room, unless -meetings")
	flag.IntVar(&o.Parallel, "parallel", 4, "subscribers set up at the same time")
	flag.StringVar(&o.Label, "label", "", "label for the result")
	flag.StringVar(&o.Out, "o", "", "append the JSON result to this file (one line)")
	flag.BoolVar(&o.KeepSDP, "sdp", false, "keep one publisher's and one subscriber's remote SDP in the result")
	flag.BoolVar(&o.Debug, "debug", false, "print connection states and descriptions")
	flag.Parse()
	if flag.NArg() > 0 {
		return nil, fmt.Errorf("unknown argument %q", flag.Arg(0))
	}
	for _, word := range strings.Split(*pids, ",") {
		if word == "" {
			continue
		}
		pid, err := strconv.Atoi(word)
		if err != nil {
			return nil, fmt.Errorf("-pid %q: %w", word, err)
		}
		o.PIDs = append(o.PIDs, pid)
	}
	if *meetings != "" {
		var err error
		if o.Meetings, err = readMeetings(*meetings, o.Token); err != nil {
			return nil, err
		}
	}
	return o, o.check()
}

func (o *Options) check() error {
	switch {
	case o.Shape != "fanout" && o.Shape != "rooms":
		return fmt.Errorf("-shape %q", o.Shape)
	case o.Load.Sizes != "constant" && o.Load.Sizes != "frame" && o.Load.Sizes != "packet":
		return fmt.Errorf("-sizes %q", o.Load.Sizes)
	case o.SRTP != "any" && o.SRTP != "gcm" && o.SRTP != "sha1":
		return fmt.Errorf("-srtp %q", o.SRTP)
	case o.Load.VideoPPS <= 0 && o.Load.AudioPPS <= 0:
		return fmt.Errorf("nothing to publish: -vpps and -apps are both 0")
	case o.Load.VideoSize < 2*(rtpHeaderLen+trailerLen+descriptorLen) || o.Load.AudioSize < trailerLen+1 || o.Load.PerFrame < 1:
		return fmt.Errorf("packets of that size carry no trailer")
	case o.Search && (o.Load.VideoPPS <= 0 || o.Shape != "fanout"):
		return fmt.Errorf("-search raises the video rate of a fan-out")
	case len(o.Meetings) > 0 && len(o.Meetings) < o.roomCount():
		return fmt.Errorf("%d rooms are wanted, -meetings has %d", o.roomCount(), len(o.Meetings))
	}
	return nil
}

func (o *Options) roomCount() int {
	if o.Shape == "rooms" {
		return o.Rooms
	}
	return 1
}

func (o *Options) publishersPerRoom() int {
	if o.Shape == "rooms" {
		return o.People
	}
	return o.Publishers
}

// room names the i-th room and says what opens it.
func (o *Options) room(i int) Meeting {
	if len(o.Meetings) > 0 {
		return o.Meetings[i]
	}
	return Meeting{Code: strconv.Itoa(o.FirstRoom + i), Token: o.Token}
}

func (o *Options) tracks() int {
	n := 0
	if o.Load.VideoPPS > 0 {
		n++
	}
	if o.Load.AudioPPS > 0 {
		n++
	}
	return n
}

func readMeetings(path, token string) ([]Meeting, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var all []Meeting
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		switch len(words) {
		case 0:
		case 1:
			all = append(all, Meeting{words[0], token})
		case 2:
			all = append(all, Meeting{words[0], words[1]})
		default:
			return nil, fmt.Errorf("%s: a line is a code and a token, not %d words", path, len(words))
		}
	}
	return all, lines.Err()
}
