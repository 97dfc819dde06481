// People whose camera and microphone are refused, do not exist or go away still take part, and are told what is wrong and what to do.
using System.Text.RegularExpressions;
using Parley.Browser.Tests.Harness;
using static Microsoft.Playwright.Assertions;

namespace Parley.Browser.Tests.Calls;

public sealed class DeviceTests(BrowserFixture fixture) : CallTest(fixture)
{
    protected override ParticipantOptions Options { get; } = new() { MaxHeight = 180 };

    [Fact]
    public async Task Somebody_who_blocks_camera_and_microphone_is_told_how_to_allow_them_and_joins_all_the_same()
    {
        var call = await StartCallAsync("Ada");
        var blocking = Own(await Chromium.StartAsync(Machine.AskingPerson));
        var grace = await OpenAsync("Grace", Options with { Chromium = blocking, Permissions = [] });

        await grace.GoToEntryAsync(call.Code);
        await Expect(grace.Page.GetByText(new Regex("blocked|denied|allow", RegexOptions.IgnoreCase)).First).ToBeVisibleAsync();
        await grace.EntryButton.ClickAsync();

        await ExpectPresentWithoutDevicesAsync(call.People[0], grace);
    }

    [Fact]
    public async Task Somebody_without_any_device_is_told_so_and_joins_all_the_same()
    {
        var call = await StartCallAsync("Ada");
        var bare = Own(await Chromium.StartAsync(Machine.NoDevices));
        var grace = await OpenAsync("Grace", Options with { Chromium = bare });

        await grace.GoToEntryAsync(call.Code);
        await Expect(grace.Page.GetByText(new Regex("no camera|not found|no microphone", RegexOptions.IgnoreCase)).First).ToBeVisibleAsync();
        await grace.EntryButton.ClickAsync();

        await ExpectPresentWithoutDevicesAsync(call.People[0], grace);
        await MediaFlow.ExpectSeesAsync(grace, "Ada");
    }

    [Fact]
    public async Task A_device_that_is_pulled_out_in_a_call_is_replaced_and_one_that_is_plugged_in_is_offered()
    {
        // The second fake camera gives depth pictures that no encoder takes: it is not there.
        const string Depth = "fake_device_1";
        var (ada, grace) = await StartCallAsync("Ada", "Grace");
        await MediaFlow.ExpectEverybodySeesAndHearsAsync(ada, grace);
        await grace.Probe.PullAsync(Depth);
        var offers = await grace.Probe.SentAsync("offer") + await ada.Probe.SentAsync("offer");

        foreach (var (kind, stillOn) in new[] { ("video", "Turn camera off"), ("audio", "Mute microphone") })
        {
            var taken = await grace.Probe.OpenDeviceAsync(kind);
            await grace.Probe.PullAsync(taken);
            await Expect(grace.Page.GetByText($"{taken} was unplugged. Now using", new() { Exact = false }).First).ToBeVisibleAsync();
            await Expect(grace.Button(stillOn)).ToBeVisibleAsync();
            Assert.NotEqual(taken, await grace.Probe.OpenDeviceAsync(kind));
            await MediaFlow.ExpectSeesAndHearsAsync(ada, "Grace");
        }

        var last = await grace.Probe.OpenDeviceAsync("video");
        await grace.Probe.PullAsync(last);
        await Expect(grace.Button("Turn camera on")).ToBeVisibleAsync();
        await Expect(ada.Room.TileWithoutPicture("Grace")).ToHaveCountAsync(1);
        await grace.Probe.PlugAsync(last);
        await Expect(grace.Page.GetByText($"{last} was plugged in.").First).ToBeVisibleAsync();
        await grace.Button("Use it").ClickAsync();
        await Expect(grace.Button("Turn camera off")).ToBeVisibleAsync();
        await MediaFlow.ExpectSeesAndHearsAsync(ada, "Grace");

        Assert.Equal(offers, await grace.Probe.SentAsync("offer") + await ada.Probe.SentAsync("offer"));
    }

    private static async Task ExpectPresentWithoutDevicesAsync(Participant ada, Participant grace)
    {
        await grace.Room.EnteredAsync();
        await Expect(grace.Button("Unmute microphone")).ToBeVisibleAsync();
        await Expect(grace.Button("Turn camera on")).ToBeVisibleAsync();
        await Expect(ada.Room.Tile("Grace")).ToHaveCountAsync(1);
        await grace.Room.SayAsync("I hear nothing and say it in writing");
        await ada.Room.ExpectMessageOnceAsync("I hear nothing and say it in writing");
    }
}
