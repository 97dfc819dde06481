using System.Text;
using Parley.Media.Rtcp;
using Parley.Media.Tests.Stage;

namespace Parley.Media.Tests.Rtcp;

public sealed class RtcpReadingTests
{
    // SR with one block, then SDES with a cname of 7 bytes.
    private const string Compound =
        "81C8000C" + "11223344" + "E0000001" + "80000000" + "00015F90" + "00000064" + "00002710"
        + "55667788" + "40FFFFFE" + "00010005" + "00000020" + "00018000" + "00010000"
        + "81CA0004" + "11223344" + "0107" + "7061726C657931" + "000000";

    private const string ReceiverReport = "81C90007" + "0A0B0C0D" + "55667788" + "00000003" + "0000FFFF" + "00000001" + "00000000" + "00000000";

    private const string Goodbye = "82CB0004" + "00000001" + "00000002" + "06" + "6C65617665" + "0000";

    private const string Nack = "81CD0004" + "00000001" + "00000002" + "00648001" + "FFFF0001";

    private const string PictureLoss = "81CE0002" + "00000001" + "00000002";

    private const string IntraRequest = "84CE0006" + "00000001" + "00000000" + "00000007" + "05000000" + "00000008" + "06000000";

    // Mantissa 0x3FFFF, exponent 6, two streams.
    private const string Estimate = "8FCE0006" + "00000001" + "00000000" + "52454D42" + "021BFFFF" + "0000000A" + "0000000B";

    // A padded compound of its own: a report without blocks and eight bytes of padding.
    private const string Padded = "A0C90003" + "00000001" + "00000000" + "00000008";

    public static byte[][] Samples =>
        [.. new[] { Compound, ReceiverReport, Goodbye, Nack, PictureLoss, IntraRequest, Estimate, Padded, TransportFeedbackTests.Mixed }.Select(Convert.FromHexString)];

    [Fact]
    public void A_sender_report_and_a_name_are_read_from_a_compound()
    {
        var packets = new RtcpPackets(Convert.FromHexString(Compound));
        Assert.True(packets.MoveNext());
        Assert.True(SenderInformation.TryRead(packets.Current, out var sender));
        Assert.Equal(new SenderInformation(0x11223344, 0xE000_0001_8000_0000, 90_000, 100, 10_000), sender);
        Assert.Equal(0x0001_8000u, sender.MiddleOfNtp);
        var blocks = ReportBlocks.In(packets.Current);
        Assert.True(blocks.MoveNext());
        Assert.Equal(new ReportBlock(0x55667788, 64, -2, 0x10005, 32, 0x18000, 0x10000), blocks.Current);
        Assert.False(blocks.MoveNext());

        Assert.True(packets.MoveNext());
        Assert.False(SenderInformation.TryRead(packets.Current, out _));
        var names = CanonicalNames.In(packets.Current);
        Assert.True(names.MoveNext());
        Assert.Equal(0x11223344u, names.Ssrc);
        Assert.Equal("parley1", Encoding.UTF8.GetString(names.Name));
        Assert.False(names.MoveNext());
        Assert.False(packets.MoveNext());
        Assert.False(packets.IsMalformed);
    }

    [Fact]
    public void A_packet_may_stand_alone()
    {
        var packet = Single(ReceiverReport);
        Assert.Equal(0x0A0B0C0Du, packet.Ssrc);
        var blocks = ReportBlocks.In(packet);
        Assert.True(blocks.MoveNext());
        Assert.Equal(new ReportBlock(0x55667788, 0, 3, 0xFFFF, 1, 0, 0), blocks.Current);
    }

    [Theory]
    // Reported at 10 s, held for 1 s, heard at 11.25 s.
    [InlineData(0x000A_0000u, 0x0001_0000u, 11.25, 250_000)]
    [InlineData(0u, 0x0001_0000u, 11.25, 0)]
    [InlineData(0x000A_0000u, 0x0002_0000u, 11.25, 0)]
    public void The_round_trip_is_what_neither_end_held_back(uint lastReport, uint delay, double nowSeconds, long tripUs)
    {
        var block = new ReportBlock(1, 0, 0, 0, 0, lastReport, delay);
        Assert.Equal(tripUs, block.RoundTripUs((ulong)(nowSeconds * 4294967296.0)));
    }

    [Fact]
    public void Every_source_that_goes_is_named()
    {
        var sources = new List<uint>();
        foreach (var source in GoodbyeSources.In(Single(Goodbye)))
            sources.Add(source);
        Assert.Equal([1u, 2u], sources);
    }

    [Fact]
    public void A_nack_names_the_packet_and_the_sixteen_that_follow()
    {
        var sequences = new List<ushort>();
        foreach (var sequence in NackedSequences.In(Single(Nack)))
            sequences.Add(sequence);
        Assert.Equal([100, 101, 116, 65535, 0], sequences);
        Assert.Equal(2u, Single(Nack).MediaSsrc);
    }

    [Fact]
    public void Requests_for_pictures_are_told_apart()
    {
        Assert.True(Single(PictureLoss).IsFeedback(RtcpType.PayloadFeedback, FeedbackFormat.PictureLoss));
        Assert.Equal(2u, Single(PictureLoss).MediaSsrc);
        var requests = new List<IntraRequest>();
        foreach (var request in IntraRequests.In(Single(IntraRequest)))
            requests.Add(request);
        Assert.Equal([new IntraRequest(7, 5), new IntraRequest(8, 6)], requests);
        Assert.False(IntraRequests.In(Single(PictureLoss)).MoveNext());
    }

    [Theory]
    [InlineData("021BFFFF", 262_143L << 6)]
    [InlineData("02000000", 0L)]
    [InlineData("02030D40", 200_000L)]
    [InlineData("02FFFFFF", long.MaxValue)]
    [InlineData("02B7FFFF", 262_143L << 45)]
    [InlineData("02BBFFFF", long.MaxValue)]
    public void The_receivers_estimate_is_read_and_saturates(string rate, long bitrate)
    {
        Assert.True(ReceiverEstimate.TryRead(Single(Estimate.Replace("021BFFFF", rate, StringComparison.Ordinal)), out var read));
        Assert.Equal(bitrate, read);
    }

    [Fact]
    public void Padding_is_no_part_of_a_packet()
    {
        Assert.Equal(4, Single(Padded).Body.Length);
        Assert.False(ReportBlocks.In(Single(Padded)).MoveNext());
    }

    [Fact]
    public void Padding_before_the_last_packet_is_forgiven()
    {
        var packets = new RtcpPackets(Convert.FromHexString(Padded + PictureLoss));
        Assert.True(packets.MoveNext());
        Assert.True(packets.MoveNext());
        Assert.Equal(RtcpType.PayloadFeedback, packets.Current.Type);
        Assert.False(packets.IsMalformed);
    }

    [Theory]
    [InlineData("41C90001" + "00000001")] // version 1
    [InlineData("80C90002" + "00000001")] // longer than what is there
    [InlineData("A0C90001" + "00000000")] // padding of 0
    [InlineData("A0C90001" + "00000005")] // more padding than packet
    [InlineData("80C9")]
    public void What_is_not_whole_ends_the_walk(string bytes)
    {
        var packets = new RtcpPackets(Convert.FromHexString(bytes));
        Assert.False(packets.MoveNext());
        Assert.True(packets.IsMalformed);
        Assert.False(packets.MoveNext());
    }

    [Fact]
    [Trait("Kind", "Fuzz")]
    public void No_bytes_make_a_reader_throw() => Hostile.Feed(static bytes => ReadEverything(bytes), Samples);

    [Fact]
    public void Reading_allocates_nothing() => Assert.Equal(0, Hostile.AllocatedBy(static bytes => ReadEverything(bytes), Samples));

    /// <summary>Reads a compound with every reader there is, and counts what it found.</summary>
    internal static int ReadEverything(ReadOnlySpan<byte> bytes)
    {
        var found = 0;
        foreach (var packet in new RtcpPackets(bytes))
        {
            found += SenderInformation.TryRead(packet, out _) ? 1 : 0;
            foreach (var block in ReportBlocks.In(packet))
                found += block.RoundTripUs(0xE000_0000_0000_0000) >= 0 ? 1 : 0;
            foreach (var name in CanonicalNames.In(packet))
                found += name.Name.Length;
            foreach (var source in GoodbyeSources.In(packet))
                found += (int)(source & 1);
            foreach (var sequence in NackedSequences.In(packet))
                found += sequence & 1;
            foreach (var request in IntraRequests.In(packet))
                found += request.Number;
            found += ReceiverEstimate.TryRead(packet, out var bitrate) && bitrate >= 0 ? 1 : 0;
            if (TransportFeedback.TryRead(packet, out var feedback))
            {
                foreach (var arrival in feedback)
                    found += arrival.Sequence & 1;
            }

            found += packet.HasSsrc ? (int)(packet.Ssrc & 1) : 0;
        }

        return found;
    }

    private static RtcpPacket Single(string bytes)
    {
        var packets = new RtcpPackets(Convert.FromHexString(bytes));
        Assert.True(packets.MoveNext());
        var packet = packets.Current;
        Assert.False(packets.MoveNext());
        Assert.False(packets.IsMalformed);
        return packet;
    }
}
