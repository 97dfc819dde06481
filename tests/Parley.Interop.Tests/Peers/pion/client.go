// One connection: codecs, transport settings, and signaling by WHIP or WHEP.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"reflect"
	"strings"
	"sync"
	"time"
	"unsafe"

	"github.com/pion/dtls/v2"
	"github.com/pion/ice/v2"
	"github.com/pion/interceptor"
	"github.com/pion/rtcp"
	"github.com/pion/sdp/v3"
	"github.com/pion/webrtc/v3"
)

type client struct {
	o         options
	pc        *webrtc.PeerConnection
	connected chan struct{}
	once      sync.Once
	resource  string
	sources   map[string]*webrtc.TrackLocalStaticRTP

	mu    sync.Mutex
	video []webrtc.SSRC
}

var feedback = []webrtc.RTCPFeedback{{Type: "ccm", Parameter: "fir"}, {Type: "nack"}, {Type: "nack", Parameter: "pli"}}

var known = map[string]webrtc.RTPCodecParameters{
	"vp8":  {PayloadType: 96, RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeVP8, ClockRate: 90000, RTCPFeedback: feedback}},
	"vp9":  {PayloadType: 98, RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeVP9, ClockRate: 90000, SDPFmtpLine: "profile-id=0", RTCPFeedback: feedback}},
	"h264": {PayloadType: 102, RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeH264, ClockRate: 90000, SDPFmtpLine: "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f", RTCPFeedback: feedback}},
	"opus": {PayloadType: 111, RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2, SDPFmtpLine: "minptime=10;useinbandfec=1"}},
}

func kindOf(codec string) webrtc.RTPCodecType {
	if codec == "opus" {
		return webrtc.RTPCodecTypeAudio
	}
	return webrtc.RTPCodecTypeVideo
}

func newClient(o options) (*client, error) {
	c := &client{o: o, connected: make(chan struct{}), sources: map[string]*webrtc.TrackLocalStaticRTP{}}
	media := &webrtc.MediaEngine{}
	for _, name := range strings.Split(o.codecs, ",") {
		if err := media.RegisterCodec(known[name], kindOf(name)); err != nil {
			return nil, err
		}
	}
	for _, kind := range []webrtc.RTPCodecType{webrtc.RTPCodecTypeAudio, webrtc.RTPCodecTypeVideo} {
		if err := media.RegisterHeaderExtension(webrtc.RTPHeaderExtensionCapability{URI: sdp.SDESMidURI}, kind); err != nil {
			return nil, err
		}
	}
	chain := &interceptor.Registry{}
	// The tap is innermost, so that it sees what the others send.
	chain.Add(tapFactory{})
	if err := webrtc.RegisterDefaultInterceptors(media, chain); err != nil {
		return nil, err
	}
	if err := webrtc.ConfigureTWCCHeaderExtensionSender(media, chain); err != nil {
		return nil, err
	}
	settings, err := c.settings()
	if err != nil {
		return nil, err
	}
	api := webrtc.NewAPI(webrtc.WithMediaEngine(media), webrtc.WithInterceptorRegistry(chain), webrtc.WithSettingEngine(settings))
	if c.pc, err = api.NewPeerConnection(webrtc.Configuration{BundlePolicy: webrtc.BundlePolicyMaxBundle}); err != nil {
		return nil, err
	}
	c.pc.OnConnectionStateChange(func(s webrtc.PeerConnectionState) {
		tell(map[string]any{"event": "state", "state": s.String()})
		if s == webrtc.PeerConnectionStateConnected {
			c.once.Do(func() { close(c.connected) })
		}
	})
	return c, nil
}

func (c *client) settings() (webrtc.SettingEngine, error) {
	settings := webrtc.SettingEngine{}
	lossy, err := newLossyNet(c.o.dropEvery, c.o.dropMost)
	if err != nil {
		return settings, err
	}
	settings.SetNet(lossy)
	settings.SetIncludeLoopbackCandidate(true)
	settings.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	settings.SetIPFilter(func(ip net.IP) bool { return ip.IsLoopback() })
	settings.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	settings.SetSRTPReplayProtectionWindow(1024)
	switch c.o.srtp {
	case "sha1":
		settings.SetSRTPProtectionProfiles(dtls.SRTP_AES128_CM_HMAC_SHA1_80)
	default:
		settings.SetSRTPProtectionProfiles(dtls.SRTP_AEAD_AES_128_GCM)
	}
	return settings, nil
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
	http := http.Client{Timeout: 20 * time.Second}
	response, err := http.Post(url, "application/sdp", bytes.NewBufferString(c.pc.LocalDescription().SDP))
	if err != nil {
		return err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode != 201 {
		return fmt.Errorf("%s: %s %s", url, response.Status, answer)
	}
	location, err := response.Location()
	if err != nil {
		return err
	}
	c.resource = location.String()
	return c.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: string(answer)})
}

// waitForReceivers returns when every receiver has opened its streams: what comes before that, Pion reads for itself to find out what it is. Pion
// signals it by a channel that it keeps to itself.
func (c *client) waitForReceivers() error {
	for _, t := range c.pc.GetTransceivers() {
		receiver := t.Receiver()
		if receiver == nil || t.Direction() != webrtc.RTPTransceiverDirectionRecvonly {
			continue
		}
		field := reflect.ValueOf(receiver).Elem().FieldByName("received")
		if !field.IsValid() || field.Type() != reflect.TypeOf((chan interface{})(nil)) {
			return fmt.Errorf("this version of Pion has no such channel")
		}
		select {
		case <-*(*chan interface{})(unsafe.Pointer(field.UnsafeAddr())):
		case <-time.After(20 * time.Second):
			return fmt.Errorf("a receiver does not begin")
		}
	}
	return nil
}

func (c *client) close() {
	if request, err := http.NewRequest(http.MethodDelete, c.resource, nil); err == nil && c.resource != "" {
		if response, err := http.DefaultClient.Do(request); err == nil {
			_ = response.Body.Close()
		}
	}
	_ = c.pc.Close()
}

func (c *client) askForPicture() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, ssrc := range c.video {
		_ = c.pc.WriteRTCP([]rtcp.Packet{&rtcp.PictureLossIndication{MediaSSRC: uint32(ssrc)}})
	}
}

// srtpProfile is what DTLS agreed on; this version of Pion keeps it to itself.
func (c *client) srtpProfile() string {
	for _, t := range c.pc.GetTransceivers() {
		var transport *webrtc.DTLSTransport
		if sender := t.Sender(); sender != nil {
			transport = sender.Transport()
		} else if receiver := t.Receiver(); receiver != nil {
			transport = receiver.Transport()
		}
		if transport == nil {
			continue
		}
		field := reflect.ValueOf(transport).Elem().FieldByName("srtpProtectionProfile")
		if field.IsValid() && field.Uint() == 1 {
			return "AES_CM_128_HMAC_SHA1_80"
		}
		if field.IsValid() && field.Uint() == 7 {
			return "AEAD_AES_128_GCM"
		}
	}
	return "unknown"
}

var output sync.Mutex

// tell writes one event for whoever drives us.
func tell(event any) {
	line, err := json.Marshal(event)
	if err != nil {
		panic(err)
	}
	output.Lock()
	defer output.Unlock()
	_, _ = os.Stdout.Write(append(line, '\n'))
}
