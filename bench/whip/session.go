// A session over HTTP: its offer, its answer, restarts of ICE, its end. RFC 9725.
package whip

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"

	"github.com/pion/webrtc/v3"
)

type session struct {
	location string
	answer   string
}

var (
	ufragLine = regexp.MustCompile(`a=ice-ufrag:[^\r\n]*`)
	pwdLine   = regexp.MustCompile(`a=ice-pwd:[^\r\n]*`)

	bundleLine    = regexp.MustCompile(`^a=group:BUNDLE `)
	transportLine = regexp.MustCompile(`^(m=|a=mid:|a=ice-ufrag:|a=ice-pwd:|a=candidate:|a=end-of-candidates)`)
)

// Location is where the session is; empty before it is open.
func (c *Client) Location() string { return c.session.location }

// Open offers what the connection was prepared for, and takes the answer.
func (c *Client) Open(url string) error {
	offer, err := c.describe(nil)
	if err != nil {
		return err
	}
	response, answer, err := c.send(http.MethodPost, url, "application/sdp", offer)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusCreated {
		return fmt.Errorf("POST %s: %s %s", url, response.Status, answer)
	}
	location, err := response.Location()
	if err != nil {
		return err
	}
	c.session = session{location: location.String(), answer: answer}
	return c.accept()
}

// RestartICE gives both ends new credentials, and the connection new sockets; it is connected again some time later. The entity tag that the
// session has from then on is returned.
func (c *Client) RestartICE() (string, error) {
	offer, err := c.describe(&webrtc.OfferOptions{ICERestart: true})
	if err != nil {
		return "", err
	}
	response, fragment, err := c.send(http.MethodPatch, c.session.location, "application/trickle-ice-sdpfrag", fragmentOf(offer))
	if err != nil {
		return "", err
	}
	ufrag, pwd := ufragLine.FindString(fragment), pwdLine.FindString(fragment)
	if response.StatusCode != http.StatusOK || ufrag == "" || pwd == "" {
		return "", fmt.Errorf("PATCH %s: %s %s", c.session.location, response.Status, fragment)
	}
	c.session.answer = ufragLine.ReplaceAllLiteralString(pwdLine.ReplaceAllLiteralString(c.session.answer, pwd), ufrag)
	return response.Header.Get("ETag"), c.accept()
}

// End ends the session. The connection is still there, and is to be closed.
func (c *Client) End() error {
	response, body, err := c.send(http.MethodDelete, c.session.location, "", "")
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("DELETE %s: %s %s", c.session.location, response.Status, body)
	}
	return err
}

// describe makes an offer with all candidates in it.
func (c *Client) describe(options *webrtc.OfferOptions) (string, error) {
	offer, err := c.PC.CreateOffer(options)
	if err != nil {
		return "", err
	}
	gathered := webrtc.GatheringCompletePromise(c.PC)
	if err = c.PC.SetLocalDescription(offer); err != nil {
		return "", err
	}
	<-gathered
	return c.PC.LocalDescription().SDP, nil
}

func (c *Client) accept() error {
	return c.PC.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: c.session.answer})
}

func (c *Client) send(method, url, mediaType, body string) (*http.Response, string, error) {
	request, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		return nil, "", err
	}
	if mediaType != "" {
		request.Header.Set("Content-Type", mediaType)
	}
	if method == http.MethodPatch {
		// Whichever tag it has: there is nobody else who restarts it.
		request.Header.Set("If-Match", "*")
	}
	if c.Token != "" {
		request.Header.Set("Authorization", "Bearer "+c.Token)
	}
	response, err := c.Web.Do(request)
	if err != nil {
		return nil, "", err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	return response, string(answer), err
}

// fragmentOf leaves what an offer says of its first section's transport, which all others share.
func fragmentOf(offer string) string {
	var fragment strings.Builder
	sections := 0
	for lines := bufio.NewScanner(strings.NewReader(offer)); lines.Scan(); {
		line := lines.Text()
		if strings.HasPrefix(line, "m=") {
			sections++
		}
		if bundleLine.MatchString(line) || sections == 1 && transportLine.MatchString(line) {
			fragment.WriteString(line + "\r\n")
		}
	}
	return fragment.String()
}
