using System.Net;
using Parley.Interop.Tests.Stage;
using Parley.Media.Engine;

namespace Parley.Interop.Tests;

public sealed class ChromiumRoamingTests(BrowserPeers browser)
{
    private const int Pictures = 20;

    [Fact]
    public async Task Media_follows_a_client_to_another_port_when_a_check_has_shown_that_it_is_the_same()
    {
        await using var host = await ForwardingHost.StartAsync();
        var server = new IPEndPoint(IPAddress.Loopback, host.Server.Port);
        await using var nearPublisher = new RebindingNat(server);
        await using var nearPlayer = new RebindingNat(server);
        host.ReachedAt = nearPublisher.Front;
        await using var publisher = await browser.PublishAsync(host, "stream", "vp8");
        host.ReachedAt = nearPlayer.Front;
        var (player, _) = await browser.PlayAsync(host, "stream");
        await using (player)
        {
            await GoesOnAsync(player);

            nearPublisher.Rebind(holdsChecks: true);
            await player.WaitAsync("checks of the publisher are held back", _ => nearPublisher.HeldChecks > 2);
            // Its media has arrived all the while, from a port that nobody has vouched for.
            Assert.True(host.Drops[DropReason.UnknownAddress] > Pictures, await host.DescribeAsync());
            var still = await player.FiguresAsync();
            nearPublisher.LetChecksThrough();
            await GoesOnAsync(player, still);

            nearPlayer.Rebind(holdsChecks: false);
            await GoesOnAsync(player);
            // Nobody had to come again.
            Assert.Equal((2, 2), (host.Joined, await host.ReadAsync(static engine => engine.PeerCount)));
        }
    }

    [Fact]
    public async Task Media_goes_on_over_a_restart_of_ICE_at_either_end()
    {
        await using var host = await ForwardingHost.StartAsync();
        await using var publisher = await browser.PublishAsync(host, "stream", "vp8");
        var (player, _) = await browser.PlayAsync(host, "stream");
        await using (player)
        {
            await GoesOnAsync(player);
            foreach (var restarting in new[] { publisher, player })
            {
                var names = await restarting.CallAsync<string[]>("() => restart()");
                Assert.Equal(4, names.Distinct(StringComparer.Ordinal).Count());
                await restarting.WaitAsync("checks with the new credentials are answered", figures => figures.Ufrag == names[2] && figures.ChecksAnswered > 0);
                await GoesOnAsync(player);
            }

            // The same peers, and the same keys: neither handshake was made again.
            Assert.Equal((2, 2), (host.Joined, await host.ReadAsync(static engine => engine.PeerCount)));
        }
    }

    private static async Task GoesOnAsync(BrowserPeer player, BrowserFigures? from = null)
    {
        from ??= await player.FiguresAsync();
        await player.WaitAsync($"{Pictures} more pictures and sound", figures => figures.FramesDecoded > from.FramesDecoded + Pictures && figures.AudioEnergy > from.AudioEnergy);
    }
}
