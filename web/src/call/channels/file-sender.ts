// Sends one file to one peer over its own channel: in chunks, never far ahead of what the receiver has safe.
import type { FileEnd } from './control';
import { FileHash } from './file-hash';

const blockBytes = 1024 * 1024;
const largestChunk = 64 * 1024;
const smallestChunk = 16 * 1024;
const highWater = 1024 * 1024;
const lowWater = 256 * 1024;
/** How far the sender may be ahead of the receiver's last word. */
export const WINDOW_BYTES = 8 * 1024 * 1024;

export interface FileSenderEvents {
  /** Bytes handed to the channel so far. */
  progress(bytes: number): void;
  /** Everything is handed over; the receiver's word is still to come. */
  sent(sha256: string): void;
  readFailed(): void;
  /** The channel ended before the file did. */
  interrupted(): void;
}

export class FileSender {
  readonly #file: Blob;
  readonly #channel: RTCDataChannel;
  readonly #chunk: number;
  readonly #events: FileSenderEvents;
  #acknowledged: number;
  #wake: (() => void) | null = null;
  #stopped = false;

  constructor(options: { file: Blob; channel: RTCDataChannel; maxMessageSize: number; offset: number; events: FileSenderEvents }) {
    this.#file = options.file;
    this.#channel = options.channel;
    this.#events = options.events;
    this.#acknowledged = options.offset;
    this.#chunk = Math.max(smallestChunk, Math.min(largestChunk, options.maxMessageSize || smallestChunk));
    this.#channel.binaryType = 'arraybuffer';
    this.#channel.bufferedAmountLowThreshold = lowWater;
    this.#channel.onbufferedamountlow = () => this.#wake?.();
    this.#channel.onclose = () => this.#interrupt();
    const start = (): void => void this.#run(options.offset);
    if (this.#channel.readyState === 'open') start();
    else this.#channel.onopen = start;
  }

  acknowledge(bytes: number): void {
    this.#acknowledged = Math.max(this.#acknowledged, bytes);
    this.#wake?.();
  }

  stop(): void {
    this.#stopped = true;
    this.#channel.onclose = this.#channel.onopen = this.#channel.onbufferedamountlow = null;
    this.#wake?.();
    this.#channel.close();
  }

  async #run(offset: number): Promise<void> {
    const hash = new FileHash();
    let sha256: string;
    try {
      for (let at = 0; at < this.#file.size && !this.#stopped; at += blockBytes) {
        const block = new Uint8Array(await this.#file.slice(at, at + blockBytes).arrayBuffer());
        hash.update(block);
        // what the receiver has already is only hashed again
        await this.#sendBlock(block, at, Math.max(0, offset - at));
      }
      if (this.#stopped) return;
      sha256 = hash.hex();
      const end: FileEnd = { parley: 'file_end', size: this.#file.size, sha256 };
      this.#channel.send(JSON.stringify(end));
    } catch {
      if (this.#channel.readyState !== 'open') this.#interrupt();
      else if (!this.#stopped) this.#events.readFailed();
      return;
    }
    this.#events.sent(sha256);
  }

  async #sendBlock(block: Uint8Array<ArrayBuffer>, at: number, skip: number): Promise<void> {
    for (let from = skip; from < block.byteLength; from += this.#chunk) {
      await this.#room(at + from);
      if (this.#stopped) return;
      const piece = block.subarray(from, Math.min(block.byteLength, from + this.#chunk));
      this.#channel.send(piece);
      this.#events.progress(at + from + piece.byteLength);
    }
  }

  async #room(position: number): Promise<void> {
    while (!this.#stopped && (this.#channel.bufferedAmount > highWater || position - this.#acknowledged > WINDOW_BYTES)) {
      if (this.#channel.readyState !== 'open') throw new Error('closed');
      await new Promise<void>((resolve) => (this.#wake = resolve));
      this.#wake = null;
    }
  }

  #interrupt(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#wake?.();
    this.#events.interrupted();
  }
}
