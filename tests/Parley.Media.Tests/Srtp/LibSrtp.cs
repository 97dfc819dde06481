// libsrtp2 as a judge of our bytes: whole packets in, whole packets out.
using Parley.Bench.Media;
using Parley.Media.Srtp;

namespace Parley.Media.Tests.Srtp;

/// <summary>A session of libsrtp2 with one key for every SSRC, in one direction. The test is skipped where it is not installed.</summary>
internal sealed unsafe class LibSrtp : IDisposable
{
    private readonly LibSrtpSession _session;

    public LibSrtp(SrtpProfile profile, ReadOnlySpan<byte> key, ReadOnlySpan<byte> salt, bool outbound)
    {
        if (!LibSrtpSession.IsInstalled)
            Assert.Skip("libsrtp2.so.1 is not installed (Debian: libsrtp2-1).");
        _session = new LibSrtpSession(profile, key, salt, outbound);
    }

    private delegate int Change(byte* packet, int length);

    public byte[] Protect(byte[] packet) => Call(_session.Protect, packet, packet.Length + 32);

    public byte[] Unprotect(byte[] packet) => Call(_session.Unprotect, packet, packet.Length);

    public byte[] ProtectRtcp(byte[] packet) => Call(_session.ProtectRtcp, packet, packet.Length + 32);

    public byte[] UnprotectRtcp(byte[] packet) => Call(_session.UnprotectRtcp, packet, packet.Length);

    public void Dispose() => _session.Dispose();

    private static byte[] Call(Change change, byte[] packet, int room)
    {
        // libsrtp2 asks for packets that are aligned to four bytes.
        var buffer = new byte[room];
        packet.CopyTo(buffer, 0);
        fixed (byte* pointer = buffer)
            return buffer[..change(pointer, packet.Length)];
    }
}
