// The ways that media takes: through a TURN server when nothing else is allowed, and again after a path broke.
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Parley.Browser.Tests.Harness;
using static Microsoft.Playwright.Assertions;

namespace Parley.Browser.Tests.Calls;

public sealed class PathTests(BrowserFixture fixture) : CallTest(fixture)
{
    private static readonly TimeSpan ShownLimit = TimeSpan.FromSeconds(20);

    protected override ParticipantOptions Options { get; } = new() { MaxHeight = 180 };

    [Fact]
    public async Task A_call_that_may_only_be_relayed_goes_through_turn_with_the_servers_credentials()
    {
        Assert.SkipWhen(CoturnProcess.Program is null, "coturn is not installed (apt-get install coturn)");
        var turn = Own(await CoturnProcess.StartAsync());
        await UseOwnServerAsync($"--Parley:Ice:TurnUrls:0=turn:127.0.0.1:{turn.Port}?transport=udp", $"--Parley:Ice:TurnSecret={turn.Secret}");
        // Grace's browser knows no other way from the start; Ada hides her address in the middle of the call.
        var people = await Task.WhenAll(OpenAsync("Ada"), OpenAsync("Grace", Options with { RelayOnly = true }));
        var (ada, grace) = (people[0], people[1]);
        var code = await (await Account.GuestAsync(ada)).CreateMeetingAsync();
        await ada.JoinAsync(code);
        await grace.JoinAsync(code);
        await MediaFlow.ExpectEverybodySeesAndHearsAsync(people);
        await ada.Room.PressMoreAsync("Camera and sound");
        await ada.Page.GetByRole(AriaRole.Switch, new() { Name = "Hide my network address" }).ClickAsync();
        await ada.Page.Keyboard.PressAsync("Escape");
        await Eventually.HoldsAsync(
            "Ada's end is a relay, too", Limits.Media, () => ada.Probe.InboundAsync("Grace"), now => now.LocalCandidate == "relay");

        await MediaFlow.ExpectEverybodySeesAndHearsAsync(people);

        foreach (var (viewer, seen) in MediaFlow.Pairs(people))
        {
            var inbound = await viewer.Probe.InboundAsync(seen.Name);
            Assert.Equal("relay", inbound.LocalCandidate);
            Assert.Equal("relay", inbound.RemoteCandidate);
        }
        await ada.Room.PressMoreAsync("Connection statistics");
        await Expect(ada.Page.GetByText("relayed", new() { Exact = false }).First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_path_that_swallows_every_packet_is_shown_and_repaired_over_another_without_a_reload()
    {
        Assert.SkipWhen(BlockedPorts.Missing is not null, BlockedPorts.Missing ?? "");
        var (ada, grace) = await StartCallAsync("Ada", "Grace");
        await MediaFlow.ExpectEverybodySeesAndHearsAsync(ada, grace);
        await Task.WhenAll(ada.MarkPageAsync(), grace.MarkPageAsync(), NoteRepairAsync(ada), NoteRepairAsync(grace));
        var ports = (await ada.Probe.LocalPortsAsync("Grace")).Concat(await grace.Probe.LocalPortsAsync("Ada"));

        var broken = DateTimeOffset.UtcNow;
        var (blocked, reason) = await BlockedPorts.BlockAsync(ports);
        Assert.SkipWhen(blocked is null, reason);
        await using (blocked)
        {
            await ExpectShownAndRepairedAsync(ada, grace, broken);
        }
    }

    [Fact]
    public async Task A_connection_that_the_other_browser_lost_without_a_word_is_made_anew_without_a_reload()
    {
        var (ada, grace) = await StartCallAsync("Ada", "Grace");
        await MediaFlow.ExpectEverybodySeesAndHearsAsync(ada, grace);
        await Task.WhenAll(ada.MarkPageAsync(), grace.MarkPageAsync(), NoteRepairAsync(ada), NoteRepairAsync(grace));

        var broken = DateTimeOffset.UtcNow;
        Assert.Equal(1, await grace.Probe.CloseConnectionsWithAsync("Ada"));

        await ExpectShownAndRepairedAsync(ada, grace, broken);
    }

    private static Task NoteRepairAsync(Participant person) => person.NoteTextAsync("Repairing|Connecting");

    private static async Task ExpectShownAndRepairedAsync(Participant ada, Participant grace, DateTimeOffset broken)
    {
        // Whoever notices first repairs at once; the other may see moving pictures again before it has missed them.
        var first = await Task.WhenAny(ada.ExpectNotedAsync(ShownLimit), grace.ExpectNotedAsync(ShownLimit));
        await first;
        await MediaFlow.ExpectEverybodySeesAndHearsAsync(ada, grace);
        Report($"media flowed again {(DateTimeOffset.UtcNow - broken).TotalMilliseconds:0} ms after the path broke");
        await Expect(ada.Room.Tile("Grace").GetByText(new Regex("Repairing|Connecting"))).ToHaveCountAsync(0);
        Assert.True(await ada.IsMarkedPageAsync() && await grace.IsMarkedPageAsync(), "a page was loaded again");
    }
}
