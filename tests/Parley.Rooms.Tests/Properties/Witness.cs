// What one client must never see, whatever happens: numbers that fall, events of a room it is not in, requests that are for moderators, others' private words.
using System.Text;
using Parley.Protocol;

namespace Parley.Rooms.Tests.Properties;

/// <summary>Reads a client's inbox as it grows.</summary>
/// <param name="client">Whose.</param>
/// <param name="floor">No event told to anybody before the last restart had a higher number; none after it may have this one or a lower.</param>
internal sealed class Witness(TestClient client, long floor)
{
    private readonly HashSet<ParticipantId> _own = [client.Me];
    private readonly HashSet<string> _leaving = [];
    private long _last = floor;
    private int _read;
    private bool _in;
    private bool _moderates;

    public TestClient Client => client;

    /// <summary>The highest number that this client was told.</summary>
    public long Last => _last;

    /// <summary>A request by which the client leaves; what its answer ends.</summary>
    public void Leaves(string id) => _leaving.Add(id);

    public void Verify(Step step)
    {
        for (; _read < client.Inbox.Count; _read++)
        {
            var message = client.Inbox[_read];
            try
            {
                Read(message);
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"{step}: {client.User.Name} got {message}: {exception.Message}", exception);
            }
        }
    }

    private void Read(ServerMessage message)
    {
        if (message.Seq is { } seq)
        {
            Assert.True(seq > _last, $"seq fell to {seq} after {_last}.");
            _last = seq;
            if (message is not (WaitingRoom or AcceptedIntoRoom or DeclinedFromRoom or RemovedFromRoom or RoomEnded))
                Assert.True(_in, "an event reached somebody outside.");
        }

        switch (message)
        {
            case WaitingRoom waiting:
                _own.Add(waiting.Me);
                Assert.False(_in && message.Seq is not null, "somebody who is in was sent to wait.");
                _in = false;
                break;
            case HostJoinedRoom joined:
                Enter(joined.Room);
                break;
            case JoinedRoom joined:
                Enter(joined.Room);
                break;
            case AcceptedIntoRoom accepted:
                Enter(accepted.Room);
                Missed(accepted.Missed ?? [], accepted.Room);
                break;
            case RoomResumed resumed:
                Enter(resumed.Room);
                Missed(resumed.Missed, resumed.Room);
                break;
            case DeclinedFromRoom or RemovedFromRoom or RoomEnded:
                _in = false;
                break;
            case Ack { Id: { } id } when _leaving.Contains(id):
                _in = false;
                break;
            case ParticipantUpdated updated when updated.Participant.Id == client.Me:
                _moderates = updated.Participant.Role != ParticipantRole.Participant;
                break;
            case NewParticipantRequest or ParticipantRequestWithdrawn:
                Assert.True(_moderates, "somebody who cannot admit was asked to.");
                break;
            case ChatMessageFrom or DataMessageFrom:
                Overhear(message);
                break;
        }
    }

    private void Enter(RoomView room)
    {
        _own.Add(room.Me);
        _in = true;
        Assert.True(room.Seq >= _last, $"a view of {room.Seq} came after {_last}.");
        _last = room.Seq;
        var me = Assert.Single(room.Participants, p => p.Id == room.Me);
        _moderates = me.Role != ParticipantRole.Participant;
        Assert.Equal(room.HostId, Assert.Single(room.Participants, p => p.Role == ParticipantRole.Host).Id);
        Assert.True(_moderates || room.Waiting.Count == 0, "somebody who cannot admit sees who waits.");
        Assert.Empty(room.Participants.Select(p => p.Id).Intersect(room.Waiting.Select(p => p.Id)));
    }

    private void Missed(IReadOnlyList<RawJson> missed, RoomView room)
    {
        var last = 0L;
        foreach (var message in missed.Select(ResumeRoomTests.Decode))
        {
            Assert.True(message.Seq > last && message.Seq <= room.Seq, $"missed {message.Seq} after {last}, before {room.Seq}.");
            last = message.Seq!.Value;
            Overhear(message);
        }
    }

    // A client that left and came in again is another participant by now; what it heard before was its own.
    private void Overhear(ServerMessage message)
    {
        var (text, from, to) = message switch
        {
            ChatMessageFrom chat => (chat.Text, chat.From, chat.To),
            DataMessageFrom data => (Encoding.UTF8.GetString(data.Payload.Utf8).Trim('"'), data.From, data.To),
            _ => (string.Empty, default, null),
        };
        if (text.StartsWith("private to ", StringComparison.Ordinal))
            Assert.True(_own.Contains(from) || (to is { } reader && _own.Contains(reader)), "private words reached a third person.");
    }
}
