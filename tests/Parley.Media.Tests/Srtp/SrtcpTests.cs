// SRTCP's own index: sent once each, accepted once each. RFC 3711 §3.4.
using System.Buffers.Binary;
using Parley.Media.Srtp;

namespace Parley.Media.Tests.Srtp;

public sealed class SrtcpTests
{
    public static TheoryData<SrtpProfile> Profiles => [.. Contexts.Profiles];

    [Theory, MemberData(nameof(Profiles))]
    public void Indices_begin_at_zero_and_count_packets(SrtpProfile profile)
    {
        using var sender = Contexts.Sender(profile);
        for (uint index = 0; index < 100; index++)
            Assert.Equal(0x80000000 | index, Word(profile, sender.ProtectRtcp(Contexts.Rtcp(20, index % 3))));
    }

    [Theory, MemberData(nameof(Profiles))]
    public void A_used_up_key_sends_no_more(SrtpProfile profile)
    {
        using var sender = Contexts.Sender(profile);
        using var receiver = Contexts.Receiver(profile);
        sender.NextRtcpIndex = 0x7FFFFFFF;
        var last = sender.ProtectRtcp(Contexts.Rtcp(20));
        Assert.Equal(0xFFFFFFFF, Word(profile, last));
        Assert.Equal(Contexts.Rtcp(20), receiver.AcceptRtcp(last));
        for (var attempt = 0; attempt < 3; attempt++)
        {
            var packet = new byte[28 + sender.RtcpOverhead];
            Contexts.Rtcp(20).CopyTo(packet, 0);
            var before = packet.ToArray();
            Assert.Equal(0, sender.ProtectRtcp(packet, 28));
            Assert.Equal(before, packet);
        }
    }

    [Theory, MemberData(nameof(Profiles))]
    public void A_packet_is_accepted_once_whatever_the_order(SrtpProfile profile)
    {
        using var sender = Contexts.Sender(profile);
        using var receiver = Contexts.Receiver(profile);
        var packets = Enumerable.Range(0, 64).Select(i => sender.ProtectRtcp(Contexts.Rtcp(i))).ToArray();
        foreach (var i in Enumerable.Range(0, 64).OrderBy(i => i * 37 % 64))
        {
            Assert.Equal(Contexts.Rtcp(i), receiver.AcceptRtcp(packets[i]));
            Assert.Equal(SrtpResult.Replayed, receiver.UnprotectRtcp(packets[i]).Result);
        }

        Assert.Equal(SrtpResult.Ok, receiver.UnprotectRtcp(sender.ProtectRtcp(Contexts.Rtcp(0))).Result);
        Assert.Equal(SrtpResult.TooOld, receiver.UnprotectRtcp(packets[0]).Result);
        Assert.Equal(SrtpResult.Replayed, receiver.UnprotectRtcp(packets[1]).Result);
        sender.NextRtcpIndex = 1000;
        Assert.Equal(SrtpResult.Ok, receiver.UnprotectRtcp(sender.ProtectRtcp(Contexts.Rtcp(0))).Result);
        Assert.Equal(SrtpResult.TooOld, receiver.UnprotectRtcp(packets[63]).Result);
    }

    [Theory, MemberData(nameof(Profiles))]
    public void Each_source_has_a_window_of_its_own(SrtpProfile profile)
    {
        using var first = Contexts.Sender(profile);
        using var second = Contexts.Sender(profile);
        using var receiver = Contexts.Receiver(profile);
        second.NextRtcpIndex = 100_000;
        Assert.Equal(SrtpResult.Ok, receiver.UnprotectRtcp(second.ProtectRtcp(Contexts.Rtcp(20, ssrc: 2))).Result);
        Assert.Equal(SrtpResult.Ok, receiver.UnprotectRtcp(first.ProtectRtcp(Contexts.Rtcp(20, ssrc: 1))).Result);
        Assert.Equal(2, receiver.RtcpSources);
    }

    [Theory, MemberData(nameof(Profiles))]
    public void Only_sources_that_hold_the_key_are_remembered_and_not_without_end(SrtpProfile profile)
    {
        using var sender = Contexts.Sender(profile);
        using var stranger = SrtpSender.Create(profile, Contexts.Key(profile, 8), Contexts.Salt(profile, 9));
        using var receiver = Contexts.Receiver(profile);
        for (uint ssrc = 0; ssrc < 3000; ssrc++)
            Assert.Equal(SrtpResult.NotAuthentic, receiver.UnprotectRtcp(stranger.ProtectRtcp(Contexts.Rtcp(20, ssrc))).Result);
        Assert.Equal(0, receiver.RtcpSources);
        for (uint ssrc = 0; ssrc < SrtcpReplayWindows.MaxSources; ssrc++)
            Assert.Equal(SrtpResult.Ok, receiver.UnprotectRtcp(sender.ProtectRtcp(Contexts.Rtcp(20, ssrc))).Result);
        Assert.Equal(SrtpResult.TooManySources, receiver.UnprotectRtcp(sender.ProtectRtcp(Contexts.Rtcp(20, 0xFFFFFFFF))).Result);
        Assert.Equal(SrtcpReplayWindows.MaxSources, receiver.RtcpSources);
        Assert.Equal(SrtpResult.Ok, receiver.UnprotectRtcp(sender.ProtectRtcp(Contexts.Rtcp(20, 7))).Result);
    }

    [Theory, MemberData(nameof(Profiles))]
    public void A_packet_that_says_it_is_not_encrypted_is_refused(SrtpProfile profile)
    {
        using var sender = Contexts.Sender(profile);
        using var receiver = Contexts.Receiver(profile);
        var packet = sender.ProtectRtcp(Contexts.Rtcp(20));
        packet[WordAt(profile, packet)] &= 0x7F;
        Assert.Equal(SrtpResult.NotEncrypted, receiver.UnprotectRtcp(packet).Result);
    }

    [Theory, MemberData(nameof(Profiles))]
    public void Every_changed_bit_is_noticed(SrtpProfile profile)
    {
        using var sender = Contexts.Sender(profile);
        using var receiver = Contexts.Receiver(profile);
        var packet = sender.ProtectRtcp(Contexts.Rtcp(41));
        for (var bit = 0; bit < packet.Length * 8; bit++)
        {
            packet[bit / 8] ^= (byte)(1 << bit % 8);
            Assert.True(receiver.UnprotectRtcp(packet).Result is SrtpResult.NotAuthentic or SrtpResult.NotEncrypted, $"bit {bit}");
            packet[bit / 8] ^= (byte)(1 << bit % 8);
        }

        Assert.Equal(0, receiver.RtcpSources);
        Assert.Equal(Contexts.Rtcp(41), receiver.AcceptRtcp(packet));
    }

    private static int WordAt(SrtpProfile profile, byte[] packet) => packet.Length - 4 - (profile == SrtpProfile.Aes128CmHmacSha1Tag80 ? 10 : 0);

    private static uint Word(SrtpProfile profile, byte[] packet) => BinaryPrimitives.ReadUInt32BigEndian(packet.AsSpan(WordAt(profile, packet)));
}
