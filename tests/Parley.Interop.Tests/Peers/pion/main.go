// A Pion client that publishes a recording of RTP by WHIP, or receives by WHEP and tells every packet. It is driven by lines on stdin
// (start, pli, quit) and tells what happens by lines of JSON on stdout; it ends with its input.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"time"
)

type options struct {
	url       string
	codecs    string
	srtp      string
	recording string
	dropEvery int
	dropMost  int
}

func main() {
	var o options
	publish := flag.Bool("publish", false, "publish, rather than receive")
	flag.StringVar(&o.url, "url", "", "the WHIP or WHEP endpoint")
	flag.StringVar(&o.codecs, "codecs", "vp8,opus", "what is offered: vp8, vp9, h264, opus")
	flag.StringVar(&o.srtp, "srtp", "gcm", "gcm or sha1")
	flag.StringVar(&o.recording, "recording", "", "what to publish: packets as lines of JSON")
	flag.IntVar(&o.dropEvery, "drop", 0, "lose every so many video packets on the wire, once each")
	flag.IntVar(&o.dropMost, "drop-most", 0, "lose no more than so many")
	flag.Parse()
	if err := run(o, *publish); err != nil {
		tell(map[string]any{"event": "failed", "why": err.Error()})
		os.Exit(1)
	}
}

func run(o options, publish bool) error {
	commands := make(chan string)
	go func() {
		lines := bufio.NewScanner(os.Stdin)
		for lines.Scan() {
			commands <- lines.Text()
		}
		commands <- "quit"
	}()

	c, err := newClient(o)
	if err != nil {
		return err
	}
	defer c.close()
	if publish {
		err = c.addSources()
	} else {
		err = c.addReceivers()
	}
	if err != nil {
		return err
	}
	if err = c.negotiate(o.url); err != nil {
		return err
	}
	select {
	case <-c.connected:
		if err = c.waitForReceivers(); err != nil {
			return err
		}
		tell(map[string]any{"event": "connected", "profile": c.srtpProfile()})
	case <-time.After(20 * time.Second):
		return fmt.Errorf("not connected: ICE is %s, the connection %s", c.pc.ICEConnectionState(), c.pc.ConnectionState())
	}

	for command := range commands {
		switch command {
		case "start":
			packets, err := readRecording(o.recording)
			if err != nil {
				return err
			}
			go c.play(packets)
		case "pli":
			c.askForPicture()
		case "quit":
			return nil
		}
	}
	return nil
}
