// What the log says of media that does not come about: who, where, why, and what to look at.
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Parley.Media.Engine;
using Parley.Server.Media;
using Parley.Server.Tests.Hosting;
using Parley.Server.Tests.Signaling.Support;

namespace Parley.Server.Tests.Media;

public sealed class MediaLogTests
{
    [Fact]
    public void Every_ending_has_words_of_its_own()
    {
        var reasons = Enum.GetValues<PeerEndReason>();
        var words = reasons.Select(PeerEndings.Explain).ToList();
        Assert.Equal(reasons.Length, words.Distinct(StringComparer.Ordinal).Count());
        // A reason without words would be its name.
        Assert.All(words, static text => Assert.Contains(' ', text));
    }

    [Fact]
    public async Task A_client_whose_checks_never_come_is_named_with_what_to_look_at()
    {
        using var lines = new LogLines();
        await using var stage = await StartAsync(lines);
        var publisher = await stage.NewPeer().OfferAsync(stage.Whip, new OfferedSection("video", "sendonly", 1));
        await Eventually.TrueAsync(() => lines.Written.Any(static line => line.Event == 1604));
        var line = lines.Written.Single(static line => line.Event == 1604);
        Assert.Contains($"Publisher {publisher.Id} of {stage.Code} is gone", line.Text, StringComparison.Ordinal);
        Assert.Contains("STUN", line.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_keyframe_that_does_not_come_is_a_warning_that_names_the_publisher_and_the_layer()
    {
        using var lines = new LogLines();
        await using var stage = await StartAsync(lines, new MediaEngineOptions());
        var publisher = await stage.NewPeer().OfferAsync(stage.Whip, new OfferedSection("video", "sendonly", 1));
        var viewer = await stage.NewPeer().OfferAsync(stage.Whep, new OfferedSection("video", "recvonly"));
        var (theirs, ours) = (stage.Gateway.Find(publisher.Id)!.Peer!.Value, stage.Gateway.Find(viewer.Id)!.Peer!.Value);

        stage.Gateway.Handle(ours, new KeyframeMissing(ours.Peer, "0", theirs.Peer, "7", "h", 5_200_000, 11));

        await Eventually.TrueAsync(() => lines.Written.Any(static line => line.Event == 1609));
        var line = lines.Written.Single(static line => line.Event == 1609);
        Assert.Equal(LogLevel.Warning, line.Level);
        foreach (var part in new[] { viewer.Id, publisher.Id, stage.Code, "5.2 s", "track 7", "layer h", "asked 11 times" })
            Assert.Contains(part, line.Text, StringComparison.Ordinal);
    }

    private static Task<MediaStage> StartAsync(LogLines lines, MediaEngineOptions? engine = null) => MediaStage.StartAsync(
        new { lobby = false },
        new ParleySetup
        {
            Configure = builder =>
            {
                builder.Logging.SetMinimumLevel(LogLevel.Information);
                builder.Logging.AddProvider(lines);
                builder.Services.AddSingleton(engine ?? new MediaEngineOptions { ConnectTimeoutUs = 300_000 });
            },
        });
}
