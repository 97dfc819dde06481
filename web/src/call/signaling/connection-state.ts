// The state of the signaling connection, which lives before, between and after rooms.
import type { IceServer, WireUser } from '../protocol';

export type ConnectionPhase =
  | { readonly name: 'offline' }
  | { readonly name: 'connecting'; readonly attempt: number }
  | { readonly name: 'online' }
  | {
      readonly name: 'retrying';
      readonly attempt: number;
      /** When the next try starts, milliseconds since the epoch. */
      readonly at: number;
      readonly cause: DropCause;
    }
  /** Stopped for good; only `connect()` starts again. */
  | { readonly name: 'stopped'; readonly cause: 'account_disabled' | 'replaced' | 'unauthenticated' };

export type DropCause = 'network' | 'draining' | 'flooding' | 'too_slow' | 'silent' | 'unauthenticated' | 'protocol';

export interface ConnectionState {
  readonly phase: ConnectionPhase;
  readonly user: WireUser | null;
  readonly iceServers: readonly IceServer[];
  /** The most people whom a mesh carries well, as the server says. */
  readonly meshLimit: number;
  /** Server clock minus ours, in milliseconds; 0 until known. */
  readonly clockOffsetMs: number;
}

export const initialConnectionState: ConnectionState = {
  phase: { name: 'offline' },
  user: null,
  iceServers: [],
  meshLimit: 4,
  clockOffsetMs: 0,
};
