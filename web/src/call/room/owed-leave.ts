// A room that was left while offline: the server is told as soon as it can be reached, or others would see a phantom.
import type { SignalingClient } from '../signaling/signaling-client';

interface Debt {
  readonly code: string;
  readonly token: string;
  readonly lastSeq: number;
}

export class OwedLeave {
  readonly #signaling: SignalingClient;
  #debt: Debt | null = null;

  constructor(signaling: SignalingClient) {
    this.#signaling = signaling;
  }

  owe(debt: Debt): void {
    this.#debt = debt;
  }

  /** Online again; whoever is on the way back to that very room owes nothing. */
  async pay(target: string | null): Promise<void> {
    const debt = this.#debt;
    this.#debt = null;
    if (debt === null || debt.code === target) return;
    try {
      await this.#signaling.request({ type: 'resume_room', code: debt.code, resume_token: debt.token, last_seq: debt.lastSeq });
      await this.#signaling.request({ type: 'leave_room' });
    } catch {
      // forgotten there already, or dropped again: the grace period ends it
    }
  }
}
