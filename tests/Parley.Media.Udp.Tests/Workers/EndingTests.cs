// Why a peer did not come about: each cause has a reason of its own, for whoever reads the log.
using System.Net;
using Parley.Media.Engine;
using Parley.Media.Udp.Dtls;

namespace Parley.Media.Udp.Tests.Workers;

public sealed class EndingTests
{
    [Theory]
    [InlineData(Flaw.SendsNothing, PeerEndReason.NoConnectivity)]
    [InlineData(Flaw.SpeaksNoDtls, PeerEndReason.HandshakeSilent)]
    [InlineData(Flaw.LosesFlights, PeerEndReason.HandshakeTimedOut)]
    [InlineData(Flaw.ExpectsAnotherCertificate, PeerEndReason.HandshakeRefused)]
    [InlineData(Flaw.HasAnotherCertificate, PeerEndReason.FingerprintMismatch)]
    internal async Task Each_failure_has_its_own_reason(Flaw flaw, PeerEndReason reason)
    {
        var events = new RecordedEvents();
        // Who refuses does so at once; the others are given up, not before their checks had time to come.
        var patience = flaw is Flaw.ExpectsAnotherCertificate or Flaw.HasAnotherCertificate ? TimeSpan.FromSeconds(20)
            : TimeSpan.FromMilliseconds(flaw == Flaw.SendsNothing ? 50 : 3000);
        var options = new MediaServerOptions { Port = 0, BindAddresses = [IPAddress.Loopback], Dtls = new DtlsOptions { HandshakeTimeout = patience } };
        using var server = new MediaServer(options, events);
        await using var peer = new LoopbackPeer(server);
        PeerHandle handle;
        switch (flaw)
        {
            case Flaw.SendsNothing:
                handle = await peer.AddAsync(server);
                break;
            case Flaw.SpeaksNoDtls:
                peer.DtlsDatagrams = 0;
                handle = await peer.StartAsync(server);
                break;
            case Flaw.LosesFlights:
                peer.DtlsDatagrams = 1;
                handle = await peer.StartAsync(server);
                break;
            case Flaw.ExpectsAnotherCertificate:
                peer.ServerFingerprint = DtlsCertificate.Create().Fingerprint;
                handle = await peer.StartAsync(server);
                break;
            default:
                handle = await peer.StartAsync(server, fingerprints: [DtlsCertificate.Create().Fingerprint]);
                break;
        }

        Assert.Equal(new PeerEnded(handle.Peer, reason), await events.EndOfAsync(handle));
        Assert.Equal(0, server.LiveDtlsSessions);
    }

    internal enum Flaw
    {
        SendsNothing,
        SpeaksNoDtls,
        LosesFlights,
        ExpectsAnotherCertificate,
        HasAnotherCertificate,
    }
}
