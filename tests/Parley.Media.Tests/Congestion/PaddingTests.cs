// Probes where no stream for retransmissions was negotiated: padding among the media, which a receiver must not take for anything missing.
using Parley.Media.Rtcp;
using Parley.Media.Tests.Network;
using Parley.Media.Tests.Stage;

namespace Parley.Media.Tests.Congestion;

public sealed class PaddingTests
{
    private const uint VideoSsrc = 1000;

    private static readonly LinkConditions Narrow = new() { Delay = TimeSpan.FromMilliseconds(25), RateBps = 700_000 };

    [Fact]
    public void Padding_stands_between_frames_in_an_unbroken_sequence() => NetworkSeed.Run(51, seed =>
    {
        using var call = new LayeredCall(seed, Narrow, new CallPlan { Retransmission = false });
        call.Run(30);
        var video = Video(call.Subscriber);
        // No number is missing, none comes twice, and after padding a frame begins.
        Assert.Equal(Enumerable.Range(0, video.Count).Select(i => video[0].Sequence + i), video.Select(static packet => packet.Sequence));
        var padding = video.Where(IsPadding).ToList();
        Assert.InRange(padding.Count, 10, video.Count / 10);
        for (var i = 1; i < video.Count; i++)
        {
            if (!IsPadding(video[i]))
                continue;
            Assert.True(video[i - 1].Marker || IsPadding(video[i - 1]), $"packet {i} pads within a frame");
            Assert.Equal((video[i - 1].Timestamp, false), (video[i].Timestamp, video[i].Marker));
        }
    });

    [Fact]
    public void Padding_that_was_lost_is_given_again_as_it_was() => NetworkSeed.Run(52, seed =>
    {
        using var call = new LayeredCall(seed, Narrow, new CallPlan { Retransmission = false });
        // As soon as some was sent, so that it is remembered still.
        Assert.InRange(call.TimeUntil(30, () => call.Subscriber.Sent.Exists(IsPadding)), 0, 30);
        var lost = call.Subscriber.Sent.FindLast(IsPadding)!;
        call.Run(0.1);
        call.Subscriber.Virtual.SendRtcp((ref RtcpWriter writer) => writer.Nack(1, VideoSsrc, [(ushort)(lost[2] << 8 | lost[3])]));
        Assert.Equal(lost, call.Subscriber.Virtual.TakeRaw()[^1]);
    });

    [Fact]
    public void Nothing_is_probed_for_where_nothing_more_is_wanted() => NetworkSeed.Run(53, seed =>
    {
        using var call = new LayeredCall(seed, Narrow with { RateBps = 20_000_000 }, new CallPlan { Retransmission = false });
        call.Run(10);
        Assert.Equal(2, call.Subscriber.Video.CurrentLayer);
        var before = call.Subscriber.Sent.Count;
        call.Run(30);
        Assert.DoesNotContain(call.Subscriber.Sent.Skip(before), IsPadding);
    });

    private static List<ReceivedRtp> Video(CallSubscriber subscriber) =>
        [.. subscriber.Sent.Select(subscriber.Virtual.Open).Where(static packet => packet.Ssrc == VideoSsrc)];

    private static bool IsPadding(byte[] packet) => (packet[0] & 0x20) != 0;

    private static bool IsPadding(ReceivedRtp packet) => packet.Payload.Length == 255 && packet.Payload[^1] == 255 && packet.Payload[..^1].All(static value => value == 0);
}
