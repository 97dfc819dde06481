using Parley.Media.Codecs;
using Parley.Media.Tests.Stage;

namespace Parley.Media.Tests.Codecs;

public sealed class AudioPayloadTests
{
    // Two older blocks of type 111, 1920 and 960 earlier, of 3 and 2 bytes; the primary of type 111.
    private const string Redundant = "EF" + "1E0003" + "EF" + "0F0002" + "6F" + "A1A2A3" + "B1B2" + "C1C2C3C4";

    private static readonly byte[][] Samples = [.. new[] { Redundant, "6F", "6F0102", "EF0000006F" }.Select(Convert.FromHexString)];

    [Fact]
    public void Redundant_blocks_are_told_apart()
    {
        var payload = Convert.FromHexString(Redundant);
        var blocks = new List<RedundantBlock>();
        foreach (var block in new RedundantBlocks(payload))
            blocks.Add(block);
        Assert.Equal(
            [new(0, 111, 1920, 9, 3, false), new(4, 111, 960, 12, 2, false), new(8, 111, 0, 14, 4, true)], blocks);
        Assert.Equal("C1C2C3C4", Convert.ToHexString(payload.AsSpan(blocks[2].At, blocks[2].Length)));
    }

    [Theory]
    [InlineData("6F", 0)]
    [InlineData("6FC1C2", 2)]
    [InlineData("EF0000006F", 0)]
    public void A_primary_block_may_be_alone_or_empty(string payload, int length)
    {
        var blocks = new List<RedundantBlock>();
        foreach (var block in new RedundantBlocks(Convert.FromHexString(payload)))
            blocks.Add(block);
        Assert.True(blocks[^1].IsPrimary);
        Assert.Equal(length, blocks[^1].Length);
    }

    [Fact]
    public void Payload_types_inside_become_the_subscribers()
    {
        var payload = Convert.FromHexString(Redundant);
        var types = new byte[128];
        types.AsSpan().Fill(byte.MaxValue);
        types[111] = 96;
        Assert.True(RedundantBlocks.TryRewrite(payload, types));
        Assert.Equal("E0" + "1E0003" + "E0" + "0F0002" + "60" + "A1A2A3" + "B1B2" + "C1C2C3C4", Convert.ToHexString(payload));

        Assert.False(RedundantBlocks.TryRewrite(payload, types));
        Assert.Equal(0xE0, payload[0]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("EF1E00")]
    [InlineData("EF1E0003")]
    [InlineData("EF1E00036F" + "A1A2")]
    public void What_is_cut_off_has_no_blocks(string payload)
    {
        var blocks = new RedundantBlocks(Convert.FromHexString(payload));
        Assert.False(blocks.IsWhole);
        Assert.False(blocks.MoveNext());
    }

    [Fact]
    [Trait("Kind", "Fuzz")]
    public void No_bytes_make_it_throw() => Hostile.Feed(Use, Samples);

    [Fact]
    public void It_allocates_nothing() => Assert.Equal(0, Hostile.AllocatedBy(Use, Samples));

    private static void Use(ReadOnlySpan<byte> payload)
    {
        foreach (var block in new RedundantBlocks(payload))
            _ = payload.Slice(block.At, block.Length);
        Span<byte> copy = stackalloc byte[2048];
        Span<byte> types = stackalloc byte[128];
        payload.CopyTo(copy);
        _ = RedundantBlocks.TryRewrite(copy[..payload.Length], types);
    }
}
