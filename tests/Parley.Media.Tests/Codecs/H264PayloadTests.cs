using Parley.Media.Codecs;
using Parley.Media.Tests.Stage;

namespace Parley.Media.Tests.Codecs;

public sealed class H264PayloadTests
{
    private const string ParameterSets = "78" + "0004" + "67420010" + "0003" + "68CE38";

    private static readonly byte[][] Samples =
        [.. new[] { "6742C01F", ParameterSets, "7C85B804", "7C05B804", "7C45B804", "5C81E000", "9900020002" + "65B8", "419A00" }.Select(Convert.FromHexString)];

    [Theory]
    [InlineData("6742C01F", H264Units.SequenceParameters, true)]
    [InlineData("68CE38", H264Units.PictureParameters, false)]
    [InlineData("65B804", H264Units.InstantRefresh, true)]
    [InlineData("419A00", H264Units.Slice, false)]
    [InlineData("0605FF", H264Units.Other, false)]
    [InlineData(ParameterSets, H264Units.SequenceParameters | H264Units.PictureParameters, true)]
    [InlineData("7C85B804", H264Units.InstantRefresh, true)] // the first fragment of a refresh picture
    [InlineData("7C05B804", H264Units.None, false)]
    [InlineData("7C45B804", H264Units.None, false)]
    [InlineData("5C81E000", H264Units.Slice, false)]
    [InlineData("5D81000AE000", H264Units.Slice, false)] // FU-B
    [InlineData("79" + "0000" + "0002" + "65B8", H264Units.InstantRefresh, true)] // STAP-B
    internal void What_begins_in_a_packet_is_known(string payload, H264Units begins, bool isKeyframe)
    {
        Assert.True(H264Payload.TryRead(Convert.FromHexString(payload), out var read));
        Assert.Equal(begins, read.Begins);
        Assert.Equal(isKeyframe, read.IsKeyframe);
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")] // type 0
    [InlineData("1E00")] // type 30
    [InlineData("7A0001000041")] // MTAP16 is of no mode that is negotiated
    [InlineData("78")] // aggregates nothing
    [InlineData("780000")] // a unit of no bytes
    [InlineData("78000367")] // a unit that is cut off
    [InlineData("7800016700")] // half a length behind a unit
    [InlineData("7C")]
    [InlineData("7900")]
    public void What_is_broken_is_not_read(string payload) => Assert.False(H264Payload.TryRead(Convert.FromHexString(payload), out _));

    [Fact]
    [Trait("Kind", "Fuzz")]
    public void No_bytes_make_it_throw() => Hostile.Feed(Use, Samples);

    [Fact]
    public void It_allocates_nothing() => Assert.Equal(0, Hostile.AllocatedBy(Use, Samples));

    private static void Use(ReadOnlySpan<byte> payload) => _ = H264Payload.TryRead(payload, out _);
}
