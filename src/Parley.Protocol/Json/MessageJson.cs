// Source-generated JSON of every message; no reflection at run time.
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>The JSON metadata of the contract: snake_case, strict, nulls left out unless the contract names them.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false,
    MaxDepth = MessageLimits.Depth,
    GenerationMode = JsonSourceGenerationMode.Metadata,
    Converters = [typeof(TimestampConverter)])]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(Register))]
[JsonSerializable(typeof(JoinRoom))]
[JsonSerializable(typeof(AcceptParticipant))]
[JsonSerializable(typeof(DeclineParticipant))]
[JsonSerializable(typeof(LeaveRoom))]
[JsonSerializable(typeof(ResumeRoom))]
[JsonSerializable(typeof(GetInitiator))]
[JsonSerializable(typeof(Offer))]
[JsonSerializable(typeof(Answer))]
[JsonSerializable(typeof(IceCandidate))]
[JsonSerializable(typeof(UpdateMedia))]
[JsonSerializable(typeof(RaiseHand))]
[JsonSerializable(typeof(Reaction))]
[JsonSerializable(typeof(ChatMessage))]
[JsonSerializable(typeof(DataMessage))]
[JsonSerializable(typeof(MuteParticipant))]
[JsonSerializable(typeof(StopVideo))]
[JsonSerializable(typeof(RemoveParticipant))]
[JsonSerializable(typeof(SetRole))]
[JsonSerializable(typeof(LockRoom))]
[JsonSerializable(typeof(EndRoom))]
[JsonSerializable(typeof(Invite))]
[JsonSerializable(typeof(AcceptInvitation))]
[JsonSerializable(typeof(DeclineInvitation))]
[JsonSerializable(typeof(CancelInvitation))]
[JsonSerializable(typeof(ReportStats))]
[JsonSerializable(typeof(Ping))]
[JsonSerializable(typeof(Ack))]
[JsonSerializable(typeof(Error))]
[JsonSerializable(typeof(Registered))]
[JsonSerializable(typeof(Pong))]
[JsonSerializable(typeof(HostJoinedRoom))]
[JsonSerializable(typeof(JoinedRoom))]
[JsonSerializable(typeof(WaitingRoom))]
[JsonSerializable(typeof(AcceptedIntoRoom))]
[JsonSerializable(typeof(DeclinedFromRoom))]
[JsonSerializable(typeof(RoomResumed))]
[JsonSerializable(typeof(NewParticipantRequest))]
[JsonSerializable(typeof(ParticipantRequestWithdrawn))]
[JsonSerializable(typeof(NewParticipant))]
[JsonSerializable(typeof(ParticipantUpdated))]
[JsonSerializable(typeof(ParticipantLeft))]
[JsonSerializable(typeof(RemovedFromRoom))]
[JsonSerializable(typeof(MediaRequest))]
[JsonSerializable(typeof(RoomUpdated))]
[JsonSerializable(typeof(RoomEnded))]
[JsonSerializable(typeof(InitiatorRes))]
[JsonSerializable(typeof(OfferFrom))]
[JsonSerializable(typeof(AnswerFrom))]
[JsonSerializable(typeof(IceCandidateFrom))]
[JsonSerializable(typeof(ReactionFrom))]
[JsonSerializable(typeof(ChatMessageFrom))]
[JsonSerializable(typeof(DataMessageFrom))]
[JsonSerializable(typeof(InvitationSent))]
[JsonSerializable(typeof(IncomingInvitation))]
[JsonSerializable(typeof(InvitationAccepted))]
[JsonSerializable(typeof(InvitationDeclined))]
[JsonSerializable(typeof(InvitationCancelled))]
[JsonSerializable(typeof(InvitationMissed))]
[JsonSerializable(typeof(RoomCreated))]
[JsonSerializable(typeof(RoomView))]
[JsonSerializable(typeof(RoomSummary))]
[JsonSerializable(typeof(ParticipantView))]
[JsonSerializable(typeof(UserView))]
public sealed partial class MessageJson : JsonSerializerContext;
