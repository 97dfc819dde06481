// What a peer that decodes tells: that the pictures are those that were published, in their order, and that the tone is heard.
namespace Parley.Interop.Tests.Stage;

/// <summary>Waiting for decoded media of known content.</summary>
internal static class Decoded
{
    private const int Pictures = 30;
    private const int Sounds = 3;
    private const double ToneHz = 1000;
    private const int Counters = 1024;

    /// <summary>Waits for a second of pictures, and looks at each.</summary>
    public static async Task SeesAsync(PeerProcess peer)
    {
        var told = await peer.WaitAsync($"{Pictures} pictures are decoded", static events => events.Count(static told => told.Is("picture")) >= Pictures);
        var pictures = told.Where(static told => told.Is("picture")).ToList();
        Assert.All(pictures, static picture => Assert.True(picture.Flag("bars"), $"The bars have other colours: {picture}"));
        var counters = pictures.Select(static picture => (int)picture.Number("counter")).ToList();
        // In order, none twice; a publisher may leave out a picture when the machine is busy, but hardly ever.
        var steps = counters.Skip(1).Zip(counters, static (next, before) => (next - before + Counters) % Counters).ToList();
        Assert.All(steps, static step => Assert.InRange(step, 1, 15));
        Assert.True(steps.Count(static step => step == 1) >= steps.Count * 2 / 3, $"Pictures are missing: {string.Join(' ', counters)}");
    }

    /// <summary>Waits until the tone is heard for some time.</summary>
    public static Task HearsAsync(PeerProcess peer) => peer.WaitAsync("the tone is heard", static events =>
        events.Count(static told => told.Is("sound") && Math.Abs(told.Number("frequency") - ToneHz) < 20) >= Sounds);
}
