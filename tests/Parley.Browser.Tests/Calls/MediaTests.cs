// Pictures and sound between two, three and four people, and what each does with their own.
using Parley.Browser.Tests.Harness;
using static Microsoft.Playwright.Assertions;

namespace Parley.Browser.Tests.Calls;

public sealed class MediaTests(BrowserFixture fixture) : CallTest(fixture)
{
    private static readonly string[] Names = ["Ada", "Grace", "Alan", "Edsger"];

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Everybody_sees_and_hears_everybody(int count)
    {
        var people = (await StartCallAsync([.. Names.Take(count)])).People;

        await MediaFlow.ExpectEverybodySeesAndHearsAsync(people);

        foreach (var (viewer, seen) in MediaFlow.Pairs(people))
        {
            var inbound = await viewer.Probe.InboundAsync(seen.Name);
            Assert.Equal(1, inbound.Connections);
            Assert.Equal("connected", inbound.State);
        }
    }

    [Fact]
    public async Task A_screen_that_is_shared_with_three_others_reaches_all_of_them_while_they_still_see_each_other()
    {
        var people = (await StartCallAsync(Names)).People;
        await MediaFlow.ExpectEverybodySeesAndHearsAsync(people);

        var pressed = DateTimeOffset.UtcNow;
        await people[3].Room.PressAsync("Share screen");
        await Task.WhenAll(people.Take(3).Select(viewer => Eventually.TrueAsync(
            $"{viewer.Name} sees the screen", Limits.Media, () => viewer.Room.SharedScreen(Names[3]).EvaluateAllAsync<bool>(
                "screens => screens.some((screen) => { const video = screen.querySelector('video'); return video.readyState >= 2 && video.videoWidth > 0; })"))));
        Report($"everybody saw the screen {(DateTimeOffset.UtcNow - pressed).TotalMilliseconds:0} ms after the press");
        foreach (var viewer in people.Take(3))
            await Expect(viewer.Room.SharedScreen(Names[3]).GetByText("Connecting…")).ToHaveCountAsync(0);

        await MediaFlow.ExpectEverybodySeesAndHearsAsync(people);
    }

    [Fact]
    public async Task A_camera_that_is_turned_off_shows_no_picture_to_others_and_one_again_when_turned_on()
    {
        var (ada, grace) = await StartCallAsync("Ada", "Grace");
        await MediaFlow.ExpectEverybodySeesAndHearsAsync(ada, grace);

        await grace.Room.PressAsync("Turn camera off");
        await Expect(grace.Button("Turn camera on")).ToBeVisibleAsync();
        await MediaFlow.ExpectPicturesStopAsync(ada, "Grace");
        await Expect(ada.Room.TileWithoutPicture("Grace")).ToHaveCountAsync(1);
        await MediaFlow.ExpectHearsAsync(ada, "Grace");

        await grace.Room.PressAsync("Turn camera on");
        await MediaFlow.ExpectSeesAsync(ada, "Grace");
        await Expect(ada.Room.TileWithoutPicture("Grace")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_muted_microphone_sends_silence_and_says_so_to_others()
    {
        var (ada, grace) = await StartCallAsync("Ada", "Grace");
        await MediaFlow.ExpectEverybodySeesAndHearsAsync(ada, grace);

        await grace.Room.PressAsync("Mute microphone");
        await MediaFlow.ExpectSilenceAsync(ada, "Grace");

        await grace.Room.PressAsync("Unmute microphone");
        await MediaFlow.ExpectHearsAsync(ada, "Grace");
    }

    [Fact]
    public async Task A_shared_screen_is_seen_beside_the_camera_until_it_is_stopped()
    {
        var (ada, grace) = await StartCallAsync("Ada", "Grace");
        await MediaFlow.ExpectEverybodySeesAndHearsAsync(ada, grace);

        await grace.Room.PressAsync("Share screen");
        await Eventually.HoldsAsync(
            "camera and screen both arrive", Limits.Media, () => ada.Probe.InboundAsync("Grace"), now => now.VideoTracksAlive == 2);
        await Expect(ada.Room.Tile("Grace")).ToHaveCountAsync(1);
        await Expect(ada.Room.SharedScreen("Grace")).ToBeVisibleAsync();

        await grace.Room.PressAsync("Stop sharing");
        await Expect(ada.Room.SharedScreen("Grace")).ToHaveCountAsync(0);
        await Expect(grace.Button("Share screen")).ToBeVisibleAsync();
        await MediaFlow.ExpectSeesAsync(ada, "Grace");
    }

    [Fact]
    public async Task Another_camera_and_microphone_take_over_without_renegotiation()
    {
        var (ada, grace) = await StartCallAsync("Ada", "Grace");
        await MediaFlow.ExpectEverybodySeesAndHearsAsync(ada, grace);
        var offers = await grace.Probe.SentAsync("offer") + await ada.Probe.SentAsync("offer");
        var requests = await grace.Probe.DeviceRequestsAsync();

        await grace.Room.ChooseOtherDeviceAsync("Video devices", "Camera");
        await grace.Room.ChooseOtherDeviceAsync("Sound devices", "Microphone");
        await Eventually.HoldsAsync("the other devices are opened", Limits.Media, grace.Probe.DeviceRequestsAsync, now => now >= requests + 2);

        await MediaFlow.ExpectSeesAndHearsAsync(ada, "Grace");
        Assert.Equal(offers, await grace.Probe.SentAsync("offer") + await ada.Probe.SentAsync("offer"));
    }
}
