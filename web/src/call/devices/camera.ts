// The camera: open while it is on, and really let go when it is off, so that its light goes out.
import { openCamera } from './capture';
import type { DeviceProblem } from './device-state';
import { problemOf } from './problems';

export interface CameraEvents {
  changed(): void;
  lost(label: string): void;
}

export class Camera {
  readonly #devices: MediaDevices;
  readonly #events: CameraEvents;
  #track: MediaStreamTrack | null = null;
  #stream: MediaStream | null = null;
  #generation = 0;

  constructor(devices: MediaDevices, events: CameraEvents) {
    this.#devices = devices;
    this.#events = events;
  }

  get track(): MediaStreamTrack | null {
    return this.#track;
  }

  /** For the self view. */
  get stream(): MediaStream | null {
    return this.#stream;
  }

  get interrupted(): boolean {
    return this.#track?.muted === true;
  }

  async open(deviceId: string | null): Promise<DeviceProblem | 'superseded' | null> {
    const generation = ++this.#generation;
    let track: MediaStreamTrack;
    try {
      track = await this.#openBesideOrInstead(deviceId);
    } catch (error) {
      return generation === this.#generation ? problemOf(error) : 'superseded';
    }
    if (generation !== this.#generation) {
      track.stop();
      return 'superseded';
    }
    this.#use(track);
    return null;
  }

  close(): void {
    this.#generation++;
    this.#let(this.#track);
    this.#track = this.#stream = null;
  }

  // Most machines open two cameras at once; phones and some drivers only one after the other.
  async #openBesideOrInstead(deviceId: string | null): Promise<MediaStreamTrack> {
    try {
      return await openCamera(this.#devices, deviceId);
    } catch (error) {
      if (this.#track === null || problemOf(error) !== 'busy') throw error;
      this.#let(this.#track);
      this.#track = this.#stream = null;
      return openCamera(this.#devices, deviceId);
    }
  }

  #use(track: MediaStreamTrack): void {
    const before = this.#track;
    this.#track = track;
    this.#stream = new MediaStream([track]);
    track.onmute = track.onunmute = () => this.#events.changed();
    track.onended = () => {
      if (this.#track !== track) return;
      const { label } = track;
      this.close();
      this.#events.lost(label);
    };
    this.#events.changed();
    this.#let(before);
  }

  #let(track: MediaStreamTrack | null): void {
    if (track === null) return;
    track.onmute = track.onunmute = track.onended = null;
    track.stop();
  }
}
