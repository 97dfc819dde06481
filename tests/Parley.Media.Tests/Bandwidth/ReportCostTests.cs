// What reports cost: a few bytes that call thousands of packets lost are no more work than was sent.
using System.Diagnostics;
using Parley.Media.Bandwidth;
using Parley.Media.Rtcp;

namespace Parley.Media.Tests.Bandwidth;

public sealed class ReportCostTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(100)]
    // The ring has grown to thousands.
    [InlineData(8000)]
    public void Calling_thousands_lost_again_and_again_costs_hardly_more_than_calling_one_lost(int unanswered)
    {
        var best = double.MaxValue;
        for (var round = 0; round < 5; round++)
            best = Math.Min(best, Cost(unanswered, lost: 8191) / Cost(unanswered, lost: 1));
        output.WriteLine($"{best:F1} times");
        Assert.InRange(best, 0, 50);
    }

    [Theory]
    [InlineData(0, 200, 200)]
    [InlineData(150, 200, 200)]
    [InlineData(-300, 65_535, 256)]
    [InlineData(-100, 150, 50)]
    public void What_is_remembered_of_a_row_is_judged_once(int from, int count, int highest)
    {
        var estimator = new BandwidthEstimator();
        for (ushort sequence = 0; sequence < 200; sequence++)
            estimator.NoteSent((ushort)(1000 + sequence), 1000, sequence * 1000);
        Report(estimator, Feedback((ushort)(1000 + from), count), 250_000);
        Report(estimator, Feedback((ushort)(1000 + from), count), 260_000);
        var lost = Math.Clamp(Math.Min(from + count, highest) - Math.Max(from, 0), 0, 200);
        // One that arrives makes the share known.
        var arrived = Feedback(1199, 1, arrival: true);
        Report(estimator, arrived, 270_000);
        var expected = lost + (from + count > 199 ? 0 : 1);
        Assert.Equal(Math.Max(0, lost - (from + count > 199 ? 1 : 0)) / (double)expected, estimator.Loss, 3);
    }

    private static double Cost(int unanswered, int lost)
    {
        var estimator = new BandwidthEstimator();
        estimator.NoteSent(0, 1000, 0);
        Report(estimator, Feedback(0, 1, arrival: true), 50_000);
        for (var sequence = 1; sequence <= unanswered; sequence++)
            estimator.NoteSent((ushort)sequence, 1000, 60_000 + sequence * 10L);
        var feedback = Feedback((ushort)Math.Max(1, unanswered - lost + 1), lost);
        // What was sent may be called lost a few times.
        for (var i = 0; i < 10; i++)
            Report(estimator, feedback, 200_000);
        var begun = Stopwatch.GetTimestamp();
        for (var i = 0; i < 500; i++)
            Report(estimator, feedback, 200_000);
        return Stopwatch.GetElapsedTime(begun).TotalMicroseconds;
    }

    private static void Report(BandwidthEstimator estimator, byte[] compound, long nowUs)
    {
        foreach (var packet in new RtcpPackets(compound))
        {
            Assert.True(TransportFeedback.TryRead(packet, out var feedback));
            estimator.HandleFeedback(in feedback, nowUs);
        }
    }

    /// <summary>A row of packets that were all lost, or one that has arrived.</summary>
    private static byte[] Feedback(ushort first, int count, bool arrival = false)
    {
        var chunks = new List<byte>();
        for (var left = count; left > 0; left -= 8191)
        {
            var chunk = (arrival ? 1 << 13 : 0) | Math.Min(left, 8191);
            chunks.AddRange([(byte)(chunk >> 8), (byte)chunk]);
        }

        if (arrival)
            chunks.Add(0);
        while (chunks.Count % 4 != 0)
            chunks.Add(0);
        var words = 4 + chunks.Count / 4;
        return [0x8F, 205, (byte)(words >> 8), (byte)words, 0, 0, 0, 1, 0, 0, 0, 2, (byte)(first >> 8), (byte)first, (byte)(count >> 8), (byte)count, 0, 0, 1, 0, .. chunks];
    }
}
