// Shapes of the REST interface.
export type RoomKind = 'video' | 'audio' | 'data';
export type MeetingState = 'created' | 'active' | 'paused' | 'ended';

export interface User {
  readonly id: string;
  readonly name: string;
  readonly email?: string | null;
  readonly guest: boolean;
}

export interface TokenAnswer {
  readonly token: string;
  readonly expires_at: string;
  readonly user: User;
}

export interface Meeting {
  readonly id: string;
  readonly code: string;
  readonly title: string | null;
  readonly kind: RoomKind;
  readonly lobby: boolean;
  readonly requires_password: boolean;
  readonly max_participants: number;
  readonly host_id: string;
  readonly state: MeetingState;
  readonly created_at: string;
  readonly started_at: string | null;
  readonly ended_at: string | null;
  /** Null when neither the configuration nor the request names an address that may be handed out. */
  readonly join_url: string | null;
}

/** What anybody with the code may know. */
export interface PublicMeeting {
  readonly code: string;
  readonly title: string | null;
  readonly kind: RoomKind;
  readonly state: MeetingState;
  readonly host_name: string;
  readonly lobby: boolean;
  readonly requires_password: boolean;
  readonly participant_count: number;
}

export interface NewMeeting {
  readonly title?: string | undefined;
  readonly password?: string | undefined;
  readonly lobby?: boolean | undefined;
  readonly kind?: RoomKind | undefined;
  readonly max_participants?: number | undefined;
}

export interface MeetingChange {
  readonly title?: string;
  readonly password?: string | null;
  readonly lobby?: boolean;
  readonly max_participants?: number;
}

export interface DirectoryEntry {
  readonly id: string;
  readonly name: string;
  readonly online: boolean;
}

export interface NamedUser {
  readonly id: string;
  readonly name: string;
}

export interface StoredMessage {
  readonly message_id: string;
  readonly from: NamedUser;
  readonly text: string;
  readonly to?: NamedUser | null;
  readonly sent_at: string;
}

export interface Stay {
  readonly user_id: string;
  readonly name: string;
  readonly joined_at: string;
  readonly left_at: string | null;
}

export type Outcome = 'completed' | 'missed' | 'declined' | 'waiting';

export interface CallLog {
  readonly id: string;
  /** Null when nobody took the call and no meeting was made for it. */
  readonly meeting_code: string | null;
  readonly meeting_title: string | null;
  readonly started_at: string;
  readonly ended_at: string | null;
  readonly duration_seconds: number;
  readonly participant_count: number;
  readonly role: 'host' | 'cohost' | 'participant';
  readonly outcome: Outcome;
  /** Who rang, for a call that was not taken. */
  readonly caller?: NamedUser | null;
}

export interface CallLogEntry extends CallLog {
  /** A stay each; who came back appears again. */
  readonly attendees: readonly Stay[];
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly next_cursor: string | null;
}
