// Tells each peer how large we show it, so that it need not send more than is seen.
import type { Environment, TimerId } from '../environment';
import type { Control } from './control';

const settleMs = 1_000;
/** Heights are told in steps, so that dragging a window does not chatter. */
const stepPx = 60;

export class ViewHints {
  readonly #environment: Environment;
  readonly #hint: (control: Control, to: string) => boolean;
  readonly #wanted = new Map<string, number>();
  readonly #told = new Map<string, number>();
  #timer: TimerId | undefined;

  constructor(options: { environment: Environment; hint: (control: Control, to: string) => boolean }) {
    this.#environment = options.environment;
    this.#hint = options.hint;
  }

  set(peerId: string, heightPx: number): void {
    this.#wanted.set(peerId, heightPx <= 0 ? 0 : Math.ceil(heightPx / stepPx) * stepPx);
    if (this.#timer !== undefined) return;
    this.#timer = this.#environment.clock.setTimeout(() => {
      this.#timer = undefined;
      for (const peer of this.#wanted.keys()) this.#tell(peer);
    }, settleMs);
  }

  /** A new channel, and perhaps a new page behind it: whatever was told is forgotten there. */
  channelOpen(peerId: string): void {
    this.#told.delete(peerId);
    this.#tell(peerId);
  }

  gone(peerId: string): void {
    this.#wanted.delete(peerId);
    this.#told.delete(peerId);
  }

  #tell(peerId: string): void {
    const height = this.#wanted.get(peerId);
    if (height === undefined || this.#told.get(peerId) === height) return;
    if (this.#hint({ parley: 'view', height }, peerId)) this.#told.set(peerId, height);
  }
}
