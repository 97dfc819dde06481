using Parley.Media.Rtcp;

namespace Parley.Media.Tests.Rtcp;

public sealed class RtcpWritingTests
{
    private readonly byte[] _buffer = new byte[1200];

    [Fact]
    public void A_compound_is_written_as_it_is_read()
    {
        var writer = new RtcpWriter(_buffer);
        Assert.True(writer.TrySenderReport(
            new SenderInformation(0x11223344, 0xE000_0001_8000_0000, 90_000, 100, 10_000), [new ReportBlock(0x55667788, 64, -2, 0x10005, 32, 0x18000, 0x10000)]));
        Assert.True(writer.TrySourceDescription(0x11223344, "parley1"u8));
        Assert.Equal(Convert.ToHexString(RtcpReadingTests.Samples[0]), Hex(writer));
    }

    [Theory]
    [InlineData(0, "81CA0002000000050100" + "0000")]
    [InlineData(1, "81CA0002000000050101" + "61" + "00")]
    [InlineData(2, "81CA0003000000050102" + "6161" + "00000000")]
    [InlineData(5, "81CA0003000000050105" + "6161616161" + "00")]
    public void A_name_is_followed_by_one_to_four_zeros(int length, string expected)
    {
        _buffer.AsSpan().Fill(0xEE);
        var writer = new RtcpWriter(_buffer);
        Assert.True(writer.TrySourceDescription(5, Enumerable.Repeat((byte)'a', length).ToArray()));
        Assert.Equal(expected, Hex(writer));
    }

    [Fact]
    public void What_a_receiver_reports_is_read_again()
    {
        var blocks = Enumerable.Range(0, 40).Select(number => new ReportBlock((uint)number, (byte)number, -number, (uint)number * 70_000, 7, 8, 9)).ToArray();
        var writer = new RtcpWriter(_buffer);
        Assert.True(writer.TryReceiverReport(77, blocks));
        Assert.True(writer.TryReceiverReport(77, []));
        var packets = new RtcpPackets(_buffer.AsSpan(0, writer.Length));
        Assert.True(packets.MoveNext());
        Assert.Equal(31, packets.Current.Count);
        var read = new List<ReportBlock>();
        foreach (var block in ReportBlocks.In(packets.Current))
            read.Add(block);
        Assert.Equal(blocks[..31], read);
        Assert.True(packets.MoveNext());
        Assert.Equal("80C9000100" + "00004D", Convert.ToHexString(_buffer.AsSpan(writer.Length - 8, 8)));
    }

    [Theory]
    [InlineData(0x7FFFFF, 0x7FFFFF)]
    [InlineData(int.MaxValue, 0x7FFFFF)]
    [InlineData(int.MinValue, -0x800000)]
    [InlineData(-1, -1)]
    public void Lost_packets_saturate_at_24_bits(int lost, int read)
    {
        var writer = new RtcpWriter(_buffer);
        Assert.True(writer.TryReceiverReport(1, [new ReportBlock(2, 0xFF, lost, 0, 0, 0, 0)]));
        var blocks = ReportBlocks.In(First(writer));
        Assert.True(blocks.MoveNext());
        Assert.Equal(read, blocks.Current.CumulativeLost);
        Assert.Equal(0xFF, blocks.Current.FractionLost);
    }

    [Fact]
    public void Goodbyes_and_picture_requests_are_what_the_standards_show()
    {
        var writer = new RtcpWriter(_buffer);
        Assert.True(writer.TryGoodbye([1, 2]));
        Assert.True(writer.TryPictureLoss(3, 4));
        Assert.True(writer.TryFullIntraRequest(5, new IntraRequest(6, 7)));
        Assert.Equal("82CB00020000000100000002" + "81CE00020000000300000004" + "84CE00040000000500000000" + "0000000607000000", Hex(writer));
    }

    [Fact]
    public void A_nack_packs_what_lies_within_seventeen()
    {
        var writer = new RtcpWriter(_buffer);
        Assert.Equal(7, writer.Nack(1, 2, [100, 101, 116, 117, 65535, 0, 14]));
        Assert.Equal("81CD0005" + "0000000100000002" + "00648001" + "00750000" + "FFFF4001", Hex(writer));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Any_numbers_are_asked_for_once(int seed)
    {
        var random = new Random(seed);
        var first = random.Next(65536);
        ushort[] wanted = [.. Enumerable.Range(0, 300).Where(_ => random.Next(4) == 0).Select(offset => (ushort)(first + offset))];
        var read = new List<ushort>();
        for (var done = 0; done < wanted.Length;)
        {
            var writer = new RtcpWriter(_buffer.AsSpan(0, random.Next(16, 60)));
            done += writer.Nack(1, 2, wanted.AsSpan(done));
            foreach (var sequence in NackedSequences.In(First(writer)))
                read.Add(sequence);
        }

        Assert.Equal(wanted, read);
    }

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 20)];

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(262_143, 262_143)]
    [InlineData(262_145, 262_144)]
    [InlineData(5_000_001, 5_000_000)]
    [InlineData(long.MaxValue, 262_143L << 45)]
    [InlineData(-5, 0)]
    public void An_estimate_keeps_eighteen_significant_bits(long bitrate, long read)
    {
        var writer = new RtcpWriter(_buffer);
        Assert.True(writer.TryReceiverEstimate(1, bitrate, [7, 8]));
        Assert.True(ReceiverEstimate.TryRead(First(writer), out var estimate));
        Assert.Equal(read, estimate);
        Assert.Equal("8FCE0006" + "0000000100000000" + "52454D42", Convert.ToHexString(_buffer.AsSpan(0, 16)));
    }

    // Whatever has no room is not begun: the buffer holds whole packets and the writer says no.
    [Fact]
    public void Every_size_of_buffer_is_respected()
    {
        var arrivals = new TransportArrivals();
        for (var size = 0; size < 200; size++)
        {
            _buffer.AsSpan().Fill(0xEE);
            var writer = new RtcpWriter(_buffer.AsSpan(0, size));
            var written = 0;
            written += writer.TrySenderReport(new SenderInformation(1, 2, 3, 4, 5), [new ReportBlock(1, 2, 3, 4, 5, 6, 7)]) ? 1 : 0;
            written += writer.TrySourceDescription(1, "someone"u8) ? 1 : 0;
            written += writer.TryReceiverReport(1, [new ReportBlock(1, 2, 3, 4, 5, 6, 7)]) ? 1 : 0;
            written += writer.Nack(1, 2, [1, 2, 3]) > 0 ? 1 : 0;
            arrivals.Record((ushort)(size * 3), size * 1000);
            written += writer.TryTransportFeedback(1, 2, arrivals) ? 1 : 0;
            written += writer.TryReceiverEstimate(1, 2, [3]) ? 1 : 0;
            written += writer.TryFullIntraRequest(1, new IntraRequest(2, 3)) ? 1 : 0;
            written += writer.TryPictureLoss(1, 2) ? 1 : 0;
            written += writer.TryGoodbye([1]) ? 1 : 0;

            var packets = new RtcpPackets(_buffer.AsSpan(0, writer.Length));
            while (packets.MoveNext())
                written--;
            Assert.Equal(0, written);
            Assert.False(packets.IsMalformed);
            Assert.All(_buffer[size..], value => Assert.Equal(0xEE, value));
        }
    }

    private RtcpPacket First(scoped RtcpWriter writer)
    {
        var packets = new RtcpPackets(_buffer.AsSpan(0, writer.Length));
        Assert.True(packets.MoveNext());
        return packets.Current;
    }

    private string Hex(scoped RtcpWriter writer) => Convert.ToHexString(_buffer.AsSpan(0, writer.Length));
}
