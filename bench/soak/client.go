// One client: it joins, sends or receives, and leaves in one of three ways.
package main

import (
	"bytes"
	"fmt"
	"io"
	"math/rand"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/pion/ice/v2"
	"github.com/pion/interceptor"
	"github.com/pion/logging"
	"github.com/pion/rtp"
	"github.com/pion/sdp/v3"
	"github.com/pion/transport/v2"
	"github.com/pion/transport/v2/stdnet"
	"github.com/pion/webrtc/v3"
)

type client struct {
	pc       *webrtc.PeerConnection
	network  *network
	resource string
	ended    chan struct{}
}

// Connections that are kept would be descriptors of nobody.
var web = http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}

func connect(url string, publishes bool) (*client, error) {
	c := &client{ended: make(chan struct{})}
	if err := c.open(); err != nil {
		return nil, err
	}
	connected := make(chan struct{}, 1)
	c.pc.OnConnectionStateChange(func(s webrtc.PeerConnectionState) {
		if s == webrtc.PeerConnectionStateConnected {
			connected <- struct{}{}
		}
	})
	err := c.prepare(publishes)
	if err == nil {
		err = c.negotiate(url)
	}
	if err == nil {
		select {
		case <-connected:
			atomic.AddInt64(&joined, 1)
			return c, nil
		case <-time.After(20 * time.Second):
			err = fmt.Errorf("%s: not connected within 20 s", url)
		}
	}
	c.close()
	return nil, err
}

// leave says goodbye by signaling, by DTLS alone, or not at all.
func (c *client) leave(random *rand.Rand) {
	switch random.Intn(4) {
	case 0, 1:
		if request, err := http.NewRequest(http.MethodDelete, c.resource, nil); err == nil {
			if response, err := web.Do(request); err == nil {
				_ = response.Body.Close()
			}
		}
	case 2:
		atomic.StoreInt32(&c.network.gone, 1)
	}
	c.close()
}

func (c *client) close() {
	close(c.ended)
	_ = c.pc.Close()
}

func (c *client) open() error {
	media := &webrtc.MediaEngine{}
	vp8 := webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeVP8, ClockRate: 90000, RTCPFeedback: []webrtc.RTCPFeedback{{Type: "nack"}, {Type: "nack", Parameter: "pli"}}}
	if err := media.RegisterCodec(webrtc.RTPCodecParameters{RTPCodecCapability: vp8, PayloadType: 96}, webrtc.RTPCodecTypeVideo); err != nil {
		return err
	}
	if err := media.RegisterHeaderExtension(webrtc.RTPHeaderExtensionCapability{URI: sdp.SDESMidURI}, webrtc.RTPCodecTypeVideo); err != nil {
		return err
	}
	chain := &interceptor.Registry{}
	if err := webrtc.RegisterDefaultInterceptors(media, chain); err != nil {
		return err
	}
	own, err := stdnet.NewNet()
	if err != nil {
		return err
	}
	c.network = &network{Net: own}
	settings := webrtc.SettingEngine{LoggerFactory: &logging.DefaultLoggerFactory{Writer: io.Discard, DefaultLogLevel: logging.LogLevelDisabled}}
	settings.SetNet(c.network)
	settings.SetIncludeLoopbackCandidate(true)
	settings.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	settings.SetIPFilter(func(ip net.IP) bool { return ip.IsLoopback() })
	settings.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	api := webrtc.NewAPI(webrtc.WithMediaEngine(media), webrtc.WithInterceptorRegistry(chain), webrtc.WithSettingEngine(settings))
	c.pc, err = api.NewPeerConnection(webrtc.Configuration{BundlePolicy: webrtc.BundlePolicyMaxBundle})
	return err
}

func (c *client) prepare(publishes bool) error {
	if !publishes {
		c.pc.OnTrack(func(track *webrtc.TrackRemote, _ *webrtc.RTPReceiver) {
			buffer := make([]byte, 1500)
			for {
				if _, _, err := track.Read(buffer); err != nil {
					return
				}
				atomic.AddInt64(&packets, 1)
			}
		})
		_, err := c.pc.AddTransceiverFromKind(webrtc.RTPCodecTypeVideo, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly})
		return err
	}
	track, err := webrtc.NewTrackLocalStaticRTP(webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeVP8, ClockRate: 90000}, "video", "soak")
	if err != nil {
		return err
	}
	if _, err = c.pc.AddTransceiverFromTrack(track, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendonly}); err != nil {
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

func (c *client) negotiate(url string) error {
	offer, err := c.pc.CreateOffer(nil)
	if err != nil {
		return err
	}
	gathered := webrtc.GatheringCompletePromise(c.pc)
	if err = c.pc.SetLocalDescription(offer); err != nil {
		return err
	}
	<-gathered
	response, err := web.Post(url, "application/sdp", bytes.NewBufferString(c.pc.LocalDescription().SDP))
	if err != nil {
		return err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusCreated {
		return fmt.Errorf("%s: %s %s", url, response.Status, answer)
	}
	location, err := response.Location()
	if err != nil {
		return err
	}
	c.resource = location.String()
	return c.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: string(answer)})
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
