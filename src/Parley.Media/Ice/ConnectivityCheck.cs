// Answers connectivity checks as an ICE-lite agent does: it never sends any of its own. RFC 8445 §7.3, RFC 7675 §5.1.
using System.Text;
using Parley.Media.Engine;
using Parley.Media.Stun;

namespace Parley.Media.Ice;

/// <summary>Binding requests that test a path.</summary>
public static class ConnectivityCheck
{
    /// <summary>For whom a check is, which nothing has proven yet: our user name fragment in it.</summary>
    /// <returns>False for anything that is not a well-formed check.</returns>
    public static bool TryReadAddressee(ReadOnlySpan<byte> datagram, out ReadOnlySpan<byte> ufrag)
    {
        ufrag = default;
        if (!StunMessage.TryRead(datagram, out var message) || message.Type != StunConstants.BindingRequest || !message.HasFingerprint)
            return false;
        ufrag = LocalUfrag(in message);
        return !ufrag.IsEmpty;
    }

    /// <summary>Our user name fragment in USERNAME, which is "ours:theirs"; empty when it is of another form.</summary>
    internal static ReadOnlySpan<byte> LocalUfrag(scoped in StunMessage message)
    {
        var colon = message.Username.IndexOf((byte)':');
        return colon < 0 ? default : message.Username[..colon];
    }

    /// <summary>True when the peer's part of USERNAME is the one that was signaled; where none was, any will do.</summary>
    internal static bool IsFrom(in StunMessage message, IceCredentials? remote)
    {
        if (remote is null)
            return true;
        var theirs = message.Username[(message.Username.IndexOf((byte)':') + 1)..];
        return theirs.Length == remote.Ufrag.Length && Ascii.Equals(theirs, remote.Ufrag);
    }

    /// <summary>Writes the answer to an authentic request.</summary>
    /// <returns>The answer's length, and whether the request was accepted.</returns>
    internal static (int Length, bool IsAccepted) Answer(in StunMessage request, TransportAddress source, ReadOnlySpan<byte> key, Span<byte> answer)
    {
        StunWriter writer;
        if (request.UnknownRequired != 0)
        {
            writer = new StunWriter(answer, StunConstants.BindingError, request.TransactionId);
            writer.ErrorCode(420, "Unknown Attribute");
            writer.UnknownAttribute(request.UnknownRequired);
            return (writer.Seal(key), false);
        }

        // A lite agent is always the controlled one; a peer that takes itself for controlled has to switch (§7.3.1.1).
        if (request.IceControlled)
        {
            writer = new StunWriter(answer, StunConstants.BindingError, request.TransactionId);
            writer.ErrorCode(487, "Role Conflict");
            return (writer.Seal(key), false);
        }

        writer = new StunWriter(answer, StunConstants.BindingSuccess, request.TransactionId);
        writer.XorMappedAddress(source);
        return (writer.Seal(key), true);
    }
}
