// What a receiver accepts and what it refuses, packet by packet.
using System.Buffers.Binary;
using Parley.Media.Srtp;

namespace Parley.Media.Tests.Srtp;

public sealed class SrtpReceiverTests
{
    public static TheoryData<SrtpProfile, SrtpImplementation> All => Contexts.All;

    public static TheoryData<SrtpProfile> Profiles => [.. Contexts.Profiles];

    [Theory, MemberData(nameof(All))]
    public void A_packet_is_accepted_once(SrtpProfile profile, SrtpImplementation implementation)
    {
        using var sender = Contexts.Sender(profile, implementation);
        using var receiver = Contexts.Receiver(profile, implementation);
        var state = new SrtpReceiveState();
        var packet = sender.Protect(Contexts.Rtp(5, 100));
        Assert.Equal(SrtpResult.Ok, receiver.Unprotect(packet, ref state).Result);
        var (result, payload, index) = receiver.Unprotect(packet, ref state);
        Assert.Equal((SrtpResult.Replayed, 0, 0UL), (result, payload.Length, index));
        Assert.Equal(SrtpResult.Ok, receiver.Unprotect(sender.Protect(Contexts.Rtp((ushort)(5 + SrtpReceiveState.WindowLength), 100)), ref state).Result);
        Assert.Equal(SrtpResult.TooOld, receiver.Unprotect(packet, ref state).Result);
    }

    [Theory, MemberData(nameof(Profiles))]
    public void Reordering_around_a_wrap_loses_nothing(SrtpProfile profile)
    {
        using var sender = Contexts.Sender(profile);
        using var receiver = Contexts.Receiver(profile);
        for (var seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            var state = new SrtpReceiveState();
            // Three wraps, by steps that a lossy network leaves, each packet up to 400 places from where it belongs.
            var sent = new List<ulong>();
            for (var index = (ulong)random.Next(65000, 65536); index < 4 * 65536; index += (ulong)random.Next(1, 60))
                sent.Add(index);
            var arriving = sent.OrderBy(index => (long)index + random.Next(400)).ToList();
            foreach (var index in arriving)
            {
                var packet = sender.Protect(Contexts.Rtp((ushort)index, 20), (uint)(index >> 16));
                var (result, _, seen) = receiver.Unprotect(packet, ref state);
                Assert.True(result == SrtpResult.Ok, $"seed {seed}: {index} is {result}");
                Assert.Equal(index, seen);
            }
        }
    }

    [Theory, MemberData(nameof(All))]
    public void A_source_may_be_heard_of_only_after_its_first_wrap(SrtpProfile profile, SrtpImplementation implementation)
    {
        using var sender = Contexts.Sender(profile, implementation);
        using var receiver = Contexts.Receiver(profile, implementation);
        var state = new SrtpReceiveState();
        var packet = sender.Protect(Contexts.Rtp(1, 50), 1);
        // In place, so that the second attempt needs what the first one left.
        Assert.Equal(SrtpResult.Ok, receiver.UnprotectRtp(packet, Contexts.HeaderLength, ref state, packet.AsSpan(Contexts.HeaderLength), out _, out var index));
        Assert.Equal(0x1_0001UL, index);
        Assert.Equal(Contexts.Rtp(1, 50), packet[..(Contexts.HeaderLength + 50)]);
        // What was sent before the wrap comes late and is not lost.
        Assert.Equal((SrtpResult.Ok, 0x0_FFFEUL), Outcome(receiver.Unprotect(sender.Protect(Contexts.Rtp(0xFFFE, 50)), ref state)));
        Assert.Equal((SrtpResult.Ok, 0x1_0002UL), Outcome(receiver.Unprotect(sender.Protect(Contexts.Rtp(2, 50), 1), ref state)));
        // Once a source is known, no second counter is tried.
        Assert.Equal(SrtpResult.NotAuthentic, receiver.Unprotect(sender.Protect(Contexts.Rtp(3, 50), 2), ref state).Result);
    }

    [Theory, MemberData(nameof(All))]
    public void Every_changed_bit_is_noticed_and_changes_nothing(SrtpProfile profile, SrtpImplementation implementation)
    {
        using var sender = Contexts.Sender(profile, implementation);
        using var receiver = Contexts.Receiver(profile, implementation);
        var state = new SrtpReceiveState();
        Assert.Equal(SrtpResult.Ok, receiver.Unprotect(sender.Protect(Contexts.Rtp(100, 30)), ref state).Result);
        var before = state;
        var packet = sender.Protect(Contexts.Rtp(101, 37));
        var payload = new byte[37];
        for (var bit = 0; bit < packet.Length * 8; bit++)
        {
            packet[bit / 8] ^= (byte)(1 << bit % 8);
            var result = receiver.UnprotectRtp(packet, Contexts.HeaderLength, ref state, payload, out var length, out _);
            // A changed sequence number may also be one that was here, or that is too old to tell.
            Assert.True(result is SrtpResult.NotAuthentic || (bit / 8 is 2 or 3 && result is SrtpResult.Replayed or SrtpResult.TooOld), $"bit {bit}: {result}");
            Assert.Equal(0, length);
            packet[bit / 8] ^= (byte)(1 << bit % 8);
        }

        Assert.True(before == state);
        Assert.DoesNotContain(payload, b => b != 0);
        Assert.Equal(SrtpResult.Ok, receiver.Unprotect(packet, ref state).Result);
    }

    [Theory, MemberData(nameof(All))]
    public void A_refused_packet_is_left_as_it_was(SrtpProfile profile, SrtpImplementation implementation)
    {
        using var sender = Contexts.Sender(profile, implementation);
        using var receiver = Contexts.Receiver(profile, implementation);
        var packet = sender.Protect(Contexts.Rtp(9, 300));
        packet[^1] ^= 1;
        var before = packet.ToArray();
        var state = new SrtpReceiveState();
        Assert.Equal(SrtpResult.NotAuthentic, receiver.UnprotectRtp(packet, Contexts.HeaderLength, ref state, packet.AsSpan(Contexts.HeaderLength), out _, out _));
        Assert.Equal(before, packet);
        Assert.False(state.HasStarted);

        var rtcp = sender.ProtectRtcp(Contexts.Rtcp(60));
        rtcp[20] ^= 1;
        before = [.. rtcp];
        Assert.Equal(SrtpResult.NotAuthentic, receiver.UnprotectRtcp(rtcp, rtcp, out _));
        Assert.Equal(before, rtcp);
    }

    [Theory, MemberData(nameof(All))]
    public void Every_truncation_is_refused(SrtpProfile profile, SrtpImplementation implementation)
    {
        using var sender = Contexts.Sender(profile, implementation);
        using var receiver = Contexts.Receiver(profile, implementation);
        var state = new SrtpReceiveState();
        var packet = sender.Protect(Contexts.Rtp(1, 200));
        for (var length = 0; length < packet.Length; length++)
        {
            var expected = length < Contexts.HeaderLength + receiver.RtpOverhead ? SrtpResult.TooShort : SrtpResult.NotAuthentic;
            Assert.Equal(expected, receiver.Unprotect(packet[..length], ref state).Result);
            // A header that claims to be longer than the packet, or shorter than any.
            Assert.Equal(SrtpResult.TooShort, receiver.UnprotectRtp(packet.AsSpan(0, length), length - receiver.RtpOverhead + 1, ref state, [], out _, out _));
            Assert.Equal(SrtpResult.TooShort, receiver.UnprotectRtp(packet.AsSpan(0, length), 11, ref state, [], out _, out _));
        }

        var rtcp = sender.ProtectRtcp(Contexts.Rtcp(200));
        for (var length = 0; length < rtcp.Length; length++)
        {
            var result = receiver.UnprotectRtcp(rtcp[..length]).Result;
            Assert.True(length < 8 + receiver.RtcpOverhead ? result == SrtpResult.TooShort : result is SrtpResult.NotAuthentic or SrtpResult.NotEncrypted);
        }

        Assert.Equal(0, receiver.RtcpSources);
        Assert.Equal(SrtpResult.Ok, receiver.Unprotect(packet, ref state).Result);
    }

    [Theory, MemberData(nameof(All))]
    public void Random_bytes_of_every_length_are_refused(SrtpProfile profile, SrtpImplementation implementation)
    {
        using var receiver = Contexts.Receiver(profile, implementation);
        var state = new SrtpReceiveState();
        for (var length = 0; length <= 1500; length++)
        {
            var packet = Contexts.Bytes(length, length);
            Assert.NotEqual(SrtpResult.Ok, receiver.Unprotect(packet, ref state, Math.Min(12 + length % 60, Math.Max(12, length))).Result);
            Assert.NotEqual(SrtpResult.Ok, receiver.UnprotectRtcp(packet).Result);
        }

        Assert.False(state.HasStarted);
        Assert.Equal(0, receiver.RtcpSources);
    }

    [Theory, MemberData(nameof(Profiles))]
    public void Another_key_another_salt_and_the_other_direction_are_refused(SrtpProfile profile)
    {
        using var receiver = Contexts.Receiver(profile);
        foreach (var (key, salt) in new[] { (3, 2), (1, 4), (2, 1) })
        {
            using var sender = SrtpSender.Create(profile, Contexts.Key(profile, key), Contexts.Salt(profile, salt));
            var state = new SrtpReceiveState();
            Assert.Equal(SrtpResult.NotAuthentic, receiver.Unprotect(sender.Protect(Contexts.Rtp(1, 100)), ref state).Result);
            Assert.Equal(SrtpResult.NotAuthentic, receiver.UnprotectRtcp(sender.ProtectRtcp(Contexts.Rtcp(100))).Result);
        }
    }

    [Theory, MemberData(nameof(Profiles))]
    public void RTP_is_not_RTCP(SrtpProfile profile)
    {
        using var sender = Contexts.Sender(profile);
        using var receiver = Contexts.Receiver(profile);
        var state = new SrtpReceiveState();
        Assert.Equal(SrtpResult.NotAuthentic, receiver.Unprotect(sender.ProtectRtcp(Contexts.Rtcp(100)), ref state).Result);
        var rtp = sender.Protect(Contexts.Rtp(1, 100));
        BinaryPrimitives.WriteUInt32BigEndian(rtp.AsSpan(rtp.Length - 4), 0x80000001);
        Assert.NotEqual(SrtpResult.Ok, receiver.UnprotectRtcp(rtp).Result);
    }

    [Theory, MemberData(nameof(Profiles))]
    public void Payload_and_plaintext_need_room(SrtpProfile profile)
    {
        using var sender = Contexts.Sender(profile);
        using var receiver = Contexts.Receiver(profile);
        var packet = sender.Protect(Contexts.Rtp(1, 100));
        var rtcp = sender.ProtectRtcp(Contexts.Rtcp(100));
        var state = new SrtpReceiveState();
        Assert.ThrowsAny<ArgumentException>(() => receiver.UnprotectRtp(packet, Contexts.HeaderLength, ref state, new byte[99], out _, out _));
        Assert.ThrowsAny<ArgumentException>(() => receiver.UnprotectRtcp(rtcp, new byte[107], out _));
        Assert.False(state.HasStarted);
        Assert.Equal(0, receiver.RtcpSources);
    }

    private static (SrtpResult, ulong) Outcome((SrtpResult Result, byte[] Payload, ulong Index) unprotected) => (unprotected.Result, unprotected.Index);
}
