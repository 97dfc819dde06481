// libsrtp2, the SRTP that browsers use, as a judge of our bytes.
using System.Runtime.InteropServices;
using Parley.Media.Srtp;

namespace Parley.Media.Tests.Srtp;

/// <summary>A session of libsrtp2 with one key for every SSRC, in one direction.</summary>
internal sealed unsafe partial class LibSrtp : IDisposable
{
    private const string Library = "libsrtp2.so.1";
    private const int AnyInbound = 2;
    private const int AnyOutbound = 3;
    private const int PolicyLength = 128;
    private const int RtpPolicyAt = 8;
    private const int RtcpPolicyAt = 32;
    private const int KeyAt = 56;
    private const int WindowAt = 88;

    private static readonly string? Missing = Initialize();

    private readonly nint _session;

    public LibSrtp(SrtpProfile profile, ReadOnlySpan<byte> key, ReadOnlySpan<byte> salt, bool outbound)
    {
        if (Missing is not null)
            Assert.Skip(Missing);
        byte[] keyAndSalt = [.. key, .. salt];
        var policy = stackalloc byte[PolicyLength];
        new Span<byte>(policy, PolicyLength).Clear();
        Check(SetPolicyForRtp(policy + RtpPolicyAt, (int)profile));
        Check(SetPolicyForRtcp(policy + RtcpPolicyAt, (int)profile));
        *(int*)policy = outbound ? AnyOutbound : AnyInbound;
        *(nuint*)(policy + WindowAt) = 1024;
        fixed (byte* keyPointer = keyAndSalt)
        {
            *(byte**)(policy + KeyAt) = keyPointer;
            Check(Create(out _session, policy));
        }
    }

    public byte[] Protect(byte[] packet) => Call(&Protect, packet, packet.Length + 32);

    public byte[] Unprotect(byte[] packet) => Call(&Unprotect, packet, packet.Length);

    public byte[] ProtectRtcp(byte[] packet) => Call(&ProtectRtcp, packet, packet.Length + 32);

    public byte[] UnprotectRtcp(byte[] packet) => Call(&UnprotectRtcp, packet, packet.Length);

    public void Dispose() => Check(Dealloc(_session));

    private byte[] Call(delegate*<nint, byte*, ref int, int> function, byte[] packet, int room)
    {
        // libsrtp2 asks for packets that are aligned to four bytes.
        var buffer = new byte[room];
        packet.CopyTo(buffer, 0);
        var length = packet.Length;
        fixed (byte* pointer = buffer)
            Check(function(_session, pointer, ref length));
        return buffer[..length];
    }

    private static void Check(int status) => Assert.Equal(0, status);

    private static string? Initialize()
    {
        if (!NativeLibrary.TryLoad(Library, out _))
            return $"{Library} is not installed (Debian: libsrtp2-1).";
        Check(Init());
        return null;
    }

    [LibraryImport(Library, EntryPoint = "srtp_init"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Init();

    [LibraryImport(Library, EntryPoint = "srtp_crypto_policy_set_from_profile_for_rtp"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetPolicyForRtp(byte* policy, int profile);

    [LibraryImport(Library, EntryPoint = "srtp_crypto_policy_set_from_profile_for_rtcp"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetPolicyForRtcp(byte* policy, int profile);

    [LibraryImport(Library, EntryPoint = "srtp_create"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Create(out nint session, byte* policy);

    [LibraryImport(Library, EntryPoint = "srtp_dealloc"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Dealloc(nint session);

    [LibraryImport(Library, EntryPoint = "srtp_protect"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Protect(nint session, byte* packet, ref int length);

    [LibraryImport(Library, EntryPoint = "srtp_unprotect"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Unprotect(nint session, byte* packet, ref int length);

    [LibraryImport(Library, EntryPoint = "srtp_protect_rtcp"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int ProtectRtcp(nint session, byte* packet, ref int length);

    [LibraryImport(Library, EntryPoint = "srtp_unprotect_rtcp"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int UnprotectRtcp(nint session, byte* packet, ref int length);
}
