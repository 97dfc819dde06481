// Header extensions on their way through: read once when a packet arrives, written for each subscriber with the subscriber's ids. RFC 8285.
using System.Buffers.Binary;
using Parley.Media.Codecs;
using Parley.Media.Rtp;

namespace Parley.Media.Forwarding;

/// <summary>
/// The stored form is (kind, length, value) for what describes the media. What belongs to a hop (mid, rid, transport sequence, times of sending) is
/// made anew for each subscriber.
/// </summary>
internal static class ForwardedExtensions
{
    /// <summary>The most bytes stored of one packet: a dependency descriptor with its structure, and all the small ones.</summary>
    public const int MaxStored = 512;

    /// <summary>Bytes by which a written extension may be longer than what is stored, without the mid: the profile, the hop's own values, alignment.</summary>
    public const int HopBytes = 4 + 4 + 5 + 3;

    /// <summary>Stores what travels on.</summary>
    /// <param name="elements">What has come.</param>
    /// <param name="map">The publisher's ids.</param>
    /// <param name="stored">Room for <see cref="MaxStored"/>.</param>
    /// <param name="transportSequence">The publisher's transport-wide number; -1 when there is none.</param>
    /// <returns>Bytes written.</returns>
    public static int Store(ExtensionElements elements, HeaderExtensionMap map, Span<byte> stored, out int transportSequence)
    {
        var length = 0;
        transportSequence = -1;
        foreach (var element in elements)
        {
            var kind = map[element.Id];
            if (kind == HeaderExtension.TransportSequence && element.Value.Length == 2)
                transportSequence = BinaryPrimitives.ReadUInt16BigEndian(element.Value);
            if (!TravelsOn(kind) || length + 2 + element.Value.Length > stored.Length)
                continue;
            stored[length] = (byte)kind;
            stored[length + 1] = (byte)element.Value.Length;
            element.Value.CopyTo(stored[(length + 2)..]);
            length += 2 + element.Value.Length;
        }

        return length;
    }

    /// <summary>When a packet was sent, by its sender's clock: 24 bits of 6.18 fixed point seconds; -1 when it does not say.</summary>
    public static int SendTime(ExtensionElements elements, HeaderExtensionMap map)
    {
        foreach (var element in elements)
        {
            if (map[element.Id] == HeaderExtension.AbsoluteSendTime && element.Value.Length == 3)
                return element.Value[0] << 16 | element.Value[1] << 8 | element.Value[2];
        }

        return -1;
    }

    /// <summary>The dependency descriptor among what was stored; empty when there is none.</summary>
    public static ReadOnlySpan<byte> Descriptor(ReadOnlySpan<byte> stored) => Find(stored, HeaderExtension.DependencyDescriptor);

    /// <summary>The value of an extension among what was stored; empty when there is none.</summary>
    public static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> stored, HeaderExtension kind)
    {
        for (var from = 0; from < stored.Length; from += 2 + stored[from + 1])
        {
            if (stored[from] == (byte)kind)
                return stored.Slice(from + 2, stored[from + 1]);
        }

        return default;
    }

    /// <summary>Writes the header extension of an outgoing packet.</summary>
    /// <param name="target">From the end of the fixed header on.</param>
    /// <param name="stored">What <see cref="Store"/> kept.</param>
    /// <param name="map">The subscriber's ids.</param>
    /// <param name="mid">The mid to write; empty for none.</param>
    /// <param name="transportSequence">Written when the subscriber negotiated it.</param>
    /// <param name="nowUs">The time of sending.</param>
    /// <param name="frames">Other numbers for the dependency descriptor; null to leave it as it is.</param>
    /// <returns>Bytes written: 0 when there is nothing to say, else a multiple of 4.</returns>
    public static int Write(
        Span<byte> target, ReadOnlySpan<byte> stored, HeaderExtensionMap map, ReadOnlySpan<byte> mid, ushort transportSequence, long nowUs, FrameRenumbering? frames = null)
    {
        var twoByte = NeedsTwoBytes(stored, map);
        var at = 4;
        var id = map.IdOf(HeaderExtension.TransportSequence);
        if (id != 0)
        {
            at = Header(target, at, id, 2, twoByte);
            BinaryPrimitives.WriteUInt16BigEndian(target[at..], transportSequence);
            at += 2;
        }

        id = map.IdOf(HeaderExtension.AbsoluteSendTime);
        if (id != 0)
        {
            at = Header(target, at, id, 3, twoByte);
            // 6.18 fixed point seconds.
            var time = (uint)((nowUs << 18) / 1_000_000);
            target[at] = (byte)(time >> 16);
            target[at + 1] = (byte)(time >> 8);
            target[at + 2] = (byte)time;
            at += 3;
        }

        id = map.IdOf(HeaderExtension.Mid);
        if (id != 0 && !mid.IsEmpty)
        {
            at = Header(target, at, id, mid.Length, twoByte);
            mid.CopyTo(target[at..]);
            at += mid.Length;
        }

        for (var from = 0; from < stored.Length;)
        {
            int length = stored[from + 1];
            id = map.IdOf((HeaderExtension)stored[from]);
            if (id != 0)
            {
                at = Header(target, at, id, length, twoByte);
                stored.Slice(from + 2, length).CopyTo(target[at..]);
                if (frames is { } numbers && stored[from] == (byte)HeaderExtension.DependencyDescriptor)
                    DependencyDescriptor.Renumber(target.Slice(at, length), numbers.Frame, numbers.TemplateShift);
                at += length;
            }

            from += 2 + length;
        }

        if (at == 4)
            return 0;
        while ((at & 3) != 0)
            target[at++] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(target, twoByte ? RtpHeader.TwoByteProfile : RtpHeader.OneByteProfile);
        BinaryPrimitives.WriteUInt16BigEndian(target[2..], (ushort)(at / 4 - 1));
        return at;
    }

    /// <summary>Bytes that <see cref="Write"/> makes of it.</summary>
    /// <param name="stored">What <see cref="Store"/> kept.</param>
    /// <param name="map">The subscriber's ids.</param>
    /// <param name="mid">Bytes of the mid to write; 0 for none.</param>
    public static int Measure(ReadOnlySpan<byte> stored, HeaderExtensionMap map, int mid)
    {
        var header = NeedsTwoBytes(stored, map) ? 2 : 1;
        var length = 0;
        if (map.IdOf(HeaderExtension.TransportSequence) != 0)
            length += header + 2;
        if (map.IdOf(HeaderExtension.AbsoluteSendTime) != 0)
            length += header + 3;
        if (mid > 0 && map.IdOf(HeaderExtension.Mid) != 0)
            length += header + mid;
        for (var from = 0; from < stored.Length; from += 2 + stored[from + 1])
        {
            if (map.IdOf((HeaderExtension)stored[from]) != 0)
                length += header + stored[from + 1];
        }

        return length == 0 ? 0 : 4 + length + 3 & ~3;
    }

    /// <summary>True for what describes the media, and not the hop.</summary>
    public static bool TravelsOn(HeaderExtension kind) => kind switch
    {
        HeaderExtension.None or HeaderExtension.Mid or HeaderExtension.RtpStreamId or HeaderExtension.RepairedRtpStreamId
            or HeaderExtension.TransportSequence or HeaderExtension.AbsoluteSendTime or HeaderExtension.TransmissionOffset => false,
        _ => true,
    };

    // The short form holds ids up to 14 and 1 to 16 bytes.
    private static bool NeedsTwoBytes(ReadOnlySpan<byte> stored, HeaderExtensionMap map)
    {
        if (map.HasLongIds)
            return true;
        for (var from = 0; from < stored.Length; from += 2 + stored[from + 1])
        {
            if (stored[from + 1] is 0 or > 16 && map.IdOf((HeaderExtension)stored[from]) != 0)
                return true;
        }

        return false;
    }

    private static int Header(Span<byte> target, int at, byte id, int length, bool twoByte)
    {
        if (!twoByte)
        {
            target[at] = (byte)(id << 4 | length - 1);
            return at + 1;
        }

        target[at] = id;
        target[at + 1] = (byte)length;
        return at + 2;
    }
}
