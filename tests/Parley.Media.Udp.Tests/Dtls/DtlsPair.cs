// Two ends of ours with a network between them that tests can disturb.
using Parley.Media.Dtls;
using Parley.Media.Srtp;
using Parley.Media.Udp.Dtls;

namespace Parley.Media.Udp.Tests.Dtls;

internal sealed class DtlsPair : IDisposable
{
    public DtlsPair(DtlsOptions? options = null, int threads = 1)
    {
        Client = new DtlsEnd(options, threads);
        Server = new DtlsEnd(options, threads);
        Client.Out = (id, datagram) => Server.Handshakes.Receive(id, datagram);
        Server.Out = (id, datagram) => Client.Handshakes.Receive(id, datagram);
    }

    public DtlsEnd Client { get; }

    public DtlsEnd Server { get; }

    public void Start(long id, bool clientData = false, bool serverData = false, int mtu = 1200)
    {
        Server.Handshakes.Start(id, DtlsRole.Server, [Client.Fingerprint], mtu, serverData);
        Client.Handshakes.Start(id, DtlsRole.Client, [Server.Fingerprint], mtu, clientData);
    }

    /// <summary>Waits until both ends have keys, and checks that they are the same.</summary>
    public async Task<SrtpProfile> Agree(long id)
    {
        var (client, server) = (await Client[id].Keys(), await Server[id].Keys());
        Assert.Equal(client.Profile, server.Profile);
        Assert.Equal(client.SendKey.ToArray(), server.ReceiveKey.ToArray());
        Assert.Equal(client.SendSalt.ToArray(), server.ReceiveSalt.ToArray());
        Assert.Equal(client.ReceiveKey.ToArray(), server.SendKey.ToArray());
        Assert.Equal(client.ReceiveSalt.ToArray(), server.SendSalt.ToArray());
        Assert.NotEqual(client.SendKey.ToArray(), client.ReceiveKey.ToArray());
        return client.Profile;
    }

    public void Dispose()
    {
        Client.Dispose();
        Server.Dispose();
    }
}
