using Parley.Media.Rtp;

namespace Parley.Media.Tests.Rtp;

public sealed class PayloadFormatsTests
{
    // As browsers list them: baseline first, then constrained baseline, then high.
    private static readonly CodecParameters[] Browser =
        [H264(102, "42001f", 1), H264(104, "42001f", 0), H264(106, "42e01f", 1), H264(108, "42e01f", 0), H264(112, "64001f", 1)];

    [Theory]
    [InlineData("42001f", 1, 102)]
    [InlineData("42e01f", 1, 106)]
    [InlineData("42e01f", 0, 108)]
    // GStreamer's x264enc writes constrained baseline with another byte of flags.
    [InlineData("42c014", 1, 106)]
    [InlineData("640c1f", 1, 112)]
    [InlineData("f4001f", 1, null)]
    public void The_same_format_comes_before_one_that_copes(string profileLevelId, int mode, int? expected) =>
        Assert.Equal(expected, (int?)PayloadFormats.Choose(H264(96, profileLevelId, mode), Browser)?.PayloadType);

    [Fact]
    public void Who_takes_constrained_baseline_alone_is_sent_baseline() =>
        Assert.Equal((byte?)99, PayloadFormats.Choose(H264(96, "42001f", 1), [H264(98, "42e01f", 0), H264(99, "42e01f", 1)])?.PayloadType);

    private static CodecParameters H264(byte payloadType, string profileLevelId, int mode) => new()
    {
        PayloadType = payloadType,
        Name = "H264",
        ClockRate = 90_000,
        Format = $"level-asymmetry-allowed=1;packetization-mode={mode};profile-level-id={profileLevelId}",
    };
}
