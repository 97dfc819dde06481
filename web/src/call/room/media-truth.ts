// Keeps the server's picture of our microphone, camera and screen equal to what is really open here.
import type { Clock } from '../environment';
import { CallError } from '../errors';
import type { ClientMessage, ServerMessage } from '../protocol';

export interface MediaFlags {
  readonly mic: boolean;
  readonly camera: boolean;
  readonly screen: boolean;
}

export const nothingOpen: MediaFlags = { mic: false, camera: false, screen: false };

const retryMs = 1_000;
const names = ['mic', 'camera', 'screen'] as const;

export class MediaTruth {
  readonly #clock: Clock;
  readonly #request: (message: ClientMessage) => Promise<ServerMessage>;
  readonly #isReady: () => boolean;
  #local = nothingOpen;
  #reported = nothingOpen;
  #busy = false;

  constructor(options: { clock: Clock; request: (message: ClientMessage) => Promise<ServerMessage>; isReady: () => boolean }) {
    this.#clock = options.clock;
    this.#request = options.request;
    this.#isReady = options.isReady;
  }

  get local(): MediaFlags {
    return this.#local;
  }

  setLocal(flags: MediaFlags): void {
    this.#local = flags;
    void this.#reconcile();
  }

  /** The server's picture, from a snapshot. The local truth wins. */
  setReported(flags: MediaFlags): void {
    this.#reported = { mic: flags.mic, camera: flags.camera, screen: flags.screen };
    void this.#reconcile();
  }

  async #reconcile(): Promise<void> {
    if (this.#busy || !this.#isReady()) return;
    const target = this.#local;
    const changes = names.filter((name) => target[name] !== this.#reported[name]);
    if (changes.length === 0) return;
    this.#busy = true;
    let again = true;
    try {
      await this.#request({ type: 'update_media', ...Object.fromEntries(changes.map((name) => [name, target[name]])) });
      this.#reported = { ...this.#reported, ...Object.fromEntries(changes.map((name) => [name, target[name]])) };
    } catch (error) {
      // after a drop the next snapshot says what the server knows, and starts this again
      again = false;
      const code = error instanceof CallError ? error.code : 'unknown';
      if (code === 'timeout' || code === 'rate_limited' || code === 'internal') {
        this.#clock.setTimeout(() => void this.#reconcile(), retryMs);
      }
    } finally {
      this.#busy = false;
    }
    if (again) await this.#reconcile();
  }
}
