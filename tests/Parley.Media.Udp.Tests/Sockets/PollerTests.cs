// The call that ends a worker's wait, while the worker itself ends.
using Parley.Media.Udp.Native;
using Parley.Media.Udp.Sockets;

namespace Parley.Media.Udp.Tests.Sockets;

public sealed unsafe class PollerTests
{
    [Fact]
    public void A_call_that_comes_while_it_closes_is_written_to_nobody_else()
    {
        Poller? current = null;
        var isOver = false;
        var callers = Enumerable.Range(0, 2).Select(_ => new Thread(() =>
        {
            while (!Volatile.Read(ref isOver))
                Volatile.Read(ref current)?.Wake();
        })).ToList();
        callers.ForEach(static caller => caller.Start());
        var written = 0;
        var others = new int[8];
        for (var round = 0; round < 1500; round++)
        {
            using (var poller = new Poller())
            {
                Volatile.Write(ref current, poller);
                Assert.Equal(1, poller.Wait(10_000));
            }

            // They get the numbers that were just given back.
            for (var i = 0; i < others.Length; i++)
                others[i] = Libc.EventDescriptor(0, Libc.EventNonblock | Libc.EventCloexec);
            Thread.Yield();
            foreach (var other in others)
            {
                ulong count;
                written += Libc.Read(other, &count, sizeof(ulong)) > 0 ? 1 : 0;
                _ = Libc.Close(other);
            }
        }

        Volatile.Write(ref isOver, true);
        callers.ForEach(static caller => caller.Join());
        Assert.Equal(0, written);
    }
}
