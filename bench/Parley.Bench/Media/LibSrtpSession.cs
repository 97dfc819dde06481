// libsrtp2, the SRTP that browsers and most servers use: to measure beside ours, and as a judge of our bytes in tests.
using System.Runtime.InteropServices;
using Parley.Media.Srtp;

namespace Parley.Bench.Media;

/// <summary>A session of libsrtp2 in one direction, with one key for every SSRC.</summary>
internal sealed unsafe partial class LibSrtpSession : IDisposable
{
    private const string Library = "libsrtp2.so.1";
    private const int AnyInbound = 2;
    private const int AnyOutbound = 3;
    private const int PolicyLength = 128;
    private const int RtpPolicyAt = 8;
    private const int RtcpPolicyAt = 32;
    private const int KeyAt = 56;
    private const int WindowAt = 88;

    private readonly nint _session;

    public LibSrtpSession(SrtpProfile profile, ReadOnlySpan<byte> key, ReadOnlySpan<byte> salt, bool outbound)
    {
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

    /// <summary>True when there is one to make sessions of (Debian: libsrtp2-1).</summary>
    public static bool IsInstalled { get; } = NativeLibrary.TryLoad(Library, out _) && Init() == 0;

    /// <summary>In place; returns the whole length.</summary>
    public int Protect(byte* packet, int length)
    {
        Check(Protect(_session, packet, ref length));
        return length;
    }

    /// <summary>In place; returns the plaintext's length.</summary>
    public int Unprotect(byte* packet, int length)
    {
        Check(Unprotect(_session, packet, ref length));
        return length;
    }

    /// <summary>The same for a compound.</summary>
    public int ProtectRtcp(byte* packet, int length)
    {
        Check(ProtectRtcp(_session, packet, ref length));
        return length;
    }

    /// <summary>The same for a compound.</summary>
    public int UnprotectRtcp(byte* packet, int length)
    {
        Check(UnprotectRtcp(_session, packet, ref length));
        return length;
    }

    public void Dispose() => Check(Dealloc(_session));

    private static void Check(int status)
    {
        if (status != 0)
            throw new InvalidOperationException($"libsrtp2 answered {status}.");
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
