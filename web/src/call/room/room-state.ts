// The state of one room as the UI sees it. Derived from the server's events alone.
import type { CallErrorCode } from '../errors';
import type { Role, RoomKind } from '../protocol';

export type RoomPhase =
  | { readonly name: 'idle' }
  | { readonly name: 'connecting'; readonly code: string }
  | {
      readonly name: 'waiting';
      readonly code: string;
      readonly title: string;
      /** 1 is next. */
      readonly position: number;
      /** The socket is gone for the moment; the place is kept. */
      readonly reconnecting: boolean;
    }
  | { readonly name: 'in_room' }
  | { readonly name: 'reconnecting'; readonly since: number }
  | { readonly name: 'declined'; readonly code: string; readonly reason: string | null }
  | { readonly name: 'removed'; readonly code: string; readonly reason: string | null }
  | { readonly name: 'ended'; readonly code: string; readonly reason: string | null; readonly durationMs: number | null }
  | { readonly name: 'left'; readonly code: string; readonly durationMs: number | null }
  | { readonly name: 'replaced'; readonly code: string }
  | { readonly name: 'failed'; readonly code: CallErrorCode; readonly message: string; readonly meetingCode: string };

export interface Participant {
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  readonly role: Role;
  readonly guest: boolean;
  readonly mic: boolean;
  readonly camera: boolean;
  readonly screen: boolean;
  /** Milliseconds since the epoch, or null. */
  readonly handRaisedAt: number | null;
  readonly connection: 'connected' | 'reconnecting';
  readonly joinedAt: number;
  readonly isMe: boolean;
}

export interface RoomInfo {
  readonly code: string;
  readonly title: string;
  readonly kind: RoomKind;
  readonly hostId: string | null;
  readonly locked: boolean;
  readonly lobby: boolean;
  readonly mode: 'mesh' | 'sfu';
  readonly epoch: number;
  readonly startedAt: number | null;
}

export interface ChatMessage {
  /** Stable through pending → sent: the key of a list. */
  readonly key: string;
  /** Null until the server has stored it. */
  readonly messageId: string | null;
  readonly clientId: string | null;
  /** A participant id, or null for a message of the history whose author is no longer known here. */
  readonly from: string | null;
  readonly fromName: string;
  readonly mine: boolean;
  readonly text: string;
  /** A participant id for a private message. */
  readonly to: string | null;
  readonly toName: string | null;
  readonly private: boolean;
  readonly sentAt: number;
  readonly status: 'pending' | 'sent' | 'failed';
  readonly error: CallErrorCode | null;
}

export interface Reaction {
  readonly key: string;
  readonly from: string;
  readonly emoji: string;
  readonly at: number;
}

/** Something to tell the person: a toast, a live announcement, a sound. Words are the UI's. */
export type Notice = { readonly id: number; readonly at: number } & NoticeBody;

export type NoticeBody =
  | { readonly kind: 'participant_joined'; readonly participantId: string; readonly name: string }
  | { readonly kind: 'participant_left'; readonly participantId: string; readonly name: string; readonly reason: string | null }
  | { readonly kind: 'participant_waiting'; readonly participantId: string; readonly name: string }
  | { readonly kind: 'request_withdrawn'; readonly participantId: string; readonly name: string }
  | { readonly kind: 'chat'; readonly key: string; readonly fromName: string; readonly text: string; readonly private: boolean }
  | { readonly kind: 'hand_raised'; readonly participantId: string; readonly name: string }
  | { readonly kind: 'screen_started' | 'screen_stopped'; readonly participantId: string; readonly name: string }
  | { readonly kind: 'role_changed'; readonly participantId: string; readonly name: string; readonly role: Role; readonly isMe: boolean }
  | { readonly kind: 'muted_by_host' | 'camera_stopped_by_host' }
  | { readonly kind: 'locked' | 'unlocked' }
  | { readonly kind: 'admitted' }
  | { readonly kind: 'reconnected'; readonly awayMs: number }
  | { readonly kind: 'history_incomplete' };

export interface RoomState {
  readonly phase: RoomPhase;
  /** Null before the first snapshot and kept after the end, so that the last screen knows what it was. */
  readonly room: RoomInfo | null;
  readonly me: string | null;
  readonly participants: Readonly<Record<string, Participant>>;
  /** Ids in the order of joining; oneself is among them. */
  readonly order: readonly string[];
  /** Those in the waiting room, longest waiting first; for host and co-hosts alone. */
  readonly waiting: readonly Participant[];
  /** Ids of raised hands, first raised first. */
  readonly hands: readonly string[];
  readonly messages: readonly ChatMessage[];
  /** Messages of others since the chat was last seen; cleared by `chatSeen`. */
  readonly unread: number;
  /** Live reactions; each goes away by itself after a few seconds. */
  readonly reactions: readonly Reaction[];
  /** The latest notices, at most 50, ids rising. */
  readonly notices: readonly Notice[];
}

export const initialRoomState: RoomState = {
  phase: { name: 'idle' },
  room: null,
  me: null,
  participants: {},
  order: [],
  waiting: [],
  hands: [],
  messages: [],
  unread: 0,
  reactions: [],
  notices: [],
};
