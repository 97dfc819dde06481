using Parley.Media.Codecs;
using Parley.Media.Tests.Stage;

namespace Parley.Media.Tests.Codecs;

public sealed class Vp8DescriptorTests
{
    // X, S; I, L, T, K; picture id 0x1234 in 15 bits; TL0PICIDX 0x56; TID 2, Y, KEYIDX 9; a keyframe of 640 by 360.
    private const string Keyframe = "90F0" + "9234" + "56" + "A9" + "D0A301" + "9D012A" + "8002" + "6801" + "00";

    private static readonly byte[][] Samples =
        [.. new[] { Keyframe, "00FF", "1000", "908011D0", "90C0911234FF", "9040AA01", "9020C001", "80801101", "B0000000" }.Select(Convert.FromHexString)];

    [Fact]
    public void Every_field_is_read()
    {
        var descriptor = Read(Keyframe);
        Assert.Equal(6, descriptor.Length);
        Assert.True(descriptor.StartsFrame);
        Assert.True(descriptor.IsKeyframe);
        Assert.False(descriptor.IsNonReference);
        Assert.Equal(0x1234, descriptor.PictureId);
        Assert.Equal(32768, descriptor.PictureIdRange);
        Assert.True(descriptor.HasBaseLayerIndex);
        Assert.Equal(0x56, descriptor.BaseLayerIndex);
        Assert.True(descriptor.HasTemporalId);
        Assert.Equal(2, descriptor.TemporalId);
        Assert.True(descriptor.IsLayerSync);
        Assert.True(descriptor.HasKeyIndex);
        Assert.Equal(9, descriptor.KeyIndex);
    }

    [Theory]
    [InlineData("1000", 1, true, true)] // no extension
    [InlineData("1001", 1, true, false)] // a frame that depends on others
    [InlineData("0000", 1, false, false)] // goes on
    [InlineData("1100", 1, false, false)] // the second partition
    [InlineData("90801100", 3, true, true)] // picture id of 7 bits
    [InlineData("9040AA00", 3, true, true)] // TL0PICIDX alone
    [InlineData("90208000", 3, true, true)] // TID alone
    [InlineData("B00001", 2, true, false)] // an extension of nothing
    public void The_first_packet_of_a_keyframe_is_known(string payload, int length, bool startsFrame, bool isKeyframe)
    {
        var descriptor = Read(payload);
        Assert.Equal(length, descriptor.Length);
        Assert.Equal(startsFrame, descriptor.StartsFrame);
        Assert.Equal(isKeyframe, descriptor.IsKeyframe);
    }

    [Theory]
    [InlineData("90C0911234" + "01", 0x7ABC, 0xEE, "90C0FABCEE" + "01")]
    [InlineData("90C0111201", 0x7ABC, 0xEE, "90C03CEE01")] // 7 bits stay 7 bits
    [InlineData("90801101", 0x7ABC, 0xEE, "90803C01")]
    [InlineData("9040AA01", 0x7ABC, 0xEE, "9040EE01")]
    [InlineData("9020C001", 0x7ABC, 0xEE, "9020C001")]
    [InlineData("1001", 0x7ABC, 0xEE, "1001")]
    public void Numbers_are_rewritten_where_there_are_any(string payload, int pictureId, byte baseLayerIndex, string expected)
    {
        var bytes = Convert.FromHexString(payload);
        Read(payload).Rewrite(bytes, pictureId, baseLayerIndex);
        Assert.Equal(expected, Convert.ToHexString(bytes));
    }

    [Theory]
    [InlineData("")]
    [InlineData("10")]
    [InlineData("9080")]
    [InlineData("90809234")]
    [InlineData("90C01122")]
    [InlineData("9030C0")]
    public void What_is_cut_off_is_not_read(string payload) => Assert.False(Vp8Descriptor.TryRead(Convert.FromHexString(payload), out _));

    [Fact]
    [Trait("Kind", "Fuzz")]
    public void No_bytes_make_it_throw() => Hostile.Feed(Use, Samples);

    [Fact]
    public void It_allocates_nothing() => Assert.Equal(0, Hostile.AllocatedBy(Use, Samples));

    private static void Use(ReadOnlySpan<byte> payload)
    {
        if (!Vp8Descriptor.TryRead(payload, out var descriptor))
            return;
        Span<byte> copy = stackalloc byte[8];
        payload[..descriptor.Length].CopyTo(copy);
        descriptor.Rewrite(copy[..descriptor.Length], 12345, 67);
        if (!payload[descriptor.Length..].IsEmpty && descriptor.Length > 6)
            throw new InvalidOperationException("longer than any descriptor");
    }

    private static Vp8Descriptor Read(string payload)
    {
        Assert.True(Vp8Descriptor.TryRead(Convert.FromHexString(payload), out var descriptor));
        return descriptor;
    }
}
