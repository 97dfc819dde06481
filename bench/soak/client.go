// One client: it joins, sends or receives, and leaves in one of three ways.
package main

import (
	"fmt"
	"io"
	"math/rand"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/pion/interceptor"
	"github.com/pion/logging"
	"github.com/pion/rtp"
	"github.com/pion/transport/v2"
	"github.com/pion/transport/v2/stdnet"
	"github.com/pion/webrtc/v3"
	"whip"
)

type client struct {
	*whip.Client
	network *network
	ended   chan struct{}
}

func connect(url string, publishes bool) (*client, error) {
	c, err := newClient()
	if err != nil {
		return nil, err
	}
	err = c.prepare(publishes)
	if err == nil {
		err = c.Open(url)
	}
	if err == nil {
		err = c.WaitConnected()
	}
	if err != nil {
		c.close()
		return nil, fmt.Errorf("%s: %w", url, err)
	}
	atomic.AddInt64(&joined, 1)
	return c, nil
}

// leave says goodbye by signaling, by DTLS alone, or not at all.
func (c *client) leave(random *rand.Rand) {
	switch random.Intn(4) {
	case 0, 1:
		// Its publisher may have left, or the session have ended, a moment ago.
		_ = c.End()
	case 2:
		atomic.StoreInt32(&c.network.gone, 1)
	}
	c.close()
}

func (c *client) close() {
	close(c.ended)
	_ = c.PC.Close()
}

func newClient() (*client, error) {
	media := &webrtc.MediaEngine{}
	vp8 := webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeVP8, ClockRate: 90000, RTCPFeedback: []webrtc.RTCPFeedback{{Type: "nack"}, {Type: "nack", Parameter: "pli"}}}
	if err := media.RegisterCodec(webrtc.RTPCodecParameters{RTPCodecCapability: vp8, PayloadType: 96}, webrtc.RTPCodecTypeVideo); err != nil {
		return nil, err
	}
	chain := &interceptor.Registry{}
	if err := webrtc.RegisterDefaultInterceptors(media, chain); err != nil {
		return nil, err
	}
	own, err := stdnet.NewNet()
	if err != nil {
		return nil, err
	}
	c := &client{network: &network{Net: own}, ended: make(chan struct{})}
	settings := webrtc.SettingEngine{LoggerFactory: &logging.DefaultLoggerFactory{Writer: io.Discard, DefaultLogLevel: logging.LogLevelDisabled}}
	settings.SetNet(c.network)
	if c.Client, err = whip.New(media, chain, settings, nil); err != nil {
		return nil, err
	}
	// Connections that are kept would be descriptors of nobody.
	c.Web.Transport = &http.Transport{DisableKeepAlives: true}
	return c, nil
}

func (c *client) prepare(publishes bool) error {
	if !publishes {
		c.PC.OnTrack(func(track *webrtc.TrackRemote, _ *webrtc.RTPReceiver) {
			buffer := make([]byte, 1500)
			for {
				if _, _, err := track.Read(buffer); err != nil {
					return
				}
				atomic.AddInt64(&packets, 1)
			}
		})
		_, err := c.PC.AddTransceiverFromKind(webrtc.RTPCodecTypeVideo, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly})
		return err
	}
	track, err := webrtc.NewTrackLocalStaticRTP(webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeVP8, ClockRate: 90000}, "video", "soak")
	if err != nil {
		return err
	}
	if _, err = c.PC.AddTransceiverFromTrack(track, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendonly}); err != nil {
		return err
	}
	go c.send(track)
	return nil
}

// send gives thirty frames of three packets a second, each frame a keyframe, so that whoever joins sees something at once.
func (c *client) send(track *webrtc.TrackLocalStaticRTP) {
	ticker := time.NewTicker(time.Second / 30)
	defer ticker.Stop()
	frame := []byte{0x10, 0, 0, 0, 0x9D, 0x01, 0x2A, 0x40, 0x01, 0xB4, 0x00}
	payload := make([]byte, 1000)
	var number uint16
	var timestamp uint32
	for {
		select {
		case <-c.ended:
			return
		case <-ticker.C:
		}
		timestamp += 3000
		for i := 0; i < 3; i++ {
			copy(payload, frame)
			if i > 0 {
				payload[0] = 0
			}
			number++
			header := rtp.Header{Version: 2, SequenceNumber: number, Timestamp: timestamp, Marker: i == 2}
			if err := track.WriteRTP(&rtp.Packet{Header: header, Payload: payload}); err != nil {
				return
			}
		}
	}
}

// network is a machine's network that may be gone from one moment to the next.
type network struct {
	*stdnet.Net
	gone int32
}

func (n *network) ListenUDP(family string, local *net.UDPAddr) (transport.UDPConn, error) {
	c, err := net.ListenUDP(family, local)
	if err != nil {
		return nil, err
	}
	return &conn{UDPConn: c, network: n}, nil
}

type conn struct {
	*net.UDPConn
	network *network
}

func (c *conn) WriteTo(p []byte, to net.Addr) (int, error) {
	if atomic.LoadInt32(&c.network.gone) != 0 {
		return len(p), nil
	}
	return c.UDPConn.WriteTo(p, to)
}
