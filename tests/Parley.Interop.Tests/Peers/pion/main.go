// A Pion client that publishes a recording of RTP by WHIP, or receives by WHEP and tells every packet. It is driven by lines on stdin
// (start, start N for the next N packets alone, pli, restart, quit) and tells what happens by lines of JSON on stdout; it ends with its input.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"os"
)

type options struct {
	url       string
	token     string
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
	flag.StringVar(&o.token, "token", "", "the bearer token of its requests")
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
	if err = c.Open(o.url); err != nil {
		return err
	}
	if err = c.WaitConnected(); err != nil {
		return err
	}
	if err = c.waitForReceivers(); err != nil {
		return err
	}
	tell(map[string]any{"event": "connected", "profile": c.srtpProfile(), "location": c.Location()})
	return c.obey(commands)
}

func (c *client) obey(commands <-chan string) error {
	var rest []packet
	if c.o.recording != "" {
		var err error
		if rest, err = readRecording(c.o.recording); err != nil {
			return err
		}
	}
	for command := range commands {
		count := len(rest)
		if _, err := fmt.Sscanf(command, "start %d", &count); err == nil {
			command = "start"
		}
		switch command {
		case "start":
			go c.play(rest[:count])
			rest = rest[count:]
		case "pli":
			c.askForPicture()
		case "restart":
			if err := c.restart(); err != nil {
				return err
			}
		case "quit":
			return nil
		}
	}
	return nil
}
