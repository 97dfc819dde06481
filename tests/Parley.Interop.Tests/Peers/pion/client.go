// One connection: its codecs and settings, what it is told to do, and what this version of Pion keeps to itself.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strings"
	"sync"
	"time"
	"unsafe"

	"github.com/pion/dtls/v2"
	"github.com/pion/interceptor"
	"github.com/pion/rtcp"
	"github.com/pion/webrtc/v3"
	"whip"
)

type client struct {
	*whip.Client
	o       options
	sources map[string]*webrtc.TrackLocalStaticRTP

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
	media := &webrtc.MediaEngine{}
	for _, name := range strings.Split(o.codecs, ",") {
		if err := media.RegisterCodec(known[name], kindOf(name)); err != nil {
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
	settings, err := settingsOf(o)
	if err != nil {
		return nil, err
	}
	c := &client{o: o, sources: map[string]*webrtc.TrackLocalStaticRTP{}}
	c.Client, err = whip.New(media, chain, settings, func(s webrtc.PeerConnectionState) {
		tell(map[string]any{"event": "state", "state": s.String()})
	})
	if err != nil {
		return nil, err
	}
	c.Token = o.token
	return c, nil
}

func settingsOf(o options) (webrtc.SettingEngine, error) {
	settings := webrtc.SettingEngine{}
	lossy, err := newLossyNet(o.dropEvery, o.dropMost)
	if err != nil {
		return settings, err
	}
	settings.SetNet(lossy)
	settings.SetSRTPReplayProtectionWindow(1024)
	switch o.srtp {
	case "sha1":
		settings.SetSRTPProtectionProfiles(dtls.SRTP_AES128_CM_HMAC_SHA1_80)
	default:
		settings.SetSRTPProtectionProfiles(dtls.SRTP_AEAD_AES_128_GCM)
	}
	return settings, nil
}

func (c *client) restart() error {
	tag, err := c.RestartICE()
	if err == nil {
		tell(map[string]any{"event": "restarted", "tag": tag})
	}
	return err
}

// waitForReceivers returns when every receiver has opened its streams: what comes before that, Pion reads for itself to find out what it is. Pion
// signals it by a channel that it keeps to itself.
func (c *client) waitForReceivers() error {
	for _, t := range c.PC.GetTransceivers() {
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
	if c.Location() != "" {
		if err := c.End(); err == nil {
			tell(map[string]any{"event": "deleted"})
		}
	}
	_ = c.PC.Close()
}

func (c *client) askForPicture() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, ssrc := range c.video {
		_ = c.PC.WriteRTCP([]rtcp.Packet{&rtcp.PictureLossIndication{MediaSSRC: uint32(ssrc)}})
	}
}

// srtpProfile is what DTLS agreed on; this version of Pion keeps it to itself.
func (c *client) srtpProfile() string {
	for _, t := range c.PC.GetTransceivers() {
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
