// Whatever happens in whatever order, an invitation ends once, and both sides are told the same. A failure prints FsCheck's seed and the steps.
using FsCheck;
using FsCheck.Fluent;
using Parley.Protocol;

namespace Parley.Rooms.Tests.Properties;

public sealed class InvitationProperties
{
    [Fact]
    public void Every_invitation_ends_once_and_alike_for_both_sides()
    {
        var steps = Gen.Choose(0, int.MaxValue - 1).ArrayOf(60);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(Arb.From(steps, Shorter), Hold));
    }

    private static void Hold(int[] sequence)
    {
        var world = new World();
        foreach (var step in sequence)
            world.Run(step);
        world.Abandon();
    }

    private static IEnumerable<int[]> Shorter(int[] sequence)
    {
        for (var size = sequence.Length / 2; size > 0; size /= 2)
        {
            for (var at = 0; at + size <= sequence.Length; at += size)
                yield return [.. sequence[..at], .. sequence[(at + size)..]];
        }
    }

    private sealed class World
    {
        private const int MostTabs = 7;

        private static readonly UserIdentity[] People = [Stage.Owner, Stage.Account(2, "Ben"), Stage.Account(4, "Eve")];
        private static readonly MeetingSettings Room = CallStage.Meeting("kkkllllmmm");

        private static readonly string?[] Decisions = [null, null, ErrorCodes.RoomFull, ErrorCodes.UserOffline, ErrorCodes.MeetingEnded, ErrorCodes.Removed];

        private readonly CallStage _stage = new() { HoldEntries = true };
        private readonly List<Tab> _open = [];
        private readonly List<Tab> _all = [];
        private readonly HashSet<(ConnectionId Tab, InvitationId Invitation)> _acted = [];
        private readonly Dictionary<InvitationId, InvitationState> _states = [];
        private readonly Dictionary<ConnectionId, int> _rings = [];
        private readonly List<InvitationId> _known = [];
        private int _choice;

        public void Run(int step)
        {
            _choice = step;
            var before = _open.ToList();
            Act();
            Verify(before);
        }

        public void Abandon()
        {
            var before = _open.ToList();
            _stage.HoldEntries = false;
            _stage.Advance(TimeSpan.FromMinutes(10));
            Verify(before);
            Assert.DoesNotContain(InvitationState.Ringing, _states.Values);
            Assert.Equal(0, _stage.Book.Count);
        }

        private int Pick(int count)
        {
            var picked = _choice % count;
            _choice /= count;
            return picked;
        }

        private void Act()
        {
            switch (Pick(14))
            {
                case 0 when _open.Count < MostTabs:
                    _open.Add(_stage.Open(People[Pick(People.Length)]));
                    _all.Add(_open[^1]);
                    break;
                case 1 when _open.Count > 0:
                    var shut = _open[Pick(_open.Count)];
                    _open.Remove(shut);
                    _stage.Shut(shut);
                    break;
                case 2 or 3 or 4 when _open.Count > 0:
                    Ring(_open[Pick(_open.Count)]);
                    break;
                case 5 or 6:
                    Answer(_stage.Take);
                    break;
                case 7:
                    Answer(_stage.Refuse);
                    break;
                case 8:
                    Answer(_stage.Stop);
                    break;
                case 9:
                    _stage.Advance(TimeSpan.FromSeconds(1 + Pick(50)));
                    break;
                case 10 when _stage.Making.Count > 0:
                    Make();
                    break;
                case 12 or 13 when _stage.Entering.Count > 0:
                    _stage.Decide(Decisions[Pick(Decisions.Length)], Pick(_stage.Entering.Count));
                    break;
                case 11 when Pick(4) == 0:
                    _stage.Restart();
                    _open.Clear();
                    break;
            }
        }

        private void Ring(Tab tab)
        {
            var whom = People[Pick(People.Length)];
            var clientId = Pick(3) is var id and > 0 ? $"c{id}" : null;
            _rings[tab.Connection] = _rings.GetValueOrDefault(tab.Connection) + 1;
            _ = Pick(2) == 0 ? _stage.Ring(tab, whom, clientId) : _stage.Ring(tab, whom, clientId, Room, EntryPass.LobbyAndLock);
            foreach (var invitation in _stage.Stored.Keys.Except(_known).ToList())
                _known.Add(invitation);
        }

        private void Answer(Func<Tab, InvitationId, ServerMessage?> act)
        {
            if (_open.Count == 0 || _known.Count == 0)
                return;
            var tab = _open[Pick(_open.Count)];
            var invitation = _known[Pick(_known.Count)];
            _acted.Add((tab.Connection, invitation));
            _ = act(tab, invitation);
        }

        private void Make()
        {
            var making = Pick(_stage.Making.Count);
            var invitation = _stage.Making[making].Invitation;
            _stage.Making.RemoveAt(making);
            _stage.Post(Pick(4) switch
            {
                0 => new MeetingMade(invitation, null, ErrorCodes.Internal),
                1 => new MeetingMade(invitation, null, ErrorCodes.AlreadyInRoom),
                2 => new MeetingMade(invitation, null, ErrorCodes.UserOffline),
                _ => new MeetingMade(invitation, Room),
            });
        }

        private void Verify(List<Tab> openBefore)
        {
            var told = _all.ToDictionary(tab => tab.Connection, tab => tab.Inbox.Select(Outcome).OfType<(InvitationId Id, InvitationState State)>().ToList());
            foreach (var (id, record) in _stage.Stored)
            {
                var known = _states.TryGetValue(id, out var before);
                if (known && before != InvitationState.Ringing)
                    Assert.Equal(before, record.State);
                _states[id] = record.State;
                var rows = _stage.Unanswered.Where(row => row.Invitation == id).Select(row => row.Outcome).ToList();
                Assert.Equal(Rows(record.State), rows);
                if (known && before == InvitationState.Ringing && record.State != InvitationState.Ringing)
                    VerifyEnd(id, record, openBefore, told);
            }

            foreach (var (connection, outcomes) in told)
            {
                Assert.All(outcomes, outcome => Assert.Equal(_states[outcome.Id], outcome.State));
                foreach (var times in outcomes.GroupBy(outcome => outcome.Id))
                    Assert.InRange(times.Count(), 1, 1 + _rings.GetValueOrDefault(connection));
            }
        }

        // Everybody who was there is told, unless they ended it themselves and have an answer.
        private void VerifyEnd(
            InvitationId id,
            InvitationRecord record,
            List<Tab> openBefore,
            Dictionary<ConnectionId, List<(InvitationId Id, InvitationState State)>> told)
        {
            foreach (var tab in openBefore.Where(_open.Contains).Where(tab => tab.User.Id == record.Inviter.Id || tab.User.Id == record.Invited))
            {
                if (!_acted.Contains((tab.Connection, id)))
                    Assert.Equal(1, told[tab.Connection].Count(outcome => outcome.Id == id));
            }
        }

        private static CallOutcome[] Rows(InvitationState state) => state switch
        {
            InvitationState.Ringing or InvitationState.Accepted => [],
            InvitationState.Declined => [CallOutcome.Declined],
            _ => [CallOutcome.Missed],
        };

        private static (InvitationId Id, InvitationState State)? Outcome(ServerMessage message) => message switch
        {
            InvitationAccepted accepted => (accepted.InvitationId, InvitationState.Accepted),
            InvitationDeclined declined => (declined.InvitationId, InvitationState.Declined),
            InvitationCancelled cancelled => (cancelled.InvitationId, InvitationState.Cancelled),
            InvitationMissed missed => (missed.InvitationId, InvitationState.Missed),
            _ => null,
        };
    }
}
