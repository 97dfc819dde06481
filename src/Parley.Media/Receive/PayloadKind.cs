// The payload formats that forwarding looks into.
using Parley.Media.Rtp;

namespace Parley.Media.Receive;

/// <summary>A payload format.</summary>
internal enum PayloadKind : byte
{
    /// <summary>One that nothing needs to be known of: any packet is a beginning.</summary>
    Opaque,

    Vp8,
    Vp9,
    H264,
    Av1,

    /// <summary>Redundant audio: the payload types of its blocks are inside.</summary>
    Red,
}

internal static class PayloadKinds
{
    public static PayloadKind Of(CodecParameters codec) => codec.Name.ToUpperInvariant() switch
    {
        "VP8" => PayloadKind.Vp8,
        "VP9" => PayloadKind.Vp9,
        "H264" => PayloadKind.H264,
        "AV1" => PayloadKind.Av1,
        "RED" => PayloadKind.Red,
        _ => PayloadKind.Opaque,
    };
}
