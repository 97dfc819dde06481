// One wait for many sockets (epoll), and a way to end the wait from another thread (eventfd).
using System.Runtime.InteropServices;
using Parley.Media.Udp.Native;

namespace Parley.Media.Udp.Sockets;

internal sealed unsafe class Poller : IDisposable
{
    private const int MaxHappenings = 64;

    // struct epoll_event is packed on x86-64 alone.
    private static readonly int Stride = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int DataAt = Stride - 8;

    private readonly byte* _happenings = (byte*)NativeMemory.AllocZeroed(MaxHappenings, (nuint)Stride);
    private readonly int _epoll;
    private readonly int _wake;

    public Poller()
    {
        _epoll = Libc.EpollCreate(Libc.EpollCloexec);
        _wake = Libc.EventDescriptor(0, Libc.EventNonblock | Libc.EventCloexec);
        if (_epoll < 0 || _wake < 0)
            throw Libc.Failure("A media worker's wait");
        Add(_wake);
    }

    /// <summary>The descriptor of the n-th socket that has something to read; -1 for a call to wake up, which is answered by this.</summary>
    public int Ready(int index)
    {
        var descriptor = *(int*)(_happenings + index * Stride + DataAt);
        if (descriptor != _wake)
            return descriptor;
        ulong count;
        _ = Libc.Read(_wake, &count, sizeof(ulong));
        return -1;
    }

    public void Add(int descriptor)
    {
        var happening = stackalloc byte[16];
        new Span<byte>(happening, 16).Clear();
        *(uint*)happening = Libc.EpollIn;
        *(int*)(happening + DataAt) = descriptor;
        if (Libc.EpollControl(_epoll, Libc.EpollAdd, descriptor, happening) != 0)
            throw Libc.Failure("A media worker's wait");
    }

    /// <summary>Waits until something can be read, somebody wakes us, or the time is over.</summary>
    /// <param name="timeoutMs">-1 for no end; 0 to look only.</param>
    /// <returns>How many are ready.</returns>
    public int Wait(int timeoutMs) => Math.Max(0, Libc.EpollWait(_epoll, _happenings, MaxHappenings, timeoutMs));

    /// <summary>Ends the wait; from any thread.</summary>
    public void Wake()
    {
        ulong one = 1;
        _ = Libc.Write(_wake, &one, sizeof(ulong));
    }

    public void Dispose()
    {
        _ = Libc.Close(_epoll);
        _ = Libc.Close(_wake);
        NativeMemory.Free(_happenings);
    }
}
