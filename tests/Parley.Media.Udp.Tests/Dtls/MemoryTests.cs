using System.Runtime.InteropServices;
using Parley.Media.Dtls;
using Parley.Media.Udp.Dtls;

namespace Parley.Media.Udp.Tests.Dtls;

/// <summary>Alone in its process while it runs: it measures what the process has allocated.</summary>
[CollectionDefinition(nameof(MemoryTests), DisableParallelization = true)]
[Collection(nameof(MemoryTests))]
public sealed partial class MemoryTests
{
    private const int Handshakes = 200;

    [Fact]
    public async Task Two_hundred_handshakes_leave_memory_as_it_was()
    {
        using var pair = new DtlsPair();
        var id = 0;
        await Round();
        // The runtime allocates by itself now and then; a leak is there in every round.
        var (native, managed) = (long.MaxValue, long.MaxValue);
        for (var round = 0; round < 4; round++)
        {
            var (nativeBefore, managedBefore) = (NativeBytes(), GC.GetTotalMemory(forceFullCollection: true));
            await Round();
            native = Math.Min(native, NativeBytes() - nativeBefore);
            managed = Math.Min(managed, GC.GetTotalMemory(forceFullCollection: true) - managedBefore);
        }

        // Both ends are ours. A leaked session would be 47 KiB, a certificate one; what the runtime itself takes in a round is less than half of that.
        Assert.InRange(native, long.MinValue, 2 * Handshakes * 512);
        Assert.InRange(managed, long.MinValue, 2 * Handshakes * 512);

        async Task Round()
        {
            for (var i = 0; i < Handshakes; i++, id++)
            {
                pair.Start(id);
                await pair.Agree(id);
                pair.Client.Handshakes.Close(id);
                await pair.Server[id].Ending();
                await pair.Client[id].Ending();
                pair.Client.Forget(id);
                pair.Server.Forget(id);
            }
        }
    }

    [Fact]
    public async Task An_established_association_costs_about_a_KiB()
    {
        const int count = 500;
        using var pair = new DtlsPair();
        pair.Start(-1);
        await pair.Agree(-1);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var id = 0; id < count; id++)
        {
            pair.Start(id);
            await pair.Agree(id);
            pair.Client.Forget(id);
            pair.Server.Forget(id);
        }

        DtlsEnd.Until(() => pair.Client.Handshakes.LiveSessions + pair.Server.Handshakes.LiveSessions == 0);
        var each = (GC.GetTotalMemory(forceFullCollection: true) - before) / (2 * count);
        // 1,000 bytes, and what the rest of the process holds meanwhile.
        Assert.InRange(each, 0, 1536);
        Assert.Equal(count + 1, pair.Server.Handshakes.Peers);
    }

    // OpenSSL would keep a hundred of them for each association, in 17 KiB each.
    [Fact]
    public void Records_of_an_epoch_that_has_not_begun_are_not_kept()
    {
        using var end = new DtlsEnd();
        using var client = new DtlsEnd();
        var hello = FirstDatagram(client, end.Fingerprint);
        byte[] early = [DtlsRecord.Handshake, 0xFE, 0xFD, 0, 1, 0, 0, 0, 0, 0, 0, 0, 40, .. new byte[40]];
        const int count = 40;
        for (var id = 1; id <= count; id++)
        {
            end.Handshakes.Start(id, DtlsRole.Server, [client.Fingerprint]);
            end.Handshakes.Receive(id, hello);
        }

        DtlsEnd.Until(() => end.Handshakes.LiveSessions == count && Enumerable.Range(1, count).All(id => !end[id].Sent.IsEmpty));
        var before = NativeBytes();
        for (var number = 1; number < 200; number++)
        {
            early[10] = (byte)number;
            for (var id = 1; id <= count; id++)
                end.Handshakes.Receive(id, early);
            DtlsEnd.Until(() => end.Handshakes.Waiting == 0);
        }

        Assert.Equal(0, end.Handshakes.Counters.Overflowed);
        Assert.InRange(NativeBytes() - before, long.MinValue, count * 17 * 1024);
    }

    private static byte[] FirstDatagram(DtlsEnd client, Fingerprint server)
    {
        client.Handshakes.Start(1, DtlsRole.Client, [server]);
        DtlsEnd.Until(() => !client[1].Sent.IsEmpty);
        return client[1].Sent.First();
    }

    /// <summary>What malloc has handed out, in all its arenas.</summary>
    private static long NativeBytes() => (long)mallinfo2().InUse;

    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial MallocInformation mallinfo2();

    [StructLayout(LayoutKind.Sequential)]
    private struct MallocInformation
    {
        public nuint Arena, FreeChunks, FastChunks, Mappings, Mapped, Unused, FastFree, InUse, Free, Releasable;
    }
}
