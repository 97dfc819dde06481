// Generated from the records of Parley.Protocol by script/types. Do not edit: script/test fails when it is stale.

/** Codes that an `error` message carries. */
export type ErrorCode =
  | 'bad_message'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_in_room'
  | 'already_in_room'
  | 'peer_not_found'
  | 'meeting_not_found'
  | 'wrong_password'
  | 'room_full'
  | 'room_locked'
  | 'meeting_ended'
  | 'not_host'
  | 'removed'
  | 'rate_limited'
  | 'too_large'
  | 'user_offline'
  | 'invitation_not_found'
  | 'internal';

/** Codes a WebSocket is closed with. */
export const CloseCodes = {
  /** Normal end (RFC 6455 §7.4.1). */
  normal: 1000,
  /** A failure of the server (RFC 6455 §7.4.1): the client comes back and resumes. */
  internal: 1011,
  /** The peer's bytes are beyond repair. */
  malformed: 4400,
  /** No valid token in time. */
  unauthenticated: 4401,
  /** The account was disabled, removed, or its password changed. */
  accountDisabled: 4403,
  /** Nothing was heard for 30 s. */
  silent: 4408,
  /** A newer connection resumed this participant. */
  replaced: 4409,
  /** Too many messages after two refusals. */
  flooding: 4429,
  /** The server is draining; the reason holds retry_after. */
  draining: 4503,
  /** The outgoing queue overflowed. */
  tooSlow: 4508,
} as const;

/** Takes a call. */
export interface ClientAcceptInvitation {
  readonly type: 'accept_invitation';
  /** The client's own string that the answer repeats; at most IdLength characters. */
  readonly id?: string | null | undefined;
  /** Which. */
  readonly invitation_id: string;
}

/** Admits one who waits, or all (host, co-host). */
export interface ClientAcceptParticipant {
  readonly type: 'accept_participant';
  /** The client's own string that the answer repeats; at most IdLength characters. */
  readonly id?: string | null | undefined;
  /** Who is admitted. */
  readonly participant_id: string;
}

/** An SDP answer for one peer. */
export interface ClientAnswer {
  readonly type: 'answer';
  /** The client's own string that the answer repeats; at most IdLength characters. */
  readonly id?: string | null | undefined;
  /** The peer, or the media server. */
  readonly to: string;
  /** The session description. */
  readonly sdp: string;
  /** What each mid carries. */
  readonly tracks?: Readonly<Record<string, TrackSource>> | null | undefined;
}

/** Stops ringing. */
export interface ClientCancelInvitation {
  readonly type: 'cancel_invitation';
  /** The client's own string that the answer repeats; at most IdLength characters. */
  readonly id?: string | null | undefined;
  /** Which. */
  readonly invitation_id: string;
}

/** Writes to the room, or to one participant; stored before it is answered. */
export interface ClientChatMessage {
  readonly type: 'chat_message';
  /** The client's own string that the answer repeats; at most IdLength characters. */
  readonly id?: string | null | undefined;
  /** 1 to 4000 characters. */
  readonly text: string;
  /** The client's own id of this message, which makes a repeat the same message. */
  readonly client_id: string;
  /** The one reader of a private message. */
  readonly to?: string | null | undefined;
}

/** Any JSON for the room or for one participant; not stored. */
export interface ClientDataMessage {
  readonly type: 'data_message';
  /** The client's own string that the answer repeats; at most IdLength characters. */
  readonly id?: string | null | undefined;
  /** At most 16 KiB. */
  readonly payload: unknown;
  /** The one receiver. */
  readonly to?: string | null | undefined;
}

/** Refuses a call. */
export interface ClientDeclineInvitation {
  readonly type: 'decline_invitation';
  /** The client's own string that the answer repeats; at most IdLength characters. */
  readonly id?: string | null | undefined;
  /** Which. */
  readonly invitation_id: string;
}

/** Turns away one who waits, or all (host, co-host). */
export interface ClientDeclineParticipant {
  readonly type: 'decline_participant';
  /** The client's own string that the answer repeats; at most IdLength characters. */
  readonly id?: string | null | undefined;
  /** Who is turned away. */
  readonly participant_id: string;
  /** Shown to them. */
  readonly reason?: string | null | undefined;
}

/** Ends the meeting for everybody (host). */
export interface ClientEndRoom {
  readonly type: 'end_room';
  /** The client's own string that the answer repeats; at most IdLength characters. */
  readonly id?: string | null | undefined;
}

/** Asks whom this participant must send an offer to. */
export interface ClientGetInitiator {
  readonly type: 'get_initiator';
  /** The client's own string that the answer repeats; at most IdLength characters. */
  readonly id?: string | null | undefined;
}

/** A trickled candidate for one peer; null ends the candidates. */
export interface ClientIceCandidate {
  readonly type: 'ice_candidate';
  /** The client's own string that the answer repeats; at most IdLength characters. */
  readonly id?: string | null | undefined;
  /** The peer, or the media server. */
  readonly to: string;
  /** RTCIceCandidateInit, or null at the end. */
  readonly candidate?: RTCIceCandidateInit | null | undefined;
}

/** Rings a user (accounts, not guests). Idempotent by client_id. */
export interface ClientInvite {
  readonly type: 'invite';
  /** The client's own string that the answer repeats; at most IdLength characters. */
  readonly id?: string | null | undefined;
  /** Whom. */
  readonly user_id: string;
  /** The kind of the room that is made on acceptance; video by default. */
  readonly kind?: MeetingKind | null | undefined;
  /** The client's own id of this ring, which makes a repeat the same ring. */
  readonly client_id?: string | null | undefined;
}

/** Asks to enter a room. Idempotent by user and client_id. */
export interface ClientJoinRoom {
  readonly type: 'join_room';
  /** The client's own string that the answer repeats; at most IdLength characters. */
  readonly id?: string | null | undefined;
  /** The meeting's code. */
  readonly code: string;
  /** The meeting's password, when it has one. */
  readonly password?: string | null | undefined;
  /** The client's own random id, which makes a repeat the same participant. */
  readonly client_id?: string | null | undefined;
  /** What is open on entry; nothing by default. */
  readonly media?: MediaState | null | undefined;
  /** A guest's name in this room; fixed once in. */
  readonly display_name?: string | null | undefined;
}

/** Leaves the room or the waiting room for good. */
export interface ClientLeaveRoom {
  readonly type: 'leave_room';
  /** The client's own string that the answer repeats; at most IdLength characters. */
  readonly id?: string | null | undefined;
}

/** Locks or unlocks the room (host, co-host). */
export interface ClientLockRoom {
  readonly type: 'lock_room';
  /** The client's own string that the answer repeats; at most IdLength characters. */
  readonly id?: string | null | undefined;
  /** True while nobody new comes in. */
  readonly locked: boolean;
}

/** Asks a participant to close their microphone (host, co-host). */
export interface ClientMuteParticipant {
  readonly type: 'mute_participant';
  /** The client's own string that the answer repeats; at most IdLength characters. */
  readonly id?: string | null | undefined;
  /** Whose. */
  readonly participant_id: string;
}

/** An SDP offer for one peer. */
export interface ClientOffer {
  readonly type: 'offer';
  /** The client's own string that the answer repeats; at most IdLength characters. */
  readonly id?: string | null | undefined;
  /** The peer, or the media server. */
  readonly to: string;
  /** The session description. */
  readonly sdp: string;
  /** What each mid carries. */
  readonly tracks?: Readonly<Record<string, TrackSource>> | null | undefined;
}

/** Asks for the server's time. */
export interface ClientPing {
  readonly type: 'ping';
  /** The client's own string that the answer repeats; at most IdLength characters. */
  readonly id?: string | null | undefined;
}

/** Raises or lowers one's hand. */
export interface ClientRaiseHand {
  readonly type: 'raise_hand';
  /** The client's own string that the answer repeats; at most IdLength characters. */
  readonly id?: string | null | undefined;
  /** True while the hand is up. */
  readonly raised: boolean;
}

/** Shows an emoji to the room for a moment. */
export interface ClientReaction {
  readonly type: 'reaction';
  /** The client's own string that the answer repeats; at most IdLength characters. */
  readonly id?: string | null | undefined;
  /** One emoji. */
  readonly emoji: string;
}

/** Shows who is connected; the first message, and again with a fresh token of the same user. */
export interface ClientRegister {
  readonly type: 'register';
  /** The client's own string that the answer repeats; at most IdLength characters. */
  readonly id?: string | null | undefined;
  /** An access token, or another program's join token. */
  readonly token: string;
}

/** Takes a participant out of the room, for good (host, co-host). */
export interface ClientRemoveParticipant {
  readonly type: 'remove_participant';
  /** The client's own string that the answer repeats; at most IdLength characters. */
  readonly id?: string | null | undefined;
  /** Whom. */
  readonly participant_id: string;
}

/** Sends a client's media statistics. */
export interface ClientReportStats {
  readonly type: 'report_stats';
  /** The client's own string that the answer repeats; at most IdLength characters. */
  readonly id?: string | null | undefined;
  /** The samples; at most 64 KiB. */
  readonly samples: unknown;
}

/** Takes up a presence again after the socket was lost. */
export interface ClientResumeRoom {
  readonly type: 'resume_room';
  /** The client's own string that the answer repeats; at most IdLength characters. */
  readonly id?: string | null | undefined;
  /** The meeting's code. */
  readonly code: string;
  /** The newest token received. */
  readonly resume_token: string;
  /** The highest seq that was received. */
  readonly last_seq: number;
}

/** Gives a role (host); the role host hands the room over. */
export interface ClientSetRole {
  readonly type: 'set_role';
  /** The client's own string that the answer repeats; at most IdLength characters. */
  readonly id?: string | null | undefined;
  /** To whom. */
  readonly participant_id: string;
  /** The role. */
  readonly role: ParticipantRole;
}

/** Asks a participant to turn their camera off (host, co-host). */
export interface ClientStopVideo {
  readonly type: 'stop_video';
  /** The client's own string that the answer repeats; at most IdLength characters. */
  readonly id?: string | null | undefined;
  /** Whose. */
  readonly participant_id: string;
}

/** Tells which of one's media are open; what is left out keeps its state. */
export interface ClientUpdateMedia {
  readonly type: 'update_media';
  /** The client's own string that the answer repeats; at most IdLength characters. */
  readonly id?: string | null | undefined;
  /** The microphone is open. */
  readonly mic?: boolean | null | undefined;
  /** The camera is on. */
  readonly camera?: boolean | null | undefined;
  /** A screen is shared. */
  readonly screen?: boolean | null | undefined;
}

/** Every message that the client sends. */
export type ClientMessage =
  | ClientAcceptInvitation
  | ClientAcceptParticipant
  | ClientAnswer
  | ClientCancelInvitation
  | ClientChatMessage
  | ClientDataMessage
  | ClientDeclineInvitation
  | ClientDeclineParticipant
  | ClientEndRoom
  | ClientGetInitiator
  | ClientIceCandidate
  | ClientInvite
  | ClientJoinRoom
  | ClientLeaveRoom
  | ClientLockRoom
  | ClientMuteParticipant
  | ClientOffer
  | ClientPing
  | ClientRaiseHand
  | ClientReaction
  | ClientRegister
  | ClientRemoveParticipant
  | ClientReportStats
  | ClientResumeRoom
  | ClientSetRole
  | ClientStopVideo
  | ClientUpdateMedia;

/** The receiver was admitted. */
export interface ServerAcceptedIntoRoom {
  readonly type: 'accepted_into_room';
  /** The id of the client message that this answers. */
  readonly id?: string;
  /** The event's number in its room; null for answers and for relayed offers, answers and candidates. */
  readonly seq?: number;
  /** The room. */
  readonly room: RoomView;
  /** Only as the answer to resume_room of somebody who was admitted while away: their events since, in order. */
  readonly missed?: readonly ServerMessage[];
}

/** The message was carried out. */
export interface ServerAck {
  readonly type: 'ack';
  /** The id of the client message that this answers. */
  readonly id?: string;
  /** The event's number in its room; null for answers and for relayed offers, answers and candidates. */
  readonly seq?: number;
}

/** A peer's answer. */
export interface ServerAnswer {
  readonly type: 'answer';
  /** The id of the client message that this answers. */
  readonly id?: string;
  /** The event's number in its room; null for answers and for relayed offers, answers and candidates. */
  readonly seq?: number;
  /** The peer. */
  readonly from: string;
  /** The receiver. */
  readonly to: string;
  /** The session description. */
  readonly sdp: string;
  /** What each mid carries. */
  readonly tracks?: Readonly<Record<string, TrackSource>>;
}

/** A stored chat message: the answer to its sender, the event to its readers. */
export interface ServerChatMessage {
  readonly type: 'chat_message';
  /** The id of the client message that this answers. */
  readonly id?: string;
  /** The event's number in its room; null for answers and for relayed offers, answers and candidates. */
  readonly seq?: number;
  /** The stored message. */
  readonly message_id: string;
  /** Who wrote. */
  readonly from: string;
  /** What. */
  readonly text: string;
  /** The sender's own id of it. */
  readonly client_id: string;
  /** When it was stored. */
  readonly sent_at: string;
  /** The one reader of a private message. */
  readonly to?: string;
}

/** Somebody's data. */
export interface ServerDataMessage {
  readonly type: 'data_message';
  /** The id of the client message that this answers. */
  readonly id?: string;
  /** The event's number in its room; null for answers and for relayed offers, answers and candidates. */
  readonly seq?: number;
  /** Who. */
  readonly from: string;
  /** What. */
  readonly payload: unknown;
  /** The one receiver. */
  readonly to?: string;
}

/** The receiver was turned away. */
export interface ServerDeclinedFromRoom {
  readonly type: 'declined_from_room';
  /** The id of the client message that this answers. */
  readonly id?: string;
  /** The event's number in its room; null for answers and for relayed offers, answers and candidates. */
  readonly seq?: number;
  /** The host's words. */
  readonly reason: string | null;
}

/** The message was refused. */
export interface ServerError {
  readonly type: 'error';
  /** The id of the client message that this answers. */
  readonly id?: string;
  /** The event's number in its room; null for answers and for relayed offers, answers and candidates. */
  readonly seq?: number;
  /** One of ErrorCodes. */
  readonly code: string;
  /** A sentence for the client's developer. */
  readonly message: string;
  /** Seconds to wait before another try, where that helps. */
  readonly retry_after?: number;
}

/** The sender is in, as host. */
export interface ServerHostJoinedRoom {
  readonly type: 'host_joined_room';
  /** The id of the client message that this answers. */
  readonly id?: string;
  /** The event's number in its room; null for answers and for relayed offers, answers and candidates. */
  readonly seq?: number;
  /** The room. */
  readonly room: RoomView;
}

/** A peer's candidate; null ends them. */
export interface ServerIceCandidate {
  readonly type: 'ice_candidate';
  /** The id of the client message that this answers. */
  readonly id?: string;
  /** The event's number in its room; null for answers and for relayed offers, answers and candidates. */
  readonly seq?: number;
  /** The peer. */
  readonly from: string;
  /** The receiver. */
  readonly to: string;
  /** RTCIceCandidateInit or null. */
  readonly candidate: RTCIceCandidateInit | null;
}

/** Somebody rings. */
export interface ServerIncomingInvitation {
  readonly type: 'incoming_invitation';
  /** The id of the client message that this answers. */
  readonly id?: string;
  /** The event's number in its room; null for answers and for relayed offers, answers and candidates. */
  readonly seq?: number;
  /** Which. */
  readonly invitation_id: string;
  /** Who. */
  readonly from: PersonView;
  /** What kind of room. */
  readonly kind: MeetingKind;
  /** When it stops by itself. */
  readonly expires_at: string;
  /** The room, when there is one already. */
  readonly code?: string;
}

/** Answers get_initiator. */
export interface ServerInitiatorRes {
  readonly type: 'initiator_res';
  /** The id of the client message that this answers. */
  readonly id?: string;
  /** The event's number in its room; null for answers and for relayed offers, answers and candidates. */
  readonly seq?: number;
  /** Whom the sender must offer to. */
  readonly targets: readonly string[];
}

/** The call was taken. */
export interface ServerInvitationAccepted {
  readonly type: 'invitation_accepted';
  /** The id of the client message that this answers. */
  readonly id?: string;
  /** The event's number in its room; null for answers and for relayed offers, answers and candidates. */
  readonly seq?: number;
  /** Which. */
  readonly invitation_id: string;
  /** The room. */
  readonly code: string;
}

/** The ringing was stopped. */
export interface ServerInvitationCancelled {
  readonly type: 'invitation_cancelled';
  /** The id of the client message that this answers. */
  readonly id?: string;
  /** The event's number in its room; null for answers and for relayed offers, answers and candidates. */
  readonly seq?: number;
  /** Which. */
  readonly invitation_id: string;
}

/** The call was refused. */
export interface ServerInvitationDeclined {
  readonly type: 'invitation_declined';
  /** The id of the client message that this answers. */
  readonly id?: string;
  /** The event's number in its room; null for answers and for relayed offers, answers and candidates. */
  readonly seq?: number;
  /** Which. */
  readonly invitation_id: string;
}

/** Nobody answered. */
export interface ServerInvitationMissed {
  readonly type: 'invitation_missed';
  /** The id of the client message that this answers. */
  readonly id?: string;
  /** The event's number in its room; null for answers and for relayed offers, answers and candidates. */
  readonly seq?: number;
  /** Which. */
  readonly invitation_id: string;
}

/** It rings. */
export interface ServerInvitationSent {
  readonly type: 'invitation_sent';
  /** The id of the client message that this answers. */
  readonly id?: string;
  /** The event's number in its room; null for answers and for relayed offers, answers and candidates. */
  readonly seq?: number;
  /** Which. */
  readonly invitation_id: string;
  /** The room, when there is one already. */
  readonly code?: string;
}

/** The sender is in. */
export interface ServerJoinedRoom {
  readonly type: 'joined_room';
  /** The id of the client message that this answers. */
  readonly id?: string;
  /** The event's number in its room; null for answers and for relayed offers, answers and candidates. */
  readonly seq?: number;
  /** The room. */
  readonly room: RoomView;
}

/** A host asks the receiver to close something; the client obeys and says so by update_media. */
export interface ServerMediaRequest {
  readonly type: 'media_request';
  /** The id of the client message that this answers. */
  readonly id?: string;
  /** The event's number in its room; null for answers and for relayed offers, answers and candidates. */
  readonly seq?: number;
  /** False: close the microphone. */
  readonly mic?: boolean;
  /** False: turn the camera off. */
  readonly camera?: boolean;
  /** Who asks. */
  readonly from?: string;
}

/** Somebody came in. */
export interface ServerNewParticipant {
  readonly type: 'new_participant';
  /** The id of the client message that this answers. */
  readonly id?: string;
  /** The event's number in its room; null for answers and for relayed offers, answers and candidates. */
  readonly seq?: number;
  /** Who. */
  readonly participant: ParticipantView;
}

/** Somebody waits (host, co-host). */
export interface ServerNewParticipantRequest {
  readonly type: 'new_participant_request';
  /** The id of the client message that this answers. */
  readonly id?: string;
  /** The event's number in its room; null for answers and for relayed offers, answers and candidates. */
  readonly seq?: number;
  /** Who. */
  readonly participant: ParticipantView;
}

/** A peer's offer. */
export interface ServerOffer {
  readonly type: 'offer';
  /** The id of the client message that this answers. */
  readonly id?: string;
  /** The event's number in its room; null for answers and for relayed offers, answers and candidates. */
  readonly seq?: number;
  /** The peer. */
  readonly from: string;
  /** The receiver. */
  readonly to: string;
  /** The session description. */
  readonly sdp: string;
  /** What each mid carries. */
  readonly tracks?: Readonly<Record<string, TrackSource>>;
}

/** Somebody is gone. */
export interface ServerParticipantLeft {
  readonly type: 'participant_left';
  /** The id of the client message that this answers. */
  readonly id?: string;
  /** The event's number in its room; null for answers and for relayed offers, answers and candidates. */
  readonly seq?: number;
  /** Who. */
  readonly participant_id: string;
  /** left, timeout or removed. */
  readonly reason: string;
}

/** Somebody waits no longer (host, co-host). */
export interface ServerParticipantRequestWithdrawn {
  readonly type: 'participant_request_withdrawn';
  /** The id of the client message that this answers. */
  readonly id?: string;
  /** The event's number in its room; null for answers and for relayed offers, answers and candidates. */
  readonly seq?: number;
  /** Who. */
  readonly participant_id: string;
  /** left, timeout, declined or removed. */
  readonly reason: string;
}

/** Something about a participant changed. */
export interface ServerParticipantUpdated {
  readonly type: 'participant_updated';
  /** The id of the client message that this answers. */
  readonly id?: string;
  /** The event's number in its room; null for answers and for relayed offers, answers and candidates. */
  readonly seq?: number;
  /** As they are now. */
  readonly participant: ParticipantView;
}

/** Answers ping. */
export interface ServerPong {
  readonly type: 'pong';
  /** The id of the client message that this answers. */
  readonly id?: string;
  /** The event's number in its room; null for answers and for relayed offers, answers and candidates. */
  readonly seq?: number;
  /** The server's clock. */
  readonly server_time: string;
}

/** Somebody's reaction. */
export interface ServerReaction {
  readonly type: 'reaction';
  /** The id of the client message that this answers. */
  readonly id?: string;
  /** The event's number in its room; null for answers and for relayed offers, answers and candidates. */
  readonly seq?: number;
  /** Who. */
  readonly from: string;
  /** The emoji. */
  readonly emoji: string;
}

/** The connection belongs to this user now. */
export interface ServerRegistered {
  readonly type: 'registered';
  /** The id of the client message that this answers. */
  readonly id?: string;
  /** The event's number in its room; null for answers and for relayed offers, answers and candidates. */
  readonly seq?: number;
  /** Who. */
  readonly user: UserView;
  /** STUN and TURN for this user. */
  readonly ice_servers: readonly IceServer[];
  /** How often the server pings. */
  readonly heartbeat_seconds: number;
  /** The most people whom browsers carry well among themselves; above it a client says that it may be slow. */
  readonly mesh_limit: number;
}

/** The receiver was removed. */
export interface ServerRemovedFromRoom {
  readonly type: 'removed_from_room';
  /** The id of the client message that this answers. */
  readonly id?: string;
  /** The event's number in its room; null for answers and for relayed offers, answers and candidates. */
  readonly seq?: number;
  /** Why, when it was said. */
  readonly reason?: string;
}

/** A room was made for an accepted call; the receiver is in it as host. */
export interface ServerRoomCreated {
  readonly type: 'room_created';
  /** The id of the client message that this answers. */
  readonly id?: string;
  /** The event's number in its room; null for answers and for relayed offers, answers and candidates. */
  readonly seq?: number;
  /** The room. */
  readonly room: RoomView;
}

/** The meeting is over. */
export interface ServerRoomEnded {
  readonly type: 'room_ended';
  /** The id of the client message that this answers. */
  readonly id?: string;
  /** The event's number in its room; null for answers and for relayed offers, answers and candidates. */
  readonly seq?: number;
  /** host_ended, empty or deleted. */
  readonly reason: string;
}

/** The sender is back. */
export interface ServerRoomResumed {
  readonly type: 'room_resumed';
  /** The id of the client message that this answers. */
  readonly id?: string;
  /** The event's number in its room; null for answers and for relayed offers, answers and candidates. */
  readonly seq?: number;
  /** A fresh snapshot. */
  readonly room: RoomView;
  /** The receiver's events after last_seq, in order. */
  readonly missed: readonly ServerMessage[];
  /** False when some events were too old to replay. */
  readonly complete: boolean;
}

/** Something about the room changed. */
export interface ServerRoomUpdated {
  readonly type: 'room_updated';
  /** The id of the client message that this answers. */
  readonly id?: string;
  /** The event's number in its room; null for answers and for relayed offers, answers and candidates. */
  readonly seq?: number;
  /** As it is now. */
  readonly room: RoomSummary;
}

/** The sender waits; sent again when the position changes. */
export interface ServerWaitingRoom {
  readonly type: 'waiting_room';
  /** The id of the client message that this answers. */
  readonly id?: string;
  /** The event's number in its room; null for answers and for relayed offers, answers and candidates. */
  readonly seq?: number;
  /** The meeting's code. */
  readonly code: string;
  /** The meeting's title. */
  readonly title: string | null;
  /** From 1. */
  readonly position: number;
  /** One's own participant id. */
  readonly me: string;
  /** What resume_room needs. */
  readonly resume_token: string;
}

/** Every message that the server sends. */
export type ServerMessage =
  | ServerAcceptedIntoRoom
  | ServerAck
  | ServerAnswer
  | ServerChatMessage
  | ServerDataMessage
  | ServerDeclinedFromRoom
  | ServerError
  | ServerHostJoinedRoom
  | ServerIceCandidate
  | ServerIncomingInvitation
  | ServerInitiatorRes
  | ServerInvitationAccepted
  | ServerInvitationCancelled
  | ServerInvitationDeclined
  | ServerInvitationMissed
  | ServerInvitationSent
  | ServerJoinedRoom
  | ServerMediaRequest
  | ServerNewParticipant
  | ServerNewParticipantRequest
  | ServerOffer
  | ServerParticipantLeft
  | ServerParticipantRequestWithdrawn
  | ServerParticipantUpdated
  | ServerPong
  | ServerReaction
  | ServerRegistered
  | ServerRemovedFromRoom
  | ServerRoomCreated
  | ServerRoomEnded
  | ServerRoomResumed
  | ServerRoomUpdated
  | ServerWaitingRoom;

/** What a media section of an offer or answer carries. */
export type TrackSource =
  | 'mic'
  | 'camera'
  | 'screen';

/** What a meeting carries. */
export type MeetingKind =
  | 'video'
  | 'audio'
  | 'data';

/** Which of one's own media are open; what is left out keeps its state. */
export interface MediaState {
  /** The microphone is open. */
  readonly mic?: boolean | undefined;
  /** The camera is on. */
  readonly camera?: boolean | undefined;
}

/** What a participant may do. */
export type ParticipantRole =
  | 'participant'
  | 'cohost'
  | 'host';

/** A room as one participant sees it: always a fresh snapshot. */
export interface RoomView {
  /** The meeting's code. */
  readonly code: string;
  /** The meeting's title; null when it has none. */
  readonly title: string | null;
  /** What the room carries. */
  readonly kind: MeetingKind;
  /** Where in its life it is. */
  readonly state: MeetingState;
  /** The host as a participant; null while nobody is in. */
  readonly host_id: string | null;
  /** Nobody new comes in. */
  readonly locked: boolean;
  /** New people wait for admission. */
  readonly lobby: boolean;
  /** How media travels. */
  readonly mode: RoomMode;
  /** Rises when the room is rebuilt and when Mode changes. */
  readonly epoch: number;
  /** The number of the last event before this snapshot. */
  readonly seq: number;
  /** When somebody first came in. */
  readonly started_at: string | null;
  /** How many may be in at once. */
  readonly max_participants: number;
  /** One's own participant id. */
  readonly me: string;
  /** What resume_room needs; replaced at each resume. */
  readonly resume_token: string;
  /** Everybody who is in, oneself included, in the order they joined. */
  readonly participants: readonly ParticipantView[];
  /** Who waits, in order; empty for those who cannot admit. */
  readonly waiting: readonly ParticipantView[];
}

/** A person as others see them in history and invitations. */
export interface PersonView {
  /** The user's id. */
  readonly id: string;
  /** The name they had. */
  readonly name: string;
}

/** A participant as everybody in the room sees them. */
export interface ParticipantView {
  /** The participant's id, kept from the waiting room on. */
  readonly id: string;
  /** Whose presence it is. */
  readonly user_id: string;
  /** The shown name. */
  readonly name: string;
  /** What they may do. */
  readonly role: ParticipantRole;
  /** True for a guest. */
  readonly guest: boolean;
  /** The microphone is open. */
  readonly mic: boolean;
  /** The camera is on. */
  readonly camera: boolean;
  /** A screen is shared. */
  readonly screen: boolean;
  /** When the hand went up; null while it is down. */
  readonly hand_raised_at: string | null;
  /** Whether their socket is there. */
  readonly connection: ConnectionState;
  /** When they came in, or asked to. */
  readonly joined_at: string;
}

/** A user as its owner sees it. */
export interface UserView {
  /** The user's id. */
  readonly id: string;
  /** 1 to 80 characters. */
  readonly name: string;
  /** True for a guest, who has only a name. */
  readonly guest: boolean;
  /** Only for an account, and only to itself. */
  readonly email?: string;
}

/** Where to find STUN and TURN, as RTCIceServer. */
export interface IceServer {
  /** One or more stun:, turn: or turns: URLs. */
  readonly urls: string[];
  /** For TURN. */
  readonly username?: string;
  /** For TURN. */
  readonly credential?: string;
}

/** The part of a room that room_updated tells to everybody. */
export interface RoomSummary {
  /** The meeting's code. */
  readonly code: string;
  /** The meeting's title; null when it has none. */
  readonly title: string | null;
  /** What the room carries. */
  readonly kind: MeetingKind;
  /** Where in its life it is. */
  readonly state: MeetingState;
  /** The host as a participant; null while nobody is in. */
  readonly host_id: string | null;
  /** Nobody new comes in. */
  readonly locked: boolean;
  /** New people wait for admission. */
  readonly lobby: boolean;
  /** How media travels. */
  readonly mode: RoomMode;
  /** Rises when the room is rebuilt and when Mode changes. */
  readonly epoch: number;
  /** When somebody first came in. */
  readonly started_at: string | null;
  /** How many may be in at once. */
  readonly max_participants: number;
}

/** A meeting's life: created → active → paused → ended. */
export type MeetingState =
  | 'created'
  | 'active'
  | 'paused'
  | 'ended';

/** How media travels. */
export type RoomMode =
  | 'mesh'
  | 'sfu';

/** Whether a participant's socket is there. */
export type ConnectionState =
  | 'connected'
  | 'reconnecting';
