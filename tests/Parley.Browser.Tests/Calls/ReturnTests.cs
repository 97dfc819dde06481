// Drops of every kind in the middle of a call: the server's own restart, the network, a reload. Everybody is back as they were,
// by themselves, and media, which is peer to peer, never stops.
using Parley.Browser.Tests.Harness;
using static Microsoft.Playwright.Assertions;

namespace Parley.Browser.Tests.Calls;

public sealed class ReturnTests(BrowserFixture fixture) : CallTest(fixture)
{
    protected override ParticipantOptions Options { get; } = new() { MaxHeight = 180 };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_restarted_server_finds_everybody_as_they_were_while_media_flows(bool gracefully)
    {
        await UseOwnServerAsync();
        string[] names = gracefully ? ["Ada", "Grace", "Alan"] : ["Ada", "Grace", "Alan", "Edsger"];
        var call = await StartCallAsync(names);
        var (ada, grace, alan) = (call.People[0], call.People[1], call.People[2]);
        await ada.Room.ManageAsync("Grace", "Make co-host");
        await grace.Room.PressAsync("Mute microphone");
        await alan.Room.PressAsync("Turn camera off");
        await alan.Room.PressAsync("Raise hand");
        await grace.Room.SayAsync("Before the restart");
        foreach (var person in call.People)
            await person.Room.ExpectMessageOnceAsync("Before the restart");
        await ExpectMediaAsync(call.People);
        var before = await DescribeAsync(call.People);
        await Task.WhenAll(call.People.Select(each => each.MarkPageAsync()));
        var connections = await ConnectionsMadeAsync(call.People);
        await Task.WhenAll(call.People.Select(each => each.Probe.WatchGapsAsync([.. Sending(call.People, each)])));

        if (gracefully)
            await Parley.TerminateAsync();
        else
            await Parley.KillAsync();
        await Task.WhenAll(call.People.Select(each => Expect(each.Room.Reconnecting).ToBeVisibleAsync()));
        await alan.Room.SayAsync("While it was away");
        await ExpectMediaAsync(call.People);
        await Parley.StartAgainAsync();

        var returned = await Task.WhenAll(call.People.Select(each => ResumedAsync(each, Parley.OpenedAt)));
        foreach (var person in call.People)
        {
            await person.Room.ExpectMessageOnceAsync("While it was away");
            await person.Room.ExpectMessageOnceAsync("Before the restart");
            Assert.True(await person.IsMarkedPageAsync(), $"{person.Name}'s page was loaded again");
        }
        var gaps = (await Task.WhenAll(call.People.Select(each => each.Probe.GapsAsync()))).SelectMany(each => each).ToArray();
        var longest = TimeSpan.FromMilliseconds(gaps.Max(each => each.LongestMs));
        var resumed = returned.Max() - Parley.OpenedAt;
        Report($"longest gap between decoded frames {longest.TotalMilliseconds:0} ms; everybody resumed {resumed.TotalMilliseconds:0} ms after the port opened");
        Assert.All(gaps, each => Assert.True(each.Frames > 0, $"no picture of {each.Name} was seen at all"));
        Assert.Equal(before, await DescribeAsync(call.People));
        Assert.Equal(connections, await ConnectionsMadeAsync(call.People));
        await ExpectMediaAsync(call.People);
    }

    [Fact]
    public async Task A_waiting_person_survives_a_killed_server_once_and_is_admitted()
    {
        await UseOwnServerAsync();
        var ada = await OpenAsync("Ada");
        var grace = await OpenAsync("Grace");
        var code = await ada.StartMeetingAsync();
        await grace.AskToJoinAsync(code);
        await Expect(ada.Button("Admit Grace").First).ToBeVisibleAsync();

        await Parley.KillAsync();
        await Expect(ada.Room.Reconnecting).ToBeVisibleAsync();
        await Parley.StartAgainAsync();
        await ResumedAsync(ada, Parley.OpenedAt);

        await Expect(ada.Button("Admit Grace")).ToHaveCountAsync(1);
        await ada.Room.AdmitAsync("Grace");
        await grace.Room.EnteredAsync();
        await MediaFlow.ExpectSeesAsync(ada, "Grace");
        await Expect(ada.Button("Admit Grace")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Sockets_cut_for_everybody_leave_the_call_running_and_come_back()
    {
        await using var line = new TcpProxy(Parley.Port);
        var people = await Task.WhenAll(
            OpenAsync("Ada", Options with { Origin = line.Origin }), OpenAsync("Grace", Options with { Origin = line.Origin }));
        var (ada, grace) = (people[0], people[1]);
        var code = await (await Account.GuestAsync(ada)).CreateMeetingAsync();
        await ada.JoinAsync(code);
        await grace.JoinAsync(code);
        await MediaFlow.ExpectEverybodySeesAndHearsAsync(people);
        var before = await DescribeAsync(people);
        await Task.WhenAll(people.Select(each => each.Probe.WatchGapsAsync([.. Sending(people, each)])));

        line.Cut();
        await Task.WhenAll(people.Select(each => Expect(each.Room.Reconnecting).ToBeVisibleAsync()));
        await grace.Room.SayAsync("Said into the void");
        await ada.Room.SayAsync("Said into the same void");
        var mended = DateTimeOffset.UtcNow;
        line.Mend();

        await Task.WhenAll(people.Select(each => ResumedAsync(each, mended)));
        foreach (var person in people)
        {
            await person.Room.ExpectMessageOnceAsync("Said into the void");
            await person.Room.ExpectMessageOnceAsync("Said into the same void");
        }
        Assert.Equal(before, await DescribeAsync(people));
        var gaps = (await Task.WhenAll(people.Select(each => each.Probe.GapsAsync()))).SelectMany(each => each);
        var longest = gaps.Max(each => each.LongestMs);
        Report($"longest gap between decoded frames {longest:0} ms");
    }

    [Fact]
    public async Task Somebody_admitted_while_cut_off_enters_when_the_line_is_back()
    {
        await using var line = new TcpProxy(Parley.Port);
        var ada = await OpenAsync("Ada");
        var grace = await OpenAsync("Grace", Options with { Origin = line.Origin });
        var code = await ada.StartMeetingAsync();
        await grace.AskToJoinAsync(code);
        await Expect(ada.Button("Admit Grace").First).ToBeVisibleAsync();

        line.Cut();
        await Expect(grace.Room.Reconnecting).ToBeVisibleAsync();
        await ada.Room.AdmitAsync("Grace");
        await Expect(ada.Button("Admit Grace")).ToHaveCountAsync(0);
        line.Mend();

        await grace.Room.EnteredAsync();
        await MediaFlow.ExpectEverybodySeesAndHearsAsync(ada, grace);
        await Expect(ada.Room.Tile("Grace")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task A_reloaded_page_is_the_same_participant_as_closed_as_before()
    {
        var (ada, grace) = await StartCallAsync("Ada", "Grace");
        await grace.Room.PressAsync("Mute microphone");
        await grace.Room.PressAsync("Turn camera off");
        await MediaFlow.ExpectPicturesStopAsync(ada, "Grace");
        var id = await grace.Probe.MyIdAsync();

        await grace.Page.ReloadAsync();

        await grace.Room.EnteredAsync();
        Assert.Equal(id, await grace.Probe.MyIdAsync());
        await Expect(grace.Button("Unmute microphone")).ToBeVisibleAsync();
        await Expect(grace.Button("Turn camera on")).ToBeVisibleAsync();
        await Expect(ada.Room.Tile("Grace")).ToHaveCountAsync(1);
        await MediaFlow.ExpectSeesAndHearsAsync(grace, "Ada");
        await grace.Room.PressAsync("Turn camera on");
        await MediaFlow.ExpectSeesAsync(ada, "Grace");
    }

    private static async Task<DateTimeOffset> ResumedAsync(Participant person, DateTimeOffset since)
    {
        var at = await Eventually.HoldsAsync(
            $"{person.Name} has resumed", Limits.Return, () => person.Probe.ReceivedSinceAsync("room_resumed", since), at => at is not null);
        await Expect(person.Room.Reconnecting).ToHaveCountAsync(0);
        return at!.Value;
    }

    // Alan's camera is off and Grace is muted where the test says so; who sends pictures is told by the button they have.
    private static IEnumerable<string> Sending(IEnumerable<Participant> people, Participant viewer) =>
        people.Where(each => each != viewer && each.Name != "Alan").Select(each => each.Name);

    private static Task ExpectMediaAsync(Participant[] people) => Task.WhenAll(
        MediaFlow.Pairs(people).Select(pair => pair.Seen.Name switch
        {
            "Alan" => MediaFlow.ExpectHearsAsync(pair.Viewer, "Alan"),
            "Grace" => MediaFlow.ExpectSeesAsync(pair.Viewer, "Grace"),
            _ => MediaFlow.ExpectSeesAndHearsAsync(pair.Viewer, pair.Seen.Name),
        }));

    private static Task<int[]> ConnectionsMadeAsync(IEnumerable<Participant> people) =>
        Task.WhenAll(people.Select(each => each.Probe.ConnectionsMadeAsync()));

    private static async Task<string[]> DescribeAsync(IEnumerable<Participant> people) =>
        await Task.WhenAll(people.Select(async each => $"{each.Name}: {await each.Room.DescribePeopleAsync()}"));
}
