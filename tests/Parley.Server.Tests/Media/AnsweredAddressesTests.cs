// Which addresses an answer tells: those that were configured, inside and outside at once, or the machine's own; never one that ends at the next router.
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Parley.Media.Sdp;

namespace Parley.Server.Tests.Media;

public sealed class AnsweredAddressesTests
{
    private static readonly OfferedSection[] Sends = [new("audio", "sendonly", 11), new("video", "sendonly", 12)];

    [Fact]
    public async Task Everything_that_is_advertised_is_told_by_both_protocols_in_its_order()
    {
        string[] advertised = ["192.168.1.5", "203.0.113.7", "2001:db8::7"];
        var candidates = await AnsweredAsync(("Parley:Media:AdvertisedAddresses", string.Join(',', advertised)));
        Assert.Equal(advertised, Told(candidates, IceProtocol.Udp));
        Assert.Equal(advertised, Told(candidates, IceProtocol.Tcp));
    }

    [Theory, InlineData("0.0.0.0", AddressFamily.InterNetwork), InlineData("::", AddressFamily.InterNetworkV6)]
    public async Task Of_the_machines_own_addresses_none_that_is_link_local_is_told(string bind, AddressFamily family)
    {
        var own = NetworkInterface.GetAllNetworkInterfaces().Where(static network => network.OperationalStatus == OperationalStatus.Up)
            .SelectMany(static network => network.GetIPProperties().UnicastAddresses.Select(static unicast => unicast.Address))
            .Where(address => address.AddressFamily == family)
            .Select(static address => address.ToString().Split('%')[0])
            .ToHashSet(StringComparer.Ordinal);
        Assert.SkipUnless(own.Count > 0, $"This machine has no address of {family}.");
        Assert.SkipUnless(family == AddressFamily.InterNetwork || own.Any(IsLinkLocal), "This machine has no link-local address that could be told.");
        var candidates = await AnsweredAsync(("Parley:Media:BindAddresses", bind));
        Assert.NotEmpty(candidates);
        Assert.All(candidates, candidate => Assert.Contains(candidate.Address, own));
        Assert.DoesNotContain(candidates, static candidate => IsLinkLocal(candidate.Address));
    }

    private static bool IsLinkLocal(string address) => address.StartsWith("fe80:", StringComparison.OrdinalIgnoreCase) || address.StartsWith("169.254.", StringComparison.Ordinal);

    private static IEnumerable<string> Told(IEnumerable<IceCandidate> candidates, IceProtocol protocol) =>
        candidates.Where(candidate => candidate.Protocol == protocol).OrderByDescending(static candidate => candidate.Priority).Select(static candidate => candidate.Address);

    private static async Task<IReadOnlyList<IceCandidate>> AnsweredAsync(params (string Key, string Value)[] settings)
    {
        await using var stage = await MediaStage.StartAsync(settings);
        var answer = await stage.PostAsync(stage.Whip, SdpText.Offer(Sends));
        Assert.True(answer.Status == 201, answer.Body);
        Assert.True(SessionDescription.TryParse(answer.Body, out var description, out _));
        Assert.All(description!.Sections[0].Candidates, candidate => Assert.Equal(stage.Gateway.Server!.Port, candidate.Port));
        return description.Sections[0].Candidates;
    }
}
