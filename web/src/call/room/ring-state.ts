// Ringing: invitations that came in and that were sent, in or out of a room.
import type { RoomKind, UserRef } from '../protocol';

export interface IncomingInvitation {
  readonly id: string;
  readonly from: UserRef;
  /** The room it leads to; null when one is made on acceptance. */
  readonly code: string | null;
  readonly kind: RoomKind;
  readonly expiresAt: number;
}

export interface OutgoingInvitation {
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  readonly code: string | null;
  readonly status: 'ringing' | 'accepted' | 'declined' | 'cancelled' | 'missed';
}

export interface RingState {
  /** Ringing now, oldest first. */
  readonly incoming: readonly IncomingInvitation[];
  /** Sent in this tab; finished ones stay until dismissed. */
  readonly outgoing: readonly OutgoingInvitation[];
}

export const initialRingState: RingState = { incoming: [], outgoing: [] };
