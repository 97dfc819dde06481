// Packets of every length, cut on their way and before they were encrypted: the outer layer refuses the ones, the parsers behind it get the others.
using System.Buffers.Binary;
using Parley.Media.Engine;
using Parley.Media.Rtp;
using Parley.Media.Tests.Stage;

namespace Parley.Media.Tests.Engine;

public sealed class EveryLengthTests
{
    [Fact]
    public void Every_length_of_what_is_cut_on_its_way_is_taken()
    {
        using var call = new HostileCall(1);
        foreach (var publisher in call.Publishers)
        {
            foreach (var datagram in new[] { publisher.Virtual.Check(), publisher.Packet(isHonest: true)!, publisher.Virtual.Rtcp(call.Subscribers[0].Compound()) })
            {
                for (var length = 0; length < datagram.Length; length++)
                    call.Stage.Send(publisher.Virtual.Path, datagram[..length]);
            }
        }

        foreach (var first in Enumerable.Range(0, 256))
        {
            for (var length = 0; length < 64; length++)
                call.Stage.Send(call.Publishers[0].Virtual.Path, Enumerable.Repeat((byte)first, length).ToArray());
        }

        call.AssertSound();
    }

    // Authentic, and read by subscribers who are sent what comes of it, with and without numbers and repeats.
    [Theory]
    [InlineData(0, "vp8-simulcast.txt")]
    [InlineData(1, "vp9-svc.txt")]
    [InlineData(2, "av1-svc.txt")]
    [InlineData(4, "h264.txt")]
    [InlineData(5, "opus-red.txt")]
    public void Every_length_of_a_payload_and_of_extensions_is_taken(int at, string capture)
    {
        using var call = new HostileCall(1);
        var publisher = call.Publishers[at];
        foreach (var subscriber in call.Subscribers)
            subscriber.Slots[at == 5 ? 3 : 0].Switch(publisher.Track);
        var packets = Capture.Packets(capture);
        // Keyframes, what follows them, and each kind of layer.
        foreach (var packet in packets.Take(12).Concat(packets.TakeLast(6)))
        {
            var whole = packet.Bytes;
            var header = packet.Header;
            for (var length = header.Length; length <= Math.Min(whole.Length, header.Length + 80); length++)
                Send(whole[..length]);
            for (var words = 0; words <= header.ExtensionLength / 4; words++)
            {
                byte[] shorter = [.. whole[..header.ExtensionAt], .. whole[header.ExtensionAt..(header.ExtensionAt + 4 * words)], .. whole[header.Length..]];
                BinaryPrimitives.WriteUInt16BigEndian(shorter.AsSpan(header.ExtensionAt - 2), (ushort)words);
                Send(shorter);
            }
        }

        // Each extension, in each form and each length it can have there.
        var sample = packets[0];
        for (var id = 0; id < 16; id++)
        {
            for (var length = 0; length <= 255; length += length < 24 ? 1 : 33)
            {
                Send([.. Header(sample, RtpHeader.TwoByteProfile, [(byte)id, (byte)length, .. Bytes(sample, length)]), .. sample.Payload]);
                if (length is > 0 and <= 16)
                    Send([.. Header(sample, RtpHeader.OneByteProfile, [(byte)(id << 4 | length - 1), .. Bytes(sample, length)]), .. sample.Payload]);
                // It says that it is longer than what there is.
                Send([.. Header(sample, RtpHeader.TwoByteProfile, [(byte)id, 255, .. Bytes(sample, length)]), .. sample.Payload]);
            }
        }

        call.AssertSound();
        Assert.All(call.Subscribers, subscriber => Assert.NotEqual(0, subscriber.Slots[at == 5 ? 3 : 0].PacketsSent));
        Assert.Equal(0, call.Stage.Engine.Drops[DropReason.NotAuthentic]);

        void Send(byte[] plain)
        {
            BinaryPrimitives.WriteUInt16BigEndian(plain.AsSpan(2), (ushort)++_sequence);
            call.Send(publisher.Virtual.Path, publisher.Virtual.Rtp(plain, _sequence)!);
            call.Pass(TimeSpan.FromMilliseconds(1));
        }
    }

    [Fact]
    public void Every_length_of_a_compound_is_taken()
    {
        using var call = new HostileCall(1);
        var subscriber = call.Subscribers[0];
        var compounds = Capture.Lines("rtcp.txt").Select(Convert.FromHexString).Concat(Enumerable.Range(0, 40).Select(_ => subscriber.Compound()))
            // What has another kind at its front is no RTCP.
            .Where(static compound => DatagramRouter.Classify(compound) == DatagramKind.Rtcp).DistinctBy(static compound => (compound[0], compound[1], compound.Length));
        foreach (var compound in compounds)
        {
            // There is something to report of, and to ask for again.
            foreach (var publisher in call.Publishers)
                call.Send(publisher.Virtual.Path, publisher.Packet(isHonest: true)!);
            call.Report(subscriber);
            for (var length = 8; length <= Math.Min(compound.Length, 200); length++)
            {
                Send(compound[..length]);
                // The first packet says of itself that it is no longer: what it carries is cut, and not the compound.
                if (length % 4 != 0)
                    continue;
                var shorter = compound[..length];
                BinaryPrimitives.WriteUInt16BigEndian(shorter.AsSpan(2), (ushort)(length / 4 - 1));
                Send(shorter);
                foreach (var count in new[] { 0, 1, 31 })
                {
                    shorter[0] = (byte)(shorter[0] & 0xE0 | count);
                    Send(shorter);
                }
            }

            call.Pass(TimeSpan.FromMilliseconds(5));
        }

        call.AssertSound();
        Assert.Equal(0, call.Stage.Engine.Drops[DropReason.NotAuthentic]);
        // What is cut is passed over, and what is whole before it is taken: repeats, keyframes, the estimate.
        var repairs = call.Stage.Engine.Repairs;
        Assert.True(repairs is { PacketsRepeated: > 10, RepeatsRefused: > 10, KeyframesAsked: > 10 }, $"{repairs.PacketsRepeated} {repairs.RepeatsRefused} {repairs.KeyframesAsked}");
        Assert.NotEqual(0, subscriber.Virtual.Peer.EstimateBps);

        void Send(byte[] compound)
        {
            call.Send(subscriber.Virtual.Path, subscriber.Virtual.Rtcp(compound));
            call.Send(call.Publishers[0].Virtual.Path, call.Publishers[0].Virtual.Rtcp(compound));
        }
    }

    private long _sequence = 100;

    private static byte[] Bytes(CapturedPacket packet, int length)
    {
        var bytes = new byte[length];
        packet.Bytes.AsSpan(packet.Header.ExtensionAt, Math.Min(length, packet.Header.ExtensionLength)).CopyTo(bytes);
        return bytes;
    }

    private static byte[] Header(CapturedPacket packet, ushort profile, byte[] elements)
    {
        var words = (elements.Length + 3) / 4;
        byte[] header = [.. packet.Bytes[..12], 0, 0, 0, 0, .. elements, .. new byte[4 * words - elements.Length]];
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(12), profile);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(14), (ushort)words);
        return header;
    }
}
