// send(2) and sendmsg(2) without the C library's wrappers: those make the thread cancellable and back at each call, which takes longer than entering the kernel.
using System.Runtime.InteropServices;

namespace Parley.Media.Udp.Native;

/// <summary>The two calls that every packet leaves by. Their error is <see cref="Marshal.GetLastSystemError"/>, to be read at once: remembering it costs more than it is needed for.</summary>
internal static unsafe partial class DirectSend
{
    // <asm/unistd.h>. 0 where we do not know the numbers: there the wrappers serve.
    private static readonly nint SendToNumber = Number(44, 206);
    private static readonly nint SendMessageNumber = Number(46, 211);

    /// <summary>Sends to the peer that the socket is connected to.</summary>
    /// <returns>Bytes sent, or -1.</returns>
    public static nint Send(int descriptor, byte* bytes, nint length, int flags) =>
        SendToNumber != 0 ? Call(SendToNumber, descriptor, (nint)bytes, length, flags, 0, 0) : Libc.Send(descriptor, bytes, length, flags);

    /// <summary>Sends a message, with its destination and ancillary data.</summary>
    /// <returns>Bytes sent, or -1.</returns>
    public static nint SendMessage(int descriptor, Message* message, int flags) =>
        SendMessageNumber != 0 ? Call(SendMessageNumber, descriptor, (nint)message, flags, 0, 0, 0) : Libc.SendMessage(descriptor, message, flags);

    private static nint Number(nint x64, nint arm64) => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => x64,
        Architecture.Arm64 => arm64,
        _ => 0,
    };

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint Call(nint number, nint first, nint second, nint third, nint fourth, nint fifth, nint sixth);
}
