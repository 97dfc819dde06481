// Byte for byte what libsrtp2 writes, and libsrtp2 reads what we write.
using Parley.Media.Srtp;

namespace Parley.Media.Tests.Srtp;

public sealed class LibSrtpTests
{
    private const int LongestPayload = 1300;

    public static TheoryData<SrtpProfile, SrtpImplementation> All => Contexts.All;

    [Theory, MemberData(nameof(All))]
    public void RTP_is_the_same_in_both_directions(SrtpProfile profile, SrtpImplementation implementation)
    {
        using var theirSender = new LibSrtp(profile, Contexts.Key(profile), Contexts.Salt(profile), outbound: true);
        using var theirReceiver = new LibSrtp(profile, Contexts.Key(profile), Contexts.Salt(profile), outbound: false);
        using var sender = Contexts.Sender(profile, implementation);
        using var receiver = Contexts.Receiver(profile, implementation);
        var state = new SrtpReceiveState();
        // The sequence number wraps half-way through.
        const ushort first = 65535 - LongestPayload / 2;
        for (var length = 0; length <= LongestPayload; length++)
        {
            var index = (ulong)(first + length);
            var plain = Contexts.Rtp((ushort)index, length);
            var ours = sender.Protect(plain, (uint)(index >> 16));
            Assert.Equal(theirSender.Protect(plain), ours);
            Assert.Equal(plain, theirReceiver.Unprotect(ours));
            var (result, payload, seen) = receiver.Unprotect(ours, ref state);
            Assert.Equal(SrtpResult.Ok, result);
            Assert.Equal(plain[Contexts.HeaderLength..], payload);
            Assert.Equal(index, seen);
        }
    }

    [Theory, MemberData(nameof(All))]
    public void Extended_headers_stay_in_the_clear_and_are_authenticated(SrtpProfile profile, SrtpImplementation implementation)
    {
        using var theirSender = new LibSrtp(profile, Contexts.Key(profile), Contexts.Salt(profile), outbound: true);
        using var sender = Contexts.Sender(profile, implementation);
        ushort sequenceNumber = 0;
        for (var sources = 0; sources <= 15; sources++)
        {
            for (var words = -1; words <= 40; words++)
            {
                var plain = Contexts.Rtp(++sequenceNumber, 300);
                var headerLength = Contexts.HeaderLength + sources * 4;
                plain[0] = (byte)(0x80 | sources);
                if (words >= 0)
                {
                    plain[0] |= 0x10;
                    plain[headerLength + 2] = 0;
                    plain[headerLength + 3] = (byte)words;
                    headerLength += 4 + words * 4;
                }

                var theirs = theirSender.Protect(plain);
                Assert.Equal(theirs, sender.Protect(plain, 0, headerLength));
                Assert.Equal(plain[..headerLength], theirs[..headerLength]);
            }
        }
    }

    [Theory, MemberData(nameof(All))]
    public void RTCP_is_the_same_in_both_directions(SrtpProfile profile, SrtpImplementation implementation)
    {
        using var theirSender = new LibSrtp(profile, Contexts.Key(profile), Contexts.Salt(profile), outbound: true);
        using var theirReceiver = new LibSrtp(profile, Contexts.Key(profile), Contexts.Salt(profile), outbound: false);
        // libsrtp2 begins with index 1.
        using var sender = Contexts.Sender(profile, implementation);
        sender.NextRtcpIndex = 1;
        using var receiver = Contexts.Receiver(profile, implementation);
        for (var length = 0; length <= LongestPayload; length++)
        {
            var plain = Contexts.Rtcp(length);
            var ours = sender.ProtectRtcp(plain);
            Assert.Equal(theirSender.ProtectRtcp(plain), ours);
            Assert.Equal(plain, theirReceiver.UnprotectRtcp(ours));
            Assert.Equal(plain, receiver.AcceptRtcp(ours));
        }
    }

    [Theory, MemberData(nameof(All))]
    public void Our_first_RTCP_index_is_accepted(SrtpProfile profile, SrtpImplementation implementation)
    {
        using var theirReceiver = new LibSrtp(profile, Contexts.Key(profile), Contexts.Salt(profile), outbound: false);
        using var sender = Contexts.Sender(profile, implementation);
        var plain = Contexts.Rtcp(20);
        Assert.Equal(plain, theirReceiver.UnprotectRtcp(sender.ProtectRtcp(plain)));
    }
}
