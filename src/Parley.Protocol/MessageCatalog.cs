// The one place where a discriminator meets its record.
using System.Collections.Frozen;
using System.Text.Json.Serialization.Metadata;

namespace Parley.Protocol;

/// <summary>Every message type of the contract, by the <c>type</c> it has on the wire.</summary>
public static class MessageCatalog
{
    /// <summary>What clients send.</summary>
    public static FrozenDictionary<string, JsonTypeInfo> Client { get; } = new Dictionary<string, JsonTypeInfo>(StringComparer.Ordinal)
    {
        [Register.TypeName] = MessageJson.Default.Register,
        [JoinRoom.TypeName] = MessageJson.Default.JoinRoom,
        [AcceptParticipant.TypeName] = MessageJson.Default.AcceptParticipant,
        [DeclineParticipant.TypeName] = MessageJson.Default.DeclineParticipant,
        [LeaveRoom.TypeName] = MessageJson.Default.LeaveRoom,
        [ResumeRoom.TypeName] = MessageJson.Default.ResumeRoom,
        [GetInitiator.TypeName] = MessageJson.Default.GetInitiator,
        [Offer.TypeName] = MessageJson.Default.Offer,
        [Answer.TypeName] = MessageJson.Default.Answer,
        [IceCandidate.TypeName] = MessageJson.Default.IceCandidate,
        [UpdateMedia.TypeName] = MessageJson.Default.UpdateMedia,
        [RaiseHand.TypeName] = MessageJson.Default.RaiseHand,
        [Reaction.TypeName] = MessageJson.Default.Reaction,
        [ChatMessage.TypeName] = MessageJson.Default.ChatMessage,
        [DataMessage.TypeName] = MessageJson.Default.DataMessage,
        [MuteParticipant.TypeName] = MessageJson.Default.MuteParticipant,
        [StopVideo.TypeName] = MessageJson.Default.StopVideo,
        [RemoveParticipant.TypeName] = MessageJson.Default.RemoveParticipant,
        [SetRole.TypeName] = MessageJson.Default.SetRole,
        [LockRoom.TypeName] = MessageJson.Default.LockRoom,
        [EndRoom.TypeName] = MessageJson.Default.EndRoom,
        [Invite.TypeName] = MessageJson.Default.Invite,
        [AcceptInvitation.TypeName] = MessageJson.Default.AcceptInvitation,
        [DeclineInvitation.TypeName] = MessageJson.Default.DeclineInvitation,
        [CancelInvitation.TypeName] = MessageJson.Default.CancelInvitation,
        [ReportStats.TypeName] = MessageJson.Default.ReportStats,
        [Ping.TypeName] = MessageJson.Default.Ping,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>What the server sends.</summary>
    public static FrozenDictionary<string, JsonTypeInfo> Server { get; } = new Dictionary<string, JsonTypeInfo>(StringComparer.Ordinal)
    {
        [Ack.TypeName] = MessageJson.Default.Ack,
        [Error.TypeName] = MessageJson.Default.Error,
        [Registered.TypeName] = MessageJson.Default.Registered,
        [Pong.TypeName] = MessageJson.Default.Pong,
        [HostJoinedRoom.TypeName] = MessageJson.Default.HostJoinedRoom,
        [JoinedRoom.TypeName] = MessageJson.Default.JoinedRoom,
        [WaitingRoom.TypeName] = MessageJson.Default.WaitingRoom,
        [AcceptedIntoRoom.TypeName] = MessageJson.Default.AcceptedIntoRoom,
        [DeclinedFromRoom.TypeName] = MessageJson.Default.DeclinedFromRoom,
        [RoomResumed.TypeName] = MessageJson.Default.RoomResumed,
        [NewParticipantRequest.TypeName] = MessageJson.Default.NewParticipantRequest,
        [ParticipantRequestWithdrawn.TypeName] = MessageJson.Default.ParticipantRequestWithdrawn,
        [NewParticipant.TypeName] = MessageJson.Default.NewParticipant,
        [ParticipantUpdated.TypeName] = MessageJson.Default.ParticipantUpdated,
        [ParticipantLeft.TypeName] = MessageJson.Default.ParticipantLeft,
        [RemovedFromRoom.TypeName] = MessageJson.Default.RemovedFromRoom,
        [MediaRequest.TypeName] = MessageJson.Default.MediaRequest,
        [RoomUpdated.TypeName] = MessageJson.Default.RoomUpdated,
        [RoomEnded.TypeName] = MessageJson.Default.RoomEnded,
        [InitiatorRes.TypeName] = MessageJson.Default.InitiatorRes,
        [OfferFrom.TypeName] = MessageJson.Default.OfferFrom,
        [AnswerFrom.TypeName] = MessageJson.Default.AnswerFrom,
        [IceCandidateFrom.TypeName] = MessageJson.Default.IceCandidateFrom,
        [ReactionFrom.TypeName] = MessageJson.Default.ReactionFrom,
        [ChatMessageFrom.TypeName] = MessageJson.Default.ChatMessageFrom,
        [DataMessageFrom.TypeName] = MessageJson.Default.DataMessageFrom,
        [InvitationSent.TypeName] = MessageJson.Default.InvitationSent,
        [IncomingInvitation.TypeName] = MessageJson.Default.IncomingInvitation,
        [InvitationAccepted.TypeName] = MessageJson.Default.InvitationAccepted,
        [InvitationDeclined.TypeName] = MessageJson.Default.InvitationDeclined,
        [InvitationCancelled.TypeName] = MessageJson.Default.InvitationCancelled,
        [InvitationMissed.TypeName] = MessageJson.Default.InvitationMissed,
        [RoomCreated.TypeName] = MessageJson.Default.RoomCreated,
    }.ToFrozenDictionary(StringComparer.Ordinal);
}
