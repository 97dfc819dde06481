// The sample messages of RFC 5769 §2, read and verified; and our own, read again.
using System.Text;
using Parley.Media.Engine;
using Parley.Media.Ice;
using Parley.Media.Stun;
using Parley.Media.Tests.Stage;

namespace Parley.Media.Tests.Stun;

public sealed class StunVectorTests
{
    private const string Request =
        "000100582112a442b7e7a701bc34d686fa87dfae802200105354554e207465737420636c69656e74002400046e0001ff80290008932ff9b151263b36" +
        "000600096576746a3a68367659202020000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a280280004e57a3bcf";

    private const string ResponseIPv4 =
        "0101003c2112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000080001a147e112a643000800142b91f599fd9e90c3" +
        "8c7489f92af9ba53f06be7d780280004c07d4c96";

    private static readonly byte[] Password = Encoding.ASCII.GetBytes("VOkJxbRl1RmTxUk/WvJxBt");

    [Fact]
    public void The_sample_request_is_read()
    {
        Assert.True(StunMessage.TryRead(Convert.FromHexString(Request), out var message));
        Assert.Equal(StunConstants.BindingRequest, message.Type);
        Assert.Equal("evtj:h6vY", Encoding.ASCII.GetString(message.Username));
        Assert.Equal(0x6E00_01FFu, message.Priority);
        Assert.True(message.IceControlled);
        Assert.True(message.HasFingerprint);
        Assert.True(message.IsAuthentic(Password));
        Assert.False(message.IsAuthentic("VOkJxbRl1RmTxUk/WvJxBT"u8));
    }

    [Fact]
    public void The_sample_response_is_authentic()
    {
        Assert.True(StunMessage.TryRead(Convert.FromHexString(ResponseIPv4), out var message));
        Assert.Equal(StunConstants.BindingSuccess, message.Type);
        Assert.True(message.IsAuthentic(Password));
    }

    [Theory]
    [InlineData("192.0.2.1", "0001a147e112a643")]
    [InlineData("2001:db8:1234:5678:11:2233:4455:6677", "0002a1470113a9faa5d3f179bc25f4b5bed2b9d9")]
    public void An_address_is_written_as_in_the_samples(string address, string expected)
    {
        var sample = Convert.FromHexString(ResponseIPv4);
        var bytes = new byte[StunWriter.MaxResponse];
        var writer = new StunWriter(bytes, StunConstants.BindingSuccess, sample.AsSpan(8, 12));
        writer.XorMappedAddress(TransportAddress.From(System.Net.IPAddress.Parse(address), 32853));
        var length = writer.Seal(Password);
        Assert.Equal(expected, Convert.ToHexStringLower(bytes.AsSpan(24, expected.Length / 2)));
        Assert.True(StunMessage.TryRead(bytes.AsSpan(0, length), out var message));
        Assert.True(message.IsAuthentic(Password));
        Assert.True(message.HasFingerprint);
    }

    [Fact]
    public void No_cut_and_no_changed_bit_is_taken()
    {
        var request = Convert.FromHexString(Request);
        for (var length = 0; length < request.Length; length++)
            Assert.False(StunMessage.TryRead(request.AsSpan(0, length), out var message) && message.IsAuthentic(Password), $"{length} bytes");
        for (var bit = 0; bit < request.Length * 8; bit++)
        {
            var changed = request.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit & 7));
            Assert.False(StunMessage.TryRead(changed, out var message) && message.HasFingerprint && message.IsAuthentic(Password), $"bit {bit}");
        }
    }

    [Fact]
    [Trait("Kind", "Fuzz")]
    public void No_bytes_make_a_reader_throw() => Hostile.Feed(
        static bytes =>
        {
            if (!StunMessage.TryRead(bytes, out var message))
                return;
            Assert.Equal(12, message.TransactionId.Length);
            _ = message.IsAuthentic(Password);
            _ = ConnectivityCheck.LocalUfrag(in message);
            Span<byte> room = stackalloc byte[StunWriter.MaxResponse];
            Assert.InRange(ConnectivityCheck.Answer(in message, TransportAddress.FromIPv4(1, 2), Password, room).Length, 1, room.Length);
        },
        Convert.FromHexString(Request), Convert.FromHexString(ResponseIPv4));
}
