// Package whip is a Pion client of WHIP and WHEP on loopback: what the crowd of the soak and the peer of the interop tests have in common.
package whip

import (
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/pion/ice/v2"
	"github.com/pion/interceptor"
	"github.com/pion/sdp/v3"
	"github.com/pion/webrtc/v3"
)

const patience = 20 * time.Second

// Client is one connection, and its session when it is open.
type Client struct {
	PC *webrtc.PeerConnection

	// Web and Token are what its requests are made with; without a token they say nothing of who asks.
	Web   http.Client
	Token string

	connected chan struct{}
	session   session
}

// New makes a client. onState, if there is one, hears of the connection's states.
func New(media *webrtc.MediaEngine, chain *interceptor.Registry, settings webrtc.SettingEngine, onState func(webrtc.PeerConnectionState)) (*Client, error) {
	for _, kind := range []webrtc.RTPCodecType{webrtc.RTPCodecTypeAudio, webrtc.RTPCodecTypeVideo} {
		if err := media.RegisterHeaderExtension(webrtc.RTPHeaderExtensionCapability{URI: sdp.SDESMidURI}, kind); err != nil {
			return nil, err
		}
	}
	settings.SetIncludeLoopbackCandidate(true)
	settings.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	settings.SetIPFilter(func(ip net.IP) bool { return ip.IsLoopback() })
	settings.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	api := webrtc.NewAPI(webrtc.WithMediaEngine(media), webrtc.WithInterceptorRegistry(chain), webrtc.WithSettingEngine(settings))
	pc, err := api.NewPeerConnection(webrtc.Configuration{BundlePolicy: webrtc.BundlePolicyMaxBundle})
	if err != nil {
		return nil, err
	}
	c := &Client{PC: pc, Web: http.Client{Timeout: patience}, connected: make(chan struct{})}
	var once sync.Once
	pc.OnConnectionStateChange(func(s webrtc.PeerConnectionState) {
		if onState != nil {
			onState(s)
		}
		if s == webrtc.PeerConnectionStateConnected {
			once.Do(func() { close(c.connected) })
		}
	})
	return c, nil
}

// WaitConnected returns when ICE and DTLS are done.
func (c *Client) WaitConnected() error {
	select {
	case <-c.connected:
		return nil
	case <-time.After(patience):
		return fmt.Errorf("not connected within %s: ICE is %s, the connection %s", patience, c.PC.ICEConnectionState(), c.PC.ConnectionState())
	}
}
