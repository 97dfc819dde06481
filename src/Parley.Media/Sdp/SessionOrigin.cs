// The o= line: which session it is, and which of its descriptions. RFC 8866 §5.2.
using System.Globalization;

namespace Parley.Media.Sdp;

/// <summary>The origin of a description.</summary>
/// <param name="SessionId">The session, as its writer numbers it.</param>
/// <param name="Version">Rises with every description of the session that differs from the one before.</param>
public sealed record SessionOrigin(ulong SessionId, ulong Version)
{
    /// <summary>The user name; <c>-</c> when there is none.</summary>
    public string UserName { get; init; } = "-";

    /// <summary>An address that tells sessions apart; WebRTC peers name none of theirs.</summary>
    public ConnectionAddress Address { get; init; } = new("IP4", "127.0.0.1");

    /// <summary>Reads the value of an <c>o=</c> line; numbers that are none are 0.</summary>
    internal static SessionOrigin? Parse(ReadOnlySpan<char> value)
    {
        var words = SdpSyntax.Words(value);
        if (words.Length < 6)
            return null;
        return new SessionOrigin(Number(words[1]), Number(words[2])) { UserName = words[0], Address = new ConnectionAddress(words[4], words[5]) };
    }

    private static ulong Number(string text) => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}

/// <summary>The address of an <c>o=</c> or <c>c=</c> line.</summary>
/// <param name="Family"><c>IP4</c> or <c>IP6</c>.</param>
/// <param name="Address">The address as text.</param>
public sealed record ConnectionAddress(string Family, string Address)
{
    /// <summary>The address of a writer that has none to tell yet.</summary>
    public static readonly ConnectionAddress Unspecified = new("IP4", "0.0.0.0");

    internal static ConnectionAddress? Parse(ReadOnlySpan<char> value) =>
        SdpSyntax.Words(value) is ["IN", var family, var address] ? new ConnectionAddress(family, address) : null;
}
