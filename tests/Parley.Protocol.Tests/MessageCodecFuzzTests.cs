// Mutated real messages: whatever arrives, the codec answers with a message or a fault, and what it accepts it can write and read again.
using System.Globalization;
using System.Text;

namespace Parley.Protocol.Tests;

public sealed class MessageCodecFuzzTests
{
    private const int RoundsPerSeed = 20_000;

    private static readonly string[] Splices = ["null", "{}", "[]", "\"\"", "-1", "1e999", "\\ud800", "\0", "{\"type\":", "\"seq\":", "9223372036854775808", "\u202e"];

    private static readonly byte[][] Real = [.. Messages().Select(MessageCodec.Encode)];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void No_mutation_makes_the_codec_throw_or_accept_what_it_cannot_write(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < RoundsPerSeed; round++)
        {
            var bytes = Mutate(random);
            try
            {
                Check(bytes);
            }
            catch (Exception exception)
            {
                Assert.Fail(string.Create(CultureInfo.InvariantCulture, $"seed {seed}, round {round}: {exception}\n{Convert.ToBase64String(bytes)}"));
            }
        }
    }

    [Fact]
    public void The_corpus_holds_every_client_message_and_each_survives_unharmed()
    {
        Assert.Equal(MessageCatalog.Client.Keys.ToHashSet(StringComparer.Ordinal), Messages().Select(m => m.Type).ToHashSet(StringComparer.Ordinal));
        foreach (var bytes in Real)
            Assert.Equal(bytes, MessageCodec.Encode(MessageCodec.DecodeClient(bytes).Message!));
    }

    private static void Check(byte[] bytes)
    {
        var decoded = MessageCodec.DecodeClient(bytes);
        Assert.True(decoded.Message is null != decoded.Fault is null, "Neither a message nor a fault, or both.");
        _ = MessageCodec.DecodeServer(bytes);
        if (decoded.Message is not { } message)
        {
            Assert.Contains(decoded.Fault!.Code, new[] { ErrorCodes.BadMessage, ErrorCodes.TooLarge });
            return;
        }

        var written = MessageCodec.Encode(message);
        var again = MessageCodec.DecodeClient(written);
        Assert.True(again.Message is not null, again.Fault?.Message);
        Assert.Equal(written, MessageCodec.Encode(again.Message));
    }

    private static byte[] Mutate(Random random)
    {
        var bytes = Real[random.Next(Real.Length)].ToList();
        for (var times = random.Next(1, 5); times > 0; times--)
        {
            var at = random.Next(bytes.Count + 1);
            switch (random.Next(6))
            {
                case 0 when at < bytes.Count:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1 when at < bytes.Count:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes.RemoveRange(at, random.Next(bytes.Count - at + 1));
                    break;
                case 3:
                    bytes.InsertRange(at, Encoding.UTF8.GetBytes(Splices[random.Next(Splices.Length)]));
                    break;
                case 4:
                    var other = Real[random.Next(Real.Length)];
                    bytes.InsertRange(at, other.Take(random.Next(other.Length)));
                    break;
                default:
                    bytes.InsertRange(at, bytes.Skip(at).Take(random.Next(64)).ToList());
                    break;
            }
        }

        return [.. bytes];
    }

    private static IEnumerable<ClientMessage> Messages()
    {
        var peer = ParticipantId.Parse("0195e2a0-0000-7000-8000-000000000001");
        var call = InvitationId.Parse("0195e2a0-0000-7000-8000-000000000002");
        _ = MeetingCode.TryParse("abc-defg-hij", out var code);
        ClientMessage[] messages =
        [
            new Register("token"),
            new JoinRoom(code, "secret", "client", new MediaState(true, false), "Gus \"ü\" 👋"),
            new AcceptParticipant(AdmissionTarget.All),
            new DeclineParticipant(new AdmissionTarget(peer), "later"),
            new LeaveRoom(),
            new ResumeRoom(code, "resume", 42),
            new GetInitiator(),
            new Offer(peer, "v=0\r\n", new Dictionary<string, TrackSource>(StringComparer.Ordinal) { ["0"] = TrackSource.Mic, ["1"] = TrackSource.Screen }),
            new Answer(ParticipantId.Sfu, "v=0\r\n"),
            new IceCandidate(peer, new RawJson("{\"candidate\":\"candidate:1 1 udp 1 ::1 9 typ host\",\"sdpMid\":\"0\"}"u8.ToArray())),
            new UpdateMedia(Mic: true, Screen: false),
            new RaiseHand(true),
            new Reaction("🎉"),
            new ChatMessage("hello\nyou", "c1", peer),
            new DataMessage(new RawJson("{\"x\":[1,2.5,null,true]}"u8.ToArray())),
            new MuteParticipant(peer),
            new StopVideo(peer),
            new RemoveParticipant(peer),
            new SetRole(peer, ParticipantRole.Cohost),
            new LockRoom(true),
            new EndRoom(),
            new Invite(UserId.Parse("0195e2a0-0000-7000-8000-000000000003"), MeetingKind.Audio, "ring"),
            new AcceptInvitation(call),
            new DeclineInvitation(call),
            new CancelInvitation(call),
            new ReportStats(new RawJson("[{\"rtt\":12}]"u8.ToArray())),
            new Ping(),
        ];
        return messages.Select((message, index) => message with { Id = index.ToString(CultureInfo.InvariantCulture) });
    }
}
