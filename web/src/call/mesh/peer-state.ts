// What the UI knows about the media path to each remote participant.
import type { PeerStats, Quality } from '../stats/peer-stats';

/**
 * `connected` means that what they send arrives, not that a handshake once succeeded.
 * `repairing` keeps its last picture while an ICE restart or a fresh connection is under way.
 */
export type PathState = 'connecting' | 'connected' | 'repairing' | 'failed';

export interface PeerState {
  readonly path: PathState;
  /** Each a new object when its track changes; null when there is none. Sound is played by the call itself. */
  readonly camera: MediaStream | null;
  readonly screen: MediaStream | null;
  /** Their camera is on and frames are arriving; false shows the avatar or a spinner over the last frame. */
  readonly cameraFlowing: boolean;
  readonly screenFlowing: boolean;
  /** They say that the microphone is open but nothing arrives. */
  readonly micSilent: boolean;
  readonly quality: Quality;
  readonly stats: PeerStats | null;
}

export interface PeersState {
  readonly peers: Readonly<Record<string, PeerState>>;
  /** The browser wants a press before it plays sound: offer one that calls `resumeAudio()`. */
  readonly audioBlocked: boolean;
  /** Media goes by the server's relay alone, so that others do not learn this network's address. */
  readonly relayOnly: boolean;
}

export const initialPeersState: PeersState = { peers: {}, audioBlocked: false, relayOnly: false };
