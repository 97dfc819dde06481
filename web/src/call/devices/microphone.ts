// The microphone: one captured track that stays open while muted (to hear "you are muted"), and a copy of it that is sent.
import type { DeviceProblem, Processing } from './device-state';
import { micConstraints, openMic } from './capture';
import { problemOf } from './problems';

export interface MicrophoneEvents {
  changed(): void;
  /** The device went away; `label` is what it was called. */
  lost(label: string): void;
}

export class Microphone {
  readonly #devices: MediaDevices;
  readonly #events: MicrophoneEvents;
  #captured: MediaStreamTrack | null = null;
  #sent: MediaStreamTrack | null = null;
  #generation = 0;

  constructor(devices: MediaDevices, events: MicrophoneEvents) {
    this.#devices = devices;
    this.#events = events;
  }

  /** For metering; silent only if the device is. */
  get captured(): MediaStreamTrack | null {
    return this.#captured;
  }

  get sent(): MediaStreamTrack | null {
    return this.#sent;
  }

  /** The system holds the sound back although the device is open. */
  get interrupted(): boolean {
    return this.#captured?.muted === true;
  }

  get isOpen(): boolean {
    return this.#captured?.readyState === 'live';
  }

  setEnabled(enabled: boolean): void {
    if (this.#sent !== null) this.#sent.enabled = enabled;
  }

  /** Opens, or switches to, a device; `enabled` is asked when it is open, since one may have muted meanwhile. Returns the problem, or null when it is open; `superseded` when a later call won. */
  async open(deviceId: string | null, processing: Processing, enabled: () => boolean): Promise<DeviceProblem | 'superseded' | null> {
    const generation = ++this.#generation;
    let track: MediaStreamTrack;
    try {
      track = await openMic(this.#devices, deviceId, processing);
    } catch (error) {
      return generation === this.#generation ? problemOf(error) : 'superseded';
    }
    if (generation !== this.#generation) {
      track.stop();
      return 'superseded';
    }
    this.#use(track, enabled);
    return null;
  }

  /** Live where the browser can; otherwise false, and the device has to be opened again. */
  async applyProcessing(deviceId: string | null, processing: Processing): Promise<boolean> {
    const track = this.#captured;
    if (track === null) return true;
    try {
      await track.applyConstraints(micConstraints(deviceId, processing));
      await this.#sent?.applyConstraints(micConstraints(deviceId, processing));
    } catch {
      return false;
    }
    const now = track.getSettings();
    return (['echoCancellation', 'noiseSuppression', 'autoGainControl'] as const).every(
      (name) => now[name] === undefined || Boolean(now[name]) === processing[name],
    );
  }

  close(): void {
    this.#generation++;
    this.#let(this.#captured);
    this.#sent?.stop();
    this.#captured = this.#sent = null;
  }

  #use(track: MediaStreamTrack, enabled: () => boolean): void {
    const before = { captured: this.#captured, sent: this.#sent };
    this.#captured = track;
    this.#sent = track.clone();
    this.#sent.enabled = enabled();
    track.onmute = track.onunmute = () => this.#events.changed();
    track.onended = () => {
      if (this.#captured !== track) return;
      const { label } = track;
      this.close();
      this.#events.lost(label);
    };
    this.#events.changed();
    // after the new track is in place, so that senders never hold an ended one
    this.#let(before.captured);
    before.sent?.stop();
  }

  #let(track: MediaStreamTrack | null): void {
    if (track === null) return;
    track.onmute = track.onunmute = track.onended = null;
    track.stop();
  }
}
