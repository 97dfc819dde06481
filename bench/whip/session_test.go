// What of an offer a restart of ICE says again.
package whip

import "testing"

func TestFragmentIsAboutTheFirstSectionsTransport(t *testing.T) {
	offer := "v=0\r\na=group:BUNDLE 0 1\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=ice-ufrag:name\r\na=ice-pwd:secret\r\na=sendonly\r\n" +
		"a=candidate:1 1 udp 1 127.0.0.1 9 typ host\r\na=end-of-candidates\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:1\r\na=ice-ufrag:name\r\na=ice-pwd:secret\r\n"
	want := "a=group:BUNDLE 0 1\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=ice-ufrag:name\r\na=ice-pwd:secret\r\n" +
		"a=candidate:1 1 udp 1 127.0.0.1 9 typ host\r\na=end-of-candidates\r\n"
	if fragment := fragmentOf(offer); fragment != want {
		t.Errorf("got %q", fragment)
	}
}
