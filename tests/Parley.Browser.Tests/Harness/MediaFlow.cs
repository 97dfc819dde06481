// What "they see and hear each other" means, in figures taken from the browsers.
using static Microsoft.Playwright.Assertions;

namespace Parley.Browser.Tests.Harness;

/// <summary>Expectations about pictures and sound between participants.</summary>
public static class MediaFlow
{
    private const int FramesThatProve = 10;

    /// <summary>Every participant decodes new pictures and plays sound of every other, from now on.</summary>
    public static Task ExpectEverybodySeesAndHearsAsync(params Participant[] people) =>
        Task.WhenAll(Pairs(people).Select(pair => ExpectSeesAndHearsAsync(pair.Viewer, pair.Seen.Name)));

    /// <summary>One direction.</summary>
    public static async Task ExpectSeesAndHearsAsync(Participant viewer, string seen)
    {
        await Task.WhenAll(ExpectSeesAsync(viewer, seen), ExpectHearsAsync(viewer, seen));
    }

    /// <summary>New pictures arrive and their tile's video plays them.</summary>
    public static async Task ExpectSeesAsync(Participant viewer, string seen)
    {
        var before = await viewer.Probe.InboundAsync(seen);
        await Eventually.HoldsAsync(
            $"{viewer.Name} decodes pictures of {seen}", Limits.Media, () => viewer.Probe.InboundAsync(seen),
            now => now.FramesDecoded >= before.FramesDecoded + FramesThatProve);
        await Expect(viewer.Room.Tile(seen)).ToHaveCountAsync(1);
        await Eventually.TrueAsync($"the tile of {seen} plays at {viewer.Name}", Limits.Screen, () => viewer.Room.Tile(seen).EvaluateAsync<bool>(
            "tile => { const video = tile.querySelector('video'); return !video.paused && video.readyState >= 2 && video.videoWidth > 0; }"));
    }

    /// <summary>The energy of the sound played rises.</summary>
    public static async Task ExpectHearsAsync(Participant listener, string heard)
    {
        var before = await listener.Probe.InboundAsync(heard);
        await Eventually.HoldsAsync(
            $"{listener.Name} hears {heard}", Limits.Media, () => listener.Probe.InboundAsync(heard), now => now.AudioEnergy > before.AudioEnergy);
    }

    /// <summary>No new picture arrives any more: two readings of a second that the peer's clock counts as sound are alike in frames.</summary>
    public static async Task ExpectPicturesStopAsync(Participant viewer, string seen)
    {
        var last = await viewer.Probe.InboundAsync(seen);
        await Eventually.HoldsAsync($"{viewer.Name} gets no more pictures of {seen}", Limits.Media, () => viewer.Probe.InboundAsync(seen), now =>
        {
            // A second of samples is a second of media time without a frame.
            if (now.FramesDecoded == last.FramesDecoded)
                return now.AudioSamples >= last.AudioSamples + 48_000;
            last = now;
            return false;
        });
    }

    /// <summary>No sound energy arrives any more, over two seconds of samples; what is not sent is played as silence, and counted.</summary>
    public static async Task ExpectSilenceAsync(Participant listener, string muted)
    {
        var last = await listener.Probe.InboundAsync(muted);
        await Eventually.HoldsAsync($"{listener.Name} no longer hears {muted}", Limits.Media, () => listener.Probe.InboundAsync(muted), now =>
        {
            if (now.AudioEnergy - last.AudioEnergy < 1e-6)
                return now.AudioSamples >= last.AudioSamples + 96_000;
            last = now;
            return false;
        });
    }

    /// <summary>Every ordered pair.</summary>
    public static IEnumerable<(Participant Viewer, Participant Seen)> Pairs(IReadOnlyList<Participant> people) =>
        from viewer in people from seen in people where viewer != seen select (viewer, seen);
}
