// Watches one link: a full reading of its statistics once a second, and between two of them a glance at its counters until what should
// flow does, so that the screen says "connected" when it is true and not a second later.
import type { Participant } from '../room/room-state';
import type { RoomKind } from '../protocol';
import { StatsDigest, type LabelOf } from '../stats/digest';
import { rate, SteadyQuality } from '../stats/quality';
import type { PeerLink } from './peer-link';
import type { PeerState } from './peer-state';

export const readingMs = 1_000;
/** Timers of a busy page come late; a reading that is due within this time is taken now. */
const slackMs = 50;

export type WatchedState = Pick<PeerState, 'path' | 'cameraFlowing' | 'screenFlowing' | 'micSilent' | 'quality' | 'stats'>;

export interface Expectation {
  readonly participant: Participant;
  readonly kind: RoomKind;
  /** Both sides can be reached by signaling. */
  readonly canRepair: boolean;
}

export class PeerWatch {
  readonly #link: PeerLink;
  readonly #digest = new StatsDigest();
  readonly #quality = new SteadyQuality();
  #readAt = -Infinity;

  constructor(link: PeerLink) {
    this.#link = link;
  }

  isDue(now: number): boolean {
    return now - this.#readAt >= readingMs - slackMs;
  }

  /** What has changed; null when the link was closed meanwhile or the browser would not say. */
  async look(before: PeerState, { participant, kind, canRepair }: Expectation, now: number): Promise<WatchedState | null> {
    const { pc } = this.#link;
    const full = this.isDue(now);
    if (full) this.#readAt = now;
    const report = (await pc?.getStats().catch(() => null)) ?? null;
    if (pc !== this.#link.pc || (report === null && !full)) return null;
    const digest = report === null || !full ? null : this.#digest.read(report, now, this.#labelOf);
    const flow = digest?.flow ?? (report === null ? nothing : this.#digest.glance(report, this.#labelOf));
    const verdict = this.#link.observe(
      {
        connectionState: pc?.connectionState ?? 'new',
        received: flow.received,
        audioReceived: flow.micPackets,
        videoReceived: flow.cameraFrames,
        expectAudio: participant.mic && kind !== 'data',
        // a still screen may send nothing for long, so only the camera is expected to move
        expectVideo: participant.camera && kind === 'video',
        canRepair,
      },
      now,
    );
    const missing = verdict.audioMissing || verdict.videoMissing;
    return {
      path: verdict.path,
      cameraFlowing: participant.camera && !verdict.videoMissing && flow.cameraFrames > 0,
      screenFlowing: participant.screen && flow.screenFrames > 0,
      micSilent: verdict.audioMissing,
      quality: full ? this.#quality.next(rate(digest?.stats ?? null, verdict.path, missing)) : before.quality,
      stats: full ? (digest?.stats ?? null) : before.stats,
    };
  }

  readonly #labelOf: LabelOf = (mid, kind) => {
    const transceiver = this.#link.pc?.getTransceivers().find((one) => one.mid === mid);
    if (transceiver !== undefined) return this.#link.connection?.lines.labelOf(transceiver) ?? null;
    return kind === 'audio' ? 'mic' : 'camera';
  };
}

const nothing = { received: 0, micPackets: 0, cameraFrames: 0, screenFrames: 0 };

/** Everything that should flow does, or has been given up: there is nothing to wait for between two readings. */
export function isSettled(state: PeerState, participant: Participant): boolean {
  if (state.path === 'failed') return true;
  return state.path === 'connected' && (!participant.camera || state.cameraFlowing) && (!participant.screen || state.screenFlowing);
}
