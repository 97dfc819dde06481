// Carries JSON payloads between participants: over the peer's `data` channel when it is open, else by the server's data_message.
import type { DataMessage } from '../call';
import { CallError } from '../errors';
import type { Mesh } from '../mesh/mesh';
import { DATA_CHANNEL } from '../mesh/peer-link';
import { MAX_DATA_BYTES, type ClientMessage, type ServerMessage } from '../protocol';
import { isReserved, parseControl, type Control } from './control';

/** A frame larger than this is nobody's data message. */
const mostFrameBytes = 256 * 1024;
const fullBuffer = 1024 * 1024;

export interface DataRouterEvents {
  control(from: string, control: Control): void;
  /** A `file:{id}` channel that a peer opened. */
  fileChannel(from: string, channel: RTCDataChannel): void;
  channelOpen(peerId: string): void;
}

export class DataRouter {
  readonly #mesh: Mesh;
  readonly #request: (message: ClientMessage) => Promise<ServerMessage | null>;
  readonly #events: DataRouterEvents;
  readonly #listeners = new Set<(message: DataMessage) => void>();

  constructor(options: { mesh: Mesh; request: (message: ClientMessage) => Promise<ServerMessage | null>; events: DataRouterEvents }) {
    this.#mesh = options.mesh;
    this.#request = options.request;
    this.#events = options.events;
    this.#mesh.observe({ channel: (peerId, channel) => this.#channel(peerId, channel) });
  }

  onData(listener: (message: DataMessage) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async send(payload: unknown, to: string | undefined): Promise<void> {
    if (isReserved(payload)) throw new CallError('bad_message', 'the key "parley" is reserved');
    await this.#deliver(payload, to === undefined ? this.#mesh.peerIds : [to], to === undefined);
  }

  /** Best effort; the file transfers and views that use it notice for themselves when nothing comes back. */
  control(control: Control, to: string): void {
    this.#deliver(control, [to], false).catch(() => undefined);
  }

  /** Only over a channel that is open now; what is lost is not worth a server's while. */
  hint(control: Control, to: string): boolean {
    return this.#overChannel(to, JSON.stringify(control));
  }

  /** A `data_message` that the server carried. */
  receive(message: Extract<ServerMessage, { type: 'data_message' }>): void {
    this.#payload(message.from, message.payload);
  }

  async #deliver(payload: unknown, peers: readonly string[], everybody: boolean): Promise<void> {
    const text = JSON.stringify(payload) as string | undefined;
    if (text === undefined) throw new CallError('bad_message', 'not JSON');
    if (new TextEncoder().encode(text).byteLength > MAX_DATA_BYTES) throw new CallError('too_large');
    const missed = peers.filter((peer) => !this.#overChannel(peer, text));
    if (everybody && missed.length > 0 && missed.length === peers.length) {
      await this.#request({ type: 'data_message', payload });
    } else {
      await Promise.all(missed.map((peer) => this.#request({ type: 'data_message', to: peer, payload })));
    }
  }

  #overChannel(peerId: string, text: string): boolean {
    const channel = this.#mesh.link(peerId)?.data;
    if (channel == null || channel.bufferedAmount > fullBuffer) return false;
    try {
      channel.send(text);
      return true;
    } catch {
      return false;
    }
  }

  #channel(peerId: string, channel: RTCDataChannel): void {
    if (channel.label !== DATA_CHANNEL) {
      this.#events.fileChannel(peerId, channel);
      return;
    }
    channel.onmessage = (event: MessageEvent<unknown>) => {
      if (typeof event.data !== 'string' || event.data.length > mostFrameBytes) return;
      try {
        this.#payload(peerId, JSON.parse(event.data));
      } catch {
        // not JSON: the peer's mistake, and its loss
      }
    };
    this.#events.channelOpen(peerId);
  }

  #payload(from: string, payload: unknown): void {
    if (isReserved(payload)) {
      const control = parseControl(payload);
      if (control !== null) this.#events.control(from, control);
      return;
    }
    for (const listener of [...this.#listeners]) listener({ from, payload });
  }
}
