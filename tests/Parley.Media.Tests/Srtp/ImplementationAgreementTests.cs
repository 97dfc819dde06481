// Every implementation writes what the platform's writes, at every length, in place and elsewhere, and nothing beyond.
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Parley.Media.Srtp;
using Parley.Media.Srtp.Ciphers;

namespace Parley.Media.Tests.Srtp;

public sealed partial class ImplementationAgreementTests
{
    private const int Longest = 1520;
    private const byte Untouched = 0xA5;

    public static TheoryData<SrtpProfile, SrtpImplementation> All => Contexts.All;

    public static TheoryData<SrtpImplementation, int> Ciphers
    {
        get
        {
            var data = new TheoryData<SrtpImplementation, int>();
            foreach (var implementation in SrtpImplementations.Supported)
            {
                data.Add(implementation, 16);
                data.Add(implementation, 32);
            }

            return data;
        }
    }

    [Theory, MemberData(nameof(All))]
    public void Every_length_is_protected_alike_in_place_and_elsewhere(SrtpProfile profile, SrtpImplementation implementation)
    {
        using var reference = Contexts.Sender(profile, SrtpImplementation.Portable);
        using var sender = Contexts.Sender(profile, implementation);
        using var receiver = Contexts.Receiver(profile, implementation);
        for (var length = 0; length <= Longest; length++)
        {
            var headerLength = Contexts.HeaderLength + length % 18 * 4;
            var rtp = Contexts.Rtp((ushort)length, headerLength - Contexts.HeaderLength + length);
            var expected = reference.Protect(rtp, 7, headerLength);

            // Out of place, from an odd address to another, with guards behind both.
            var at = length % 67;
            var memory = new byte[at + expected.Length + 64];
            memory.AsSpan().Fill(Untouched);
            rtp.AsSpan(0, headerLength).CopyTo(memory.AsSpan(at));
            var source = new byte[length % 13 + length];
            rtp.AsSpan(headerLength).CopyTo(source.AsSpan(length % 13));
            Assert.Equal(expected.Length, sender.ProtectRtp(memory.AsSpan(at), headerLength, source.AsSpan(length % 13), 7));
            Assert.Equal(expected, memory[at..(at + expected.Length)]);
            Assert.True(memory.AsSpan(0, at).IndexOfAnyExcept(Untouched) < 0, "written before the packet");
            Assert.True(memory.AsSpan(at + expected.Length).IndexOfAnyExcept(Untouched) < 0, "written behind the packet");

            // In place.
            var packet = new byte[expected.Length];
            rtp.CopyTo(packet, 0);
            sender.ProtectRtp(packet, headerLength, packet.AsSpan(headerLength, length), 7);
            Assert.Equal(expected, packet);

            // Back, elsewhere and in place.
            var state = Started(7);
            memory.AsSpan().Fill(Untouched);
            var result = receiver.UnprotectRtp(packet, headerLength, ref state, memory.AsSpan(at, length), out var payloadLength, out var index);
            Assert.Equal((SrtpResult.Ok, length, 7UL << 16 | (ushort)length), (result, payloadLength, index));
            Assert.Equal(rtp[headerLength..], memory[at..(at + length)]);
            Assert.True(memory.AsSpan(0, at).IndexOfAnyExcept(Untouched) < 0, "written before the payload");
            Assert.True(memory.AsSpan(at + length).IndexOfAnyExcept(Untouched) < 0, "written behind the payload");
            state = Started(7);
            Assert.Equal(SrtpResult.Ok, receiver.UnprotectRtp(packet, headerLength, ref state, packet.AsSpan(headerLength), out _, out _));
            Assert.Equal(rtp, packet[..rtp.Length]);
        }
    }

    [Theory, MemberData(nameof(All))]
    public void Every_length_of_RTCP_is_protected_alike(SrtpProfile profile, SrtpImplementation implementation)
    {
        using var reference = Contexts.Sender(profile, SrtpImplementation.Portable);
        using var sender = Contexts.Sender(profile, implementation);
        using var receiver = Contexts.Receiver(profile, implementation);
        for (var length = 0; length <= Longest; length++)
        {
            var rtcp = Contexts.Rtcp(length);
            var packet = sender.ProtectRtcp(rtcp);
            Assert.Equal(reference.ProtectRtcp(rtcp), packet);
            Assert.Equal(SrtpResult.Ok, receiver.UnprotectRtcp(packet, packet, out var plainLength));
            Assert.Equal(rtcp, packet[..plainLength]);
        }
    }

    [Theory, MemberData(nameof(Ciphers))]
    public void GCM_agrees_for_all_associated_data_and_for_long_packets(SrtpImplementation implementation, int keyLength)
    {
        var key = Contexts.Bytes(keyLength, 3);
        using var reference = new PlatformGcm(key);
        using var cipher = SrtpImplementations.CreateGcm(implementation, key);
        var nonce = Vector128.Create<byte>([.. Contexts.Bytes(12, 4), 0, 0, 0, 0]);
        (int, int)[] shapes =
        [
            .. Enumerable.Range(0, 600).Select(associated => (associated, associated * 7 % 300)),
            .. Enumerable.Range(4000, 200).Select(plain => (20, plain)),
            (28, 65000), (1, 65535), (0, 8192),
        ];
        foreach (var (associatedLength, length) in shapes)
        {
            var associated = Contexts.Bytes(associatedLength, length);
            var plain = Contexts.Bytes(length, associatedLength);
            var expected = new byte[length + GcmCipher.TagLength];
            var output = new byte[length + GcmCipher.TagLength];
            reference.Seal(nonce, associated, plain, expected);
            cipher.Seal(nonce, associated, plain, output);
            Assert.Equal(expected, output);
            var opened = new byte[length];
            Assert.True(cipher.TryOpen(nonce, associated, output, opened));
            Assert.Equal(plain, opened);
        }
    }

    [Theory, MemberData(nameof(Ciphers))]
    public void Counter_mode_agrees_up_to_the_longest_datagram(SrtpImplementation implementation, int keyLength)
    {
        var key = Contexts.Bytes(keyLength, 5);
        using var reference = new PlatformCounter(key);
        using var cipher = SrtpImplementations.CreateCounter(implementation, key);
        var initial = Vector128.Create<byte>([.. Contexts.Bytes(14, 6), 0, 0]);
        foreach (var length in (int[])[0, 1, 15, 16, 17, 4095, 4096, 4097, 4223, 8191, 8193, 65535])
        {
            var source = Contexts.Bytes(length, length);
            var expected = new byte[length];
            var destination = new byte[length];
            reference.Transform(initial, source, expected);
            cipher.Transform(initial, source, destination);
            Assert.Equal(expected, destination);
        }
    }

    [Fact]
    public void Both_ways_of_HMAC_agree()
    {
        if (!LibcryptoSha1.IsSupported)
            Assert.Skip("libcrypto.so.3 is not installed (Debian: libssl3).");
        var key = Contexts.Bytes(20, 8);
        using var reference = new PlatformHmacSha1(key);
        using var authenticator = new LibcryptoHmacSha1(key);
        for (var length = 0; length <= 400; length++)
        {
            foreach (var suffixLength in (int[])[0, 4])
            {
                var message = Contexts.Bytes(length, length);
                var suffix = Contexts.Bytes(suffixLength, length);
                var expected = new byte[MessageAuthenticator.FullTagLength];
                var tag = new byte[MessageAuthenticator.FullTagLength];
                reference.Compute(message, suffix, expected);
                authenticator.Compute(message, suffix, tag);
                Assert.Equal(expected, tag);
            }
        }
    }

    /// <summary>The last byte before memory that may not be touched: a read or write behind a packet ends the process.</summary>
    [Theory, MemberData(nameof(All))]
    public unsafe void Nothing_behind_a_packet_is_touched(SrtpProfile profile, SrtpImplementation implementation)
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("Pages are protected with mprotect, which is Linux's here.");
        using var sources = new GuardedPage();
        using var packets = new GuardedPage();
        using var sender = Contexts.Sender(profile, implementation);
        using var receiver = Contexts.Receiver(profile, implementation);
        for (var length = 0; length <= 600; length++)
        {
            var payload = sources.Last(length);
            Contexts.Bytes(length, length).CopyTo(payload);
            var packet = packets.Last(Contexts.HeaderLength + length + sender.RtpOverhead);
            Contexts.Rtp((ushort)length, 0).CopyTo(packet);
            sender.ProtectRtp(packet, Contexts.HeaderLength, payload, 0);
            var state = new SrtpReceiveState();
            payload.Clear();
            Assert.Equal(SrtpResult.Ok, receiver.UnprotectRtp(packet, Contexts.HeaderLength, ref state, payload, out _, out _));
            Assert.Equal(Contexts.Bytes(length, length), payload);
        }
    }

    private static SrtpReceiveState Started(uint rolloverCounter)
    {
        var state = new SrtpReceiveState();
        state.Accept(((ulong)rolloverCounter << 16) - 1);
        return state;
    }

    /// <summary>A page that is followed by one that nobody may touch.</summary>
    private sealed unsafe partial class GuardedPage : IDisposable
    {
        private const int Readable = 3; // PROT_READ | PROT_WRITE
        private const int PrivateAndAnonymous = 0x22;

        private readonly byte* _start;
        private readonly int _length = Environment.SystemPageSize;

        public GuardedPage()
        {
            _start = (byte*)Map(null, (nuint)(2 * _length), Readable, PrivateAndAnonymous, -1, 0);
            Assert.NotEqual(-1, (nint)_start);
            Assert.Equal(0, Protect(_start + _length, (nuint)_length, 0));
        }

        public Span<byte> Last(int length) => new(_start + _length - length, length);

        public void Dispose() => _ = Unmap(_start, (nuint)(2 * _length));

        [LibraryImport("libc", EntryPoint = "mmap"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        private static partial void* Map(void* address, nuint length, int protection, int flags, int file, nint offset);

        [LibraryImport("libc", EntryPoint = "mprotect"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        private static partial int Protect(void* address, nuint length, int protection);

        [LibraryImport("libc", EntryPoint = "munmap"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        private static partial int Unmap(void* address, nuint length);
    }
}
