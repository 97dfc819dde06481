// The lines of rid and simulcast. RFC 8851 §10, RFC 8853 §5.1.
using Parley.Media.Sdp;

namespace Parley.Media.Tests.Sdp;

public sealed class EncodingTextTests
{
    [Fact]
    public void Restrictions_of_a_rid_are_read_and_written()
    {
        var section = Read("a=rid:hi send pt=96,98;max-width=1280;max-height=720\na=rid:lo recv\na=rid:hi send");
        Assert.Equal(["hi", "lo"], section.Rids.Select(rid => rid.Id));
        Assert.Equal([96, 98], section.Rids[0].PayloadTypes);
        Assert.Equal(["max-width=1280", "max-height=720"], section.Rids[0].Restrictions);
        Assert.False(section.Rids[1].Sends);
        var text = new SessionDescription { Sections = [section] }.ToString();
        Assert.Contains("a=rid:hi send pt=96,98;max-width=1280;max-height=720\r\n", text, StringComparison.Ordinal);
        Assert.Contains("a=rid:lo recv\r\n", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("send 1,~4;2;3", "send 1,~4;2;3")]
    [InlineData("recv c send 1;2", "send 1;2 recv c")]
    [InlineData("send rid=f;h;q", "send f;h;q")]
    public void Alternatives_pauses_and_both_directions_are_read_and_written(string value, string written)
    {
        var section = Read("a=simulcast:" + value);
        Assert.Contains($"a=simulcast:{written}\r\n", new SessionDescription { Sections = [section] }.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("send")]
    [InlineData("send a b")]
    [InlineData("send a send b")]
    [InlineData("both a")]
    [InlineData("send a;;b")]
    [InlineData("send a,")]
    [InlineData("send ~")]
    [InlineData("send a recv")]
    [InlineData("send ä")]
    public void A_line_that_is_not_well_formed_is_none(string value) => Assert.Null(Read("a=simulcast:" + value).Simulcast);

    [Theory]
    [InlineData("a=rid:hi send pt=")]
    [InlineData("a=rid:hi send pt=128")]
    [InlineData("a=rid:hi send pt=96,x")]
    [InlineData("a=rid:h.i send")]
    [InlineData("a=rid:hi")]
    public void A_rid_that_is_not_well_formed_is_none(string line) => Assert.Empty(Read(line).Rids);

    private static MediaDescription Read(string lines) => Exchange.Read(Exchange.Text("v=0\nm=video 9 UDP/TLS/RTP/SAVPF 96 98\n" + lines)).Sections.Single();
}
