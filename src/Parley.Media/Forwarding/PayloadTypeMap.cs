// The subscriber's payload types for those of the track that it reads. RFC 3264 §5.1: each side numbers formats as it likes.
using System.Collections.Immutable;
using Parley.Media.Rtp;
using Parley.Media.Sdp;

namespace Parley.Media.Forwarding;

/// <summary>Payload types by those of the source.</summary>
internal struct PayloadTypeMap()
{
    /// <summary>The subscriber takes no packets of this type.</summary>
    public const byte NotTaken = byte.MaxValue;

    private byte _lastTheirs = NotTaken;
    private byte _lastOurs;

    /// <summary>All of them, for what is inside redundant sound.</summary>
    public byte[] Table { get; } = new byte[128];

    /// <summary>The subscriber's type. Nearly every packet is of the type of the one before: that one is beside the rest, the table elsewhere.</summary>
    public byte Of(byte theirs)
    {
        if (theirs != _lastTheirs)
            (_lastTheirs, _lastOurs) = (theirs, Table[theirs]);
        return _lastOurs;
    }

    /// <summary>A source with other formats is read.</summary>
    public void BeginSource(ImmutableArray<CodecParameters> source, ImmutableArray<CodecParameters> subscriber)
    {
        Array.Fill(Table, NotTaken);
        _lastTheirs = NotTaken;
        foreach (var theirs in source)
        {
            if (PayloadFormats.Choose(theirs, subscriber) is { } ours)
                Table[theirs.PayloadType & 127] = ours.PayloadType;
        }

        // Redundant sound goes to who takes none without its redundancy.
        foreach (var theirs in source)
        {
            if (theirs.Is("red") && Table[theirs.PayloadType & 127] == NotTaken && SdpSyntax.TryPayloadType((theirs.Format ?? "").Split('/')[0], out var inner))
                Table[theirs.PayloadType & 127] = Table[inner];
        }
    }
}
