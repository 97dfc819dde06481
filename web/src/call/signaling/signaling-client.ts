// The one WebSocket of a tab: registers, keeps itself alive, comes back by itself, and pairs answers with requests.
import { createStore } from 'zustand/vanilla';
import type { TokenProvider } from '../call';
import type { Environment, SocketLike, TimerId } from '../environment';
import { CallError } from '../errors';
import { parseServerMessage, SUB_PROTOCOL, type ClientMessage, type ServerMessage } from '../protocol';
import { backoffMs } from './backoff';
import { closeAction, type RefusedCause } from './close-codes';
import { initialConnectionState, type ConnectionState, type DropCause } from './connection-state';
import { PendingRequests } from './pending-requests';
import { renewInMs } from './token-expiry';

const openTimeoutMs = 8_000;
const requestTimeoutMs = 10_000;
const pongTimeoutMs = 5_000;
const probeTimeoutMs = 2_500;
const socketOpen = 1;

export interface SignalingListener {
  /** Registered: on the first connection and after every drop. */
  online?(): void;
  dropped?(): void;
  /** Stopped for good: see `store`. */
  stopped?(): void;
  /** Every message in its order, answers included. */
  message?(message: ServerMessage): void;
}

export class SignalingClient {
  readonly store = createStore<ConnectionState>(() => initialConnectionState);
  readonly #environment: Environment;
  readonly #tokens: TokenProvider;
  readonly #url: string;
  readonly #pending: PendingRequests;
  readonly #listeners = new Set<SignalingListener>();
  readonly #stopListening: () => void;

  #wanted = false;
  #socket: SocketLike | null = null;
  /** Rises with each try, so that what belongs to an older one is recognised and ignored. */
  #generation = 0;
  #attempt = 0;
  #refreshFirst = false;
  #refusals = 0;
  #refused: RefusedCause = 'unauthenticated';
  #nextId = 0;
  #heartbeatMs = 15_000;
  #token = '';
  #retryTimer: TimerId | undefined;
  #openTimer: TimerId | undefined;
  #heartbeatTimer: TimerId | undefined;
  #renewTimer: TimerId | undefined;

  constructor(options: { url: string; tokens: TokenProvider; environment: Environment }) {
    this.#url = options.url;
    this.#tokens = options.tokens;
    this.#environment = options.environment;
    this.#pending = new PendingRequests(options.environment.clock);
    this.#stopListening = options.environment.onHostSignal((signal) => {
      if (signal === 'online' || signal === 'visible' || signal === 'network_changed') this.#wake();
    });
  }

  get isOnline(): boolean {
    return this.store.getState().phase.name === 'online';
  }

  listen(listener: SignalingListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  connect(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    this.#attempt = 0;
    this.#refusals = 0;
    void this.#open();
  }

  disconnect(): void {
    this.#wanted = false;
    this.#dropSocket(1000);
    this.store.setState({ phase: { name: 'offline' }, user: null });
  }

  /** Ends the client for good; only tests and a page that replaces its call need it. */
  dispose(): void {
    this.disconnect();
    this.#stopListening();
  }

  /** Sends and waits for the answer. Rejects with `offline`, `timeout`, or what the server says. */
  request(message: ClientMessage, timeoutMs = requestTimeoutMs): Promise<ServerMessage> {
    if (!this.isOnline) return Promise.reject(new CallError('offline'));
    return this.#send(message, timeoutMs);
  }

  /** The socket looks open but does not do its work: start over. */
  restart(): void {
    if (this.#socket !== null) this.#lost('silent', 0);
  }

  async #open(): Promise<void> {
    const generation = ++this.#generation;
    this.#clearTimers();
    this.#attempt++;
    this.store.setState({ phase: { name: 'connecting', attempt: this.#attempt } });
    let token: string;
    try {
      token = this.#refreshFirst ? await this.#tokens.refresh() : await this.#tokens.get();
      this.#refreshFirst = false;
    } catch (error) {
      if (generation !== this.#generation || !this.#wanted) return;
      if (error instanceof CallError && error.code === 'unauthenticated') this.#stop(this.#refused);
      else this.#retryLater('network', 0);
      return;
    }
    if (generation !== this.#generation || !this.#wanted) return;
    this.#token = token;
    this.#openSocket(generation);
  }

  #openSocket(generation: number): void {
    let socket: SocketLike;
    try {
      socket = this.#environment.openSocket(this.#url, SUB_PROTOCOL);
    } catch {
      this.#retryLater('network', 0);
      return;
    }
    this.#socket = socket;
    const current = (): boolean => generation === this.#generation && this.#socket === socket;
    this.#openTimer = this.#environment.clock.setTimeout(() => {
      if (current()) this.#lost('silent', 0);
    }, openTimeoutMs);
    socket.onopen = () => {
      if (current()) void this.#register(current);
    };
    socket.onmessage = (event) => {
      if (current()) this.#receive(event.data);
    };
    socket.onclose = (event) => {
      if (current()) this.#closed(event.code, event.reason);
    };
    socket.onerror = null;
  }

  async #register(current: () => boolean): Promise<void> {
    try {
      const answer = await this.#send({ type: 'register', token: this.#token }, requestTimeoutMs);
      if (!current() || answer.type !== 'registered') return;
    } catch (error) {
      if (!current()) return;
      // 4401 follows by itself; a server that forgets to close is closed here
      if (error instanceof CallError && error.code === 'unauthenticated') this.#closed(4401, '');
      else this.#lost('network', error instanceof CallError && error.code === 'rate_limited' ? 5_000 : 0);
    }
  }

  #registered(message: Extract<ServerMessage, { type: 'registered' }>): void {
    const { clock } = this.#environment;
    const first = !this.isOnline;
    this.#attempt = 0;
    this.#refusals = 0;
    this.#refused = 'unauthenticated';
    this.#heartbeatMs = Math.max(1, message.heartbeat_seconds) * 1_000;
    if (this.#openTimer !== undefined) clock.clearTimeout(this.#openTimer);
    this.#openTimer = undefined;
    this.#beat();
    if (this.#renewTimer !== undefined) clock.clearTimeout(this.#renewTimer);
    this.#renewTimer = clock.setTimeout(() => void this.#renew(), renewInMs(this.#token, clock.now()));
    const meshLimit = message.mesh_limit ?? this.store.getState().meshLimit;
    this.store.setState({ phase: { name: 'online' }, user: message.user, iceServers: message.ice_servers, meshLimit });
    if (first) for (const listener of [...this.#listeners]) listener.online?.();
  }

  /** A fresh token on the living socket, a minute before the old one expires. */
  async #renew(): Promise<void> {
    const generation = this.#generation;
    try {
      let token = await this.#tokens.get();
      if (token === this.#token) token = await this.#tokens.refresh();
      if (generation !== this.#generation || !this.isOnline) return;
      this.#token = token;
      await this.#send({ type: 'register', token }, requestTimeoutMs);
    } catch {
      // the server closes with 4401 when the old one is over, and the usual way back applies; until then try again
      if (generation === this.#generation && this.isOnline) {
        this.#renewTimer = this.#environment.clock.setTimeout(() => void this.#renew(), 15_000);
      }
    }
  }

  #send(message: ClientMessage, timeoutMs: number): Promise<ServerMessage> {
    const socket = this.#socket;
    if (socket?.readyState !== socketOpen) return Promise.reject(new CallError('offline'));
    const id = String(++this.#nextId);
    const answer = this.#pending.add(id, timeoutMs);
    try {
      socket.send(JSON.stringify({ ...message, id }));
    } catch {
      this.#lost('network', 0);
    }
    return answer;
  }

  #receive(data: unknown): void {
    if (typeof data !== 'string') return;
    const message = parseServerMessage(data);
    if (message === null) return;
    this.#beat();
    if (message.type === 'registered') this.#registered(message);
    if (message.type === 'pong') {
      this.store.setState({ clockOffsetMs: Date.parse(message.server_time) - this.#environment.clock.now() });
    }
    // listeners before the promise: what a room-bearing answer says is applied before the next event is read
    for (const listener of [...this.#listeners]) listener.message?.(message);
    this.#pending.settle(message);
  }

  /** Anything heard is a sign of life; silence is answered by a ping, and silence to that ends the socket. */
  #beat(): void {
    const { clock } = this.#environment;
    if (this.#heartbeatTimer !== undefined) clock.clearTimeout(this.#heartbeatTimer);
    this.#heartbeatTimer = clock.setTimeout(() => this.#ping(pongTimeoutMs), this.#heartbeatMs);
  }

  #ping(withinMs: number): void {
    if (!this.isOnline) return;
    const { clock } = this.#environment;
    if (this.#heartbeatTimer !== undefined) clock.clearTimeout(this.#heartbeatTimer);
    this.#heartbeatTimer = clock.setTimeout(() => this.#lost('silent', 0), withinMs);
    this.#send({ type: 'ping' }, withinMs).catch(() => undefined);
  }

  /** The network or the page came back: do not wait for a timer that ran in another world. */
  #wake(): void {
    const phase = this.store.getState().phase;
    if (phase.name === 'online') this.#ping(probeTimeoutMs);
    else if (phase.name === 'retrying' && (phase.cause === 'network' || phase.cause === 'silent')) void this.#open();
  }

  #closed(code: number, reason: string): void {
    const action = closeAction(code, reason);
    if (action.kind === 'stop') {
      this.#stop(action.cause);
    } else if (action.kind === 'retry') {
      this.#lost(action.cause, action.minDelayMs);
    } else {
      // once with a refreshed token at once; refused again, with patience; a third time it is over
      this.#refreshFirst = true;
      this.#refusals++;
      this.#refused = action.refused;
      if (this.#refusals > 3) this.#stop(this.#refused);
      else this.#lost('unauthenticated', this.#refusals > 1 ? 2_000 : 0);
    }
  }

  #lost(cause: DropCause, minDelayMs: number): void {
    this.#dropSocket(1000);
    this.#retryLater(cause, minDelayMs);
  }

  #stop(cause: RefusedCause | 'replaced'): void {
    this.#wanted = false;
    this.#refused = 'unauthenticated';
    this.#dropSocket(1000);
    this.store.setState({ phase: { name: 'stopped', cause } });
    for (const listener of [...this.#listeners]) listener.stopped?.();
  }

  #dropSocket(code: number): void {
    const socket = this.#socket;
    const wasOnline = this.isOnline;
    this.#socket = null;
    this.#generation++;
    this.#clearTimers();
    if (socket !== null) {
      socket.onopen = socket.onmessage = socket.onclose = socket.onerror = null;
      try {
        socket.close(code);
      } catch {
        // a socket that never opened may refuse; it is let go either way
      }
    }
    if (wasOnline) {
      this.store.setState({ phase: { name: 'connecting', attempt: 0 } });
      for (const listener of [...this.#listeners]) listener.dropped?.();
    }
    this.#pending.rejectAll(new CallError('offline'));
  }

  #retryLater(cause: DropCause, minDelayMs: number): void {
    if (!this.#wanted) return;
    const { clock, random } = this.#environment;
    const attempt = Math.max(1, this.#attempt);
    const delay = Math.max(backoffMs(attempt, random()), minDelayMs * (1 + random() * 0.2));
    this.store.setState({ phase: { name: 'retrying', attempt, at: clock.now() + delay, cause } });
    this.#retryTimer = clock.setTimeout(() => void this.#open(), delay);
  }

  #clearTimers(): void {
    const { clock } = this.#environment;
    for (const timer of [this.#retryTimer, this.#openTimer, this.#heartbeatTimer, this.#renewTimer]) {
      if (timer !== undefined) clock.clearTimeout(timer);
    }
    this.#retryTimer = this.#openTimer = this.#heartbeatTimer = this.#renewTimer = undefined;
  }
}
