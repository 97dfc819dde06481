// What the engine commits leaves by as few calls as the system allows, each packet as a datagram of its own; what does not leave is counted.
using System.Net;
using System.Net.Sockets;
using Parley.Media.Engine;
using Parley.Media.Udp.Native;
using Parley.Media.Udp.Sockets;

namespace Parley.Media.Udp.Tests.Sockets;

public sealed class DatagramSenderTests : IDisposable
{
    private const int PatienceMs = 20_000;
    private const int SoNoCheck = 11;
    private const int Ipv6Mtu = 24;
    private const string NoIPv6 = "This machine has no IPv6, whose sockets can be told to cut datagrams into pieces.";

    private readonly DatagramSender _sender = new();
    private readonly Socket _receiver = Receiver(IPAddress.Loopback);
    private readonly List<UdpSocket> _opened = [];
    private int _committed;

    [Theory, InlineData(false), InlineData(true)]
    public void Packets_of_one_size_and_a_shorter_last_one_leave_by_one_call(bool isConnected)
    {
        Open(0, isConnected);
        int[] sizes = [.. Enumerable.Repeat(1000, 10), 400];
        Commit(0, sizes);
        Assert.Equal(0, _sender.Calls);
        _sender.Flush();
        AssertReceived(_receiver, sizes);
        Assert.Equal((1, 11, 10_400, 0), (_sender.Calls, _sender.Sent, _sender.BytesSent, _sender.Failed));
    }

    [Theory, InlineData(false), InlineData(true)]
    public void A_longer_packet_and_one_after_a_shorter_begin_a_call_of_their_own(bool isConnected)
    {
        Open(0, isConnected);
        // Three together, one, two, one.
        int[] sizes = [1000, 1000, 600, 600, 1000, 1000, 1200];
        Commit(0, sizes);
        _sender.Flush();
        AssertReceived(_receiver, sizes);
        Assert.Equal((4, 7, 0), (_sender.Calls, _sender.Sent, _sender.Failed));
    }

    // The most segments, and the most bytes: 54 times 1200 are less than 65,000.
    [Theory, InlineData(100, 100, 2), InlineData(1200, 60, 2), InlineData(1200, 54, 1), InlineData(100, 64, 1)]
    public void A_run_is_no_longer_than_the_system_takes(int size, int count, int calls)
    {
        Open(0, isConnected: true);
        int[] sizes = [.. Enumerable.Repeat(size, count)];
        Commit(0, sizes);
        _sender.Flush();
        AssertReceived(_receiver, sizes);
        Assert.Equal((calls, count, 0), (_sender.Calls, _sender.Sent, _sender.Failed));
    }

    [Theory, InlineData("127.0.0.1"), InlineData("127.0.0.2")]
    public void A_run_leaves_from_the_address_of_its_path_where_the_socket_has_all(string local)
    {
        using var socket = UdpSocket.Bind(TransportAddress.From(IPAddress.Any, 0));
        var here = new IPEndPoint(IPAddress.Parse(local), socket.Local.Port);
        var there = (IPEndPoint)_receiver.LocalEndPoint!;
        _sender.Open(0, socket, new PathKey(TransportAddress.From(here.Address, here.Port), TransportAddress.From(there.Address, there.Port)));
        Commit(0, 1000, 1000, 300);
        _sender.Flush();
        Assert.Equal((1, 3, 0), (_sender.Calls, _sender.Sent, _sender.Failed));
        foreach (var size in (int[])[1000, 1000, 300])
        {
            EndPoint from = new IPEndPoint(IPAddress.Any, 0);
            Assert.Equal(size, _receiver.ReceiveFrom(new byte[1500], ref from));
            Assert.Equal(here, from);
        }
    }

    [Fact]
    public void A_run_ends_where_another_destination_begins()
    {
        using var other = Receiver(IPAddress.Loopback);
        Open(0, isConnected: true);
        Open(20, isConnected: false, other);
        Commit(0, 500, 500);
        Commit(20, 500, 500, 500);
        Commit(0, 500);
        _sender.Flush();
        AssertReceived(_receiver, [500, 500], [0, 1]);
        AssertReceived(other, [500, 500, 500], [2, 3, 4]);
        AssertReceived(_receiver, [500], [5]);
        Assert.Equal((3, 6, 0), (_sender.Calls, _sender.Sent, _sender.Failed));
    }

    [Theory, InlineData(false), InlineData(true)]
    public void Where_the_system_cuts_no_runs_datagrams_leave_one_by_one(bool isConnected)
    {
        // Without checksums there is no UDP_SEGMENT: EINVAL.
        var socket = Open(0, isConnected);
        Assert.True(Libc.SetOption(socket.Descriptor, Libc.SolSocket, SoNoCheck, 1));
        int[] sizes = [.. Enumerable.Repeat(1000, 10), 400];
        Commit(0, sizes);
        _sender.Flush();
        AssertReceived(_receiver, sizes);
        Assert.Equal((12, 11, 10_400, 0), (_sender.Calls, _sender.Sent, _sender.BytesSent, _sender.Failed));
        Assert.False(_sender.Find(0)!.TakesSegments);

        // It is not asked again.
        Commit(0, sizes);
        _sender.Flush();
        AssertReceived(_receiver, sizes, [.. Enumerable.Range(11, 11)]);
        Assert.Equal((23, 22, 0), (_sender.Calls, _sender.Sent, _sender.Failed));
    }

    [Fact]
    public void Where_packets_are_longer_than_the_way_takes_whole_they_leave_one_by_one_and_in_pieces()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, NoIPv6);
        using var receiver = Receiver(IPAddress.IPv6Loopback);
        var socket = Open(0, isConnected: true, receiver);
        Assert.True(Libc.SetOption(socket.Descriptor, Libc.IpProtoIpv6, Ipv6Mtu, 1280));
        int[] sizes = [1300, 1300, 1300, 500];
        Commit(0, sizes);
        _sender.Flush();
        AssertReceived(receiver, sizes);
        Assert.Equal((5, 4, 4400, 0), (_sender.Calls, _sender.Sent, _sender.BytesSent, _sender.Failed));
    }

    [Fact]
    public void What_is_for_no_path_is_counted_as_not_sent()
    {
        Open(0, isConnected: true);
        Commit(7, 100, 100, 100);
        _sender.Flush();
        Assert.Equal((0, 0, 3), (_sender.Calls, _sender.Sent, _sender.Failed));

        // What was committed before a path ends still leaves; after that nothing does.
        Commit(0, 100, 100);
        _sender.Close(0);
        Commit(0, 100, 100);
        _sender.Flush();
        AssertReceived(_receiver, [100, 100], [3, 4]);
        Assert.Equal((1, 2, 5), (_sender.Calls, _sender.Sent, _sender.Failed));
        Assert.Equal(0, _receiver.Available);
    }

    [Fact]
    public void What_finds_the_sockets_buffer_full_is_dropped_and_counted()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, NoIPv6);
        using var receiver = Receiver(IPAddress.IPv6Loopback);
        var socket = Open(0, isConnected: true, receiver);
        // The pieces of one datagram wait in the buffer for each other: 20,000 bytes do not fit.
        Assert.True(Libc.SetOption(socket.Descriptor, Libc.SolSocket, Libc.SoSendBuffer, 1));
        Assert.True(Libc.SetOption(socket.Descriptor, Libc.IpProtoIpv6, Ipv6Mtu, 1280));
        Commit(0, 1000, 20_000);
        _sender.Flush();
        Commit(0, 1000);
        _sender.Flush();
        AssertReceived(receiver, [1000, 1000], [0, 2]);
        Assert.Equal((3, 2, 2000, 1), (_sender.Calls, _sender.Sent, _sender.BytesSent, _sender.Failed));
        Assert.True(_sender.Find(0)!.TakesSegments);
    }

    [Fact]
    public void News_of_a_closed_port_do_not_cost_the_next_datagram()
    {
        var closed = Receiver(IPAddress.Loopback);
        var address = (IPEndPoint)closed.LocalEndPoint!;
        Open(0, isConnected: true, closed);
        closed.Dispose();
        Commit(0, 100);
        _sender.Flush();
        using var reopened = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = PatienceMs };
        reopened.Bind(address);
        Commit(0, 100);
        _sender.Flush();
        AssertReceived(reopened, [100], [1]);
        Assert.Equal((3, 2, 0), (_sender.Calls, _sender.Sent, _sender.Failed));
    }

    public void Dispose()
    {
        _sender.Dispose();
        _receiver.Dispose();
        _opened.ForEach(static socket => socket.Dispose());
    }

    private static Socket Receiver(IPAddress address)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = PatienceMs, ReceiveBufferSize = 1024 * 1024 };
        socket.Bind(new IPEndPoint(address, 0));
        return socket;
    }

    private static void AssertReceived(Socket receiver, int[] sizes, int[]? numbers = null)
    {
        var buffer = new byte[65_536];
        for (var i = 0; i < sizes.Length; i++)
        {
            var length = receiver.Receive(buffer);
            var number = (byte)(numbers?[i] ?? i);
            Assert.Equal(sizes[i], length);
            Assert.False(buffer.AsSpan(0, length).ContainsAnyExcept(number), $"Datagram {number} has other bytes too.");
        }
    }

    private UdpSocket Open(int path, bool isConnected, Socket? receiver = null)
    {
        var end = (IPEndPoint)(receiver ?? _receiver).LocalEndPoint!;
        var remote = TransportAddress.From(end.Address, end.Port);
        var socket = UdpSocket.Bind(TransportAddress.From(end.Address, 0));
        _opened.Add(socket);
        var local = socket.Local;
        if (isConnected)
        {
            socket = UdpSocket.TryConnect(local, remote, path)!;
            Assert.NotNull(socket);
            _opened.Add(socket);
        }

        _sender.Open(path, socket, new PathKey(local, remote));
        return socket;
    }

    /// <summary>Each packet is filled with its number.</summary>
    private void Commit(int path, params ReadOnlySpan<int> sizes)
    {
        foreach (var size in sizes)
        {
            // More is reserved than is used: the tag and the extensions are bounds.
            _sender.Reserve(path, size + 40)[..size].Fill((byte)_committed++);
            _sender.Commit(size);
        }
    }
}
