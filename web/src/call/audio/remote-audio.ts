// Plays what others say, on the chosen speaker, and notices when the browser wants a press first.
import type { Environment } from '../environment';
import type { RemoteTracks } from '../mesh/peer-link';

type Sinkable = HTMLAudioElement & { setSinkId?: (id: string) => Promise<void> };

export interface RemoteAudioEvents {
  blocked(blocked: boolean): void;
  speakerFailed(): void;
}

const toneSeconds = 0.6;

export class RemoteAudio {
  readonly #environment: Environment;
  readonly #events: RemoteAudioEvents;
  /** By peer and line. Owned: paused and emptied when the peer goes. */
  readonly #elements = new Map<string, HTMLAudioElement>();
  #speaker: string | null = null;

  constructor(environment: Environment, events: RemoteAudioEvents) {
    this.#environment = environment;
    this.#events = events;
  }

  setTracks(peerId: string, tracks: RemoteTracks | null): void {
    this.#set(`${peerId}/mic`, tracks?.mic ?? null);
    this.#set(`${peerId}/screen`, tracks?.screenAudio ?? null);
  }

  async setSpeaker(deviceId: string | null): Promise<void> {
    if (deviceId === this.#speaker) return;
    this.#speaker = deviceId;
    await Promise.all([...this.#elements.values()].map((element) => this.#route(element)));
  }

  /** From a press. */
  async resume(): Promise<void> {
    await Promise.all([...this.#elements.values()].map((element) => this.#play(element)));
  }

  async playTone(deviceId: string | null): Promise<void> {
    const context = this.#environment.createAudioContext();
    if (context === null) return;
    try {
      const destination = context.createMediaStreamDestination();
      const gain = new GainNode(context, { gain: 0 });
      const tone = new OscillatorNode(context, { frequency: 523.25 });
      tone.connect(gain).connect(destination);
      const start = context.currentTime + 0.05;
      gain.gain.setValueAtTime(0, start);
      gain.gain.linearRampToValueAtTime(0.2, start + 0.05);
      gain.gain.linearRampToValueAtTime(0, start + toneSeconds);
      const element = this.#environment.createAudioElement();
      element.srcObject = destination.stream;
      await this.#sink(element, deviceId);
      await element.play();
      const ended = new Promise<void>((resolve) => {
        tone.onended = () => resolve();
      });
      tone.start(start);
      tone.stop(start + toneSeconds + 0.1);
      await ended;
      element.srcObject = null;
    } catch {
      this.#events.speakerFailed();
    } finally {
      void context.close().catch(() => undefined);
    }
  }

  #set(key: string, track: MediaStreamTrack | null): void {
    const before = this.#elements.get(key);
    if (track === null) {
      if (before === undefined) return;
      before.pause();
      before.srcObject = null;
      this.#elements.delete(key);
      return;
    }
    if ((before?.srcObject as MediaStream | null | undefined)?.getAudioTracks()[0] === track) return;
    const element = before ?? this.#environment.createAudioElement();
    this.#elements.set(key, element);
    element.autoplay = true;
    element.srcObject = new MediaStream([track]);
    if (before === undefined) void this.#route(element);
    void this.#play(element);
  }

  async #play(element: HTMLAudioElement): Promise<void> {
    try {
      await element.play();
      this.#events.blocked(false);
    } catch (error) {
      // an element that got a new source meanwhile says AbortError, which is none
      if (error instanceof DOMException && error.name === 'NotAllowedError') this.#events.blocked(true);
    }
  }

  async #route(element: HTMLAudioElement): Promise<void> {
    try {
      await this.#sink(element, this.#speaker);
    } catch {
      this.#speaker = null;
      this.#events.speakerFailed();
    }
  }

  async #sink(element: Sinkable, deviceId: string | null): Promise<void> {
    await element.setSinkId?.(deviceId ?? '');
  }
}
