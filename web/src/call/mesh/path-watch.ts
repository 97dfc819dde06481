// Decides from observations, once a second or more often, whether a path to a peer lives, and which repair is due. Pure: time is an argument.
import type { PathState } from './peer-state';

export interface PathSample {
  readonly connectionState: RTCPeerConnectionState;
  /** Any counter that rises when something arrives from the peer: media, data, consent answers. */
  readonly received: number;
  /** Packets of microphone sound that have arrived. */
  readonly audioReceived: number;
  /** Frames of camera and screen that have arrived. */
  readonly videoReceived: number;
  readonly expectAudio: boolean;
  readonly expectVideo: boolean;
  /** Both sides can be reached by signaling: without that no repair can succeed. */
  readonly canRepair: boolean;
}

export type Repair = 'restart_ice' | 'fresh_connection';

export interface PathVerdict {
  readonly path: PathState;
  readonly audioMissing: boolean;
  readonly videoMissing: boolean;
  readonly repair: Repair | null;
}

const firstConnectMs = 12_000;
const silentWithMediaMs = 3_000;
// consent checks alone come every few seconds (RFC 7675 §5.1)
const silentWithoutMediaMs = 9_000;
const suspectMs = 1_500;
const restartPatienceMs = 6_000;
const mediaMissingMs = 4_000;
const mediaRepairMs = 9_000;
/** The one who did not join later leaves the first move to the other, so that both seldom repair at once. */
const followerDelayMs = 2_500;

export class PathWatch {
  readonly #delayMs: number;
  #started: number;
  #connectedOnce = false;
  /** Something of what should arrive has arrived on this connection. */
  #flowing = false;
  /** The same on any connection so far: after that, a path without media is a broken one and not a new one. */
  #flowedBefore = false;
  #suspect = false;
  #received = -1;
  #audio = -1;
  #video = -1;
  #lastAlive: number;
  #deadAt: number | null = null;
  #lastAudio: number;
  #lastVideo: number;
  /** Steps taken since the path last lived: ICE restart, then fresh connections. */
  #repairs = 0;
  #repairedAt: number | null = null;
  #mediaRepairs = 0;
  #mediaRepairedAt = -Infinity;

  constructor(now: number, leads: boolean) {
    this.#delayMs = leads ? 0 : followerDelayMs;
    this.#started = this.#lastAlive = this.#lastAudio = this.#lastVideo = now;
  }

  /** A fresh connection begins; what was counted on the old one says nothing any more. */
  reset(now: number): void {
    this.#received = this.#audio = this.#video = -1;
    this.#connectedOnce = this.#flowing = false;
    this.#suspect = false;
    this.#deadAt = null;
    this.#started = this.#lastAlive = this.#lastAudio = this.#lastVideo = now;
  }

  /** The network changed under us: silence counts sooner. */
  suspect(): void {
    this.#suspect = true;
  }

  observe(sample: PathSample, now: number): PathVerdict {
    if (sample.received > this.#received && this.#received >= 0) this.#alive(now);
    if (sample.audioReceived > this.#audio || !sample.expectAudio) this.#lastAudio = now;
    if (sample.videoReceived > this.#video || !sample.expectVideo) this.#lastVideo = now;
    this.#received = sample.received;
    this.#audio = sample.audioReceived;
    this.#video = sample.videoReceived;
    if (sample.connectionState === 'connected' && !this.#connectedOnce) {
      this.#connectedOnce = true;
      this.#lastAlive = this.#lastAudio = this.#lastVideo = now;
    }
    const expectsNothing = !sample.expectAudio && !sample.expectVideo;
    if (this.#connectedOnce && (expectsNothing || sample.audioReceived > 0 || sample.videoReceived > 0)) {
      this.#flowing = this.#flowedBefore = true;
    }
    const dead = this.#isDead(sample, now);
    this.#deadAt = dead ? (this.#deadAt ?? now) : null;
    const audioMissing = sample.expectAudio && now - this.#lastAudio >= mediaMissingMs;
    const videoMissing = sample.expectVideo && now - this.#lastVideo >= mediaMissingMs;
    if (!dead && !audioMissing && !videoMissing) this.#mediaRepairs = 0;
    const repair = sample.canRepair ? this.#due(dead, now) : null;
    return { path: this.#path(dead), audioMissing, videoMissing, repair };
  }

  #alive(now: number): void {
    this.#lastAlive = now;
    if (!this.#connectedOnce) return;
    this.#suspect = false;
    this.#repairs = 0;
    this.#repairedAt = null;
  }

  #isDead(sample: PathSample, now: number): boolean {
    if (sample.connectionState === 'failed' || sample.connectionState === 'closed') return true;
    if (!this.#connectedOnce) return now - this.#started >= firstConnectMs;
    const media = sample.expectAudio || sample.expectVideo;
    const limit = this.#suspect ? suspectMs : media ? silentWithMediaMs : silentWithoutMediaMs;
    return now - this.#lastAlive >= limit;
  }

  #path(dead: boolean): PathState {
    // a path that was never there is given up in words sooner than one that was; trying goes on
    const neverThere = !this.#connectedOnce && !this.#flowedBefore;
    if (this.#repairs >= (neverThere ? 2 : 4)) return 'failed';
    const broken = dead || (this.#repairs > 0 && this.#repairedAt !== null);
    if (this.#flowing && !broken) return 'connected';
    const begins = broken ? !this.#connectedOnce && this.#repairs === 0 : !this.#flowedBefore;
    return begins ? 'connecting' : 'repairing';
  }

  #due(dead: boolean, now: number): Repair | null {
    if (dead) return this.#dueForDeath(now);
    if (!this.#connectedOnce) return null;
    // the path lives but what should come over it does not: a new connection, ever less often
    const missingSince = Math.min(this.#lastAudio, this.#lastVideo);
    const pause = mediaRepairMs * 3 ** this.#mediaRepairs;
    if (now - missingSince < mediaRepairMs + this.#delayMs || now - this.#mediaRepairedAt < pause || this.#mediaRepairs >= 4) return null;
    this.#mediaRepairs++;
    this.#mediaRepairedAt = now;
    return 'fresh_connection';
  }

  #dueForDeath(now: number): Repair | null {
    const since = this.#repairedAt ?? this.#deadAt ?? now;
    const wait = this.#repairedAt === null ? this.#delayMs : this.#patience() + this.#delayMs;
    if (now - since < wait) return null;
    // a connection that never came up has nothing to restart
    const repair: Repair = this.#repairs === 0 && this.#connectedOnce ? 'restart_ice' : 'fresh_connection';
    this.#repairs++;
    this.#repairedAt = now;
    return repair;
  }

  #patience(): number {
    if (this.#repairs === 1 && this.#connectedOnce) return restartPatienceMs;
    return Math.min(60_000, firstConnectMs * 1.5 ** Math.max(0, this.#repairs - 1));
  }
}
