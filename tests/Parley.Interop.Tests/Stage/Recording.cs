// RTP whose every byte is known: made here, or received from a peer; published from a file.
using System.Text.Json;

namespace Parley.Interop.Tests.Stage;

/// <summary>A packet of a recording, as the Pion peer reads and writes it.</summary>
internal sealed record RecordedPacket(string Codec, ushort Sequence, uint Timestamp, bool Marker, byte[] Payload, long AtUs)
{
    /// <summary>A packet that the Pion peer has received.</summary>
    public static RecordedPacket Of(PeerEvent told) => told.Json.Deserialize<RecordedPacket>(JsonSerializerOptions.Web)!;

    /// <summary>Everything that must arrive as it was sent, in a form that a failed comparison can show.</summary>
    public (int Sequence, uint Timestamp, bool Marker, string Payload) Content(int firstSequence, uint firstTimestamp) =>
        ((ushort)(Sequence - firstSequence), Timestamp - firstTimestamp, Marker, Convert.ToHexString(Payload));
}

/// <summary>Packets to publish, in a file that is removed with it.</summary>
internal sealed class Recording : IDisposable
{
    private const int FramePeriodUs = 10_000;
    private const int PacketsOfFrame = 4;

    private Recording(IReadOnlyList<RecordedPacket> packets)
    {
        Packets = packets;
        File.WriteAllLines(Path, packets.Select(static packet => JsonSerializer.Serialize(packet, JsonSerializerOptions.Web)));
    }

    public IReadOnlyList<RecordedPacket> Packets { get; }

    public string Path { get; } = System.IO.Path.GetTempFileName();

    /// <summary>Packets as a peer received them.</summary>
    public static Recording Of(IEnumerable<PeerEvent> told) =>
        new([.. told.Where(static told => told.Is("rtp")).Select(RecordedPacket.Of).OrderBy(static packet => packet.AtUs)]);

    /// <summary>
    /// Frames of four packets each hundredth of a second, and an Opus packet beside each second one. The payloads begin as their formats
    /// say and go on at random; the sequence numbers wrap on the way.
    /// </summary>
    public static Recording Make(string video, int frames)
    {
        var random = new Random(frames);
        var packets = new List<RecordedPacket>();
        var number = (ushort)(65536 - frames);
        for (var frame = 0; frame < frames; frame++)
        {
            var timestamp = (uint)(uint.MaxValue - 20_000 + frame * 900);
            for (var i = 0; i < PacketsOfFrame; i++)
            {
                var last = i == PacketsOfFrame - 1;
                var payload = new byte[last ? random.Next(20, 1100) : 1100];
                random.NextBytes(payload);
                Begin(video, payload, isKey: frame == 0, isFirst: i == 0, isSecond: i == 1, last);
                packets.Add(new RecordedPacket(video, number++, timestamp, last, payload, frame * FramePeriodUs));
            }

            if (frame % 2 != 0)
                continue;
            var sound = new byte[random.Next(3, 300)];
            random.NextBytes(sound);
            // One frame of 20 ms, stereo.
            sound[0] = 0xFC;
            packets.Add(new RecordedPacket("opus", (ushort)(1000 + frame / 2), (uint)(0x40000000 + frame / 2 * 960), frame == 0, sound, frame * FramePeriodUs));
        }

        return new Recording(packets);
    }

    /// <summary>Every packet of a codec has come as it was sent, whichever number and time it all began with.</summary>
    /// <param name="told">What a subscriber has told.</param>
    /// <param name="codec">The codec.</param>
    /// <param name="inOrder">Whether they must have come in the order of sending.</param>
    public void AssertCame(IEnumerable<PeerEvent> told, string codec, bool inOrder)
    {
        var sent = Packets.Where(packet => packet.Codec == codec).ToList();
        var came = told.Where(told => told.Is("rtp") && told.Text("codec") == codec).Select(RecordedPacket.Of).ToList();
        if (!inOrder)
            came = [.. came.OrderBy(packet => (short)(packet.Sequence - came[0].Sequence))];
        Assert.Equal(sent.Select(packet => packet.Content(sent[0].Sequence, sent[0].Timestamp)), came.Select(packet => packet.Content(came[0].Sequence, came[0].Timestamp)));
    }

    public void Dispose() => File.Delete(Path);

    private static void Begin(string codec, byte[] payload, bool isKey, bool isFirst, bool isSecond, bool isLast)
    {
        switch (codec)
        {
            case "vp8":
                // RFC 7741 §4.2, §4.3: a descriptor of one byte; then, where a frame begins, its tag and for keyframes the start code and size.
                payload[0] = (byte)(isFirst ? 0x10 : 0x00);
                if (isFirst)
                    payload[1] = (byte)(payload[1] & 0xFE | (isKey ? 0 : 1));
                if (isFirst && isKey)
                    new byte[] { 0x9D, 0x01, 0x2A, 0x40, 0x01, 0xB4, 0x00 }.CopyTo(payload, 4);
                break;
            case "vp9":
                // RFC 9628 §4.2: no picture id, no layers; P unless a keyframe, B at its begin, E at its end.
                payload[0] = (byte)((isKey ? 0 : 0x40) | (isFirst ? 0x08 : 0) | (isLast ? 0x04 : 0));
                break;
            case "h264":
                // RFC 6184 §5.7.1, §5.8: slices in FU-A; a keyframe begins with a STAP-A of parameter sets and of a message that fills the packet.
                if (isKey && isFirst)
                    new byte[] { 0x78, 0x00, 0x04, 0x67, 0x42, 0xE0, 0x1F, 0x00, 0x04, 0x68, 0xCE, 0x3C, 0x80, (1100 - 15) >> 8, unchecked((byte)(1100 - 15)), 0x06 }.CopyTo(payload, 0);
                else
                    (payload[0], payload[1]) = (0x7C, (byte)((isKey ? 5 : 1) | (isFirst || (isKey && isSecond) ? 0x80 : 0) | (isLast ? 0x40 : 0)));
                break;
        }
    }
}
