// Invitations in both directions, in or out of a room.
import { createStore } from 'zustand/vanilla';
import type { Environment, TimerId } from '../environment';
import { CallError } from '../errors';
import type { ClientMessage, RoomKind, ServerMessage } from '../protocol';
import type { SignalingClient } from '../signaling/signaling-client';
import { initialRingState, type OutgoingInvitation, type RingState } from './ring-state';

// the server's own word comes at expiry; this is for when it got lost
const expiryMarginMs = 3_000;
const tries = 3;

export class Rings {
  readonly store = createStore<RingState>(() => initialRingState);
  readonly #signaling: SignalingClient;
  readonly #environment: Environment;
  readonly #timers = new Map<string, TimerId>();

  constructor(options: { signaling: SignalingClient; environment: Environment }) {
    this.#signaling = options.signaling;
    this.#environment = options.environment;
    options.signaling.listen({ message: (message) => this.#receive(message) });
  }

  async invite(userId: string, name: string, kind: RoomKind | undefined): Promise<string> {
    const answer = await this.#ask({ type: 'invite', user_id: userId, kind, client_id: this.#environment.newId() });
    if (answer.type !== 'invitation_sent') throw new CallError('unknown', `unexpected ${answer.type}`);
    const sent: OutgoingInvitation = { id: answer.invitation_id, userId, name, code: answer.code ?? null, status: 'ringing' };
    this.store.setState((state) => ({ outgoing: [...state.outgoing.filter((other) => other.id !== sent.id), sent] }));
    return sent.id;
  }

  async accept(invitationId: string): Promise<ServerMessage> {
    const answer = await this.#ask({ type: 'accept_invitation', invitation_id: invitationId });
    this.#stopRinging(invitationId);
    return answer;
  }

  async decline(invitationId: string): Promise<void> {
    await this.#end('decline_invitation', invitationId);
    this.#stopRinging(invitationId);
  }

  async cancel(invitationId: string): Promise<void> {
    await this.#end('cancel_invitation', invitationId);
    this.#setStatus(invitationId, 'cancelled', null);
  }

  dismiss(invitationId: string): void {
    this.store.setState((state) => ({ outgoing: state.outgoing.filter((other) => other.id !== invitationId) }));
  }

  clear(): void {
    for (const timer of this.#timers.values()) this.#environment.clock.clearTimeout(timer);
    this.#timers.clear();
    this.store.setState(initialRingState);
  }

  // Already over is what was wanted.
  async #end(type: 'decline_invitation' | 'cancel_invitation', invitationId: string): Promise<void> {
    try {
      await this.#ask({ type, invitation_id: invitationId });
    } catch (error) {
      if (!(error instanceof CallError && error.code === 'invitation_not_found')) throw error;
    }
  }

  /** All of these may be repeated: an invitation has its own id, and `invite` its client_id. */
  async #ask(message: ClientMessage): Promise<ServerMessage> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#signaling.request(message);
      } catch (error) {
        const lost = error instanceof CallError && (error.code === 'offline' || error.code === 'timeout');
        if (!lost || attempt >= tries) throw error;
        await this.#untilOnline();
      }
    }
  }

  #untilOnline(): Promise<void> {
    if (this.#signaling.isOnline) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const timer = this.#environment.clock.setTimeout(() => {
        stop();
        reject(new CallError('offline'));
      }, 10_000);
      const stop = this.#signaling.listen({
        online: () => {
          stop();
          this.#environment.clock.clearTimeout(timer);
          resolve();
        },
      });
    });
  }

  #receive(message: ServerMessage): void {
    switch (message.type) {
      case 'incoming_invitation':
        this.#ring(message);
        break;
      case 'invitation_accepted':
        this.#setStatus(message.invitation_id, 'accepted', message.code ?? null);
        this.#stopRinging(message.invitation_id);
        break;
      case 'invitation_declined':
      case 'invitation_cancelled':
      case 'invitation_missed':
        this.#setStatus(message.invitation_id, endings[message.type], null);
        this.#stopRinging(message.invitation_id);
        break;
      default:
        break;
    }
  }

  #ring(message: Extract<ServerMessage, { type: 'incoming_invitation' }>): void {
    const { clock } = this.#environment;
    const id = message.invitation_id;
    const expiresAt = Date.parse(message.expires_at);
    const { clockOffsetMs } = this.#signaling.store.getState();
    this.store.setState((state) => ({
      incoming: [
        ...state.incoming.filter((other) => other.id !== id),
        { id, from: message.from, code: message.code ?? null, kind: message.kind, expiresAt },
      ],
    }));
    const before = this.#timers.get(id);
    if (before !== undefined) clock.clearTimeout(before);
    const leftMs = Math.max(0, expiresAt - clockOffsetMs - clock.now()) + expiryMarginMs;
    this.#timers.set(
      id,
      clock.setTimeout(() => this.#stopRinging(id), leftMs),
    );
  }

  #stopRinging(id: string): void {
    const timer = this.#timers.get(id);
    if (timer !== undefined) this.#environment.clock.clearTimeout(timer);
    this.#timers.delete(id);
    this.store.setState((state) =>
      state.incoming.some((other) => other.id === id) ? { incoming: state.incoming.filter((other) => other.id !== id) } : state,
    );
  }

  #setStatus(id: string, status: OutgoingInvitation['status'], code: string | null): void {
    this.store.setState((state) =>
      state.outgoing.some((other) => other.id === id)
        ? { outgoing: state.outgoing.map((other) => (other.id === id ? { ...other, status, code: code ?? other.code } : other)) }
        : state,
    );
  }
}

const endings = {
  invitation_declined: 'declined',
  invitation_cancelled: 'cancelled',
  invitation_missed: 'missed',
} as const;
