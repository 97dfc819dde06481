using Parley.Media.Codecs;
using Parley.Media.Tests.Stage;

namespace Parley.Media.Tests.Codecs;

public sealed class Vp9DescriptorTests
{
    // I, L, F, B, V; picture id 0x0102; SID 0; a structure of three layers with sizes and without a group.
    private const string Keyframe = "BA" + "8102" + "00" + "50" + "014000B4" + "02800168" + "050002D0" + "82";

    // I, P, L, F, B, E; picture id 3 in 7 bits; TID 2, U, SID 1, D; references 1 and 5 back.
    private const string Flexible = "FC" + "03" + "53" + "03" + "0A" + "86";

    // I, P, L, B, Z; picture id 0x7FFF; TID 1, SID 2, D; TL0PICIDX 200.
    private const string NonFlexible = "E9" + "FFFF" + "25" + "C8" + "86";

    // V with a group of two pictures: TID 0 with one reference, TID 1 with U and two references.
    private const string Group = "0A" + "08" + "02" + "04" + "02" + "38" + "01" + "02" + "82";

    private static readonly byte[][] Samples = [.. new[] { Keyframe, Flexible, NonFlexible, Group, "0882", "8882" + "01" }.Select(Convert.FromHexString)];

    [Fact]
    public void A_keyframe_brings_its_structure()
    {
        var descriptor = Read(Keyframe);
        Assert.True(descriptor.IsKeyframe);
        Assert.True(descriptor.StartsFrame);
        Assert.False(descriptor.EndsFrame);
        Assert.Equal(0x0102, descriptor.PictureId);
        Assert.Equal(Keyframe.Length / 2 - 1, descriptor.Length);
        Assert.True(Vp9Structure.TryRead(Convert.FromHexString(Keyframe), in descriptor, out var structure));
        Assert.Equal(3, structure.SpatialLayers);
        Assert.True(structure.HasSizes);
        Assert.Equal([(320, 180), (640, 360), (1280, 720)], Enumerable.Range(0, 3).Select(layer => (structure.Width(layer), structure.Height(layer))));
        Assert.Equal(0, structure.GroupLength);
    }

    [Fact]
    public void In_flexible_mode_a_frame_says_what_it_refers_to()
    {
        var descriptor = Read(Flexible);
        Assert.True(descriptor.IsFlexible);
        Assert.True(descriptor.IsInterPredicted);
        Assert.False(descriptor.IsKeyframe);
        Assert.True(descriptor.EndsFrame);
        Assert.Equal(3, descriptor.PictureId);
        Assert.Equal(128, descriptor.PictureIdRange);
        Assert.Equal(2, descriptor.TemporalId);
        Assert.True(descriptor.IsSwitchingPoint);
        Assert.Equal(1, descriptor.SpatialId);
        Assert.True(descriptor.DependsOnLayerBelow);
        Assert.False(descriptor.HasBaseLayerIndex);
        Assert.Equal(2, descriptor.ReferenceCount);
        Assert.Equal([1, 5], new[] { descriptor.Reference(0), descriptor.Reference(1) });
    }

    [Fact]
    public void Outside_of_flexible_mode_the_lowest_layer_is_numbered()
    {
        var descriptor = Read(NonFlexible);
        Assert.False(descriptor.IsFlexible);
        Assert.True(descriptor.HasBaseLayerIndex);
        Assert.Equal(200, descriptor.BaseLayerIndex);
        Assert.Equal(0x7FFF, descriptor.PictureId);
        Assert.Equal((1, 2), (descriptor.TemporalId, descriptor.SpatialId));
        Assert.True(descriptor.IsNotReferredUp);
        Assert.False(descriptor.IsKeyframe);
        Assert.Equal(0, descriptor.ReferenceCount);
    }

    [Fact]
    public void A_picture_group_is_passed_over()
    {
        var descriptor = Read(Group);
        Assert.Equal(Group.Length / 2 - 1, descriptor.Length);
        Assert.True(Vp9Structure.TryRead(Convert.FromHexString(Group), in descriptor, out var structure));
        Assert.Equal((1, false, 2), (structure.SpatialLayers, structure.HasSizes, structure.GroupLength));
        Assert.False(Vp9Structure.TryRead(Convert.FromHexString(Flexible), Read(Flexible), out _));
    }

    [Theory]
    [InlineData("0882", true)] // begins, depends on nothing
    [InlineData("0082", false)] // goes on
    [InlineData("4882", false)] // depends on an earlier picture
    [InlineData("2802C882", false)] // the second spatial layer of a key picture
    [InlineData("2800C882", true)]
    public void The_first_packet_of_a_keyframe_is_known(string payload, bool isKeyframe) => Assert.Equal(isKeyframe, Read(payload).IsKeyframe);

    [Theory]
    [InlineData(NonFlexible, "E9" + "ABCD" + "25" + "11" + "86")]
    [InlineData(Flexible, "FC" + "4D" + "53" + "03" + "0A" + "86")]
    [InlineData("2800C882", "28001182")]
    [InlineData("0882", "0882")]
    public void Numbers_are_rewritten_where_there_are_any(string payload, string expected)
    {
        var bytes = Convert.FromHexString(payload);
        Read(payload).Rewrite(bytes, 0x2BCD, 0x11);
        Assert.Equal(expected, Convert.ToHexString(bytes));
    }

    [Theory]
    [InlineData("")]
    [InlineData("08")]
    [InlineData("8881")]
    [InlineData("A88102" + "00")]
    [InlineData("5803")] // a reference is announced
    [InlineData("5803030303" + "82")] // a fourth reference
    [InlineData("0A50014000B4")]
    [InlineData("0A0802040238")]
    public void What_is_cut_off_is_not_read(string payload) => Assert.False(Vp9Descriptor.TryRead(Convert.FromHexString(payload), out _));

    [Fact]
    [Trait("Kind", "Fuzz")]
    public void No_bytes_make_it_throw() => Hostile.Feed(Use, Samples);

    [Fact]
    public void It_allocates_nothing() => Assert.Equal(0, Hostile.AllocatedBy(Use, Samples));

    private static void Use(ReadOnlySpan<byte> payload)
    {
        if (!Vp9Descriptor.TryRead(payload, out var descriptor))
            return;
        if (descriptor.Length >= payload.Length)
            throw new InvalidOperationException("longer than the payload");
        _ = Vp9Structure.TryRead(payload, in descriptor, out _);
        for (var i = 0; i < descriptor.ReferenceCount; i++)
            _ = descriptor.Reference(i);
        Span<byte> copy = stackalloc byte[2048];
        payload.CopyTo(copy);
        descriptor.Rewrite(copy[..descriptor.Length], 12345, 67);
    }

    private static Vp9Descriptor Read(string payload)
    {
        Assert.True(Vp9Descriptor.TryRead(Convert.FromHexString(payload), out var descriptor));
        return descriptor;
    }
}
