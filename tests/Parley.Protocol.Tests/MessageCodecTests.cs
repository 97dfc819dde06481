// The codec: what is read, what is refused and how, and that no bytes make it throw.
using System.Text;

namespace Parley.Protocol.Tests;

public sealed class MessageCodecTests
{
    [Fact]
    public void A_join_is_read_with_its_optional_fields()
    {
        var decoded = Decode("""{"type":"join_room","id":"7","code":"ABC-defg-hij","media":{"mic":true},"unknown":{"x":[1]}}""");

        var join = Assert.IsType<JoinRoom>(decoded.Message);
        Assert.Equal("abc-defg-hij", join.Code.ToString());
        Assert.Equal(new MediaState(Mic: true, Camera: false), join.Media);
        Assert.Null(join.Password);
        Assert.Equal("7", join.Id);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"type":7}""")]
    [InlineData("""{"type":"nothing_known"}""")]
    [InlineData("""{"type":"raise_hand"}""")]
    [InlineData("""{"type":"raise_hand","raised":"yes"}""")]
    [InlineData("""{"type":"raise_hand","raised":true,"raised":false}""")]
    [InlineData("""{"type":"ping","id":7}""")]
    [InlineData("""{"type":"ping"} {}""")]
    [InlineData("""{"type":"set_role","participant_id":"x","role":"king"}""")]
    [InlineData("""{"type":"chat_message","text":"","client_id":"a"}""")]
    [InlineData("""{"type":"chat_message","text":" \n ","client_id":"a"}""")]
    [InlineData("""{"type":"join_room","code":"abc-defg-hij","display_name":"two\nlines"}""")]
    [InlineData("""{"type":"join_room","code":"abc-defg-hij","display_name":" "}""")]
    public void A_malformed_message_is_refused_as_bad(string text)
    {
        var decoded = Decode(text);

        Assert.Null(decoded.Message);
        Assert.Equal(ErrorCodes.BadMessage, decoded.Fault?.Code);
    }

    [Fact]
    public void A_refusal_carries_the_id_when_one_can_be_read()
    {
        Assert.Equal("q", Decode("""{"id":"q","type":"nothing_known"}""").Id);
        Assert.Equal("q", Decode("""{"type":"raise_hand","id":"q"}""").Id);
    }

    [Fact]
    public void A_text_over_its_limit_is_too_large()
    {
        var text = new string('x', MessageLimits.ChatLength + 1);

        Assert.Equal(ErrorCodes.TooLarge, Decode($$"""{"type":"chat_message","text":"{{text}}","client_id":"a"}""").Fault?.Code);
    }

    [Fact]
    public void Depth_beyond_the_limit_is_refused()
    {
        var nested = new string('[', 100) + new string(']', 100);

        Assert.Equal(ErrorCodes.BadMessage, Decode($$"""{"type":"data_message","payload":{{nested}}}""").Fault?.Code);
    }

    [Fact]
    public void A_null_candidate_ends_the_candidates_and_is_written_as_null()
    {
        var decoded = Decode("""{"type":"ice_candidate","to":"0195e2a0-0000-7000-8000-000000000001","candidate":null}""");

        var candidate = Assert.IsType<IceCandidate>(decoded.Message);
        Assert.True(candidate.Candidate.IsNull);
        var relayed = new IceCandidateFrom(ParticipantId.Sfu, candidate.To, candidate.Candidate);
        Assert.Contains("\"candidate\":null", Encoding.UTF8.GetString(MessageCodec.Encode(relayed)), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_type_is_catalogued_once_and_its_record_says_the_same_name()
    {
        foreach (var (name, info) in MessageCatalog.Client.Concat(MessageCatalog.Server))
            Assert.Equal(name, info.Type.GetField("TypeName")?.GetRawConstantValue());
        var records = typeof(MessageCodec).Assembly.GetTypes().Where(t => t is { IsSealed: true } && (t.IsSubclassOf(typeof(ClientMessage)) || t.IsSubclassOf(typeof(ServerMessage))));
        Assert.Equal(records.ToHashSet(), [.. MessageCatalog.Client.Values.Concat(MessageCatalog.Server.Values).Select(i => i.Type)]);
    }

    [Fact]
    public void Times_are_utc_with_milliseconds()
    {
        var pong = new Pong(new DateTimeOffset(2026, 11, 21, 10, 0, 0, 5, TimeSpan.FromHours(1))) { Id = "1" };

        Assert.Equal("""{"type":"pong","id":"1","server_time":"2026-11-21T09:00:00.005Z"}""", Encoding.UTF8.GetString(MessageCodec.Encode(pong)));
    }

    private static Decoded<ClientMessage> Decode(string text) => MessageCodec.DecodeClient(Encoding.UTF8.GetBytes(text));
}
