// Who is behind an SSRC, as a receiver reads it from what we and others write. RFC 3550 §6.5.
using System.Buffers.Binary;
using Parley.Media.Rtcp;

namespace Parley.Media.Tests.Rtcp;

/// <summary>Walks over the canonical names of a source description.</summary>
internal ref struct CanonicalNames
{
    private const byte EndOfItems = 0;
    private const byte CanonicalName = 1;

    private ReadOnlySpan<byte> _rest;
    private int _chunks;

    private CanonicalNames(ReadOnlySpan<byte> chunks, int count)
    {
        _rest = chunks;
        _chunks = count;
    }

    /// <summary>The source.</summary>
    public uint Ssrc { get; private set; }

    /// <summary>Its canonical name, in UTF-8, at most 255 bytes.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    public readonly CanonicalNames Current => this;

    /// <summary>The names in a packet; none when it is no source description.</summary>
    public static CanonicalNames In(RtcpPacket packet) =>
        packet.Type == RtcpType.SourceDescription ? new CanonicalNames(packet.Body, packet.Count) : default;

    public readonly CanonicalNames GetEnumerator() => this;

    public bool MoveNext()
    {
        while (_chunks > 0 && _rest.Length >= 8)
        {
            _chunks--;
            Ssrc = BinaryPrimitives.ReadUInt32BigEndian(_rest);
            var found = false;
            var at = 4;
            while (at < _rest.Length && _rest[at] != EndOfItems)
            {
                if (at + 2 > _rest.Length || at + 2 + _rest[at + 1] > _rest.Length)
                {
                    _rest = default;
                    return false;
                }

                if (_rest[at] == CanonicalName && !found)
                {
                    Name = _rest.Slice(at + 2, _rest[at + 1]);
                    found = true;
                }

                at += 2 + _rest[at + 1];
            }

            // At least one zero ends the items, and more fill the word.
            _rest = _rest[Math.Min(_rest.Length, (at & ~3) + 4)..];
            if (found)
                return true;
        }

        return false;
    }
}
