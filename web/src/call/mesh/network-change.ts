// When the network changes under a call, paths are looked for anew: once it has settled, and not again and again where it wavers.
import type { Clock, TimerId } from '../environment';

/** A change comes in several steps: the old address goes, the new one comes. */
const settleMs = 1_000;
/** Browsers that do not tell the kind of network report new estimates of its speed as changes, too. */
const pauseMs = 10_000;

export class NetworkChange {
  readonly #clock: Clock;
  readonly #restart: () => void;
  #timer: TimerId | undefined;
  #restartedAt = -Infinity;

  constructor(clock: Clock, restart: () => void) {
    this.#clock = clock;
    this.#restart = restart;
  }

  changed(): void {
    this.cancel();
    const now = this.#clock.now();
    this.#timer = this.#clock.setTimeout(() => this.now(), Math.max(settleMs, this.#restartedAt + pauseMs - now));
  }

  /** Does not wait: the network is back. */
  now(): void {
    this.cancel();
    this.#restartedAt = this.#clock.now();
    this.#restart();
  }

  cancel(): void {
    if (this.#timer !== undefined) this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
