// A publisher that changes the SSRC of a layer: whoever reads it, here, in another engine or for a recording, sees one stream that goes on. RFC 3550 §8.2.
using Parley.Media.Codecs;
using Parley.Media.Forwarding;
using Parley.Media.Relay;
using Parley.Media.Rtcp;
using Parley.Media.Tests.Stage;

namespace Parley.Media.Tests.Relay;

public sealed class SourceContinuityTests : IDisposable
{
    private const ulong Noon = 3_900_000_000UL << 32;

    private readonly RelayStage _stage = new();
    private readonly VirtualPeer _publisher;
    private readonly MediaTrack _track;

    public SourceContinuityTests()
    {
        _publisher = _stage.Near.Connect();
        _track = _publisher.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Video(name: "VP8")));
    }

    [Theory, InlineData(false), InlineData(true)]
    public void Numbers_times_and_pictures_go_on(bool isRelayed)
    {
        var subscriber = Subscribe(isRelayed);
        PlaySources();
        var received = subscriber.TakeRtp();
        Assert.Equal(30, received.Count);
        for (var i = 1; i < received.Count; i++)
        {
            var (former, packet) = (received[i - 1], received[i]);
            Assert.Equal(former.Sequence + 1, packet.Sequence);
            Assert.True(Vp8Descriptor.TryRead(former.Payload, out var before));
            Assert.True(Vp8Descriptor.TryRead(packet.Payload, out var now));
            Assert.Equal(now.StartsFrame ? before.PictureId + 1 & 0x7FFF : before.PictureId, now.PictureId);
            Assert.InRange(packet.Timestamp - former.Timestamp, now.StartsFrame ? 3500u : 0, now.StartsFrame ? 3700u : 0);
        }

        Assert.Equal(0, _stage.Near.Engine.Repairs.PacketsLost);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void The_clock_is_that_of_the_source_that_is_sent(bool isRelayed)
    {
        var subscriber = Subscribe(isRelayed);
        Play(1, 500, 100, 70_000);
        Report(1, 70_000);
        _stage.Pass(TimeSpan.FromSeconds(1.5));
        Assert.NotEmpty(subscriber.TakeSenderReports());
        subscriber.TakeRtp();

        Play(2, 9, 32_000, 4_000_000_000);
        _stage.Pass(TimeSpan.FromSeconds(1.5));
        Assert.Empty(subscriber.TakeSenderReports());
        Report(2, 4_000_090_000);
        _stage.Pass(TimeSpan.FromSeconds(1.5));
        var first = subscriber.TakeRtp()[0].Timestamp;
        var reports = subscriber.TakeSenderReports();
        Assert.NotEmpty(reports);
        Assert.All(reports, report => Assert.InRange((report.Timestamp - first - 90_000) / 90_000.0 - (report.Ntp - Noon) / (double)(1L << 32), -0.001, 0.001));
    }

    [Fact]
    public void A_source_that_changed_while_nobody_read_is_another_one()
    {
        var relayed = _stage.Relay(_track);
        var subscriber = _stage.Far.Connect();
        var subscription = subscriber.Peer.Subscribe(EngineStage.Send("0", 8, EngineStage.Video(name: "VP8")), relayed);
        _stage.Pass(TimeSpan.FromMilliseconds(5));
        Play(1, 500, 100, 70_000);
        Report(1, 70_000);
        _stage.Pass(TimeSpan.FromSeconds(1.5));
        Assert.NotEmpty(subscriber.TakeSenderReports());
        var before = subscriber.TakeRtp()[^1];
        subscription.Switch(null);
        _stage.Pass(TimeSpan.FromMilliseconds(20));
        for (uint ssrc = 2; ssrc < 12; ssrc++)
            Play(ssrc, 500, 100, 1_000_000 * ssrc);
        _stage.Pass(TimeSpan.FromSeconds(1.5));
        subscription.Switch(relayed);
        _stage.Pass(TimeSpan.FromMilliseconds(20));
        Play(12, 60_000, 7, 3_000_000_000);
        var after = subscriber.TakeRtp();
        Assert.Equal(Enumerable.Range(1, 10).Select(i => before.Sequence + i), after.Select(static packet => packet.Sequence));
        _stage.Pass(TimeSpan.FromSeconds(1.5));
        Assert.Empty(subscriber.TakeSenderReports());
    }

    [Theory, InlineData(false), InlineData(true)]
    public void A_recording_goes_on(bool isRelayed)
    {
        var tap = (isRelayed ? _stage.Relay(_track) : _track).AddTap();
        _stage.Pass(TimeSpan.FromMilliseconds(5));
        PlaySources();
        Report(3, 3_600);
        _stage.Pass(TimeSpan.FromMilliseconds(300));
        var (packets, clocks) = (new List<(long Sequence, uint Timestamp)>(), new List<uint>());
        while (tap.TryRead(out var record))
        {
            if (record.Kind == TapRecordKind.Packet)
                packets.Add((record.Sequence, record.Timestamp));
            else
                clocks.Add(record.Timestamp);
            tap.Release();
        }

        Assert.Equal(Enumerable.Range(0, 30).Select(i => packets[0].Sequence + i), packets.Select(static packet => packet.Sequence));
        for (var i = 2; i < 30; i += 2)
            Assert.InRange(packets[i].Timestamp - packets[i - 2].Timestamp, 3500u, 3700u);
        // The third source begins at 80,000 and with the 21st packet.
        Assert.Equal(packets[20].Timestamp - 76_400, Assert.Single(clocks));
    }

    [Fact]
    public void What_is_repeated_late_of_a_former_source_is_not_taken_for_another()
    {
        var layer = new RelayedLayer();
        Assert.Equal((true, false), Follow(14));
        Assert.Equal((true, false), Follow(14));
        Assert.Equal((true, true), Follow(15));
        Assert.Equal((true, true), Follow(1));
        Assert.Equal((false, false), Follow(15));
        Assert.Equal((false, false), Follow(14));
        Assert.Equal((true, false), Follow(1));
        Assert.Equal((true, true), Follow(15, isLater: true));
        layer.Restart();
        Assert.Equal((true, true), Follow(12));
        Assert.Equal((false, false), Follow(11));

        (bool, bool) Follow(int source, bool isLater = false) => (layer.TryFollow(source, isLater, out var begins), begins);
    }

    public void Dispose() => _stage.Dispose();

    private VirtualPeer Subscribe(bool isRelayed)
    {
        var subscriber = (isRelayed ? _stage.Far : _stage.Near).Connect();
        subscriber.Peer.Subscribe(EngineStage.Send("0", 8, EngineStage.Video(name: "VP8")), isRelayed ? _stage.Relay(_track) : _track);
        _stage.Pass(TimeSpan.FromMilliseconds(5));
        return subscriber;
    }

    private void PlaySources()
    {
        Play(1, 500, 100, 70_000);
        Play(2, 9, 32_765, 4_294_960_000);
        Play(3, 60_000, 99, 80_000);
    }

    /// <summary>Five pictures of two packets, the first a keyframe, 25 in a second.</summary>
    private void Play(uint ssrc, int sequence, int picture, uint timestamp)
    {
        for (var i = 0; i < 5; i++)
        {
            for (var part = 0; part < 2; part++)
            {
                byte[] payload = [(byte)(part == 0 ? 0x90 : 0x80), 0x80, (byte)(0x80 | picture + i >> 8 & 0x7F), (byte)(picture + i), (byte)(i == 0 ? 0 : 1), 9];
                _publisher.SendRtp(ssrc, 96, sequence + 2 * i + part, payload, (uint)(timestamp + 3600 * i), marker: part == 1);
            }

            _stage.Pass(TimeSpan.FromMilliseconds(40));
        }
    }

    private void Report(uint ssrc, uint timestamp) =>
        _publisher.SendRtcp((ref RtcpWriter writer) => writer.TrySenderReport(new SenderInformation(ssrc, Noon, timestamp, 1, 1), []));
}
