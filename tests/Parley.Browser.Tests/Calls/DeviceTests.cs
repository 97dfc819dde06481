// People whose camera and microphone are refused or do not exist still take part, and are told what is wrong and what to do.
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
