// The listening sockets after a time without descriptors or memory.
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Parley.Media.Engine;
using Parley.Media.Udp.Sockets;
using Parley.Media.Udp.Tcp;

namespace Parley.Media.Udp.Tests.Tcp;

public sealed class TcpGateTests
{
    private const long PauseUs = 100_000;

    [Fact]
    public void A_gate_that_cannot_be_waited_for_yet_is_waited_for_later()
    {
        using var probe = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();
        using var poller = new Poller();
        using var gate = new TcpGate([TransportAddress.From(IPAddress.Loopback, port)], poller, new TcpOptions(), new SocketBudget(10));
        // It is waited for already: the system refuses to do so a second time, as it refuses when it has no memory.
        ResumeUs(gate) = 1000;
        gate.HandleDeadlines(null!, 2000);
        Assert.Equal(2000 + PauseUs, gate.NextDeadlineUs);
        gate.HandleDeadlines(null!, 2000 + PauseUs);
        Assert.Equal(long.MaxValue, gate.NextDeadlineUs);
        using var client = new TcpClient();
        client.Connect(IPAddress.Loopback, port);
        Assert.Equal(1, poller.Wait(10_000));
        Assert.NotNull(gate.Find(poller.Ready(0)));
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_resumeUs")]
    private static extern ref long ResumeUs(TcpGate gate);
}
