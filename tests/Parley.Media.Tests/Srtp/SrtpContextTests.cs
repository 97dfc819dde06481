// Contexts: what they are made of, what they cost, how they end.
using Parley.Media.Srtp;
using Parley.Media.Tests.Stage;

namespace Parley.Media.Tests.Srtp;

public sealed class SrtpContextTests
{
    public static TheoryData<SrtpProfile, SrtpImplementation> All => Contexts.All;

    /// <summary>All but the platform's AES-GCM, which reports a forged packet by an exception.</summary>
    public static TheoryData<SrtpProfile, SrtpImplementation> WithoutExceptions
    {
        get
        {
            var data = new TheoryData<SrtpProfile, SrtpImplementation> { { SrtpProfile.Aes128CmHmacSha1Tag80, SrtpImplementation.Portable } };
            foreach (var implementation in SrtpImplementations.Supported.Skip(1))
            {
                foreach (var profile in Contexts.Profiles)
                    data.Add(profile, implementation);
            }

            return data;
        }
    }

    public static TheoryData<SrtpProfile> Profiles => [.. Contexts.Profiles];

    [Theory, MemberData(nameof(All))]
    public void Ten_thousand_packets_allocate_nothing(SrtpProfile profile, SrtpImplementation implementation)
    {
        using var sender = Contexts.Sender(profile, implementation);
        using var receiver = Contexts.Receiver(profile, implementation);
        var payload = Contexts.Bytes(1100, 1);
        var plain = new byte[1100];
        var packet = new byte[1200];
        Contexts.Rtp(0, 0).CopyTo(packet, 0);
        var rtcp = Contexts.Rtcp(60).Concat(new byte[20]).ToArray();
        var protectedRtcp = new byte[rtcp.Length];
        var state = new SrtpReceiveState();
        void Turn(int index)
        {
            packet[2] = (byte)(index >> 8);
            packet[3] = (byte)index;
            var length = sender.ProtectRtp(packet, Contexts.HeaderLength, payload, 0);
            if (receiver.UnprotectRtp(packet.AsSpan(0, length), Contexts.HeaderLength, ref state, plain, out _, out _) != SrtpResult.Ok)
                throw new InvalidOperationException("refused");
            rtcp.CopyTo(protectedRtcp, 0);
            length = sender.ProtectRtcp(protectedRtcp, 68);
            if (receiver.UnprotectRtcp(protectedRtcp.AsSpan(0, length), protectedRtcp, out _) != SrtpResult.Ok)
                throw new InvalidOperationException("refused");
        }

        var index = 0;
        while (index < 100)
            Turn(index++);
        Assert.Equal(0, Allocations.Of(() =>
        {
            for (var packets = 0; packets < 2500; packets++)
                Turn(index++);
        }));
    }

    [Theory, MemberData(nameof(WithoutExceptions))]
    public void A_forged_packet_allocates_nothing(SrtpProfile profile, SrtpImplementation implementation)
    {
        using var receiver = Contexts.Receiver(profile, implementation);
        var packet = Contexts.Rtp(40_000, 1000);
        var plain = new byte[1000];
        var state = new SrtpReceiveState();
        Try(100);
        Assert.Equal(0, Allocations.Of(() => Try(1000)));

        void Try(int attempts)
        {
            for (var attempt = 0; attempt < attempts; attempt++)
            {
                receiver.UnprotectRtp(packet, Contexts.HeaderLength, ref state, plain, out _, out _);
                receiver.UnprotectRtcp(packet, plain, out _);
            }
        }
    }

    [Theory, MemberData(nameof(Profiles))]
    public void Overheads_are_those_of_the_profile(SrtpProfile profile)
    {
        using var sender = Contexts.Sender(profile);
        using var receiver = Contexts.Receiver(profile);
        var tag = profile == SrtpProfile.Aes128CmHmacSha1Tag80 ? 10 : 16;
        Assert.Equal((tag, tag + 4), (sender.RtpOverhead, sender.RtcpOverhead));
        Assert.Equal((tag, tag + 4), (receiver.RtpOverhead, receiver.RtcpOverhead));
    }

    [Theory, MemberData(nameof(Profiles))]
    public void Packets_without_room_are_refused_before_anything_is_written(SrtpProfile profile)
    {
        using var sender = Contexts.Sender(profile);
        var packet = new byte[Contexts.HeaderLength + 50 + sender.RtpOverhead - 1];
        Assert.Throws<ArgumentException>(() => sender.ProtectRtp(packet, Contexts.HeaderLength, new byte[50], 0));
        Assert.Throws<ArgumentException>(() => sender.ProtectRtp(packet, 11, new byte[5], 0));
        Assert.Throws<ArgumentException>(() => sender.ProtectRtcp(packet, packet.Length - sender.RtcpOverhead + 1));
        Assert.Throws<ArgumentException>(() => sender.ProtectRtcp(packet, 7));
        Assert.DoesNotContain(packet, b => b != 0);
        Assert.Equal(0u, sender.NextRtcpIndex);
    }

    [Theory, MemberData(nameof(Profiles))]
    public void Keys_and_salts_have_one_length(SrtpProfile profile)
    {
        Assert.Throws<ArgumentException>(() => SrtpSender.Create(profile, Contexts.Key(profile)[1..], Contexts.Salt(profile)));
        Assert.Throws<ArgumentException>(() => SrtpReceiver.Create(profile, Contexts.Key(profile), [.. Contexts.Salt(profile), 0]));
    }

    [Theory, MemberData(nameof(Profiles))]
    public void Both_ends_of_a_handshake_understand_each_other(SrtpProfile profile)
    {
        var exported = Contexts.Bytes(profile.ExportedLength(), 11);
        var client = new SrtpKeys(profile, exported, isClient: true);
        var server = new SrtpKeys(profile, exported, isClient: false);
        foreach (var (from, to) in new[] { (client, server), (server, client) })
        {
            using var sender = SrtpSender.Create(profile, from.SendKey, from.SendSalt);
            using var receiver = SrtpReceiver.Create(profile, to.ReceiveKey, to.ReceiveSalt);
            using var echo = SrtpReceiver.Create(profile, from.ReceiveKey, from.ReceiveSalt);
            var state = new SrtpReceiveState();
            var packet = sender.Protect(Contexts.Rtp(1, 100));
            Assert.Equal(SrtpResult.NotAuthentic, echo.Unprotect(packet, ref state).Result);
            Assert.Equal(SrtpResult.Ok, receiver.Unprotect(packet, ref state).Result);
        }
    }

    [Fact]
    public void What_does_not_exist_is_refused()
    {
        Assert.ThrowsAny<ArgumentException>(() => SrtpSender.Create((SrtpProfile)2, new byte[16], new byte[14]));
        Assert.Throws<PlatformNotSupportedException>(() => SrtpSender.Create(SrtpProfile.AeadAes128Gcm, new byte[16], new byte[12], (SrtpImplementation)99));
    }

    [Theory, MemberData(nameof(All))]
    public void An_ended_context_protects_nothing(SrtpProfile profile, SrtpImplementation implementation)
    {
        var sender = Contexts.Sender(profile, implementation);
        var receiver = Contexts.Receiver(profile, implementation);
        var packet = sender.Protect(Contexts.Rtp(1, 10));
        sender.Dispose();
        receiver.Dispose();
        sender.Dispose();
        receiver.Dispose();
        var state = new SrtpReceiveState();
        Assert.Throws<ObjectDisposedException>(() => sender.ProtectRtp(packet, Contexts.HeaderLength, [], 0));
        Assert.Throws<ObjectDisposedException>(() => sender.ProtectRtcp(packet, 8));
        Assert.Throws<ObjectDisposedException>(() => receiver.UnprotectRtp(packet, Contexts.HeaderLength, ref state, packet, out _, out _));
        Assert.Throws<ObjectDisposedException>(() => receiver.UnprotectRtcp(packet, packet, out _));
    }

    [Fact]
    public void The_best_is_the_last_that_is_supported()
    {
        Assert.Equal(SrtpImplementation.Portable, SrtpImplementations.Supported[0]);
        Assert.Equal(SrtpImplementations.Supported[^1], SrtpImplementations.Resolve(SrtpImplementation.Best));
        Assert.DoesNotContain(SrtpImplementation.Best, SrtpImplementations.Supported);
    }
}
