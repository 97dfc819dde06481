// Who knows a peer, and by which path it speaks, where workers share a port.
using System.Net;
using Parley.Media.Engine;
using Parley.Media.Udp.Workers;

namespace Parley.Media.Udp.Tests.Workers;

public sealed class PortDirectoryTests
{
    private static readonly PathKey Path = new(TransportAddress.From(IPAddress.Loopback, 7882), TransportAddress.From(IPAddress.Loopback, 5000));

    private readonly PortDirectory _directory = new();

    [Fact]
    public void A_name_has_one_owner_who_alone_can_give_it_up()
    {
        var (first, second) = (_directory.NamesOf(0), _directory.NamesOf(1));
        Assert.True(first.TryAdd("name"));
        Assert.False(second.TryAdd("name"));
        second.Remove("name");
        Assert.Equal(0, _directory.OwnerOf("name"u8));
        first.Remove("name");
        Assert.Equal(PortDirectory.Nobody, _directory.OwnerOf("name"u8));
        Assert.Equal(PortDirectory.Nobody, _directory.OwnerOf(new byte[1400]));
        Assert.True(second.TryAdd("name"));
        Assert.Equal(1, _directory.OwnerOf("name"u8));
    }

    [Fact]
    public void A_path_goes_over_to_whoever_claims_it_and_the_former_owner_is_named()
    {
        Assert.Equal(PortDirectory.Nobody, _directory.Claim(in Path, 0));
        Assert.Equal(PortDirectory.Nobody, _directory.Claim(in Path, 0));
        Assert.Equal(0, _directory.Claim(in Path, 1));
        _directory.Release(in Path, 0);
        Assert.Equal(1, _directory.OwnerOf(in Path));
        Assert.Equal(PortDirectory.Nobody, _directory.OwnerOf(Path with { IsTcp = true }));
        _directory.Release(in Path, 1);
        Assert.Equal(PortDirectory.Nobody, _directory.OwnerOf(in Path));
    }
}
