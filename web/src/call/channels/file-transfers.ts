// All file transfers of a room: offers, answers, progress, and going on after a lost connection.
import { createStore } from 'zustand/vanilla';
import type { Files } from '../call';
import type { Environment, TimerId } from '../environment';
import type { Mesh } from '../mesh/mesh';
import type { Control } from './control';
import type { DataRouter } from './data-router';
import { FileReceiver } from './file-receiver';
import { FileHash, fromBase64, toBase64 } from './file-hash';
import { FileSender } from './file-sender';
import { openSink } from './file-sink';
import { initialFilesState, type FilesState, type FileTransfer, type TransferProblem } from './file-state';

const channelWaitMs = 5_000;
const resumeWaitMs = 60_000;
/** What fits into a data_message of 16 KiB as base64 with its frame. */
const mostInlineBytes = 11_000;
const progressMs = 100;

/** What runs behind a transfer in the store. */
interface Work {
  file: Blob | null;
  sender: FileSender | null;
  receiver: FileReceiver | null;
  timer: TimerId | undefined;
  startedAt: number;
  startedBytes: number;
  shownAt: number;
}

export class FileTransfers implements Files {
  readonly store = createStore<FilesState>(() => initialFilesState);
  readonly #environment: Environment;
  readonly #mesh: Mesh;
  readonly #router: () => DataRouter;
  readonly #work = new Map<string, Work>();

  constructor(options: { environment: Environment; mesh: Mesh; router: () => DataRouter }) {
    this.#environment = options.environment;
    this.#mesh = options.mesh;
    this.#router = options.router;
    this.#mesh.observe({ gone: (peerId) => this.#peerGone(peerId) });
  }

  offer(file: File, to: string | null): string {
    const fileId = this.#environment.newId();
    const mime = file.type === '' ? 'application/octet-stream' : file.type;
    for (const peerId of to === null ? this.#mesh.peerIds : [to]) {
      const transfer = this.#add({ fileId, peerId, direction: 'out', name: file.name, size: file.size, mime });
      this.#workOf(transfer.key).file = file;
      this.#router().control({ parley: 'file_offer', id: fileId, name: file.name.slice(0, 255), size: file.size, mime }, peerId);
    }
    return fileId;
  }

  async accept(key: string): Promise<void> {
    const transfer = this.#get(key);
    if (transfer?.direction !== 'in' || transfer.status !== 'offered') return;
    const work = this.#workOf(key);
    if (work.receiver !== null) return;
    try {
      const sink = await openSink(this.#environment, transfer);
      if (this.#get(key)?.status !== 'offered') {
        await sink?.abort();
        return;
      }
      if (sink === null) {
        this.#fail(key, 'too_large_for_memory');
        this.#tell(transfer, { parley: 'file_decline', id: transfer.fileId });
        return;
      }
      work.receiver = this.#receiver(transfer, sink);
    } catch {
      // the save dialogue was closed: the offer stands
      return;
    }
    this.#begin(key, 0);
    this.#tell(transfer, { parley: 'file_accept', id: transfer.fileId, offset: 0 });
    this.#expect(key, resumeWaitMs);
  }

  decline(key: string): void {
    const transfer = this.#get(key);
    if (transfer?.status !== 'offered') return;
    if (transfer.direction === 'out') {
      this.cancel(key);
      return;
    }
    this.#end(key, { status: 'declined' });
    this.#tell(transfer, { parley: 'file_decline', id: transfer.fileId });
  }

  cancel(key: string): void {
    const transfer = this.#get(key);
    if (transfer === undefined || isOver(transfer)) return;
    this.#end(key, { status: 'cancelled' });
    this.#tell(transfer, { parley: 'file_cancel', id: transfer.fileId });
  }

  dismiss(key: string): void {
    const transfer = this.#get(key);
    if (transfer === undefined) return;
    if (!isOver(transfer)) this.cancel(key);
    if (transfer.url !== null) URL.revokeObjectURL(transfer.url);
    this.#work.delete(key);
    this.store.setState((state) => ({
      transfers: Object.fromEntries(Object.entries(state.transfers).filter(([other]) => other !== key)),
      order: state.order.filter((other) => other !== key),
    }));
  }

  /** Out of the room: what runs has no other end any more; finished files stay to be saved. */
  exited(): void {
    for (const key of this.store.getState().order) this.#fail(key, 'peer_left');
  }

  control(from: string, control: Control): void {
    if (control.parley === 'view') return;
    if (control.parley === 'file_offer') {
      if (this.#get(keyOf(control.id, from, 'in')) === undefined) {
        this.#add({
          fileId: control.id,
          peerId: from,
          direction: 'in',
          name: plainName(control.name),
          size: control.size,
          mime: control.mime,
        });
      }
      return;
    }
    const out = this.#get(keyOf(control.id, from, 'out'));
    const incoming = this.#get(keyOf(control.id, from, 'in'));
    if (control.parley === 'file_cancel') {
      for (const transfer of [out, incoming])
        if (transfer !== undefined && !isOver(transfer)) this.#end(transfer.key, { status: 'cancelled' });
    } else if (control.parley === 'file_inline') {
      if (incoming !== undefined) this.#inline(incoming, control.sha256, control.data);
    } else if (out !== undefined && !isOver(out)) {
      this.#answered(out, control);
    }
  }

  fileChannel(from: string, channel: RTCDataChannel): void {
    const id = /^file:(.+)$/.exec(channel.label)?.[1];
    const key = id === undefined ? '' : keyOf(id, from, 'in');
    const receiver = this.#work.get(key)?.receiver;
    // nobody accepted that
    if (receiver == null) channel.close();
    else receiver.attach(channel);
  }

  /** A new `data` channel: what was under way goes on from where it was. */
  channelOpen(peerId: string): void {
    for (const transfer of Object.values(this.store.getState().transfers)) {
      const receiver = this.#work.get(transfer.key)?.receiver;
      if (transfer.peerId !== peerId || transfer.direction !== 'in' || transfer.status !== 'transferring' || receiver == null) continue;
      this.#begin(transfer.key, receiver.received);
      this.#tell(transfer, { parley: 'file_accept', id: transfer.fileId, offset: receiver.received });
    }
  }

  #answered(transfer: FileTransfer, control: Control): void {
    switch (control.parley) {
      case 'file_accept':
        this.#send(transfer, control.offset);
        break;
      case 'file_decline':
        if (transfer.status === 'offered') this.#end(transfer.key, { status: 'declined' });
        break;
      case 'file_progress':
        this.#workOf(transfer.key).sender?.acknowledge(control.bytes);
        this.#expect(transfer.key, resumeWaitMs);
        break;
      case 'file_done':
        this.#end(transfer.key, { status: 'done', bytes: transfer.size, sha256: control.sha256 });
        break;
      case 'file_failed':
        this.#fail(transfer.key, control.reason === 'hash_mismatch' ? 'hash_mismatch' : 'write_failed');
        break;
      default:
        break;
    }
  }

  #send(transfer: FileTransfer, offset: number): void {
    const { key, fileId, peerId } = transfer;
    const work = this.#workOf(key);
    if (work.file === null || offset > work.file.size) return;
    work.sender?.stop();
    work.sender = null;
    const link = this.#mesh.link(peerId);
    const channel = link?.data == null ? null : link.openChannel(`file:${fileId}`);
    this.#begin(key, offset);
    if (channel === null) {
      this.#awaitChannel(transfer, offset);
      return;
    }
    work.sender = new FileSender({
      file: work.file,
      channel,
      maxMessageSize: link?.pc?.sctp?.maxMessageSize ?? 0,
      offset,
      events: {
        progress: (bytes) => this.#progress(key, bytes),
        sent: (sha256) => this.#change(key, { status: 'verifying', bytes: transfer.size, sha256 }),
        readFailed: () => {
          this.#tell(transfer, { parley: 'file_cancel', id: fileId, reason: 'read_failed' });
          this.#fail(key, 'read_failed');
        },
        // the receiver asks again when there is a new connection
        interrupted: () => this.#expect(key, resumeWaitMs),
      },
    });
    this.#expect(key, resumeWaitMs);
  }

  /** No channel yet: it may open in a moment, and a small file goes by the server when it does not. */
  #awaitChannel(transfer: FileTransfer, offset: number): void {
    const work = this.#workOf(transfer.key);
    this.#disarm(work);
    work.timer = this.#environment.clock.setTimeout(() => {
      if (this.#mesh.link(transfer.peerId)?.data != null) this.#send(transfer, offset);
      else if (transfer.size <= mostInlineBytes) void this.#sendInline(transfer);
      else this.#cannot(transfer);
    }, channelWaitMs);
  }

  #cannot(transfer: FileTransfer): void {
    this.#tell(transfer, { parley: 'file_cancel', id: transfer.fileId, reason: 'no_channel' });
    this.#fail(transfer.key, 'no_channel');
  }

  async #sendInline(transfer: FileTransfer): Promise<void> {
    const { file } = this.#workOf(transfer.key);
    if (file === null) return;
    try {
      const bytes = new Uint8Array(await file.arrayBuffer());
      const hash = new FileHash();
      hash.update(bytes);
      const sha256 = hash.hex();
      this.#tell(transfer, { parley: 'file_inline', id: transfer.fileId, sha256, data: toBase64(bytes) });
      this.#change(transfer.key, { status: 'verifying', bytes: transfer.size, sha256 });
      this.#expect(transfer.key, resumeWaitMs);
    } catch {
      this.#fail(transfer.key, 'read_failed');
    }
  }

  #inline(transfer: FileTransfer, sha256: string, data: string): void {
    const receiver = this.#work.get(transfer.key)?.receiver;
    const bytes = fromBase64(data);
    if (receiver == null || receiver.received > 0) return;
    if (bytes !== null) receiver.accept(bytes);
    receiver.finish(sha256);
  }

  #receiver(transfer: FileTransfer, sink: Awaited<ReturnType<typeof openSink>> & object): FileReceiver {
    const { key, fileId } = transfer;
    return new FileReceiver({
      sink,
      size: transfer.size,
      events: {
        progress: (bytes) => {
          this.#progress(key, bytes);
          this.#expect(key, resumeWaitMs);
        },
        acknowledge: (bytes) => this.#tell(transfer, { parley: 'file_progress', id: fileId, bytes }),
        done: (url, sha256) => {
          this.#end(key, { status: 'done', bytes: transfer.size, url, sha256 });
          this.#tell(transfer, { parley: 'file_done', id: fileId, sha256 });
        },
        failed: (reason) => {
          this.#fail(key, reason);
          this.#tell(transfer, { parley: 'file_failed', id: fileId, reason });
        },
      },
    });
  }

  /** Nothing heard for so long means that nothing will be. */
  #expect(key: string, withinMs: number): void {
    const work = this.#workOf(key);
    this.#disarm(work);
    work.timer = this.#environment.clock.setTimeout(() => this.#fail(key, 'connection_lost'), withinMs);
  }

  #peerGone(peerId: string): void {
    for (const transfer of Object.values(this.store.getState().transfers)) {
      if (transfer.peerId === peerId) this.#fail(transfer.key, 'peer_left');
    }
  }

  #begin(key: string, bytes: number): void {
    const work = this.#workOf(key);
    work.startedAt = this.#environment.clock.now();
    work.startedBytes = bytes;
    this.#change(key, { status: 'transferring', bytes });
  }

  #progress(key: string, bytes: number): void {
    const work = this.#workOf(key);
    const now = this.#environment.clock.now();
    if (now - work.shownAt < progressMs) return;
    work.shownAt = now;
    const seconds = Math.max(0.1, (now - work.startedAt) / 1_000);
    this.#change(key, { bytes, bitrateBps: Math.round(((bytes - work.startedBytes) * 8) / seconds) });
  }

  #fail(key: string, problem: TransferProblem): void {
    const transfer = this.#get(key);
    if (transfer !== undefined && !isOver(transfer)) this.#end(key, { status: 'failed', problem });
  }

  #end(key: string, change: Partial<FileTransfer>): void {
    const work = this.#workOf(key);
    this.#disarm(work);
    work.sender?.stop();
    work.receiver?.abort();
    work.sender = work.receiver = work.file = null;
    this.#change(key, { ...change, bitrateBps: 0 });
  }

  #tell(transfer: FileTransfer, control: Control): void {
    this.#router().control(control, transfer.peerId);
  }

  #add(offer: Pick<FileTransfer, 'fileId' | 'peerId' | 'direction' | 'name' | 'size' | 'mime'>): FileTransfer {
    const key = keyOf(offer.fileId, offer.peerId, offer.direction);
    const transfer: FileTransfer = { ...offer, key, status: 'offered', bytes: 0, bitrateBps: 0, problem: null, url: null, sha256: null };
    this.store.setState((state) => ({ transfers: { ...state.transfers, [key]: transfer }, order: [...state.order, key] }));
    return transfer;
  }

  #change(key: string, change: Partial<FileTransfer>): void {
    this.store.setState((state) => {
      const transfer = state.transfers[key];
      return transfer === undefined ? state : { transfers: { ...state.transfers, [key]: { ...transfer, ...change } } };
    });
  }

  #get(key: string): FileTransfer | undefined {
    return this.store.getState().transfers[key];
  }

  #workOf(key: string): Work {
    const work = this.#work.get(key) ?? {
      file: null,
      sender: null,
      receiver: null,
      timer: undefined,
      startedAt: 0,
      startedBytes: 0,
      shownAt: 0,
    };
    this.#work.set(key, work);
    return work;
  }

  #disarm(work: Work): void {
    if (work.timer !== undefined) this.#environment.clock.clearTimeout(work.timer);
    work.timer = undefined;
  }
}

function keyOf(fileId: string, peerId: string, direction: 'in' | 'out'): string {
  return `${fileId}/${peerId}/${direction}`;
}

function isOver(transfer: FileTransfer): boolean {
  return ['done', 'declined', 'cancelled', 'failed'].includes(transfer.status);
}

// A name is shown and suggested for saving: no paths, no control characters, no text that runs backwards.
function plainName(name: string): string {
  const plain = name
    .replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '')
    .replace(/^.*[/\\]/, '')
    .trim();
  return plain === '' ? 'file' : plain;
}
