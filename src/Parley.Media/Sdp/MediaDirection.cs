// Who sends in a media section. RFC 8866 §6.7.
namespace Parley.Media.Sdp;

/// <summary>The direction of a media section, as its writer sees it.</summary>
[Flags]
public enum MediaDirection : byte
{
    /// <summary>Nobody sends.</summary>
    Inactive = 0,

    /// <summary>The writer sends.</summary>
    SendOnly = 1,

    /// <summary>The writer receives.</summary>
    ReceiveOnly = 2,

    /// <summary>Both send.</summary>
    SendReceive = SendOnly | ReceiveOnly,
}

/// <summary>What follows from directions.</summary>
public static class MediaDirections
{
    /// <summary>True when the writer sends.</summary>
    public static bool Sends(this MediaDirection direction) => direction.HasFlag(MediaDirection.SendOnly);

    /// <summary>True when the writer receives.</summary>
    public static bool Receives(this MediaDirection direction) => direction.HasFlag(MediaDirection.ReceiveOnly);

    /// <summary>The same as the other end sees it.</summary>
    public static MediaDirection Reversed(this MediaDirection direction) => Of(direction.Receives(), direction.Sends());

    /// <summary>The direction of a writer that sends, receives, both or neither.</summary>
    public static MediaDirection Of(bool sends, bool receives) =>
        (sends ? MediaDirection.SendOnly : MediaDirection.Inactive) | (receives ? MediaDirection.ReceiveOnly : MediaDirection.Inactive);

    /// <summary>The attribute's name.</summary>
    public static string ToAttribute(this MediaDirection direction) => direction switch
    {
        MediaDirection.SendReceive => "sendrecv",
        MediaDirection.SendOnly => "sendonly",
        MediaDirection.ReceiveOnly => "recvonly",
        _ => "inactive",
    };

    internal static bool TryParse(ReadOnlySpan<char> name, out MediaDirection direction)
    {
        (var known, direction) = name switch
        {
            "sendrecv" => (true, MediaDirection.SendReceive),
            "sendonly" => (true, MediaDirection.SendOnly),
            "recvonly" => (true, MediaDirection.ReceiveOnly),
            "inactive" => (true, MediaDirection.Inactive),
            _ => (false, MediaDirection.Inactive),
        };
        return known;
    }
}
