// Packets: those of a recording on their way out, and those that come in.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"time"

	"github.com/pion/interceptor"
	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v3"
)

// packet is a line of a recording, and of what is received.
type packet struct {
	Event     string `json:"event"`
	Codec     string `json:"codec"`
	SSRC      uint32 `json:"ssrc"`
	Sequence  uint16 `json:"sequence"`
	Timestamp uint32 `json:"timestamp"`
	Marker    bool   `json:"marker"`
	Payload   []byte `json:"payload"`
	AtUs      int64  `json:"atUs"`
}

func readRecording(path string) ([]packet, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var packets []packet
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		var p packet
		if err := json.Unmarshal(lines.Bytes(), &p); err != nil {
			return nil, err
		}
		packets = append(packets, p)
	}
	return packets, lines.Err()
}

func (c *client) addSources() error {
	for _, name := range strings.Split(c.o.codecs, ",") {
		track, err := webrtc.NewTrackLocalStaticRTP(known[name].RTPCodecCapability, name, "recording")
		if err != nil {
			return err
		}
		transceiver, err := c.PC.AddTransceiverFromTrack(track, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendonly})
		if err != nil {
			return err
		}
		c.sources[name] = track
		go readControl(name, transceiver.Sender().Read)
	}
	return nil
}

// play sends packets of a recording at their times, the first at once.
func (c *client) play(packets []packet) {
	begun := time.Now()
	for _, p := range packets {
		time.Sleep(time.Until(begun.Add(time.Duration(p.AtUs-packets[0].AtUs) * time.Microsecond)))
		header := rtp.Header{Version: 2, SequenceNumber: p.Sequence, Timestamp: p.Timestamp, Marker: p.Marker}
		if err := c.sources[p.Codec].WriteRTP(&rtp.Packet{Header: header, Payload: p.Payload}); err != nil {
			tell(map[string]any{"event": "failed", "why": err.Error()})
			return
		}
	}
	tell(map[string]any{"event": "played"})
}

func (c *client) addReceivers() error {
	kinds := map[webrtc.RTPCodecType]bool{}
	for _, name := range strings.Split(c.o.codecs, ",") {
		kinds[kindOf(name)] = true
	}
	for kind := range kinds {
		if _, err := c.PC.AddTransceiverFromKind(kind, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly}); err != nil {
			return err
		}
	}
	c.PC.OnTrack(c.receive)
	return nil
}

func (c *client) receive(track *webrtc.TrackRemote, receiver *webrtc.RTPReceiver) {
	codec := strings.ToLower(strings.SplitN(track.Codec().MimeType, "/", 2)[1])
	go readControl(codec, receiver.Read)
	if track.Kind() == webrtc.RTPCodecTypeVideo {
		c.mu.Lock()
		c.video = append(c.video, track.SSRC())
		c.mu.Unlock()
	}
	begun := time.Now()
	for {
		p, _, err := track.ReadRTP()
		if err != nil {
			return
		}
		tell(packet{
			Event: "rtp", Codec: codec, SSRC: p.SSRC, Sequence: p.SequenceNumber, Timestamp: p.Timestamp, Marker: p.Marker, Payload: p.Payload,
			AtUs: time.Since(begun).Microseconds(),
		})
	}
}

// readControl tells what comes to a track; Pion gives a compound that is about several tracks to each of them.
func readControl(codec string, read func([]byte) (int, interceptor.Attributes, error)) {
	buffer := make([]byte, 1500)
	for {
		n, _, err := read(buffer)
		if err != nil {
			return
		}
		packets, err := rtcp.Unmarshal(buffer[:n])
		if err != nil {
			tell(map[string]any{"event": "failed", "why": "RTCP that cannot be read: " + err.Error()})
			continue
		}
		tellControl("in", codec, packets)
	}
}

func tellControl(direction, codec string, packets []rtcp.Packet) {
	for _, p := range packets {
		event := map[string]any{"event": "rtcp", "direction": direction, "codec": codec}
		switch p := p.(type) {
		case *rtcp.SenderReport:
			event["kind"], event["ssrc"], event["ntp"], event["timestamp"], event["packets"] = "sr", p.SSRC, p.NTPTime, p.RTPTime, p.PacketCount
		case *rtcp.ReceiverReport:
			event["kind"], event["blocks"] = "rr", len(p.Reports)
			for _, block := range p.Reports {
				event["lost"] = block.TotalLost
			}
		case *rtcp.TransportLayerNack:
			count := 0
			for _, pair := range p.Nacks {
				count += len(pair.PacketList())
			}
			event["kind"], event["count"] = "nack", count
		case *rtcp.PictureLossIndication:
			event["kind"] = "pli"
		case *rtcp.TransportLayerCC:
			event["kind"], event["count"] = "twcc", p.PacketStatusCount
		case *rtcp.SourceDescription:
			event["kind"] = "sdes"
		default:
			continue
		}
		tell(event)
	}
}

// tap tells of the reports that we send.
type tap struct{ interceptor.NoOp }

type tapFactory struct{}

func (tapFactory) NewInterceptor(string) (interceptor.Interceptor, error) { return &tap{}, nil }

func (*tap) BindRTCPWriter(writer interceptor.RTCPWriter) interceptor.RTCPWriter {
	return interceptor.RTCPWriterFunc(func(packets []rtcp.Packet, attributes interceptor.Attributes) (int, error) {
		tellControl("out", "", packets)
		if writer == nil {
			return 0, errors.New("no writer")
		}
		return writer.Write(packets, attributes)
	})
}
