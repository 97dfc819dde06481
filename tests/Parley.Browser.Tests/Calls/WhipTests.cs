// Chromium as a WHIP client that sends, and as a WHEP client that plays: pictures decoded and sound heard through the media server.
using Microsoft.Playwright;
using Parley.Browser.Tests.Harness;

namespace Parley.Browser.Tests.Calls;

public sealed class WhipTests(BrowserFixture fixture) : BrowserTest(fixture)
{
    /// <summary>What has arrived at a player.</summary>
    private sealed record Arrived(double Frames, double Energy, string Codec);

    [Theory]
    [InlineData("VP8")]
    [InlineData("H264")]
    public async Task One_page_sends_by_WHIP_and_another_plays_it_by_WHEP(string codec)
    {
        var ada = await OpenAsync("Ada");
        var grace = await OpenAsync("Grace");
        await ada.GoAsync("/");
        await grace.GoAsync("/");
        // Sound is played only to somebody who has touched the page.
        await grace.Page.Mouse.ClickAsync(1, 1);
        var token = await ada.Page.EvaluateAsync<string>(
            """
            async () => (await (await fetch('/api/auth/guest', {
              method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ name: 'Ada' }) })).json()).token
            """);
        var code = await ada.Page.EvaluateAsync<string>(
            """
            async (token) => (await (await fetch('/api/meetings', {
              method: 'POST', headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` }, body: JSON.stringify({ lobby: false }) })).json()).code
            """,
            token);

        var publisher = await StreamAsync(ada.Page, $"/api/meetings/{code}/whip", token, codec);
        await StreamAsync(grace.Page, $"/api/meetings/{code}/whep?from={publisher.Split('/')[^1]}", token, null);
        await ExpectPlaysAsync(grace.Page, codec);

        Assert.Equal(200, await DeleteAsync(ada.Page, publisher, token));
        Assert.Equal(404, await DeleteAsync(ada.Page, publisher, token));
    }

    private static Task<string> StreamAsync(IPage page, string path, string token, string? codec) => page.EvaluateAsync<string>(
        """
        async ([path, token, codec]) => {
          const connection = new RTCPeerConnection();
          window.__stream = connection;
          if (codec) {
            const devices = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 320, height: 240 } });
            for (const track of devices.getTracks()) {
              const transceiver = connection.addTransceiver(track, { direction: 'sendonly', streams: [devices] });
              if (track.kind === 'video') {
                transceiver.setCodecPreferences(RTCRtpSender.getCapabilities('video').codecs.filter((each) => [`video/${codec}`, 'video/rtx'].includes(each.mimeType)));
              }
            }
          } else {
            const screen = document.body.appendChild(document.createElement('video'));
            screen.autoplay = true;
            screen.srcObject = new MediaStream();
            connection.ontrack = (event) => screen.srcObject.addTrack(event.track);
            for (const kind of ['audio', 'video']) connection.addTransceiver(kind, { direction: 'recvonly' });
          }
          await connection.setLocalDescription();
          const answer = await fetch(path, {
            method: 'POST', headers: { 'Content-Type': 'application/sdp', Authorization: `Bearer ${token}` }, body: connection.localDescription.sdp });
          const sdp = await answer.text();
          if (answer.status !== 201) throw new Error(`${answer.status} ${sdp}`);
          await connection.setRemoteDescription({ type: 'answer', sdp });
          return answer.headers.get('location');
        }
        """,
        new object?[] { path, token, codec });

    private static async Task ExpectPlaysAsync(IPage page, string codec)
    {
        var now = await Eventually.HoldsAsync("the player decodes pictures and hears sound", Limits.Media, () => ReadAsync(page), static now => now is { Frames: >= 30, Energy: > 0 });
        Assert.Equal($"video/{codec}", now.Codec);
    }

    private static async Task<Arrived> ReadAsync(IPage page)
    {
        var seen = await page.EvaluateAsync<System.Text.Json.JsonElement>(
            """
            async () => {
              const stats = [...(await window.__stream.getStats()).values()];
              const of = (kind) => stats.find((each) => each.type === 'inbound-rtp' && each.kind === kind) ?? {};
              return { frames: of('video').framesDecoded ?? 0, energy: of('audio').totalAudioEnergy ?? 0, codec: stats.find((each) => each.id === of('video').codecId)?.mimeType ?? '' };
            }
            """);
        return new Arrived(seen.GetProperty("frames").GetDouble(), seen.GetProperty("energy").GetDouble(), seen.GetProperty("codec").GetString()!);
    }

    private static Task<int> DeleteAsync(IPage page, string path, string token) => page.EvaluateAsync<int>(
        "async ([path, token]) => (await fetch(path, { method: 'DELETE', headers: { Authorization: `Bearer ${token}` } })).status", new object[] { path, token });
}
