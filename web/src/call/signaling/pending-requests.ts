// Requests on their way, by id: each ends exactly once, by its answer, its time-out, or the end of the socket.
import { CallError } from '../errors';
import type { Clock, TimerId } from '../environment';
import type { ServerMessage } from '../protocol';

interface Pending {
  readonly resolve: (answer: ServerMessage) => void;
  readonly reject: (error: CallError) => void;
  readonly timer: TimerId;
}

export class PendingRequests {
  readonly #clock: Clock;
  readonly #pending = new Map<string, Pending>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(id: string, timeoutMs: number): Promise<ServerMessage> {
    return new Promise((resolve, reject) => {
      const timer = this.#clock.setTimeout(() => {
        this.#pending.delete(id);
        reject(new CallError('timeout'));
      }, timeoutMs);
      this.#pending.set(id, { resolve, reject, timer });
    });
  }

  /** False when nobody waits for it: a late answer. */
  settle(answer: ServerMessage): boolean {
    const pending = answer.id === undefined ? undefined : this.#pending.get(answer.id);
    if (pending === undefined || answer.id === undefined) return false;
    this.#pending.delete(answer.id);
    this.#clock.clearTimeout(pending.timer);
    if (answer.type === 'error') pending.reject(CallError.fromWire(answer.code, answer.message));
    else pending.resolve(answer);
    return true;
  }

  rejectAll(error: CallError): void {
    const all = [...this.#pending.values()];
    this.#pending.clear();
    for (const pending of all) {
      this.#clock.clearTimeout(pending.timer);
      pending.reject(error);
    }
  }
}
