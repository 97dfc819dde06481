// Where a reader of a layer is let in: with the first packet of a keyframe, whatever overtook that one on its way. RFC 6184 §5 for parameter sets of their own.
using System.Numerics;
using Parley.Media.Codecs;
using Parley.Media.Receive;

namespace Parley.Media.Forwarding;

/// <summary>The packet that goes first, and from where on the rest of the store is read; both by their arrival numbers.</summary>
/// <param name="First">The first packet by its number.</param>
/// <param name="Rest">The oldest that belongs behind it: before it where it was overtaken, as by all of its frame when it was lost and sent again.</param>
internal readonly record struct Beginning(long First, long Rest)
{
    /// <summary>
    /// Parameter sets that may be on their way are waited for: a decoder takes the picture for broken that comes before them. A repair takes less, if it comes at all. It is with the
    /// next packet of the layer that the wait ends.
    /// </summary>
    private const long RepairUs = 100_000;

    /// <summary>What stands before the first slice of a picture: delimiter, parameter sets, and what informs, each in a packet of its own at worst.</summary>
    private const int MostBeforePicture = 16;

    /// <summary>So many arrivals before the picture its head is looked for: it overtakes no more than what comes in a round trip. Every reader that waits looks, in every turn.</summary>
    private const int MostArrivalsBefore = 128;

    /// <summary>Looks for a beginning in what has come.</summary>
    /// <param name="stream">The store.</param>
    /// <param name="cursor">From where on; set behind what is none.</param>
    /// <param name="isBlind">True to take any packet.</param>
    /// <param name="nowUs">The time.</param>
    /// <param name="beginning">Where to begin.</param>
    public static bool TryFind(LayerStream stream, ref long cursor, bool isBlind, long nowUs, out Beginning beginning)
    {
        for (cursor = Math.Max(cursor, stream.Tail); cursor < stream.Head; cursor++)
        {
            ref readonly var packet = ref stream[cursor];
            var isKeyframe = packet.Is(PacketFlags.Keyframe);
            if (!isKeyframe && !isBlind)
                continue;
            var first = cursor;
            if (isKeyframe && packet.Kind == PayloadKind.H264 && !packet.Is(PacketFlags.Described) && !TryFindParameters(stream, ref first)
                && nowUs - packet.ArrivalUs < RepairUs)
                break;
            beginning = new Beginning(first, stream.FirstToOvertake(first));
            return true;
        }

        beginning = default;
        return false;
    }

    /// <summary>Goes back to the first packet of an H.264 picture, or to its parameter sets. False where a packet is missing before that.</summary>
    private static bool TryFindParameters(LayerStream stream, ref long arrival)
    {
        ref readonly var picture = ref stream[arrival];
        if (HasParameters(stream, in picture))
            return true;
        // By how much a packet is before the picture's: bit 0 for the one right before it.
        uint own = 0, others = 0, parameters = 0;
        Span<long> arrivals = stackalloc long[MostBeforePicture];
        for (var at = Math.Max(stream.Tail, arrival - MostArrivalsBefore); at < stream.Head; at++)
        {
            ref readonly var packet = ref stream[at];
            var distance = picture.Sequence - packet.Sequence - 1;
            if (distance is < 0 or >= MostBeforePicture)
                continue;
            var bit = 1u << (int)distance;
            if (packet.Timestamp != picture.Timestamp)
            {
                others |= bit;
                continue;
            }

            own |= bit;
            arrivals[(int)distance] = at;
            if (HasParameters(stream, in packet))
                parameters |= bit;
        }

        // What is missing between the parameters and the picture may still come behind them.
        var room = BitOperations.TrailingZeroCount(others);
        parameters &= (uint)((1UL << room) - 1);
        var back = parameters != 0 ? BitOperations.Log2(parameters) + 1 : Math.Min(room, BitOperations.TrailingZeroCount(~own));
        if (back > 0)
            arrival = arrivals[back - 1];
        return parameters != 0 || back == room;
    }

    private static bool HasParameters(LayerStream stream, in StoredPacket packet) =>
        H264Payload.TryRead(stream.Payload(in packet), out var read) && (read.Begins & H264Units.SequenceParameters) != H264Units.None;
}
