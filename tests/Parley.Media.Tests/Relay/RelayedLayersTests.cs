// Simulcast over a relay: only layers that somebody reads are carried, and which are alive is known all the same.
using Parley.Media.Codecs;
using Parley.Media.Forwarding;
using Parley.Media.Relay;
using Parley.Media.Tests.Stage;

namespace Parley.Media.Tests.Relay;

public sealed class RelayedLayersTests : IDisposable
{
    private static readonly string[] Rids = ["q", "h", "f"];

    private readonly RelayStage _stage = new();
    private readonly VirtualPeer _publisher;
    private readonly MediaTrack _track;
    private readonly MediaTrack _relayed;
    private readonly long[] _sequences = [100, 20_000, 65_530];
    private readonly int[] _pictures = [5, 32_700, 900];
    private readonly uint[] _timestamps = [1_000, 4_000_000_000, 90];

    public RelayedLayersTests()
    {
        _publisher = _stage.Near.Connect();
        _track = _publisher.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Video(name: "VP8")) with { Rids = [.. Rids] });
        _relayed = _stage.Relay(_track);
    }

    [Fact]
    public void Only_the_layers_that_are_read_are_carried()
    {
        var (low, high) = (Subscribe(7), Subscribe(8));
        low.Subscription.SetLayers(0, Subscription.AllLayers);
        Play(30);
        Assert.Equal((0, 2), (low.Subscription.CurrentLayer, high.Subscription.CurrentLayer));
        _stage.ToFar.Sent.Clear();
        Play(10);
        Assert.Equal([0, 2], LayersCarried());
        high.Subscription.SetLayers(0, Subscription.AllLayers);
        Play(20);
        Assert.Equal(0, high.Subscription.CurrentLayer);
        _stage.ToFar.Sent.Clear();
        Play(10);
        Assert.Equal([0], LayersCarried());
        AssertOneStream(low.Peer.TakeRtp());
        AssertOneStream(high.Peer.TakeRtp());
    }

    [Fact]
    public void A_layer_that_dies_is_replaced_and_taken_up_again_when_it_is_back()
    {
        var (peer, subscription) = Subscribe(8);
        Play(20);
        Assert.Equal(2, subscription.CurrentLayer);
        // Subscribers of both engines turn to the same layer.
        Play(60, layers: 2);
        Assert.Equal(1, subscription.CurrentLayer);
        Play(30);
        Assert.Equal(2, subscription.CurrentLayer);
        AssertOneStream(peer.TakeRtp());
    }

    [Fact]
    public void Who_reads_first_learns_at_once_which_layers_are_alive()
    {
        Play(30);
        var (peer, subscription) = Subscribe(8);
        Play(6);
        Assert.Equal(2, subscription.CurrentLayer);
        AssertOneStream(peer.TakeRtp());
    }

    [Fact]
    public void What_a_layer_takes_is_known_without_carrying_it()
    {
        var (_, subscription) = Subscribe(8);
        subscription.SetLayers(0, Subscription.AllLayers);
        Play(60);
        for (var layer = 0; layer < 3; layer++)
        {
            var (here, there) = (_relayed.Layers[layer].Stream.Rates.Read(_stage.Far.NowUs)[0], _track.Layers[layer].Stream.Rates.Read(_stage.Near.NowUs)[0]);
            Assert.InRange(there, 30_000, 60_000);
            Assert.InRange(here, there * 0.9, there * 1.1);
        }
    }

    public void Dispose() => _stage.Dispose();

    private (VirtualPeer Peer, Subscription Subscription) Subscribe(uint ssrc)
    {
        var peer = _stage.Far.Connect();
        return (peer, peer.Peer.Subscribe(EngineStage.Send("0", ssrc, EngineStage.Video(name: "VP8")), _relayed));
    }

    private List<int> LayersCarried()
    {
        var layers = new SortedSet<int>();
        foreach (var record in _stage.ToFar.Sent)
        {
            if (RelayRecord.TryRead(record, out var kind, out _) && kind == RelayRecordKind.Media && RelayedPacket.TryRead(record, out var packet))
                layers.Add(packet.Layer);
        }

        return [.. layers];
    }

    /// <summary>Pictures of two packets in each layer; every fifth begins anew.</summary>
    private void Play(int pictures, int layers = 3)
    {
        for (; pictures > 0; pictures--)
        {
            for (var layer = 0; layer < 3; layer++)
            {
                _timestamps[layer] += 3000;
                if (layer >= layers)
                    continue;
                _pictures[layer] = _pictures[layer] + 1 & 0x7FFF;
                for (var part = 0; part < 2; part++)
                {
                    byte[] payload = [0x90, 0xE0, (byte)(0x80 | _pictures[layer] >> 8), (byte)_pictures[layer], 1, 0, (byte)(_pictures[layer] % 5 == 0 ? 0 : 1), 7];
                    if (part == 1)
                        payload[0] &= 0xEF;
                    _publisher.SendRtp(
                        (uint)layer + 1, 96, _sequences[layer]++, payload, _timestamps[layer], marker: part == 1, (1, "0"u8.ToArray()), (2, [(byte)Rids[layer][0]]));
                }
            }

            _stage.Pass(TimeSpan.FromMilliseconds(33));
        }
    }

    private static void AssertOneStream(List<ReceivedRtp> received)
    {
        Assert.NotEmpty(received);
        for (var i = 1; i < received.Count; i++)
        {
            var (former, packet) = (received[i - 1], received[i]);
            Assert.Equal(former.Sequence + 1, packet.Sequence);
            Assert.True(Vp8Descriptor.TryRead(former.Payload, out var before));
            Assert.True(Vp8Descriptor.TryRead(packet.Payload, out var now));
            Assert.Equal(now.StartsFrame ? before.PictureId + 1 & 0x7FFF : before.PictureId, now.PictureId);
            if (now.StartsFrame)
                Assert.InRange((int)(packet.Timestamp - former.Timestamp), 1, 3 * 90_000);
        }
    }
}
