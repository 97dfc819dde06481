// One WebRTC client endpoint: a publisher or a subscriber.
package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/dtls/v2"
	"github.com/pion/ice/v2"
	"github.com/pion/interceptor"
	"github.com/pion/logging"
	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/sdp/v3"
	"github.com/pion/webrtc/v3"
)

// PeerOptions choose what a client does.
type PeerOptions struct {
	SRTP  string // any, sha1 (AES_CM_128_HMAC_SHA1_80 only) or gcm (AEAD_AES_128_GCM only)
	Light bool   // subscriber: count SRTP packets on the wire but drop them before decryption
	Audio bool
	Video bool
	Debug bool
	IP    string // the only local address to use
}

// Peer is one client. It owns its PeerConnection or, against the floor, its plain socket.
type Peer struct {
	name  string
	opt   PeerOptions
	light bool
	pc    *webrtc.PeerConnection // nil against the floor
	plain *plainLink             // nil against servers
	ring  [ringSize]ringEntry

	connected chan struct{}
	connOnce  sync.Once
	failed    int32

	// On the wire, before decryption.
	wireRTP, wireBytes, cleartext uint64

	lightMu sync.Mutex
	lights  map[uint32]*lightStream // by SSRC

	mu     sync.Mutex
	tracks []*trackStats // of a full subscriber

	rtcpMu sync.Mutex
	rtcp   map[string]int // received, by kind

	video, audio *source // of a publisher
}

func barePeer(name string, opt PeerOptions) *Peer {
	return &Peer{name: name, opt: opt, light: opt.Light, connected: make(chan struct{}), rtcp: map[string]int{}, lights: map[uint32]*lightStream{}}
}

func newPeer(name string, opt PeerOptions, publisher bool) (*Peer, error) {
	p := barePeer(name, opt)
	settings, err := p.settings()
	if err != nil {
		return nil, err
	}
	media := &webrtc.MediaEngine{}
	if err := registerCodecs(media, opt); err != nil {
		return nil, err
	}
	chain, err := interceptors(media, publisher)
	if err != nil {
		return nil, err
	}
	api := webrtc.NewAPI(webrtc.WithMediaEngine(media), webrtc.WithInterceptorRegistry(chain), webrtc.WithSettingEngine(settings))
	if p.pc, err = api.NewPeerConnection(webrtc.Configuration{BundlePolicy: webrtc.BundlePolicyMaxBundle}); err != nil {
		return nil, err
	}
	p.pc.OnConnectionStateChange(func(s webrtc.PeerConnectionState) {
		if opt.Debug {
			fmt.Println(name, "connection", s)
		}
		switch s {
		case webrtc.PeerConnectionStateConnected:
			p.connOnce.Do(func() { close(p.connected) })
		case webrtc.PeerConnectionStateFailed, webrtc.PeerConnectionStateDisconnected:
			atomic.StoreInt32(&p.failed, 1)
		}
	})
	p.pc.OnTrack(p.onTrack)
	return p, nil
}

func (p *Peer) settings() (webrtc.SettingEngine, error) {
	se := webrtc.SettingEngine{}
	tn, err := newTSNet(p)
	if err != nil {
		return se, err
	}
	se.SetNet(tn)
	if !p.opt.Debug {
		se.LoggerFactory = &logging.DefaultLoggerFactory{Writer: io.Discard, DefaultLogLevel: logging.LogLevelDisabled}
	}
	se.SetIncludeLoopbackCandidate(true)
	se.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	se.SetIPFilter(func(ip net.IP) bool { return ip.String() == p.opt.IP })
	se.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	se.SetICETimeouts(10*time.Second, 25*time.Second, 2*time.Second)
	se.SetSRTPReplayProtectionWindow(1024)
	switch p.opt.SRTP {
	case "sha1":
		se.SetSRTPProtectionProfiles(dtls.SRTP_AES128_CM_HMAC_SHA1_80)
	case "gcm":
		se.SetSRTPProtectionProfiles(dtls.SRTP_AEAD_AES_128_GCM)
	}
	return se, nil
}

func registerCodecs(me *webrtc.MediaEngine, opt PeerOptions) error {
	if opt.Video {
		feedback := []webrtc.RTCPFeedback{{Type: "goog-remb"}, {Type: "ccm", Parameter: "fir"}, {Type: "nack"}, {Type: "nack", Parameter: "pli"}}
		vp8 := webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeVP8, ClockRate: 90000, RTCPFeedback: feedback}
		if err := me.RegisterCodec(webrtc.RTPCodecParameters{RTPCodecCapability: vp8, PayloadType: videoPT}, webrtc.RTPCodecTypeVideo); err != nil {
			return err
		}
	}
	if opt.Audio {
		opus := webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2, SDPFmtpLine: "minptime=10;useinbandfec=1"}
		if err := me.RegisterCodec(webrtc.RTPCodecParameters{RTPCodecCapability: opus, PayloadType: audioPT}, webrtc.RTPCodecTypeAudio); err != nil {
			return err
		}
	}
	for _, k := range []webrtc.RTPCodecType{webrtc.RTPCodecTypeVideo, webrtc.RTPCodecTypeAudio} {
		if err := me.RegisterHeaderExtension(webrtc.RTPHeaderExtensionCapability{URI: sdp.SDESMidURI}, k); err != nil {
			return err
		}
	}
	return nil
}

const (
	videoPT = 96
	audioPT = 111
)

// interceptors do what a browser does: a publisher answers NACKs, sends sender reports and numbers its packets for
// transport-wide congestion control; a subscriber sends NACKs, receiver reports and transport-cc feedback.
func interceptors(me *webrtc.MediaEngine, publisher bool) (*interceptor.Registry, error) {
	ir := &interceptor.Registry{}
	if err := webrtc.ConfigureNack(me, ir); err != nil {
		return nil, err
	}
	if err := webrtc.ConfigureRTCPReports(ir); err != nil {
		return nil, err
	}
	if !publisher {
		return ir, webrtc.ConfigureTWCCSender(me, ir)
	}
	if err := webrtc.ConfigureTWCCHeaderExtensionSender(me, ir); err != nil {
		return nil, err
	}
	me.RegisterFeedback(webrtc.RTCPFeedback{Type: webrtc.TypeRTCPFBTransportCC}, webrtc.RTPCodecTypeVideo)
	return ir, nil
}

// addSendTracks makes the peer a publisher.
func (p *Peer) addSendTracks(pubID uint32, load *Load) error {
	stream := fmt.Sprintf("pub%d", pubID)
	add := func(codec webrtc.RTPCodecCapability, id string, video bool) (*source, error) {
		if p.plain != nil {
			return newSource(pubID, video, load, p.plain.track(pubID, video)), nil
		}
		t, err := webrtc.NewTrackLocalStaticRTP(codec, id+stream, stream)
		if err != nil {
			return nil, err
		}
		tr, err := p.pc.AddTransceiverFromTrack(t, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendonly})
		if err != nil {
			return nil, err
		}
		go p.readRTCP(tr.Sender().Read)
		return newSource(pubID, video, load, t), nil
	}
	var err error
	if p.opt.Audio {
		if p.audio, err = add(webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2}, "a", false); err != nil {
			return err
		}
	}
	if p.opt.Video {
		p.video, err = add(webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeVP8, ClockRate: 90000}, "v", true)
	}
	return err
}

// sources are what a publisher sends.
func (p *Peer) sources() []*source {
	var all []*source
	for _, s := range []*source{p.audio, p.video} {
		if s != nil {
			all = append(all, s)
		}
	}
	return all
}

// addRecvTransceivers prepares an offer of a subscriber (WHEP).
func (p *Peer) addRecvTransceivers() error {
	init := webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly}
	if p.opt.Audio {
		if _, err := p.pc.AddTransceiverFromKind(webrtc.RTPCodecTypeAudio, init); err != nil {
			return err
		}
	}
	if p.opt.Video {
		if _, err := p.pc.AddTransceiverFromKind(webrtc.RTPCodecTypeVideo, init); err != nil {
			return err
		}
	}
	return nil
}

// Offer makes an offer with all candidates gathered and sets it as the local description.
func (p *Peer) Offer() (string, error) {
	o, err := p.pc.CreateOffer(nil)
	if err != nil {
		return "", err
	}
	return p.setLocal(o)
}

// AcceptAnswer sets the server's answer.
func (p *Peer) AcceptAnswer(answer string) error {
	if p.opt.Debug {
		fmt.Printf("%s: local offer\n%s\nanswer\n%s\n", p.name, p.pc.LocalDescription().SDP, answer)
	}
	return p.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: answer})
}

// Answer takes the server's offer and returns an answer with all candidates gathered.
func (p *Peer) Answer(offer string) (string, error) {
	if err := p.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: offer}); err != nil {
		return "", fmt.Errorf("remote offer: %w", err)
	}
	a, err := p.pc.CreateAnswer(nil)
	if err != nil {
		return "", err
	}
	return p.setLocal(a)
}

func (p *Peer) setLocal(d webrtc.SessionDescription) (string, error) {
	done := webrtc.GatheringCompletePromise(p.pc)
	if err := p.pc.SetLocalDescription(d); err != nil {
		return "", err
	}
	<-done
	return p.pc.LocalDescription().SDP, nil
}

func (p *Peer) waitConnected(d time.Duration) error {
	select {
	case <-p.connected:
		return nil
	case <-time.After(d):
		if p.plain != nil {
			return fmt.Errorf("%s: the floor did not answer within %s", p.name, d)
		}
		return fmt.Errorf("%s: not connected after %s (ice %s, pc %s)", p.name, d, p.pc.ICEConnectionState(), p.pc.ConnectionState())
	}
}

func (p *Peer) close() {
	if p.plain != nil {
		p.plain.close()
	} else {
		_ = p.pc.Close()
	}
}

func (p *Peer) readRTCP(read func([]byte) (int, interceptor.Attributes, error)) {
	buf := make([]byte, 1500)
	for {
		n, _, err := read(buf)
		if err != nil {
			return
		}
		pkts, err := rtcp.Unmarshal(buf[:n])
		if err != nil {
			continue
		}
		p.rtcpMu.Lock()
		for _, k := range pkts {
			name := strings.TrimPrefix(reflect.TypeOf(k).String(), "*rtcp.")
			p.rtcp[name]++
			if nk, ok := k.(*rtcp.TransportLayerNack); ok {
				for _, x := range nk.Nacks {
					p.rtcp["nacked-packets"] += len(x.PacketList())
				}
			}
			switch k.(type) {
			case *rtcp.PictureLossIndication, *rtcp.FullIntraRequest:
				if p.video != nil {
					p.video.requestKey()
				}
			}
		}
		p.rtcpMu.Unlock()
	}
}

func (p *Peer) onTrack(t *webrtc.TrackRemote, r *webrtc.RTPReceiver) {
	s := p.newTrack(t.Kind() == webrtc.RTPCodecTypeVideo)
	go p.readRTCP(r.Read)
	buf := make([]byte, 1700)
	var h rtp.Header
	for {
		n, _, err := t.Read(buf)
		if err != nil {
			if !errors.Is(err, io.EOF) && p.opt.Debug {
				fmt.Println(p.name, "track read:", err)
			}
			return
		}
		s.handle(p, buf[:n], time.Now().UnixNano(), &h)
	}
}

// srtpProfile reads the negotiated profile out of Pion's DTLS transport (it has no accessor in this version).
func (p *Peer) srtpProfile() string {
	if p.plain != nil {
		return p.plain.profileName()
	}
	var dt *webrtc.DTLSTransport
	for _, t := range p.pc.GetTransceivers() {
		if s := t.Sender(); s != nil && s.Transport() != nil {
			dt = s.Transport()
		}
		if r := t.Receiver(); r != nil && r.Transport() != nil {
			dt = r.Transport()
		}
	}
	if dt == nil {
		return "?"
	}
	f := reflect.ValueOf(dt).Elem().FieldByName("srtpProtectionProfile")
	if !f.IsValid() {
		return "?"
	}
	switch f.Uint() {
	case 1:
		return "AES_CM_128_HMAC_SHA1_80"
	case 7:
		return "AEAD_AES_128_GCM"
	}
	return fmt.Sprintf("profile-%d", f.Uint())
}
