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
    private readonly WakeHandle _wakeHandle;
    private bool _isDisposed;

    public Poller()
    {
        _epoll = Libc.EpollCreate(Libc.EpollCloexec);
        _wake = Libc.EventDescriptor(0, Libc.EventNonblock | Libc.EventCloexec);
        if (_epoll < 0 || _wake < 0)
            throw Libc.Failure("A media worker's wait");
        _wakeHandle = new WakeHandle(_wake);
        Add(_wake);
    }

    /// <summary>The descriptor of the n-th socket that is ready; -1 for a call to wake up, which is answered by this.</summary>
    public int Ready(int index)
    {
        var descriptor = *(int*)(_happenings + index * Stride + DataAt);
        if (descriptor != _wake)
            return descriptor;
        ulong count;
        _ = Libc.Read(_wake, &count, sizeof(ulong));
        return -1;
    }

    /// <summary>True when the n-th socket takes bytes again that it refused before.</summary>
    public bool IsWritable(int index) => (*(uint*)(_happenings + index * Stride) & Libc.EpollOut) != 0;

    /// <summary>True when the n-th socket has something to read, or has come to its end, which reading tells.</summary>
    public bool IsReadable(int index) => (*(uint*)(_happenings + index * Stride) & ~Libc.EpollOut) != 0;

    /// <summary>Waits from now on for something to read.</summary>
    /// <exception cref="MediaSocketException">The system takes no more.</exception>
    public void Add(int descriptor)
    {
        if (!Set(Libc.EpollAdd, descriptor, Libc.EpollIn))
            throw Libc.Failure("A media worker's wait");
    }

    /// <summary>Waits from now on for something to read and, when it is wanted, for room to write.</summary>
    public void Change(int descriptor, bool writes) => Set(Libc.EpollModify, descriptor, writes ? Libc.EpollIn | Libc.EpollOut : Libc.EpollIn);

    /// <summary>Waits no more. A socket that is closed need not be removed.</summary>
    public void Remove(int descriptor) => Set(Libc.EpollDelete, descriptor, 0);

    /// <summary>Waits until a socket is ready, somebody wakes us, or the time is over.</summary>
    /// <param name="timeoutMs">-1 for no end; 0 to look only.</param>
    /// <returns>How many are ready.</returns>
    public int Wait(int timeoutMs) => Math.Max(0, Libc.EpollWait(_epoll, _happenings, MaxHappenings, timeoutMs));

    /// <summary>Ends the wait; from any thread.</summary>
    public void Wake()
    {
        var isHeld = false;
        try
        {
            // It is not closed while we hold it: its number would be another's at once.
            _wakeHandle.DangerousAddRef(ref isHeld);
            ulong one = 1;
            _ = Libc.Write(_wake, &one, sizeof(ulong));
        }
        catch (ObjectDisposedException)
        {
            // Nobody waits any more.
        }
        finally
        {
            if (isHeld)
                _wakeHandle.DangerousRelease();
        }
    }

    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        _ = Libc.Close(_epoll);
        _wakeHandle.Dispose();
        NativeMemory.Free(_happenings);
    }

    private bool Set(int operation, int descriptor, uint happenings)
    {
        var happening = stackalloc byte[16];
        new Span<byte>(happening, 16).Clear();
        *(uint*)happening = happenings;
        *(int*)(happening + DataAt) = descriptor;
        return Libc.EpollControl(_epoll, operation, descriptor, happening) == 0;
    }

    /// <summary>Closes the descriptor when nobody writes to it any more.</summary>
    private sealed class WakeHandle : SafeHandle
    {
        public WakeHandle(int descriptor)
            : base(-1, ownsHandle: true) => SetHandle(descriptor);

        public override bool IsInvalid => handle == -1;

        protected override bool ReleaseHandle() => Libc.Close((int)handle) == 0;
    }
}
