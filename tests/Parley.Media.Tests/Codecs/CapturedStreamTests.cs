using System.Buffers.Binary;
using Parley.Media.Codecs;
using Parley.Media.Tests.Stage;

namespace Parley.Media.Tests.Codecs;

/// <summary>What a browser sends, read as a forwarder reads it: every frame is whole, numbered without a gap, and of the layers that were asked for.</summary>
public sealed class CapturedStreamTests
{
    private const byte DependencyDescriptorId = 14;

    [Fact]
    public void VP8_simulcast_with_temporal_layers()
    {
        var sizes = new HashSet<(int, int)>();
        foreach (var layer in Capture.Packets("vp8-simulcast.txt").GroupBy(packet => packet.Header.Ssrc))
        {
            int? pictureId = null, baseLayerIndex = null;
            var temporalIds = new HashSet<int>();
            foreach (var frame in Frames(layer))
            {
                var descriptors = frame.ConvertAll(packet => Vp8(packet.Payload));
                Assert.True(descriptors[0].StartsFrame);
                Assert.All(descriptors[1..], descriptor => Assert.False(descriptor.StartsFrame));
                Assert.Single(descriptors.Select(descriptor => (descriptor.PictureId, descriptor.BaseLayerIndex, descriptor.TemporalId)).Distinct());
                var first = descriptors[0];
                Assert.Equal((32768, true, true), (first.PictureIdRange, first.HasBaseLayerIndex, first.HasTemporalId));
                Assert.Equal(pictureId ?? first.PictureId, first.PictureId);
                pictureId = (first.PictureId + 1) % first.PictureIdRange;
                if (first.TemporalId == 0)
                    Assert.Equal(baseLayerIndex is { } last ? (byte)(last + 1) : first.BaseLayerIndex, first.BaseLayerIndex);
                else
                    Assert.Equal(baseLayerIndex, first.BaseLayerIndex);
                baseLayerIndex = first.BaseLayerIndex;
                temporalIds.Add(first.TemporalId);
                if (first.IsKeyframe)
                {
                    // Frame tag and start code, then 14 bits each beside two bits of scaling (RFC 6386 §9.1).
                    var data = frame[0].Payload.AsSpan(first.Length);
                    sizes.Add((BinaryPrimitives.ReadUInt16LittleEndian(data[6..]) & 0x3FFF, BinaryPrimitives.ReadUInt16LittleEndian(data[8..]) & 0x3FFF));
                }
            }

            Assert.Equal([0, 1, 2], temporalIds.Order());
        }

        Assert.Equal([(160, 90), (320, 180)], sizes.Order());
    }

    [Fact]
    public void VP9_with_spatial_and_temporal_layers()
    {
        int? pictureId = null;
        var layers = new HashSet<(int, int)>();
        var structures = new List<(int Layers, int Width, int Height)>();
        var keyframes = 0;
        foreach (var picture in Frames(Capture.Packets("vp9-svc.txt")))
        {
            var descriptors = picture.ConvertAll(packet => Vp9(packet.Payload));
            Assert.Single(descriptors.Select(descriptor => (descriptor.PictureId, descriptor.TemporalId)).Distinct());
            Assert.Equal(pictureId ?? descriptors[0].PictureId, descriptors[0].PictureId);
            pictureId = (descriptors[0].PictureId + 1) % descriptors[0].PictureIdRange;
            // Layers rise, and the frame of each begins and ends once.
            Assert.Equal(descriptors.Select(descriptor => descriptor.SpatialId).Order(), descriptors.Select(descriptor => descriptor.SpatialId));
            foreach (var layer in descriptors.GroupBy(descriptor => descriptor.SpatialId))
            {
                Assert.True(layer.First().StartsFrame);
                Assert.True(layer.Last().EndsFrame);
                Assert.Single(layer, descriptor => descriptor.StartsFrame);
                Assert.Single(layer, descriptor => descriptor.EndsFrame);
                layers.Add((layer.Key, layer.First().TemporalId));
            }

            keyframes += descriptors.Count(descriptor => descriptor.IsKeyframe);
            Assert.All(descriptors[1..], descriptor => Assert.False(descriptor.IsKeyframe));
            foreach (var (packet, descriptor) in picture.Zip(descriptors).Where(pair => pair.Second.HasStructure))
            {
                Assert.True(Vp9Structure.TryRead(packet.Payload, descriptor, out var structure));
                structures.Add((structure.SpatialLayers, structure.Width(structure.SpatialLayers - 1), structure.Height(structure.SpatialLayers - 1)));
            }
        }

        // It begins with the lower layer alone.
        Assert.Equal([(1, 320, 180), (2, 640, 360)], structures);
        Assert.Equal(2, keyframes);
        Assert.Equal([(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)], layers.Order());
    }

    [Theory]
    [InlineData("av1-svc.txt", 2, 3)]
    [InlineData("av1-temporal.txt", 1, 2)]
    public void AV1_by_its_dependency_descriptors(string capture, int spatialLayers, int temporalLayers)
    {
        var reader = new DependencyReader();
        int? frameNumber = null;
        var layers = new HashSet<(int, int)>();
        foreach (var picture in Frames(Capture.Packets(capture)))
        {
            var isInFrame = false;
            foreach (var packet in picture)
            {
                var bytes = packet.Extension(DependencyDescriptorId)!;
                Assert.True(reader.TryRead(bytes, out var descriptor), Convert.ToHexString(bytes));
                Assert.Equal(!isInFrame, descriptor.StartsFrame);
                isInFrame = !descriptor.EndsFrame;
                if (descriptor.StartsFrame)
                    Assert.Equal(frameNumber is { } last ? (ushort)(last + 1) : descriptor.FrameNumber, descriptor.FrameNumber);
                frameNumber = descriptor.FrameNumber;
                layers.Add((descriptor.SpatialId, descriptor.TemporalId));
                Assert.Equal(descriptor.EndsFrame && packet == picture[^1], packet.Header.Marker);

                // The aggregation header knows keyframes as well.
                Assert.True(Av1AggregationHeader.TryRead(packet.Payload, out var header));
                Assert.Equal(descriptor.IsKeyframe, header.IsKeyframe);

                AssertRewrites(reader, descriptor, bytes);
                AssertServesTargetsAbove(reader.Structure!, descriptor);
            }
        }

        var structure = reader.Structure!;
        Assert.Equal(spatialLayers, structure.SpatialLayers);
        Assert.Equal(spatialLayers * temporalLayers, structure.DecodeTargets);
        Assert.Equal(spatialLayers * temporalLayers, layers.Count);
        for (var target = 0; target < structure.DecodeTargets; target++)
            Assert.Equal(target, structure.BestTarget(structure.SpatialIdOf(target), structure.TemporalIdOf(target)));
    }

    [Fact]
    public void H264_in_fragments_and_aggregates()
    {
        var keyframes = 0;
        foreach (var picture in Frames(Capture.Packets("h264.txt")))
        {
            var read = picture.ConvertAll(packet =>
            {
                Assert.True(H264Payload.TryRead(packet.Payload, out var payload));
                return payload;
            });
            Assert.NotEqual(H264Units.None, read[0].Begins);
            if (!read.Exists(payload => payload.IsKeyframe))
                continue;
            keyframes++;
            // Parameter sets come first, then the picture.
            Assert.True(read[0].Begins.HasFlag(H264Units.SequenceParameters | H264Units.PictureParameters));
            Assert.Contains(read, payload => payload.Begins.HasFlag(H264Units.InstantRefresh));
        }

        Assert.Equal(1, keyframes);
    }

    [Fact]
    public void Opus_in_redundant_blocks()
    {
        var withRedundancy = 0;
        foreach (var packet in Capture.Packets("opus-red.txt"))
        {
            Assert.Equal(63, packet.Header.PayloadType);
            var payload = packet.Payload;
            var length = 0;
            foreach (var block in new RedundantBlocks(payload))
            {
                Assert.Equal(111, block.PayloadType);
                // Whole packets of 20 ms at 48 kHz, earlier by whole packets.
                Assert.Equal(0, block.TimestampOffset % 960);
                Assert.Equal(block.IsPrimary, block.TimestampOffset == 0);
                withRedundancy += block.IsPrimary ? 0 : 1;
                length += block.Length + (block.IsPrimary ? 1 : 4);
            }

            Assert.Equal(payload.Length, length);
        }

        Assert.True(withRedundancy > 10);
    }

    /// <summary>The packets of each timestamp; the last one, which may be cut off, is left out.</summary>
    private static List<List<CapturedPacket>> Frames(IEnumerable<CapturedPacket> packets)
    {
        var frames = packets.GroupBy(packet => packet.Header.Timestamp).Select(frame => frame.ToList()).ToList();
        frames.RemoveAt(frames.Count - 1);
        Assert.True(frames.Count > 20);
        Assert.All(frames, frame => Assert.True(frame[^1].Header.Marker && frame.Count(packet => packet.Header.Marker) == 1));
        return frames;
    }

    private static void AssertRewrites(DependencyReader reader, DependencyDescriptor descriptor, byte[] bytes)
    {
        var same = bytes.ToArray();
        DependencyDescriptor.Renumber(same, descriptor.FrameNumber, 0);
        Assert.Equal(bytes, same);
        Assert.True(reader.TryRead(same, out var again));
        Assert.Equal((descriptor.Indications, descriptor.Differences), (again.Indications, again.Differences));
    }

    private static void AssertServesTargetsAbove(DependencyStructure structure, DependencyDescriptor descriptor)
    {
        for (var target = 0; target < structure.DecodeTargets; target++)
        {
            if (structure.SpatialIdOf(target) < descriptor.SpatialId || structure.TemporalIdOf(target) < descriptor.TemporalId)
                Assert.Equal(DecodeTargetIndication.NotPresent, descriptor.For(target));
        }

        Assert.NotEqual(DecodeTargetIndication.NotPresent, descriptor.For(structure.BestTarget(descriptor.SpatialId, descriptor.TemporalId)));
    }

    private static Vp8Descriptor Vp8(byte[] payload)
    {
        Assert.True(Vp8Descriptor.TryRead(payload, out var descriptor));
        return descriptor;
    }

    private static Vp9Descriptor Vp9(byte[] payload)
    {
        Assert.True(Vp9Descriptor.TryRead(payload, out var descriptor));
        return descriptor;
    }
}
