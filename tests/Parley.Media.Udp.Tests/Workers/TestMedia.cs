// What peers of these tests publish and receive.
using Parley.Media.Rtp;

namespace Parley.Media.Udp.Tests.Workers;

internal static class TestMedia
{
    private static readonly CodecParameters Video = new() { PayloadType = 96, Name = "H265", ClockRate = 90_000 };

    public static ReceiveParameters Receive() => new() { Mid = "0", Kind = MediaKind.Video, Codecs = [Video], Extensions = HeaderExtensionMap.Empty };

    public static SendParameters Send(uint ssrc) => new()
    {
        Mid = "0",
        Kind = MediaKind.Video,
        Codecs = [Video],
        Extensions = HeaderExtensionMap.Empty,
        Ssrc = ssrc,
        Cname = "c",
    };
}
