// Records of media from an end that is out of order: pictures of every codec with whatever changed in them, in numbers that go on, so that what is behind the first look is reached.
using System.Buffers.Binary;
using Parley.Media.Relay;
using Parley.Media.Rtp;
using Parley.Media.Tests.Stage;

namespace Parley.Media.Tests.Relay;

internal sealed class BrokenMedia(Random random, uint track)
{
    private const int NumberAt = 8;
    private const int SequenceAt = 10;
    private const int ArrivalAt = 20;

    private static readonly byte[] Extensions = [(byte)HeaderExtension.AudioLevel, 1, 5, (byte)HeaderExtension.DependencyDescriptor, 3, 0x80, 0, 1];

    private static readonly Lazy<(byte Type, byte[] Payload)[]> Pictures = new(static () =>
    [
        .. Of(96, "vp8-simulcast.txt"), .. Of(98, "vp9-svc.txt"), .. Of(100, "av1-svc.txt"), .. Of(102, "h264.txt"),
    ]);

    private readonly long[] _numbers = [1, 1];
    private int _source;

    /// <summary>The next record of one of two layers.</summary>
    public byte[] Next(long nowUs)
    {
        var (type, payload) = Pictures.Value[random.Next(Pictures.Value.Length)];
        var layer = random.Next(3) == 0 ? 1 : 0;
        // Now and then one is lost, or comes twice or late.
        var number = random.Next(10) switch { 0 => _numbers[layer] += 2, 1 => Math.Max(1, _numbers[layer] - random.Next(3)), _ => _numbers[layer]++ };
        var packet = new RelayedPacket
        {
            Track = track,
            Layer = layer,
            Flags = (RelayedPacketFlags)random.Next(4),
            Source = _source,
            PayloadType = type,
            Timestamp = (uint)number * 3000,
            Extensions = random.Next(2) == 0 ? Extensions : [],
            Payload = payload.AsSpan(0, Math.Min(payload.Length, 1200)),
        };
        var record = new byte[packet.Length];
        packet.Write(record);
        for (var changes = Math.Max(0, random.Next(8) - 3); changes > 0; changes--)
            record[random.Next(5, Math.Min(record.Length, 60))] = (byte)random.Next(256);
        // What jumps too far in these shuts out everything that follows: they are wrong by a little.
        var wrong = random.Next(30) == 0 ? random.Next(-40, 40) : 0;
        BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(NumberAt), (ushort)(number + wrong));
        Write48(record.AsSpan(SequenceAt), 0x1_0000 + Math.Max(0, number + wrong * random.Next(2)));
        Write48(record.AsSpan(ArrivalAt), nowUs + random.Next(-50_000, 50_000));
        // Who has read of a later source takes nothing of the former.
        if (RelayedPacket.TryRead(record, out var read) && (read.Source - _source & 15) is > 0 and < 8)
            _source = read.Source;
        return random.Next(8) == 0 ? record[..random.Next(record.Length)] : record;
    }

    private static IEnumerable<(byte Type, byte[] Payload)> Of(byte type, string capture) =>
        Capture.Packets(capture).Take(40).Select(packet => (type, packet.Payload));

    private static void Write48(Span<byte> target, long value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(target, (ushort)(value >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(target[2..], (uint)value);
    }
}
