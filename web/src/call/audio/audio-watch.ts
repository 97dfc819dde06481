// Reads all levels a few times a second: the own microphone, and what arrives from others.
import { createStore } from 'zustand/vanilla';
import type { Environment, TimerId } from '../environment';
import type { LocalDevices } from '../devices/local-devices';
import type { Mesh } from '../mesh/mesh';
import { ActiveSpeaker } from './active-speaker';
import { initialAudioState, type AudioState } from './audio-state';
import { isExactSilence, levelOf, MutedTalkDetector, scaled, SilenceDetector } from './level';
import { MicMeter } from './mic-meter';

const intervalMs = 100;
const staleMs = 500;
const smallestChange = 0.02;

export class AudioWatch {
  readonly store = createStore<AudioState>(() => initialAudioState);
  readonly #environment: Environment;
  readonly #devices: LocalDevices;
  readonly #mesh: Mesh;
  readonly #me: () => string | null;
  readonly #meter: MicMeter;
  readonly #speaker = new ActiveSpeaker();
  readonly #mutedTalk = new MutedTalkDetector();
  readonly #silence = new SilenceDetector();
  #timer: TimerId | undefined;

  constructor(options: { environment: Environment; devices: LocalDevices; mesh: Mesh; me: () => string | null }) {
    this.#environment = options.environment;
    this.#devices = options.devices;
    this.#mesh = options.mesh;
    this.#me = options.me;
    this.#meter = new MicMeter(options.environment);
    this.#devices.onChange(() => this.#follow());
  }

  /** Something to listen to: a microphone of our own or a peer. Otherwise it sleeps. */
  follow(): void {
    this.#follow();
  }

  async resume(): Promise<void> {
    await this.#meter.resume();
  }

  #follow(): void {
    this.#meter.use(this.#devices.capturedMic);
    const wanted = this.#devices.capturedMic !== null || this.#mesh.peerIds.length > 0;
    if (wanted && this.#timer === undefined) this.#tick();
    else if (!wanted && this.#timer !== undefined) {
      this.#environment.clock.clearTimeout(this.#timer);
      this.#timer = undefined;
      this.store.setState(initialAudioState);
    }
  }

  #tick(): void {
    this.#timer = this.#environment.clock.setTimeout(() => {
      this.#read();
      this.#tick();
    }, intervalMs);
  }

  #read(): void {
    const now = this.#environment.clock.now();
    const { mic, pushToTalk } = this.#devices.store.getState();
    const samples = this.#meter.read();
    const micLevel = samples === null ? 0 : levelOf(samples);
    const open = mic.name === 'on';
    this.#devices.setMicSilent(this.#silence.next(open && samples !== null && isExactSilence(samples), intervalMs));
    if (this.#mutedTalk.next(micLevel, mic.name === 'off' && !pushToTalk, intervalMs, now)) this.#devices.talkingWhileMuted();
    const remote: Record<string, number> = {};
    for (const id of this.#mesh.peerIds) remote[id] = this.#remoteLevel(id);
    const activeSpeaker = this.#speaker.next(remote, now);
    const me = this.#me();
    const levels = Object.fromEntries(Object.entries(remote).filter(([, level]) => level > 0));
    if (me !== null && open && micLevel > 0) levels[me] = micLevel;
    this.#publish({ levels, micLevel, activeSpeaker, recentSpeakers: this.#speaker.recent });
  }

  #remoteLevel(id: string): number {
    const link = this.#mesh.link(id);
    const track = link?.tracks.mic;
    if (link?.pc == null || track == null) return 0;
    const receiver = link.pc.getReceivers().find((one) => one.track === track);
    const source = receiver?.getSynchronizationSources()[0];
    if (source?.audioLevel === undefined) return 0;
    // the timestamp is on the page's own clock; silence under DTX leaves an old one behind
    const age = performance.timeOrigin + performance.now() - source.timestamp;
    return Math.min(Math.abs(age), Math.abs(performance.now() - source.timestamp)) > staleMs ? 0 : scaled(source.audioLevel);
  }

  /** Only what can be seen is published: a still meter costs no rendering. */
  #publish(next: AudioState): void {
    const before = this.store.getState();
    const ids = new Set([...Object.keys(before.levels), ...Object.keys(next.levels)]);
    const moved = (a: number | undefined, b: number | undefined): boolean => Math.abs((a ?? 0) - (b ?? 0)) > smallestChange;
    const changed =
      before.activeSpeaker !== next.activeSpeaker ||
      moved(before.micLevel, next.micLevel) ||
      [...ids].some(
        (id) => moved(before.levels[id], next.levels[id]) || (before.levels[id] === undefined) !== (next.levels[id] === undefined),
      );
    if (changed) this.store.setState(next);
  }
}
