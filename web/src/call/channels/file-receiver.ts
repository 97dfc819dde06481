// Receives one file from one peer: writes it in order, hashes it, and compares at the end. Outlives its channel, to go on over the next.
import { parseFileEnd } from './control';
import { FileHash } from './file-hash';
import type { FileSink } from './file-sink';

const acknowledgeEvery = 1024 * 1024;

export interface FileReceiverEvents {
  progress(bytes: number): void;
  /** So many bytes are safe: tell the sender. */
  acknowledge(bytes: number): void;
  done(url: string | null, sha256: string): void;
  failed(reason: 'hash_mismatch' | 'write_failed'): void;
}

export class FileReceiver {
  readonly #sink: FileSink;
  readonly #size: number;
  readonly #events: FileReceiverEvents;
  readonly #hash = new FileHash();
  #writes: Promise<void> = Promise.resolve();
  #received = 0;
  #acknowledged = 0;
  #channel: RTCDataChannel | null = null;
  #over = false;

  constructor(options: { sink: FileSink; size: number; events: FileReceiverEvents }) {
    this.#sink = options.sink;
    this.#size = options.size;
    this.#events = options.events;
  }

  /** From where the sender should go on. */
  get received(): number {
    return this.#received;
  }

  attach(channel: RTCDataChannel): void {
    if (this.#channel !== null) this.#channel.onmessage = null;
    this.#channel = channel;
    channel.binaryType = 'arraybuffer';
    channel.onmessage = (event: MessageEvent<unknown>) => {
      if (event.data instanceof ArrayBuffer) this.accept(new Uint8Array(event.data));
      else if (typeof event.data === 'string') this.#end(event.data);
    };
  }

  accept(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.#over) return;
    this.#received += bytes.byteLength;
    // more than was offered is not what was accepted
    if (this.#received > this.#size) {
      this.#fail('hash_mismatch');
      return;
    }
    this.#hash.update(bytes);
    this.#events.progress(this.#received);
    const position = this.#received;
    this.#writes = this.#writes.then(() => this.#write(bytes, position));
  }

  /** The sender's last word, however it came. */
  finish(sha256: string): void {
    if (this.#over) return;
    this.#writes = this.#writes.then(async () => {
      if (this.#over) return;
      const own = this.#hash.hex();
      if (this.#received !== this.#size || own !== sha256.toLowerCase()) {
        this.#fail('hash_mismatch');
        return;
      }
      this.#over = true;
      try {
        this.#events.done(await this.#sink.finish(), own);
      } catch {
        this.#events.failed('write_failed');
      }
    });
  }

  abort(): void {
    if (this.#over) return;
    this.#over = true;
    this.#detach();
    void this.#sink.abort().catch(() => undefined);
  }

  async #write(bytes: Uint8Array<ArrayBuffer>, position: number): Promise<void> {
    if (this.#over) return;
    try {
      await this.#sink.write(bytes);
    } catch {
      this.#fail('write_failed');
      return;
    }
    if (position - this.#acknowledged >= acknowledgeEvery) {
      this.#acknowledged = position;
      this.#events.acknowledge(position);
    }
  }

  #end(text: string): void {
    const end = parseFileEnd(text);
    if (end !== null) this.finish(end.sha256);
  }

  #fail(reason: 'hash_mismatch' | 'write_failed'): void {
    if (this.#over) return;
    this.abort();
    this.#events.failed(reason);
  }

  #detach(): void {
    if (this.#channel === null) return;
    this.#channel.onmessage = null;
    this.#channel.close();
    this.#channel = null;
  }
}
