using System.Buffers.Binary;
using Parley.Media.Dtls;
using Parley.Media.Tests.Stage;
using Parley.Media.Udp.Dtls;

namespace Parley.Media.Udp.Tests.Dtls;

public sealed class GarbageTests
{
    [Fact]
    [Trait("Kind", "Fuzz")]
    public Task Garbage_between_the_flights_does_not_end_a_handshake() => FuzzSeeds.ForEachAsync(10, LitterAsync);

    // What is broken on the way ends one association at worst, and never the threads.
    [Fact]
    [Trait("Kind", "Fuzz")]
    public Task Mutated_flights_end_one_association_at_worst() => FuzzSeeds.ForEachAsync(10, MutateAsync);

    private static async Task LitterAsync(int seed)
    {
        using var pair = new DtlsPair();
        var (toServer, toClient) = (new Random(seed), new Random(~seed));
        pair.Client.Out = (id, datagram) =>
        {
            Litter(toServer, garbage => pair.Server.Handshakes.Receive(id, garbage));
            pair.Server.Handshakes.Receive(id, datagram);
        };
        pair.Server.Out = (id, datagram) =>
        {
            Litter(toClient, garbage => pair.Client.Handshakes.Receive(id, garbage));
            pair.Client.Handshakes.Receive(id, datagram);
        };
        pair.Start(1);
        await pair.Agree(1);
        // and none of it ends what has been established
        Litter(toServer, garbage => pair.Server.Handshakes.Receive(1, garbage));
        Litter(toClient, garbage => pair.Client.Handshakes.Receive(1, garbage));
        pair.Client.Handshakes.Close(1);
        Assert.Null((await pair.Server[1].Ending()).Failure);
    }

    private static async Task MutateAsync(int seed)
    {
        using var pair = new DtlsPair(DtlsEnd.Quick with { HandshakeTimeout = TimeSpan.FromMilliseconds(500) });
        var (toServer, toClient) = (new Random(seed), new Random(~seed));
        pair.Client.Out = (id, datagram) => pair.Server.Handshakes.Receive(id, id == 0 ? datagram : Mutated(toServer, datagram));
        pair.Server.Out = (id, datagram) => pair.Client.Handshakes.Receive(id, id == 0 ? datagram : Mutated(toClient, datagram));
        for (var id = 1; id <= 10; id++)
            pair.Start(id);
        pair.Start(0);
        await pair.Agree(0);
        for (var id = 1; id <= 10; id++)
        {
            DtlsEnd.Until(() => pair.Server[id].HasKeys || pair.Server[id].HasEnded);
            DtlsEnd.Until(() => pair.Client[id].HasKeys || pair.Client[id].HasEnded);
            pair.Client.Handshakes.Close(id);
            pair.Server.Handshakes.Close(id);
            await pair.Client[id].Ending();
            await pair.Server[id].Ending();
        }

        Assert.Equal(0, pair.Server.Handshakes.LiveSessions);
        Assert.Equal(1, pair.Server.Handshakes.Peers);
    }

    [Fact]
    public void What_is_no_record_never_reaches_a_thread()
    {
        using var end = new DtlsEnd();
        end.Handshakes.Start(1, DtlsRole.Server, [end.Fingerprint]);
        var random = new Random(5);
        for (var length = 0; length < 200; length++)
        {
            var bytes = new byte[length];
            random.NextBytes(bytes);
            if (length > 1)
                bytes[1] = 3;
            end.Handshakes.Receive(1, bytes);
        }

        end.Handshakes.Receive(1, new byte[5000]);
        Assert.Equal(201, end.Handshakes.Counters.Malformed);
    }

    [Fact]
    public async Task A_flood_is_dropped_and_the_bound_holds_for_one_and_for_all()
    {
        using var gate = new ManualResetEventSlim();
        var options = new DtlsOptions { QueuePerPeer = 8, QueueInAll = 20 };
        using var end = new DtlsEnd(options);
        using var client = new DtlsEnd(options);
        end.Out = (id, _) => gate.Wait(DtlsEnd.Patience);
        // The thread is held up in an event; whatever comes meanwhile has to wait.
        client.Out = (id, datagram) => end.Handshakes.Receive(id, datagram);
        for (var id = 1; id <= 4; id++)
            end.Handshakes.Start(id, DtlsRole.Server, [client.Fingerprint]);
        client.Handshakes.Start(1, DtlsRole.Client, [end.Fingerprint]);
        DtlsEnd.Until(() => !end[1].Sent.IsEmpty);

        byte[] record = [DtlsRecord.Handshake, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 77];
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100_000; i++)
            end.Handshakes.Receive(2 + i % 3, record);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        // One of the twenty buffers is in the hands of the thread.
        Assert.Equal(100_000 - 19, end.Handshakes.Counters.Overflowed);
        Assert.InRange(allocated, 0, 128 * 1024);
        gate.Set();

        // Afterwards everything goes on.
        end.Out = (id, datagram) => client.Handshakes.Receive(id, datagram);
        client.Handshakes.Start(2, DtlsRole.Client, [end.Fingerprint]);
        await client[2].Keys();
    }

    private static void Litter(Random random, Action<byte[]> deliver)
    {
        for (var i = 0; i < 20; i++)
        {
            // A whole record by its header, of an epoch that has begun, or may begin soon, or never.
            var garbage = new byte[random.Next(16, 300)];
            random.NextBytes(garbage);
            garbage[0] = (byte)random.Next(20, 24);
            garbage[1] = 0xFE;
            garbage[2] = (byte)(random.Next(2) == 0 ? 0xFD : 0xFF);
            garbage[3] = 0;
            garbage[4] = (byte)random.Next(0, 3);
            BinaryPrimitives.WriteUInt16BigEndian(garbage.AsSpan(11), (ushort)random.Next(3, garbage.Length - DtlsRecord.HeaderLength + 1));
            deliver(garbage);
            var noise = new byte[random.Next(0, 100)];
            random.NextBytes(noise);
            deliver(noise);
        }
    }

    private static byte[] Mutated(Random random, byte[] datagram)
    {
        if (random.Next(3) == 0)
            return datagram;
        var mutated = datagram.ToArray();
        for (var i = random.Next(1, 4); i > 0; i--)
            mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
        return random.Next(4) == 0 ? mutated[..random.Next(mutated.Length)] : mutated;
    }
}
