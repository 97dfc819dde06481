// Writes what a reload needs, soon after it changed: many events in a row cost one write.
import type { Clock, TimerId } from '../environment';
import type { RememberedRoom, SessionMemory } from './session-memory';

const delayMs = 300;

export class PresenceSaver {
  readonly #clock: Clock;
  readonly #memory: SessionMemory;
  readonly #present: () => RememberedRoom | null;
  #timer: TimerId | undefined;

  constructor(clock: Clock, memory: SessionMemory, present: () => RememberedRoom | null) {
    this.#clock = clock;
    this.#memory = memory;
    this.#present = present;
  }

  saveSoon(): void {
    if (this.#timer !== undefined || this.#present() === null) return;
    this.#timer = this.#clock.setTimeout(() => this.save(), delayMs);
  }

  save(): void {
    this.cancel();
    const room = this.#present();
    if (room !== null) this.#memory.save(room);
  }

  cancel(): void {
    if (this.#timer !== undefined) this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
