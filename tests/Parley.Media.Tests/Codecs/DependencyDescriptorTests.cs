using Parley.Media.Codecs;
using Parley.Media.Tests.Stage;

namespace Parley.Media.Tests.Codecs;

public sealed class DependencyDescriptorTests
{
    // Two spatial layers of one temporal layer each, as the appendix of the payload format writes them down: bits by hand.
    // Templates: 0 S0 key, 1 S0, 2 S1 key, 3 S1. Targets: 0 both layers, 1 the lower. Chains: one for each spatial layer.
    internal static readonly string StructureBits = string.Concat(
        "000101", "00001", // template ids from 5 on, two targets
        "00", "10", "00", "11", // S0, S0 again, S1, S1 again, end
        "1010", "1111", "1000", "1100", // indications for both targets: SS, RR, S-, R-
        "0", "1" + "0001" + "0", "1" + "0000" + "0", "1" + "0001" + "1" + "0000" + "0", // refer to none, 2 back, 1 back, 2 and 1 back
        "11", "1", "0", // two chains (0, 1 and 2 are written 0, 10 and 11), target 0 by chain 1, target 1 by chain 0
        "0000" + "0000", "0010" + "0001", "0001" + "0001", "0001" + "0010",
        "1", "0000000100111111" + "0000000010110011", "0000001001111111" + "0000000101100111"); // 320x180, 640x360

    private static readonly byte[] Keyframe = Bytes("10" + "000101" + "0000000000001010" + "10000" + StructureBits);
    private static readonly byte[] UpperKeyframe = Bytes("11" + "000111" + "0000000000001011");
    private static readonly byte[] Later = Bytes("11" + "000110" + "0000000000001100");

    // A mask, indications, differences 3 and 300 and 17, and chains of its own.
    private static readonly byte[] Custom = Bytes(
        "01" + "001000" + "0000000000001101" + "01111" + "10" + "0111" + "01" + "0010" + "11" + "000100101011" + "10" + "00010000" + "00" + "00000101" + "11111111");

    private static readonly byte[][] Samples = [Keyframe, UpperKeyframe, Later, Custom];

    [Fact]
    public void A_structure_is_read()
    {
        var reader = new DependencyReader();
        var descriptor = Read(reader, Keyframe);
        Assert.True(descriptor.IsKeyframe);
        Assert.True(descriptor.StartsFrame);
        Assert.False(descriptor.EndsFrame);
        Assert.Equal(10, descriptor.FrameNumber);
        Assert.Equal((0, 0), (descriptor.SpatialId, descriptor.TemporalId));

        var structure = reader.Structure!;
        Assert.Equal((5, 4, 2, 2, 2), (structure.TemplateIdOffset, structure.Templates, structure.DecodeTargets, structure.Chains, structure.SpatialLayers));
        Assert.Equal((1, 0), (structure.SpatialIdOf(0), structure.SpatialIdOf(1)));
        Assert.Equal((0, 1), (structure.BestTarget(1, 0), structure.BestTarget(0, 0)));
    }

    [Fact]
    public void Frames_are_understood_by_the_structure()
    {
        var reader = new DependencyReader();
        Assert.False(reader.TryRead(UpperKeyframe, out _));
        Read(reader, Keyframe);

        var upper = Read(reader, UpperKeyframe);
        Assert.Equal((1, false, true), (upper.SpatialId, upper.IsKeyframe, upper.EndsFrame));
        Assert.Equal((DecodeTargetIndication.Switch, DecodeTargetIndication.NotPresent), (upper.For(0), upper.For(1)));
        Assert.Equal(0b1u, upper.Differences);

        var later = Read(reader, Later);
        Assert.Equal((0, 0b10), (later.SpatialId, (int)later.Differences));
        Assert.Equal((DecodeTargetIndication.Required, DecodeTargetIndication.Required), (later.For(0), later.For(1)));
    }

    [Fact]
    public void A_frame_may_differ_from_its_template()
    {
        var reader = new DependencyReader();
        Read(reader, Keyframe);
        var custom = Read(reader, Custom);
        Assert.Equal((1, 8, 13), (custom.SpatialId, custom.TemplateId, custom.FrameNumber));
        Assert.Equal((DecodeTargetIndication.Discardable, DecodeTargetIndication.Required), (custom.For(0), custom.For(1)));
        Assert.Equal(1u << 2 | 1u << 16, custom.Differences);
        Assert.True(custom.RefersFartherBack);
    }

    [Fact]
    public void A_keyframe_that_comes_late_does_not_bring_back_its_structure()
    {
        var reader = new DependencyReader();
        Read(reader, Keyframe);
        // The next keyframe has its templates from 20 on.
        var next = Keyframe.ToArray();
        DependencyDescriptor.Renumber(next, 50, 15);
        Read(reader, next);
        Assert.Equal(20, reader.Structure!.TemplateIdOffset);

        Assert.True(Read(reader, Keyframe).IsKeyframe);
        Assert.Equal(20, reader.Structure!.TemplateIdOffset);
        Assert.False(reader.TryRead(Later, out _));
    }

    [Fact]
    public void What_is_broken_leaves_the_structure_as_it_was()
    {
        var reader = new DependencyReader();
        Read(reader, Keyframe);
        // Three bytes are a whole descriptor.
        foreach (var sample in new[] { Keyframe, Custom })
        {
            for (var length = 0; length < sample.Length; length++)
                Assert.Equal(length == 3, reader.TryRead(sample.AsSpan(0, length), out _));
        }

        var unknown = Later.ToArray();
        unknown[0] = 0xC0 | 9;
        Assert.False(reader.TryRead(unknown, out _));
        Assert.Equal(1, Read(reader, UpperKeyframe).SpatialId);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(2, 0)]
    [InlineData(3, 0)]
    [InlineData(0, 59)]
    [InlineData(2, 59)]
    public void Numbers_are_rewritten_and_all_else_stays(int sample, int shift)
    {
        var reader = new DependencyReader();
        Read(reader, Keyframe);
        var before = Read(reader, Samples[sample]);
        var target = Samples[sample].ToArray();
        DependencyDescriptor.Renumber(target, 0xABCD, shift);

        var subscriber = new DependencyReader();
        Read(subscriber, Shifted(Keyframe, shift));
        var after = Read(subscriber, target);
        Assert.Equal(0xABCD, after.FrameNumber);
        Assert.Equal(before.TemplateId + shift & 63, after.TemplateId);
        AssertSameFrame(before, after);
    }

    [Theory]
    [InlineData(1, "0")]
    [InlineData(5, "00 01 10 110 111")]
    [InlineData(6, "00 01 100 101 110 111")]
    [InlineData(8, "000 001 010 011 100 101 110 111")]
    public void Numbers_below_a_limit_take_as_few_bits_as_they_may(uint limit, string codes)
    {
        var expected = 0u;
        foreach (var code in codes.Split(' '))
        {
            var bits = new BitReader(Bytes(code));
            Assert.Equal(expected++, bits.ReadBelow(limit));
            Assert.Equal(limit == 1 ? 0 : code.Length, bits.Position);
        }
    }

    [Fact]
    [Trait("Kind", "Fuzz")]
    public void No_bytes_make_it_throw()
    {
        var reader = new DependencyReader();
        Read(reader, Keyframe);
        Hostile.Feed(bytes => Use(reader, bytes), Samples);
    }

    [Fact]
    public void It_allocates_nothing_once_structures_have_come()
    {
        var reader = new DependencyReader();
        Assert.Equal(0, Hostile.AllocatedBy(bytes => Use(reader, bytes), Samples));
    }

    [Theory]
    [InlineData("", false, false)]
    [InlineData("10", false, false)]
    [InlineData("100A", true, false)]
    [InlineData("180A", true, true)]
    [InlineData("980A", true, false)] // goes on with what began before
    public void Without_a_descriptor_the_aggregation_header_tells_keyframes(string payload, bool isRead, bool isKeyframe)
    {
        Assert.Equal(isRead, Av1AggregationHeader.TryRead(Convert.FromHexString(payload), out var header));
        Assert.Equal(isKeyframe, isRead && header.IsKeyframe);
    }

    [Fact]
    public void The_aggregation_header_is_read()
    {
        Assert.True(Av1AggregationHeader.TryRead([0b1110_0000, 1], out var header));
        Assert.Equal((true, true, 2), (header.ContinuesElement, header.GoesOn, header.Elements));
    }

    private static void Use(DependencyReader reader, ReadOnlySpan<byte> bytes)
    {
        if (!reader.TryRead(bytes, out var descriptor))
            return;
        Span<byte> target = stackalloc byte[2048];
        bytes.CopyTo(target);
        DependencyDescriptor.Renumber(target[..bytes.Length], 1, 2);
        for (var index = 0; index < descriptor.DecodeTargets; index++)
            _ = descriptor.For(index);
    }

    private static byte[] Shifted(byte[] keyframe, int shift)
    {
        var shifted = keyframe.ToArray();
        DependencyDescriptor.Renumber(shifted, 0xABCC, shift);
        return shifted;
    }

    private static void AssertSameFrame(DependencyDescriptor before, DependencyDescriptor after)
    {
        Assert.Equal((before.StartsFrame, before.EndsFrame, before.HasStructure), (after.StartsFrame, after.EndsFrame, after.HasStructure));
        Assert.Equal((before.SpatialId, before.TemporalId), (after.SpatialId, after.TemporalId));
        Assert.Equal((before.Indications, before.Differences), (after.Indications, after.Differences));
        Assert.Equal(before.RefersFartherBack, after.RefersFartherBack);
    }

    private static DependencyDescriptor Read(DependencyReader reader, ReadOnlySpan<byte> bytes)
    {
        Assert.True(reader.TryRead(bytes, out var descriptor), Convert.ToHexString(bytes));
        return descriptor;
    }

    internal static byte[] Bytes(string bits) =>
        [.. bits.Chunk(8).Select(chunk => Convert.ToByte(new string(chunk).PadRight(8, '0'), 2))];
}
