// Two ends of an RTCDataChannel in memory: ordered, one frame a millisecond, with buffers that fill.
import type { Clock } from '../environment';

type MessageHandler = ((event: MessageEvent<unknown>) => void) | null;

export class FakeDataChannel {
  readyState: RTCDataChannelState = 'open';
  binaryType = 'arraybuffer';
  bufferedAmount = 0;
  bufferedAmountLowThreshold = 0;
  onmessage: MessageHandler = null;
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onbufferedamountlow: (() => void) | null = null;
  peer: FakeDataChannel | null = null;
  /** Changes what is delivered, to do harm. */
  tamper: (data: unknown) => unknown = (data) => data;
  largestFrame = 0;
  mostBuffered = 0;
  readonly label: string;
  readonly #clock: Clock;
  #busyUntil = 0;

  constructor(label: string, clock: Clock) {
    this.label = label;
    this.#clock = clock;
  }

  send(data: string | Uint8Array<ArrayBuffer>): void {
    if (this.readyState !== 'open') throw new DOMException('closed', 'InvalidStateError');
    const size = typeof data === 'string' ? data.length : data.byteLength;
    this.largestFrame = Math.max(this.largestFrame, size);
    this.bufferedAmount += size;
    this.mostBuffered = Math.max(this.mostBuffered, this.bufferedAmount);
    const copy = typeof data === 'string' ? data : data.slice().buffer;
    const now = this.#clock.now();
    this.#busyUntil = Math.max(now, this.#busyUntil) + 1;
    this.#clock.setTimeout(() => {
      this.bufferedAmount -= size;
      if (this.bufferedAmount <= this.bufferedAmountLowThreshold) this.onbufferedamountlow?.();
      if (this.readyState === 'open') this.peer?.onmessage?.({ data: this.tamper(copy) } as MessageEvent<unknown>);
    }, this.#busyUntil - now);
  }

  close(): void {
    if (this.readyState === 'closed') return;
    this.readyState = 'closed';
    this.onclose?.();
    this.peer?.close();
  }

  static pair(label: string, clock: Clock): [FakeDataChannel, FakeDataChannel] {
    const pair: [FakeDataChannel, FakeDataChannel] = [new FakeDataChannel(label, clock), new FakeDataChannel(label, clock)];
    [pair[0].peer, pair[1].peer] = [pair[1], pair[0]];
    return pair;
  }
}
