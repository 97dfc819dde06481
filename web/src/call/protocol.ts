// Wire types of the signaling protocol (parley.v1) and the REST shapes that a call needs.
// The only file that knows the wire: everything else imports from here.

export type RoomKind = 'video' | 'audio' | 'data';
export type Role = 'host' | 'cohost' | 'participant';
export type TrackKind = 'mic' | 'camera' | 'screen';

export interface WireUser {
  readonly id: string;
  readonly name: string;
  readonly email?: string | null;
  readonly guest?: boolean;
}

/** A person as invitations and the chat history name them: a user, not a participant. */
export interface UserRef {
  readonly id: string;
  readonly name: string;
}

export interface IceServer {
  readonly urls: string | string[];
  readonly username?: string | null;
  readonly credential?: string | null;
}

export interface WireParticipant {
  readonly id: string;
  readonly user_id: string;
  readonly name: string;
  readonly role: Role;
  readonly guest: boolean;
  readonly mic: boolean;
  readonly camera: boolean;
  readonly screen: boolean;
  readonly hand_raised_at: string | null;
  readonly connection: 'connected' | 'reconnecting';
  readonly joined_at: string;
}

export interface WireRoom {
  readonly code: string;
  readonly title: string | null;
  readonly kind: RoomKind;
  readonly state: string;
  readonly host_id: string | null;
  readonly locked: boolean;
  readonly lobby: boolean;
  readonly mode: 'mesh' | 'sfu';
  readonly epoch: number;
  readonly seq: number;
  readonly started_at: string | null;
  readonly me: string;
  readonly resume_token: string;
  readonly participants: readonly WireParticipant[];
  readonly waiting?: readonly WireParticipant[] | null;
}

/** Meaning of each m-line, by mid. Screen sound is an audio m-line marked `screen`. */
export type TrackMap = Readonly<Record<string, TrackKind>>;

export type ClientMessage =
  | { readonly type: 'register'; readonly token: string }
  | {
      readonly type: 'join_room';
      readonly code: string;
      readonly password?: string | undefined;
      readonly client_id: string;
      readonly media: { readonly mic: boolean; readonly camera: boolean };
      readonly display_name?: string | undefined;
    }
  | { readonly type: 'accept_participant'; readonly participant_id: string }
  | { readonly type: 'decline_participant'; readonly participant_id: string; readonly reason?: string | undefined }
  | { readonly type: 'leave_room' }
  | { readonly type: 'resume_room'; readonly code: string; readonly resume_token: string; readonly last_seq: number }
  | { readonly type: 'get_initiator' }
  | { readonly type: 'offer' | 'answer'; readonly to: string; readonly sdp: string; readonly tracks?: TrackMap | undefined }
  | { readonly type: 'ice_candidate'; readonly to: string; readonly candidate: RTCIceCandidateInit | null }
  | { readonly type: 'update_media'; readonly mic?: boolean; readonly camera?: boolean; readonly screen?: boolean }
  | { readonly type: 'raise_hand'; readonly raised: boolean }
  | { readonly type: 'reaction'; readonly emoji: string }
  | { readonly type: 'chat_message'; readonly text: string; readonly to?: string | undefined; readonly client_id: string }
  | { readonly type: 'data_message'; readonly to?: string | undefined; readonly payload: unknown }
  | { readonly type: 'mute_participant' | 'stop_video' | 'remove_participant'; readonly participant_id: string }
  | { readonly type: 'set_role'; readonly participant_id: string; readonly role: Role }
  | { readonly type: 'lock_room'; readonly locked: boolean }
  | { readonly type: 'end_room' }
  | { readonly type: 'invite'; readonly user_id: string; readonly kind?: RoomKind | undefined; readonly client_id: string }
  | {
      readonly type: 'accept_invitation' | 'decline_invitation' | 'cancel_invitation';
      readonly invitation_id: string;
    }
  | { readonly type: 'report_stats'; readonly samples: readonly StatsSample[] }
  | { readonly type: 'ping' };

export type ClientMessageType = ClientMessage['type'];

/** One modest line of statistics about one peer, as sent by `report_stats`. */
export interface StatsSample {
  readonly at: string;
  readonly peer: string;
  readonly quality: string;
  readonly bitrate_in_bps: number;
  readonly bitrate_out_bps: number;
  readonly loss: number;
  readonly rtt_ms: number | null;
  readonly fps: number | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly path: string | null;
}

export interface ChatWireMessage {
  readonly type: 'chat_message';
  readonly id?: string;
  readonly seq?: number;
  readonly message_id: string;
  readonly from: string;
  readonly text: string;
  readonly to?: string | null;
  readonly client_id?: string | null;
  readonly sent_at: string;
}

interface Base {
  /** Present on answers: the `id` of the request. */
  readonly id?: string;
  /** Present on the events of a room. */
  readonly seq?: number;
}

export type ServerMessage =
  | (Base & { readonly type: 'ack' })
  | (Base & { readonly type: 'error'; readonly code: string; readonly message: string })
  | (Base & {
      readonly type: 'registered';
      readonly user: WireUser;
      readonly ice_servers: readonly IceServer[];
      readonly heartbeat_seconds: number;
      readonly mesh_limit?: number;
    })
  | (Base & { readonly type: 'host_joined_room' | 'joined_room' | 'accepted_into_room'; readonly room: WireRoom })
  | (Base & { readonly type: 'room_created'; readonly room: WireRoom })
  | (Base & {
      readonly type: 'waiting_room';
      readonly code: string;
      readonly title: string | null;
      readonly position: number;
      readonly me: string;
      readonly resume_token: string;
    })
  | (Base & { readonly type: 'declined_from_room'; readonly reason?: string | null })
  | (Base & { readonly type: 'new_participant_request' | 'new_participant' | 'participant_updated'; readonly participant: WireParticipant })
  | (Base & { readonly type: 'participant_request_withdrawn'; readonly participant_id: string })
  | (Base & { readonly type: 'participant_left'; readonly participant_id: string; readonly reason?: string | null })
  | (Base & {
      readonly type: 'room_resumed';
      readonly room: WireRoom;
      readonly missed: readonly ServerMessage[];
      readonly complete?: boolean;
    })
  | (Base & { readonly type: 'room_updated'; readonly room: Partial<WireRoom> })
  | (Base & { readonly type: 'room_ended'; readonly reason?: string | null })
  | (Base & { readonly type: 'removed_from_room'; readonly reason?: string | null })
  | (Base & { readonly type: 'initiator_res'; readonly targets: readonly string[] })
  | (Base & { readonly type: 'offer' | 'answer'; readonly from: string; readonly sdp: string; readonly tracks?: TrackMap | null })
  | (Base & { readonly type: 'ice_candidate'; readonly from: string; readonly candidate: RTCIceCandidateInit | null })
  | (Base & { readonly type: 'reaction'; readonly from: string; readonly emoji: string })
  | (Base & ChatWireMessage)
  | (Base & { readonly type: 'data_message'; readonly from: string; readonly to?: string | null; readonly payload: unknown })
  | (Base & { readonly type: 'media_request'; readonly mic?: boolean | null; readonly camera?: boolean | null })
  | (Base & { readonly type: 'invitation_sent'; readonly invitation_id: string; readonly code?: string | null })
  | (Base & {
      readonly type: 'incoming_invitation';
      readonly invitation_id: string;
      readonly from: UserRef;
      readonly code?: string | null;
      readonly kind: RoomKind;
      readonly expires_at: string;
    })
  | (Base & { readonly type: 'invitation_accepted'; readonly invitation_id: string; readonly code?: string | null })
  | (Base & {
      readonly type: 'invitation_declined' | 'invitation_cancelled' | 'invitation_missed';
      readonly invitation_id: string;
    })
  | (Base & { readonly type: 'pong'; readonly server_time: string });

export type ServerMessageType = ServerMessage['type'];
export type ServerMessageOf<T extends ServerMessageType> = Extract<ServerMessage, { readonly type: T }>;

/** A line of GET /api/meetings/{code}/messages: `from` and `to` are users there. */
export interface ChatHistoryItem {
  readonly message_id: string;
  readonly from: UserRef;
  readonly text: string;
  readonly to?: UserRef | null;
  readonly sent_at: string;
}

export const SUB_PROTOCOL = 'parley.v1';
export const MAX_CHAT_CHARACTERS = 4000;
export const MAX_DATA_BYTES = 16 * 1024;

/** Reads one frame; null for what is no JSON object with a `type`. */
export function parseServerMessage(text: string): ServerMessage | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string'
      ? (value as ServerMessage)
      : null;
  } catch {
    return null;
  }
}
