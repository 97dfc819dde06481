using Parley.Media.Rtcp;
using Parley.Media.Tests.Stage;

namespace Parley.Media.Tests.Rtcp;

public sealed class TransportFeedbackTests
{
    // Base 153, 9 packets, reference 0x0F4240 (64,000 s), number 9. A vector of one bit: received 1 0 1 1 0 0 0 1 1, then five that do not count.
    internal const string Mixed = "8FCD0006" + "00000001" + "00000002" + "0099" + "0009" + "0F4240" + "09" + "AC60" + "0004" + "0810" + "FF00";

    private readonly byte[] _buffer = new byte[1500];

    [Fact]
    public void A_vector_of_one_bit_is_read()
    {
        Assert.True(TransportFeedback.TryRead(Packet(Mixed), out var feedback));
        Assert.Equal(153, feedback.BaseSequence);
        Assert.Equal(9, feedback.Count);
        Assert.Equal(9, feedback.Number);
        const long start = 64_000_000_000L;
        Assert.Equal(
            [new(153, start), new(155, start + 4 * 250), new(156, start + 12 * 250), new(160, start + 28 * 250), new(161, start + 283 * 250)], Arrivals(feedback));
    }

    [Fact]
    public void Runs_and_vectors_of_two_bits_are_read()
    {
        // Three small ones in a run, a run of 8191 that are missing, then large, missing, small in a vector; the reference is negative.
        var packet = Packet("8FCD0007" + "00000001" + "00000002" + "FFFE" + "2005" + "FFFFFF" + "01" + "2003" + "1FFF" + "E100" + "010203" + "FF38" + "FF" + "0000");
        Assert.True(TransportFeedback.TryRead(packet, out var feedback));
        const long start = -64_000;
        Assert.Equal(
            [
                new(65534, start + 250), new(65535, start + 750), new(0, start + 1500),
                new(8192, start + (6 - 200) * 250), new(8194, start + (6 - 200 + 255) * 250),
            ],
            Arrivals(feedback));
    }

    [Theory]
    [InlineData("00990000" + "0F424009" + "2001" + "0000")] // of no packet
    [InlineData("00990001" + "0F424009" + "2001")] // the delta is missing
    [InlineData("00990002" + "0F424009" + "2001" + "0100")] // another chunk is missing, or is a run of 256 with one delta
    [InlineData("00990001" + "0F424009" + "6001" + "0000")] // the symbol 3 in a run
    [InlineData("00990001" + "0F424009" + "F000" + "0000")] // the symbol 3 in a vector
    [InlineData("00990001" + "0F424009" + "2000" + "0000")] // a run of none
    [InlineData("00990001" + "0F424009" + "4001" + "00")] // half a delta
    [InlineData("00990001" + "0F42")]
    public void What_is_not_whole_is_not_read(string control)
    {
        byte[] packet = [.. Convert.FromHexString("8FCD0000" + "0000000100000002" + control), 0, 0, 0];
        // Cut to whole words by the header's length, so that only the last bytes of some are padding.
        packet[3] = (byte)((packet.Length - 3 + 3) / 4 - 1);
        var packets = new RtcpPackets(packet.AsSpan(0, (packet[3] + 1) * 4));
        Assert.True(packets.MoveNext());
        var whole = TransportFeedback.TryRead(packets.Current, out _);
        // Words that end behind the control supply the missing bytes of some; then it is cut there.
        if (whole)
        {
            var cut = new RtcpPacket(0x8F, RtcpType.TransportFeedback, packet.AsSpan(4, packet.Length - 3 - 4));
            whole = TransportFeedback.TryRead(cut, out _);
        }

        Assert.False(whole);
    }

    [Fact]
    public void What_arrived_evenly_is_a_run()
    {
        var arrivals = new TransportArrivals();
        for (var i = 0; i < 20; i++)
            arrivals.Record((ushort)(65530 + i), 1_000_000 + i * 1000);
        // 1 s is 15 periods of 64 ms and 160 ticks.
        Assert.Equal(
            "8FCD000A" + "0000000100000002" + "FFFA" + "0014" + "00000F" + "00" + "2014" + "A0" + string.Concat(Enumerable.Repeat("04", 19)) + "0000",
            Written(arrivals));
        Assert.False(arrivals.HasNews);
    }

    [Fact]
    public void What_is_missing_is_said_with_what_follows_it()
    {
        var arrivals = new TransportArrivals();
        arrivals.Record(10, 64_000);
        arrivals.Record(13, 64_500);
        var first = Read(arrivals);
        Assert.Equal((10, 4), (first.Base, first.Count));
        arrivals.Record(17, 70_000);
        var second = Read(arrivals);
        // 14, 15 and 16 are told of as missing, though the base time is 17's.
        Assert.Equal((14, 4), (second.Base, second.Count));
        Assert.Equal([new TransportArrival(17, 70_000)], second.Arrivals);
        Assert.Equal(first.Number + 1, second.Number);
    }

    [Fact]
    public void What_is_late_is_told_of_after_all()
    {
        var arrivals = new TransportArrivals();
        arrivals.Record(10, 1000);
        arrivals.Record(12, 2000);
        Read(arrivals);
        arrivals.Record(11, 3000);
        Assert.True(arrivals.HasNews);
        Assert.Equal([new TransportArrival(11, 3000), new TransportArrival(12, 2000)], Read(arrivals).Arrivals);
        arrivals.Record(12, 9000); // a repetition changes nothing
        Assert.False(arrivals.HasNews);
    }

    [Fact]
    public void Time_that_one_delta_cannot_bridge_begins_another_message()
    {
        var arrivals = new TransportArrivals();
        arrivals.Record(1, 0);
        arrivals.Record(2, 32_767 * 250);
        arrivals.Record(3, 32_767 * 250 + 32_768 * 250);
        Assert.Equal([new TransportArrival(1, 0), new TransportArrival(2, 8_191_750)], Read(arrivals).Arrivals);
        Assert.Equal([new TransportArrival(3, 16_383_750)], Read(arrivals).Arrivals);
        Assert.False(arrivals.HasNews);
    }

    [Fact]
    public void A_jump_beyond_the_window_begins_anew()
    {
        var arrivals = new TransportArrivals();
        arrivals.Record(1, 1000);
        arrivals.Record(10_000, 2000);
        var read = Read(arrivals);
        Assert.Equal([new TransportArrival(10_000, 2000)], read.Arrivals);
        arrivals.Record(1, 3000); // far too late
        Assert.False(arrivals.HasNews);
    }

    // Whatever arrives is told of once and in time, in messages that fit, and nothing else is.
    [Theory]
    [MemberData(nameof(Seeds))]
    public void Any_arrivals_are_told_of_exactly(int seed)
    {
        var random = new Random(seed);
        var arrivals = new TransportArrivals();
        var (loss, spread, room) = (random.NextDouble() * 0.7, random.Next(1, 40_000), random.Next(40, 1300));
        var expected = new Dictionary<ushort, long>();
        var told = new Dictionary<ushort, long>();
        long now = random.Next(100_000_000);
        var sequence = random.Next(65536);
        for (var packet = 0; packet < 3000; packet++)
        {
            sequence++;
            if (random.Next(200) == 0)
                sequence += random.Next(300);
            now += random.Next(spread);
            if (random.NextDouble() < loss)
                continue;
            arrivals.Record((ushort)sequence, now);
            expected[(ushort)sequence] = now / 250 * 250;
            if (random.Next(60) == 0)
                Tell();
        }

        Tell();
        Assert.Equal(expected.OrderBy(entry => entry.Key), told.OrderBy(entry => entry.Key));

        void Tell()
        {
            while (arrivals.HasNews)
            {
                foreach (var arrival in Read(arrivals, room).Arrivals)
                    Assert.True(told.TryAdd(arrival.Sequence, arrival.ArrivalUs), $"{arrival.Sequence} was told of twice");
            }
        }
    }

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 30)];

    [Fact]
    public void Chunks_hold_what_was_put_in_whatever_it_is()
    {
        var random = new Random(77);
        for (var round = 0; round < 5000; round++)
        {
            var symbols = Symbols(random);
            var chunks = new StatusChunks(_buffer);
            foreach (var symbol in symbols)
                Assert.True(chunks.TryAdd(symbol, 0));
            var length = chunks.Finish();
            Assert.Equal(symbols, Unpacked(_buffer.AsSpan(0, length), symbols.Length));
        }
    }

    [Fact]
    public void Recording_and_writing_allocate_nothing()
    {
        var arrivals = new TransportArrivals();
        var buffer = new byte[1200];
        ushort sequence = 0;
        Assert.Equal(0, Hostile.AllocatedBy(
            _ =>
            {
                for (var i = 0; i < 50; i++)
                    arrivals.Record(++sequence, sequence * 700L);
                var writer = new RtcpWriter(buffer);
                Assert.True(writer.TryTransportFeedback(1, 2, arrivals));
            },
            [[]]));
    }

    private static int[] Symbols(Random random)
    {
        var symbols = new List<int>();
        for (var pieces = random.Next(1, 8); pieces > 0; pieces--)
        {
            var symbol = random.Next(3);
            var length = random.Next(3) switch { 0 => random.Next(1, 4), 1 => random.Next(1, 30), _ => random.Next(100) == 0 ? 9000 : 16 };
            for (var i = 0; i < length; i++)
                symbols.Add(random.Next(12) == 0 ? random.Next(3) : symbol);
        }

        return [.. symbols];
    }

    // By the draft's pictures, not by our reader.
    private static List<int> Unpacked(ReadOnlySpan<byte> chunks, int count)
    {
        var symbols = new List<int>();
        for (var at = 0; at < chunks.Length; at += 2)
        {
            var bits = Convert.ToString(chunks[at] << 8 | chunks[at + 1], 2).PadLeft(16, '0');
            if (bits[0] == '0')
                symbols.AddRange(Enumerable.Repeat(Convert.ToInt32(bits[1..3], 2), Convert.ToInt32(bits[3..], 2)));
            else if (bits[1] == '0')
                symbols.AddRange(bits[2..].Select(bit => bit - '0'));
            else
                symbols.AddRange(bits[2..].Chunk(2).Select(pair => Convert.ToInt32(new string(pair), 2)));
        }

        Assert.InRange(symbols.Count - count, 0, 13);
        return symbols[..count];
    }

    private (int Base, int Count, int Number, List<TransportArrival> Arrivals) Read(TransportArrivals arrivals, int room = 1200)
    {
        var writer = new RtcpWriter(_buffer.AsSpan(0, room));
        Assert.True(writer.TryTransportFeedback(1, 2, arrivals));
        Assert.InRange(writer.Length, 20, room);
        var packets = new RtcpPackets(_buffer.AsSpan(0, writer.Length));
        Assert.True(packets.MoveNext());
        Assert.True(TransportFeedback.TryRead(packets.Current, out var feedback));
        return (feedback.BaseSequence, feedback.Count, feedback.Number, Arrivals(feedback));
    }

    private string Written(TransportArrivals arrivals)
    {
        _buffer.AsSpan().Fill(0xEE);
        var writer = new RtcpWriter(_buffer);
        Assert.True(writer.TryTransportFeedback(1, 2, arrivals));
        return Convert.ToHexString(_buffer.AsSpan(0, writer.Length));
    }

    private static List<TransportArrival> Arrivals(TransportFeedback feedback)
    {
        var list = new List<TransportArrival>();
        foreach (var arrival in feedback)
            list.Add(arrival);
        return list;
    }

    private static RtcpPacket Packet(string bytes)
    {
        var packets = new RtcpPackets(Convert.FromHexString(bytes));
        Assert.True(packets.MoveNext(), bytes);
        return packets.Current;
    }
}
