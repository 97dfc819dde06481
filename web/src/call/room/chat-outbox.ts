// Chat that has been written but not yet acknowledged as stored: kept, repeated after drops, stored once.
import type { StoreApi } from 'zustand/vanilla';
import type { Environment } from '../environment';
import { CallError } from '../errors';
import type { ClientMessage, ServerMessage } from '../protocol';
import { upsertChat } from './chat-list';
import type { ChatMessage, RoomState } from './room-state';
import type { RememberedDraft } from './session-memory';

const mostTries = 6;
const retryMs = 1_500;

interface Draft {
  readonly text: string;
  readonly to: string | undefined;
  readonly resolve: () => void;
  readonly reject: (error: CallError) => void;
  tries: number;
  inFlight: boolean;
}

export class ChatOutbox {
  readonly #store: StoreApi<RoomState>;
  readonly #environment: Environment;
  readonly #request: (message: ClientMessage) => Promise<ServerMessage>;
  readonly #isReady: () => boolean;
  readonly #changed: () => void;
  readonly #drafts = new Map<string, Draft>();

  constructor(options: {
    store: StoreApi<RoomState>;
    environment: Environment;
    request: (message: ClientMessage) => Promise<ServerMessage>;
    isReady: () => boolean;
    /** What is unanswered is another than before. */
    changed: () => void;
  }) {
    this.#store = options.store;
    this.#environment = options.environment;
    this.#request = options.request;
    this.#isReady = options.isReady;
    this.#changed = options.changed;
  }

  send(text: string, to: string | undefined): Promise<void> {
    const clientId = this.#environment.newId();
    this.#show(this.#pendingMessage(clientId, text, to));
    return this.#enqueue(clientId, text, to);
  }

  /** For a reload: what has no answer yet. */
  get unanswered(): readonly RememberedDraft[] {
    return [...this.#drafts].map(([clientId, { text, to }]) => ({ clientId, text, to }));
  }

  /** After a reload: shows them as pending again and sends them when in the room. A refusal is shown at the message. */
  restore(drafts: readonly RememberedDraft[]): void {
    for (const { clientId, text, to } of drafts) {
      this.#show(this.#pendingMessage(clientId, text, to));
      this.#enqueue(clientId, text, to).catch(() => undefined);
    }
  }

  retry(key: string): Promise<void> {
    const message = this.#store.getState().messages.find((other) => other.key === key);
    if (message?.status !== 'failed' || message.clientId === null) return Promise.resolve();
    this.#mark(message.clientId, { status: 'pending', error: null });
    return this.#enqueue(message.clientId, message.text, message.to ?? undefined);
  }

  discard(key: string): void {
    this.#store.setState((state) => ({
      messages: state.messages.filter((message) => message.key !== key || message.status !== 'failed'),
    }));
  }

  /** The store has heard that a message was stored, by its answer or in a replay. */
  confirm(clientId: string): void {
    const draft = this.#drafts.get(clientId);
    if (draft === undefined) return;
    this.#drafts.delete(clientId);
    this.#changed();
    draft.resolve();
  }

  /** In the room again: repeats what has no answer, in the order of writing. */
  flush(): void {
    if (!this.#isReady()) return;
    for (const [clientId, draft] of [...this.#drafts]) if (!draft.inFlight) void this.#post(clientId, draft);
  }

  failAll(error: CallError): void {
    for (const [clientId, draft] of [...this.#drafts]) this.#fail(clientId, draft, error);
  }

  #enqueue(clientId: string, text: string, to: string | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#drafts.set(clientId, { text, to, resolve, reject, tries: 0, inFlight: false });
      this.#changed();
      this.flush();
    });
  }

  async #post(clientId: string, draft: Draft): Promise<void> {
    draft.inFlight = true;
    draft.tries++;
    try {
      await this.#request({ type: 'chat_message', text: draft.text, to: draft.to, client_id: clientId });
      draft.inFlight = false;
      this.confirm(clientId);
    } catch (error) {
      draft.inFlight = false;
      if (!this.#drafts.has(clientId)) return;
      const failure = error instanceof CallError ? error : new CallError('unknown', String(error));
      const passing = failure.code === 'internal' || failure.code === 'rate_limited' || failure.code === 'timeout';
      if (failure.code === 'offline') return;
      if (passing && draft.tries < mostTries) this.#environment.clock.setTimeout(() => this.flush(), retryMs);
      else this.#fail(clientId, draft, failure);
    }
  }

  #fail(clientId: string, draft: Draft, error: CallError): void {
    this.#drafts.delete(clientId);
    this.#changed();
    this.#mark(clientId, { status: 'failed', error: error.code });
    draft.reject(error);
  }

  #pendingMessage(clientId: string, text: string, to: string | undefined): ChatMessage {
    const { participants, me } = this.#store.getState();
    return {
      key: clientId,
      messageId: null,
      clientId,
      from: me,
      fromName: me === null ? '' : (participants[me]?.name ?? ''),
      mine: true,
      text,
      to: to ?? null,
      toName: to === undefined ? null : (participants[to]?.name ?? ''),
      private: to !== undefined,
      sentAt: this.#environment.clock.now(),
      status: 'pending',
      error: null,
    };
  }

  #show(message: ChatMessage): void {
    this.#store.setState((state) => ({ messages: upsertChat(state.messages, message).messages }));
  }

  #mark(clientId: string, change: Pick<ChatMessage, 'status' | 'error'>): void {
    this.#store.setState((state) => ({
      messages: state.messages.map((message) =>
        message.mine && message.clientId === clientId && message.status !== 'sent' ? { ...message, ...change } : message,
      ),
    }));
  }
}
