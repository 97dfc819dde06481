// Spreads bursts of candidates under the server's limit (50 a second, bursts of 200 per connection), leaving room for everything else.
import type { Clock, TimerId } from '../environment';

const burst = 100;
const perSecond = 30;

export class SignalPacer {
  readonly #clock: Clock;
  readonly #queue: (() => void)[] = [];
  #tokens = burst;
  #at: number;
  #timer: TimerId | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#at = clock.now();
  }

  run(step: () => void): void {
    this.#queue.push(step);
    this.#drain();
  }

  clear(): void {
    this.#queue.length = 0;
    if (this.#timer !== undefined) this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #drain(): void {
    const now = this.#clock.now();
    this.#tokens = Math.min(burst, this.#tokens + (Math.max(0, now - this.#at) * perSecond) / 1_000);
    this.#at = now;
    while (this.#tokens >= 1 && this.#queue.length > 0) {
      this.#tokens -= 1;
      this.#queue.shift()?.();
    }
    if (this.#queue.length > 0 && this.#timer === undefined) {
      this.#timer = this.#clock.setTimeout(() => {
        this.#timer = undefined;
        this.#drain();
      }, 1_000 / perSecond);
    }
  }
}
