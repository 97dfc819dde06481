// Scalable streams: layers are left out by what the stream says of itself, and the subscriber sees whole pictures in one sequence. RFC 9628, AV1 RTP appendix A.
using Parley.Media.Codecs;
using Parley.Media.Forwarding;
using Parley.Media.Rtcp;
using Parley.Media.Rtp;
using Parley.Media.Tests.Codecs;
using Parley.Media.Tests.Stage;

namespace Parley.Media.Tests.Forwarding;

public sealed class ScalableTests : IDisposable
{
    private const byte DescriptorId = 6;

    private readonly EngineStage _stage = new();
    private readonly VirtualPeer _publisher;
    private readonly VirtualPeer _subscriber;
    private long _sequence = 500;
    private int _picture = 32_760;
    private int _frame = 65_520;
    private uint _timestamp;
    private byte _ssrc = 1;
    private string _structure = DependencyDescriptorTests.StructureBits;

    public ScalableTests()
    {
        _publisher = _stage.Connect();
        _subscriber = _stage.Connect();
    }

    [Fact]
    public void VP9_goes_down_with_the_next_picture_and_up_with_a_keyframe()
    {
        var subscription = Subscribe("VP9");
        Vp9(keyframe: true);
        Vp9(keyframe: false);
        subscription.SetLayers(0, Subscription.AllLayers);
        Vp9(keyframe: false);
        Vp9(keyframe: false);
        subscription.SetLayers(1, Subscription.AllLayers);
        Vp9(keyframe: false);
        Vp9(keyframe: true);
        Vp9(keyframe: false);
        var received = _subscriber.TakeRtp();
        Assert.Equal([3, 3, 1, 1, 1, 2, 2], Pictures(received).Select(picture => picture.Count));
        AssertWholePictures(received);
        for (var i = 1; i < received.Count; i++)
        {
            Assert.True(Vp9Descriptor.TryRead(received[i - 1].Payload, out var before));
            Assert.True(Vp9Descriptor.TryRead(received[i].Payload, out var now));
            Assert.Equal(received[i].Timestamp == received[i - 1].Timestamp ? before.PictureId : before.PictureId + 1 & 0x7FFF, now.PictureId);
        }
    }

    [Fact]
    public void Described_streams_are_cut_to_a_decode_target_though_their_payload_cannot_be_read()
    {
        var subscription = Subscribe("AV1");
        Described(keyframe: true);
        Described(keyframe: false);
        subscription.SetLayers(0, Subscription.AllLayers);
        Described(keyframe: false);
        Described(keyframe: true);
        Described(keyframe: false);
        subscription.SetLayers(Subscription.AllLayers, Subscription.AllLayers);
        Described(keyframe: false);
        Described(keyframe: true);
        var received = _subscriber.TakeRtp();
        Assert.Equal([2, 2, 1, 1, 1, 1, 2], Pictures(received).Select(picture => picture.Count));
        AssertWholePictures(received);
        // Distances between frames stay: descriptors name frames by them.
        Assert.Equal([0, 1, 2, 3, 4, 6, 8, 10, 12, 13], received.Select(packet => (Frame(packet) - Frame(received[0])) & 0xFFFF));
        Assert.Equal(1, PictureLosses());
    }

    [Fact]
    public void A_picture_is_not_cut_in_the_middle_when_the_limit_becomes_lower()
    {
        var subscription = Subscribe("AV1");
        Described(keyframe: true);
        DescribedLayer(0, keyframe: false, _publisher, _frame, _sequence);
        _stage.Pass(TimeSpan.FromMilliseconds(1));
        subscription.SetLayers(0, Subscription.AllLayers);
        DescribedLayer(1, keyframe: false, _publisher, _frame, _sequence);
        EndDescribed();
        Described(keyframe: false);
        var received = _subscriber.TakeRtp();
        Assert.Equal([2, 2, 1], Pictures(received).Select(picture => picture.Count));
        AssertWholePictures(received);
    }

    [Fact]
    public void Where_lower_layers_are_no_part_of_the_higher_one_a_keyframe_is_asked_for_to_go_down()
    {
        // As above, but only with a keyframe does the upper layer refer to the lower one: what is sent is one layer of each picture.
        _structure = DependencyDescriptorTests.StructureBits.Replace("1010" + "1111", "1010" + "0011", StringComparison.Ordinal);
        var subscription = Subscribe("AV1");
        Described(keyframe: true);
        Described(keyframe: false);
        PictureLosses();
        subscription.SetLayers(0, Subscription.AllLayers);
        Described(keyframe: false);
        _stage.Pass(TimeSpan.FromMilliseconds(600));
        Assert.Equal(1, PictureLosses());
        Described(keyframe: true);
        Described(keyframe: false);
        var received = _subscriber.TakeRtp();
        Assert.Equal([0, 1, 3, 5, 6, 8], received.Select(packet => (Frame(packet) - Frame(received[0])) & 0xFFFF));
        AssertWholePictures(received);
    }

    [Fact]
    public void Whoever_takes_no_descriptors_gets_the_lowest_spatial_layer_of_AV1()
    {
        Subscribe("AV1", takesDescriptors: false);
        Described(keyframe: true);
        Described(keyframe: false);
        var received = _subscriber.TakeRtp();
        Assert.Equal([1, 1], Pictures(received).Select(picture => picture.Count));
        AssertWholePictures(received);
    }

    [Fact]
    public void Another_source_of_a_described_stream_has_frames_and_templates_of_its_own()
    {
        var subscription = Subscribe("AV1");
        Described(keyframe: true);
        Described(keyframe: false);
        var other = _stage.Connect();
        var track = other.Peer.AddTrack(Parameters("AV1"));
        subscription.Switch(track);
        var reader = new DependencyReader();
        var before = _subscriber.TakeRtp();
        foreach (var packet in before)
            Assert.True(reader.TryRead(packet.Extensions[DescriptorId], out _));
        Described(keyframe: true, other, frame: 77, sequence: 9);
        Described(keyframe: false, other, frame: 79, sequence: 11);
        var after = _subscriber.TakeRtp();
        Assert.Equal(4, after.Count);
        AssertWholePictures([.. before, .. after]);
        Assert.Equal([1, 2, 3, 4], after.Select(packet => (Frame(packet) - Frame(before[^1])) & 0xFFFF));
        foreach (var packet in after)
        {
            Assert.True(reader.TryRead(packet.Extensions[DescriptorId], out var descriptor));
            // The first structure has the ids 5 to 8.
            Assert.InRange(descriptor.TemplateId, 9, 12);
        }

        // Nothing of the numbers is lost when a packet is sent again.
        var again = new List<ReceivedRtp>();
        _stage.Pass(TimeSpan.FromMilliseconds(20));
        _subscriber.SendRtcp((ref Parley.Media.Rtcp.RtcpWriter writer) => writer.Nack(1, 4711, new[] { (ushort)after[0].Sequence }));
        again.AddRange(_subscriber.TakeRtp());
        Assert.Equal(after[0].Extensions[DescriptorId], Assert.Single(again).Extensions[DescriptorId]);
    }

    [Fact]
    public void Packets_from_before_a_structure_are_understood_by_their_own()
    {
        // Another structure whose targets are in the other order, with template ids of its own.
        var lowerFirst = "010100" + DependencyDescriptorTests.StructureBits[6..];
        lowerFirst = lowerFirst.Replace("1010" + "1111" + "1000" + "1100", "1010" + "1111" + "0010" + "0011", StringComparison.Ordinal);
        var subscription = Subscribe("AV1");
        subscription.SetLayers(0, Subscription.AllLayers);
        // All of it in one turn: whoever reads has yet to read what came before the second structure when that is here.
        var datagrams = new List<byte[]>();
        Add(keyframe: true, first: 5);
        Add(keyframe: false, first: 5);
        _structure = lowerFirst;
        Add(keyframe: true, first: 20);
        Add(keyframe: false, first: 20);
        _stage.Send(_publisher.Path, [.. datagrams]);
        var received = _subscriber.TakeRtp();
        Assert.Equal([0, 2, 4, 6], received.Select(packet => (Frame(packet) - Frame(received[0])) & 0xFFFF));
        AssertWholePictures(received);

        void Add(bool keyframe, int first)
        {
            for (var layer = 0; layer < 2; layer++)
                datagrams.Add(TwoByteRtp(_publisher, _sequence + layer, Descriptor(layer, keyframe, _frame, first), marker: layer == 1));
            (_frame, _sequence, _timestamp) = (_frame + 2 & 0xFFFF, _sequence + 2, _timestamp + 3000);
        }
    }

    [Fact]
    public void Templates_are_set_apart_from_those_of_the_structure_that_was_read_last()
    {
        var subscription = Subscribe("AV1");
        Described(keyframe: true);
        var other = _stage.Connect();
        subscription.Switch(other.Peer.AddTrack(Parameters("AV1")));
        _subscriber.TakeRtp();
        var later = "010100" + DependencyDescriptorTests.StructureBits[6..];
        var former = TwoByteRtp(other, 9, Descriptor(0, keyframe: true, 77, 5), marker: true);
        _structure = later;
        _timestamp += 3000;
        _stage.Send(other.Path, former, TwoByteRtp(other, 10, Descriptor(0, keyframe: true, 79, 20), marker: true));
        // The first source has the ids 5 to 8; 15 between the two structures of the second stay.
        Assert.Equal([9, 24], _subscriber.TakeRtp().Select(packet => packet.Extensions[DescriptorId][0] & 0x3F));
    }

    [Fact]
    public void The_structure_of_another_source_is_taken_though_its_frame_numbers_are_lower()
    {
        var subscription = Subscribe("AV1");
        subscription.SetLayers(0, Subscription.AllLayers);
        Described(keyframe: true);
        Described(keyframe: false);
        _structure = "010100" + DependencyDescriptorTests.StructureBits[6..];
        (_ssrc, _sequence, _frame) = (2, 40, 60_000);
        foreach (var keyframe in new[] { true, false })
        {
            for (var layer = 0; layer < 2; layer++)
                _publisher.Send(TwoByteRtp(_publisher, _sequence + layer, Descriptor(layer, keyframe, _frame, 20), marker: layer == 1));
            EndDescribed();
        }

        Assert.Equal([1, 1, 1, 1], Pictures(_subscriber.TakeRtp()).Select(picture => picture.Count));
    }

    public void Dispose() => _stage.Dispose();

    private static ReceiveParameters Parameters(string codec) =>
        EngineStage.Receive("0", EngineStage.Video(name: codec)) with { Extensions = new([(1, HeaderExtension.Mid), (DescriptorId, HeaderExtension.DependencyDescriptor)]) };

    private Subscription Subscribe(string codec, bool takesDescriptors = true)
    {
        var track = _publisher.Peer.AddTrack(Parameters(codec));
        var send = EngineStage.Send("0", 4711, EngineStage.Video(name: codec)) with
        {
            Extensions = new([(1, HeaderExtension.Mid), (DescriptorId, takesDescriptors ? HeaderExtension.DependencyDescriptor : HeaderExtension.None)]),
            RetransmissionSsrc = 4712,
        };
        return _subscriber.Peer.Subscribe(send, track);
    }

    /// <summary>A picture in three spatial layers of a packet each, non-flexible.</summary>
    private void Vp9(bool keyframe)
    {
        for (var layer = 0; layer < 3; layer++)
        {
            // I, P, L, B, E; then the picture id, the layer with its dependency on the one below, and TL0PICIDX.
            byte[] payload =
            [
                (byte)(0x80 | (keyframe ? 0 : 0x40) | 0x20 | 0x0C), (byte)(0x80 | _picture >> 8), (byte)_picture, (byte)(layer << 1 | (layer > 0 ? 1 : 0)), 7, 1, 2,
            ];
            _publisher.SendRtp(1, 96, _sequence++, payload, _timestamp, marker: layer == 2, (1, "0"u8.ToArray()));
        }

        _picture = _picture + 1 & 0x7FFF;
        Next();
    }

    /// <summary>A picture in two spatial layers of a packet each, whose payload tells nothing.</summary>
    private void Described(bool keyframe)
    {
        for (var layer = 0; layer < 2; layer++)
            DescribedLayer(layer, keyframe, _publisher, _frame, _sequence);
        EndDescribed();
    }

    private void EndDescribed()
    {
        _frame = _frame + 2 & 0xFFFF;
        _sequence += 2;
        Next();
    }

    private void Described(bool keyframe, VirtualPeer publisher, int frame, long sequence)
    {
        for (var layer = 0; layer < 2; layer++)
            DescribedLayer(layer, keyframe, publisher, frame, sequence);
        Next();
    }

    private void DescribedLayer(int layer, bool keyframe, VirtualPeer publisher, int frame, long sequence) =>
        publisher.Send(TwoByteRtp(publisher, sequence + layer, Descriptor(layer, keyframe, frame, 5), marker: layer == 1));

    private byte[] Descriptor(int layer, bool keyframe, int frame, int firstTemplate)
    {
        var template = firstTemplate + 2 * layer + (keyframe ? 0 : 1);
        var bits = "11" + Convert.ToString(template, 2).PadLeft(6, '0') + Convert.ToString(frame + layer & 0xFFFF, 2).PadLeft(16, '0');
        if (keyframe && layer == 0)
            bits += "10000" + _structure;
        return DependencyDescriptorTests.Bytes(bits);
    }

    private int PictureLosses()
    {
        var asked = 0;
        foreach (var compound in _publisher.TakeRtcp())
        {
            foreach (var packet in new RtcpPackets(compound))
                asked += packet.IsFeedback(RtcpType.PayloadFeedback, FeedbackFormat.PictureLoss) ? 1 : 0;
        }

        return asked;
    }

    // The structure is longer than the one-byte form allows.
    private byte[] TwoByteRtp(VirtualPeer publisher, long sequence, byte[] descriptor, bool marker)
    {
        byte[] elements = [1, 1, (byte)'0', DescriptorId, (byte)descriptor.Length, .. descriptor];
        var words = (elements.Length + 3) / 4;
        var packet = new byte[600];
        packet[0] = 0x90;
        packet[1] = (byte)(96 | (marker ? 0x80 : 0));
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)sequence);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(4), _timestamp);
        packet[11] = _ssrc;
        packet[12] = 0x10;
        packet[15] = (byte)words;
        elements.CopyTo(packet, 16);
        return packet[..publisher.Sender.ProtectRtp(packet, 16 + 4 * words, [0xFF, 0xFF, 0xFF], (uint)(sequence >> 16))];
    }

    private void Next()
    {
        _timestamp += 3000;
        _stage.Pass(TimeSpan.FromMilliseconds(33));
    }

    private static int Frame(ReceivedRtp packet) => packet.Extensions[DescriptorId][1] << 8 | packet.Extensions[DescriptorId][2];

    private static List<List<ReceivedRtp>> Pictures(List<ReceivedRtp> packets) => [.. packets.GroupBy(packet => packet.Timestamp).Select(picture => picture.ToList())];

    private static void AssertWholePictures(List<ReceivedRtp> received)
    {
        for (var i = 1; i < received.Count; i++)
            Assert.Equal(received[i - 1].Sequence + 1, received[i].Sequence);
        foreach (var picture in Pictures(received))
        {
            Assert.All(picture.SkipLast(1), packet => Assert.False(packet.Marker));
            Assert.True(picture[^1].Marker);
        }
    }
}
