// What the other parts of a call are told about the presence in a room.
import type { ServerMessage } from '../protocol';

export interface RoomObserver {
  /** In the room: the first time, or again. `fresh` says that no peer connection of before can be alive. */
  entered?(fresh: boolean): void;
  /** Out of the room for whatever reason; the phase says which. */
  exited?(): void;
  /** A host asked for it; obeying is this side's duty. */
  mediaRequested?(what: 'mic' | 'camera'): void;
  /** Offers, answers, candidates and data from other participants. */
  peerMessage?(message: ServerMessage): void;
  /** A reload comes back: what was open before it. */
  restoreMedia?(mic: boolean, camera: boolean): void;
}
