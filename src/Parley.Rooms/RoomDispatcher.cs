// The one switch of a room: a call per arm.
using Parley.Protocol;

namespace Parley.Rooms;

internal static class RoomDispatcher
{
    public static void Dispatch(RoomTurn turn, RoomCommand command)
    {
        switch (command)
        {
            case ParticipantMessage message:
                Dispatch(turn, message);
                break;
            case EnterRoom enter:
                JoinRoomHandler.Handle(turn, enter);
                break;
            case ResumePresence resume:
                ResumeRoomHandler.Handle(turn, resume);
                break;
            case ConnectionLost lost:
                ConnectionLostHandler.Handle(turn, lost);
                break;
            case DeadlineDue:
                DeadlineHandler.Handle(turn);
                break;
            case CommitSettled settled:
                CommitSettledHandler.Handle(turn, settled);
                break;
            case SettingsChanged changed:
                SettingsChangedHandler.Handle(turn, changed);
                break;
            case EndMeeting end:
                EndRoomHandler.Handle(turn, end);
                break;
            case AskEntry ask:
                AskEntryHandler.Handle(turn, ask);
                break;
            case UserRevoked revoked:
                UserRevokedHandler.Handle(turn, revoked);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(command), command, "No such command.");
        }
    }

    private static void Dispatch(RoomTurn turn, ParticipantMessage command)
    {
        if (!turn.State.Presences.TryGetValue(command.Participant, out var sender)
            || sender.Connection != command.Connection
            || (sender.Waiting && command.Message is not LeaveRoom))
        {
            turn.Refuse(command.Connection, command.Message.Id, ErrorCodes.NotInRoom, "This connection is not in the room.");
            return;
        }

        // Whoever speaks as a participant knows that they are in.
        sender.FromLobby = false;
        var request = new Request(command.Connection, sender);
        switch (command.Message)
        {
            case Offer offer:
                RelayHandler.Handle(turn, request, offer);
                break;
            case Answer answer:
                RelayHandler.Handle(turn, request, answer);
                break;
            case IceCandidate candidate:
                RelayHandler.Handle(turn, request, candidate);
                break;
            case GetInitiator initiator:
                GetInitiatorHandler.Handle(turn, request, initiator);
                break;
            case UpdateMedia media:
                UpdateMediaHandler.Handle(turn, request, media);
                break;
            case RaiseHand hand:
                RaiseHandHandler.Handle(turn, request, hand);
                break;
            case Reaction reaction:
                ReactionHandler.Handle(turn, request, reaction);
                break;
            case ChatMessage chat:
                ChatMessageHandler.Handle(turn, request, chat);
                break;
            case DataMessage data:
                DataMessageHandler.Handle(turn, request, data);
                break;
            case AcceptParticipant accept:
                AcceptParticipantHandler.Handle(turn, request, accept);
                break;
            case DeclineParticipant decline:
                DeclineParticipantHandler.Handle(turn, request, decline);
                break;
            case MuteParticipant mute:
                MediaRequestHandler.Handle(turn, request, mute);
                break;
            case StopVideo stop:
                MediaRequestHandler.Handle(turn, request, stop);
                break;
            case RemoveParticipant remove:
                RemoveParticipantHandler.Handle(turn, request, remove);
                break;
            case SetRole role:
                SetRoleHandler.Handle(turn, request, role);
                break;
            case LockRoom locking:
                LockRoomHandler.Handle(turn, request, locking);
                break;
            case EndRoom end:
                EndRoomHandler.Handle(turn, request, end);
                break;
            case Invite invite:
                InviteHandler.Handle(turn, request, invite);
                break;
            case ReportStats stats:
                ReportStatsHandler.Handle(turn, request, stats);
                break;
            case LeaveRoom leave:
                LeaveRoomHandler.Handle(turn, request, leave);
                break;
            default:
                turn.Refuse(command.Connection, command.Message.Id, ErrorCodes.BadMessage, "This message is not for a room.");
                break;
        }
    }
}
