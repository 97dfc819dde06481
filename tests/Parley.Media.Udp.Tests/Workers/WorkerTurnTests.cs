// What a worker does between two packets is bounded, is measured, and ends with the worker.
using System.Diagnostics;
using System.Net;
using System.Runtime.CompilerServices;
using Parley.Media.Udp.Workers;

namespace Parley.Media.Udp.Tests.Workers;

public sealed class WorkerTurnTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Work_of_others_leaves_room_for_media()
    {
        using var server = New();
        await using var publisher = new LoopbackPeer(server);
        await publisher.ConnectAsync(server, static peer => peer.AddTrack(TestMedia.Receive()));
        using var isHeld = new ManualResetEventSlim();
        using var mayGo = new ManualResetEventSlim();
        var begin = server.InvokeAsync(0, _ =>
        {
            isHeld.Set();
            return mayGo.Wait(Patience);
        });
        Assert.True(isHeld.Wait(Patience));

        // While the worker is held: two hundred pieces of work of a millisecond each, and a packet.
        var seen = new List<long>();
        var work = Enumerable.Range(0, 200).Select(_ => server.InvokeAsync(0, engine =>
        {
            var begun = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(begun) < TimeSpan.FromMilliseconds(1))
                Thread.SpinWait(10);
            seen.Add(engine.Find(new Engine.PeerId(1))!.ReadStatistics().Layers.Sum(static layer => layer.Packets));
            return true;
        })).ToList();
        await publisher.SendRtpAsync(1, 96, 1, new byte[100]);
        mayGo.Set();
        Assert.True(await begin);
        await Task.WhenAll(work).WaitAsync(Patience);
        Assert.InRange(seen.IndexOf(1), 1, 20);
    }

    [Fact]
    public async Task Work_that_fails_while_its_worker_ends_leaves_nobody_untold()
    {
        var events = new RecordedEvents();
        var server = New(events);
        await using var peer = new LoopbackPeer(server);
        var handle = await peer.ConnectAsync(server);
        using var isHeld = new ManualResetEventSlim();
        using var mayGo = new ManualResetEventSlim();
        var held = server.InvokeAsync(0, _ =>
        {
            isHeld.Set();
            return mayGo.Wait(Patience);
        });
        Assert.True(isHeld.Wait(Patience));
        var worker = Workers(server)[0];
        for (var i = 0; i < 3; i++)
            worker.Post(static (_, _) => throw new InvalidTimeZoneException());
        var ending = Task.Run(server.Dispose);
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref IsStopping(worker)), Patience));
        mayGo.Set();
        await ending.WaitAsync(Patience);
        Assert.True(await held);
        Assert.Equal("closed", await peer.Ended.WaitAsync(Patience));
        Assert.Equal(Engine.PeerEndReason.Closed, Assert.Single(events.Of(handle).OfType<Engine.PeerEnded>()).Reason);
    }

    [Fact]
    public async Task What_is_left_for_a_worker_that_has_ended_fails()
    {
        var server = New();
        server.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => server.InvokeAsync(0, static _ => true).WaitAsync(Patience));
    }

    [Fact]
    public async Task Whatever_is_asked_of_a_worker_while_it_ends_has_an_outcome()
    {
        for (var round = 0; round < 20; round++)
        {
            var server = New();
            using var begun = new ManualResetEventSlim();
            var asking = Task.Run(async () =>
            {
                for (var done = 0; ; done++)
                {
                    try
                    {
                        await server.InvokeAsync(0, static _ => true);
                    }
                    catch (ObjectDisposedException)
                    {
                        return done;
                    }

                    begun.Set();
                }
            });
            Assert.True(begun.Wait(Patience));
            server.Dispose();
            Assert.InRange(await asking.WaitAsync(Patience), 1, int.MaxValue);
        }
    }

    [Fact]
    public void The_largest_of_late_is_forgotten_in_time()
    {
        var recent = new RecentMaximum();
        var nowUs = 100 * RecentMaximum.PeriodUs;
        recent.Note(7, nowUs);
        recent.Note(3, nowUs + 1);
        Assert.Equal(7, recent.Read(nowUs + 2));
        recent.Note(2, nowUs + RecentMaximum.PeriodUs);
        Assert.Equal(7, recent.Read(nowUs + RecentMaximum.PeriodUs));
        recent.Note(1, nowUs + 2 * RecentMaximum.PeriodUs);
        Assert.Equal(2, recent.Read(nowUs + 2 * RecentMaximum.PeriodUs));
        Assert.Equal(1, recent.Read(nowUs + 3 * RecentMaximum.PeriodUs));
        Assert.Equal(0, recent.Read(nowUs + 4 * RecentMaximum.PeriodUs));
    }

    private static MediaServer New(RecordedEvents? events = null) => new(new MediaServerOptions { Port = 0, BindAddresses = [IPAddress.Loopback] }, events);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_workers")]
    private static extern ref MediaWorker[] Workers(MediaServer server);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_stopping")]
    private static extern ref bool IsStopping(MediaWorker worker);
}
