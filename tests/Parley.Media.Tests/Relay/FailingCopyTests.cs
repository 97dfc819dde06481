// A recorder or a link that fails ends by itself: the publisher, its track and those who watch go on.
using Parley.Media.Engine;
using Parley.Media.Forwarding;
using Parley.Media.Relay;
using Parley.Media.Rtcp;
using Parley.Media.Tests.Stage;

namespace Parley.Media.Tests.Relay;

public sealed class FailingCopyTests : IDisposable
{
    private const ulong Noon = 3_900_000_000UL << 32;

    private readonly EngineStage _stage = new();
    private readonly VirtualPeer _publisher;
    private readonly VirtualPeer _subscriber;
    private readonly MediaTrack _track;
    private long _sequence;

    public FailingCopyTests()
    {
        _publisher = _stage.Connect();
        _subscriber = _stage.Connect();
        var vp8 = EngineStage.Video(name: "VP8");
        _track = _publisher.Peer.AddTrack(EngineStage.Receive("0", vp8) with { Rids = ["q", "h"] });
        _subscriber.Peer.Subscribe(EngineStage.Send("0", 7, vp8), _track);
    }

    [Fact]
    public void A_reader_that_cannot_be_told_of_a_report_is_over_and_nobody_else()
    {
        var tap = _track.AddTap(new TapOptions { Notify = static () => throw new ObjectDisposedException("recorder") });
        Send(0);
        Drain(tap);
        _publisher.SendRtcp((ref RtcpWriter writer) => writer.TrySenderReport(new SenderInformation(1, Noon, 3000, 1, 1), []));
        Expect<ObjectDisposedException>();
        Assert.Empty(_track.Copies);
    }

    [Fact]
    public void A_reader_that_closed_its_tap_and_cannot_be_told_of_the_end_is_over_and_nobody_else()
    {
        var tap = _track.AddTap(new TapOptions { Notify = static () => throw new ObjectDisposedException("recorder") });
        Send(0);
        Drain(tap);
        tap.Close();
        // A layer comes to life: the packet is the publisher's, and so would be the fault.
        Send(1);
        Expect<ObjectDisposedException>();
        Assert.Empty(_track.Copies);
    }

    [Fact]
    public void A_track_ends_as_a_whole_whatever_its_readers_do()
    {
        var taps = Enumerable.Range(0, 3).Select(_ => _track.AddTap(new TapOptions { Notify = static () => throw new ObjectDisposedException("recorder") })).ToList();
        Send(0);
        taps.ForEach(Drain);
        _publisher.Peer.RemoveTrack(_track);
        _stage.EndTurn();
        Assert.Equal((true, 0, 0), (_track.HasEnded, _track.Copies.Count, _track.Subscriptions.Count));
        Assert.All(taps, static tap => Assert.True(tap.IsCompleted));
        Assert.Equal(3, _stage.Outbox.Events.OfType<CopyFailed>().Count());
        Assert.DoesNotContain(_stage.Outbox.Events, static happened => happened is PeerEnded);
    }

    [Fact]
    public void A_node_that_cannot_be_written_to_loses_its_copy_and_nobody_else_anything()
    {
        var port = new BrokenPort();
        var link = _stage.Engine.OpenLink(port);
        var offer = link.Offer(_track);
        var want = new byte[RelayWant.Length];
        new RelayWant(1, 1).Write(want, offer);
        link.HandleRecord(want, _stage.NowUs);
        Assert.Single(_track.Copies);
        Send(0);
        port.FailsToReserve = true;
        Send(1);
        Expect<BrokenPortException>();
        Assert.Empty(_track.Copies);
    }

    [Fact]
    public void A_node_that_cannot_be_told_how_things_stand_takes_no_deadline_along()
    {
        var port = new BrokenPort();
        var link = _stage.Engine.OpenLink(port);
        var want = new byte[RelayWant.Length];
        new RelayWant(1, 1).Write(want, link.Offer(_track));
        link.HandleRecord(want, _stage.NowUs);
        Send(0);
        port.FailsToReserve = true;
        _stage.Pass(TimeSpan.FromMilliseconds(300));
        Assert.Equal((1, 0), (port.Failures, link.OfferCount));
        Expect<BrokenPortException>();
        Assert.Empty(_track.Copies);
    }

    [Fact]
    public void What_failed_first_is_told_when_a_record_cannot_be_answered()
    {
        var port = new BrokenPort { FailsToReserve = true };
        var link = _stage.Engine.OpenLink(port);
        var want = new byte[RelayWant.Length];
        new RelayWant(1, 1).Write(want, link.Offer(_track));
        Assert.Throws<BrokenPortException>(() => link.HandleRecord(want, _stage.NowUs));
        Assert.Equal((1, 0), (port.Failures, link.OfferCount));
        Assert.Empty(_track.Copies);
        // The other end asks again, and learns that there is nothing.
        port.FailsToReserve = false;
        link.HandleRecord(want, _stage.NowUs);
        Assert.Equal(1, port.Sent);
    }

    [Fact]
    public void What_cannot_be_sent_off_stops_no_picture()
    {
        var port = new BrokenPort();
        var link = _stage.Engine.OpenLink(port);
        var want = new byte[RelayWant.Length];
        new RelayWant(1, 1).Write(want, link.Offer(_track));
        link.HandleRecord(want, _stage.NowUs);
        _stage.EndTurn();
        Send(0);
        _subscriber.TakeRtp();
        port.FailsToFlush = true;
        Send(0);
        port.FailsToFlush = false;
        Expect<BrokenPortException>();
    }

    [Fact]
    public void A_way_that_stays_broken_is_told_of_once_and_again_after_it_was_whole()
    {
        var port = new BrokenPort();
        var link = _stage.Engine.OpenLink(port);
        var want = new byte[RelayWant.Length];
        new RelayWant(1, 1).Write(want, link.Offer(_track));
        link.HandleRecord(want, _stage.NowUs);
        foreach (var (fails, told) in new[] { (false, 0), (true, 1), (false, 1), (true, 2) })
        {
            port.FailsToFlush = fails;
            for (var i = 0; i < 10; i++)
                Send(0);
            Assert.Equal(told, _stage.Outbox.Events.OfType<CopyFailed>().Count());
        }

        Assert.Equal(20, port.Failures);
        link.HandleRecord(want, _stage.NowUs);
        link.Close();
        _stage.EndTurn();
        Assert.Equal((21, 2), (port.Failures, _stage.Outbox.Events.OfType<CopyFailed>().Count()));
    }

    public void Dispose() => _stage.Dispose();

    /// <summary>It was told, and the publisher's pictures go on.</summary>
    private void Expect<TFault>()
    {
        _subscriber.TakeRtp();
        Send(0);
        Send(0);
        Assert.Equal(2, _subscriber.TakeRtp().Count);
        Assert.IsType<TFault>(Assert.Single(_stage.Outbox.Events.OfType<CopyFailed>()).Fault);
        Assert.DoesNotContain(_stage.Outbox.Events, static happened => happened is PeerEnded);
    }

    private void Send(int layer)
    {
        _sequence++;
        _publisher.SendRtp(
            (uint)layer + 1, 96, _sequence, [0x10, (byte)(_sequence == 1 ? 0 : 1), 0, 0, 0x9D, 1, 0x2A], (uint)(3000 * _sequence), marker: true,
            (1, "0"u8.ToArray()), (2, [(byte)"qh"[layer]]));
    }

    private static void Drain(TrackTap tap)
    {
        while (tap.TryRead(out _))
            tap.Release();
    }

    private sealed class BrokenPortException : Exception;

    private sealed class BrokenPort : IRelayPort
    {
        private readonly byte[] _room = new byte[RelayLink.MaxRecord];

        public bool FailsToReserve { get; set; }

        public bool FailsToFlush { get; set; }

        /// <summary>How often it did.</summary>
        public int Failures { get; private set; }

        /// <summary>How many records.</summary>
        public int Sent { get; private set; }

        public bool TryReserve(int length, out Span<byte> room)
        {
            FailIf(FailsToReserve);
            room = _room.AsSpan(0, length);
            return true;
        }

        public void Commit(int length) => Sent++;

        public void Flush() => FailIf(FailsToFlush);

        private void FailIf(bool fails)
        {
            if (!fails)
                return;
            Failures++;
            throw new BrokenPortException();
        }
    }
}
