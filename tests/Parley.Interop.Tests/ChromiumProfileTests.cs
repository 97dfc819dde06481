using Parley.Interop.Tests.Stage;
using Parley.Media.Srtp;
using Parley.Media.Udp;
using Parley.Media.Udp.Dtls;

namespace Parley.Interop.Tests;

public sealed class ChromiumProfileTests(BrowserPeers browser)
{
    // What is agreed upon where we take all three is the first.
    [Theory]
    [InlineData(SrtpProfile.AeadAes256Gcm, "SRTP_AEAD_AES_256_GCM")]
    [InlineData(SrtpProfile.Aes128CmHmacSha1Tag80, "SRTP_AES128_CM_HMAC_SHA1_80")]
    public async Task Pictures_and_sound_go_both_ways_under_each_profile(SrtpProfile profile, string name)
    {
        await using var host = await ForwardingHost.StartAsync(new MediaServerOptions { Dtls = new DtlsOptions { Profiles = [profile] } });
        await using var publisher = await browser.PublishAsync(host, "stream", "vp8");
        var (player, _) = await browser.PlayAsync(host, "stream");
        await using (player)
        {
            var played = await player.WaitAsync("a second of pictures and sound", static figures => figures is { FramesDecoded: > 30, AudioEnergy: > 0 });
            Assert.Equal((name, 0), (played.SrtpCipher, played.PacketsLost));
            Assert.Equal(name, (await publisher.FiguresAsync()).SrtpCipher);
        }
    }

    [Fact]
    public async Task Sound_with_redundancy_is_heard_by_who_takes_it_and_without_it_by_who_does_not()
    {
        await using var host = await ForwardingHost.StartAsync();
        await using var publisher = await browser.PublishAsync(host, "stream", new PublishedVideo("vp8") { Redundancy = true });
        var (taking, _) = await browser.PlayAsync(host, "stream", redundancy: true);
        await using (taking)
        {
            var (plain, _) = await browser.PlayAsync(host, "stream", redundancy: false);
            await using (plain)
            {
                var without = await plain.WaitAsync("two seconds of sound", static figures => figures is { AudioPackets: > 100, AudioEnergy: > 0 });
                var with = await taking.WaitAsync("sound as well", static figures => figures is { AudioPackets: > 100, AudioEnergy: > 0 });
                Assert.True(with.AudioBytes / with.AudioPackets > 1.5 * without.AudioBytes / without.AudioPackets, $"{with}\n{without}");
            }
        }
    }
}
