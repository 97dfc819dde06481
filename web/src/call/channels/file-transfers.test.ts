// @vitest-environment node
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Environment } from '../environment';
import type { Mesh } from '../mesh/mesh';
import type { ClientMessage, ServerMessage } from '../protocol';
import { FakeDataChannel } from '../testing/fake-data-channel';
import { testClock, testEnvironment } from '../testing/test-environment';
import { DataRouter } from './data-router';
import { FileTransfers } from './file-transfers';

interface Side {
  readonly files: FileTransfers;
  readonly router: DataRouter;
  readonly observers: Parameters<Mesh['observe']>[0][];
  data: FakeDataChannel | null;
}

let ann: Side;
let bob: Side;
let fileChannels: FakeDataChannel[];
/** What the server carried because no channel was there. */
let carried: ClientMessage[];
let tamper: (data: unknown) => unknown;

function side(me: string, peer: string, other: () => Side, parts: Partial<Environment> = {}): Side {
  const environment = testEnvironment(parts);
  const self: { -readonly [K in keyof Side]: Side[K] } = { files: null as never, router: null as never, observers: [], data: null };
  const link = {
    get data() {
      return self.data?.readyState === 'open' ? self.data : null;
    },
    pc: { sctp: { maxMessageSize: 262_144 } },
    openChannel: (label: string) => {
      const [mine, theirs] = FakeDataChannel.pair(label, testClock);
      mine.tamper = (data) => tamper(data);
      fileChannels.push(mine);
      for (const observer of other().observers) observer.channel?.(me, theirs as unknown as RTCDataChannel);
      return mine;
    },
  };
  const mesh = {
    observe: (observer: Side['observers'][number]) => self.observers.push(observer),
    link: () => link,
    peerIds: [peer],
  } as unknown as Mesh;
  const files: FileTransfers = new FileTransfers({ environment, mesh, router: () => self.router });
  self.files = files;
  self.router = new DataRouter({
    mesh,
    request: (message) => {
      carried.push(message);
      if (message.type === 'data_message') other().router.receive({ type: 'data_message', from: me, payload: message.payload });
      return Promise.resolve({ type: 'ack' } as ServerMessage);
    },
    events: {
      control: (from, control) => files.control(from, control),
      fileChannel: (from, channel) => files.fileChannel(from, channel),
      channelOpen: (from) => files.channelOpen(from),
    },
  });
  return self;
}

function openData(): void {
  const [a, b] = FakeDataChannel.pair('data', testClock);
  ann.data = a;
  bob.data = b;
  for (const observer of ann.observers) observer.channel?.('bob', a as unknown as RTCDataChannel);
  for (const observer of bob.observers) observer.channel?.('ann', b as unknown as RTCDataChannel);
}

function loseConnection(): void {
  for (const channel of [ann.data, bob.data, ...fileChannels]) channel?.close();
}

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  fileChannels = [];
  carried = [];
  tamper = (data) => data;
  ann = side('ann', 'bob', () => bob);
  bob = side('bob', 'ann', () => ann);
  openData();
});

afterEach(() => {
  vi.useRealTimers();
});

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
function bytesOf(size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  for (let index = 0; index < size; index++) bytes[index] = (index * 31) % 251;
  return bytes;
}

const fileOf = (size: number, name = 'plan.bin') => new File([bytesOf(size)], name);
const hashOf = (size: number) => createHash('sha256').update(bytesOf(size)).digest('hex');
const only = (one: Side) => {
  const transfer = Object.values(one.files.store.getState().transfers)[0];
  if (transfer === undefined) throw new Error('no transfer');
  return transfer;
};

async function until(condition: () => boolean): Promise<void> {
  // reading a Blob is real work outside virtual time, so both have to pass
  for (let round = 0; round < 2_000 && !condition(); round++) {
    await pass(5);
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  expect(condition()).toBe(true);
}

async function offered(size: number): Promise<void> {
  ann.files.offer(fileOf(size), 'bob');
  await until(() => bob.files.store.getState().order.length === 1);
}

describe('a file', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: 1_000_000, toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  });

  it.each([0, 1, 65_536, 3_000_001])('of %i bytes arrives with its hash, in chunks, within the window', async (size) => {
    await offered(size);
    expect(only(bob)).toMatchObject({ direction: 'in', status: 'offered', name: 'plan.bin', size });
    await bob.files.accept(only(bob).key);
    await until(() => only(ann).status === 'done' && only(bob).status === 'done');
    expect(only(bob)).toMatchObject({ bytes: size, sha256: hashOf(size) });
    expect(only(ann).sha256).toBe(hashOf(size));
    const blob = await (await fetch(only(bob).url ?? '')).arrayBuffer();
    expect(Buffer.from(blob).equals(Buffer.from(bytesOf(size)))).toBe(true);
    expect(fileChannels[0]?.largestFrame).toBeLessThanOrEqual(65_536);
    expect(fileChannels[0]?.mostBuffered).toBeLessThanOrEqual(1_200_000);
  });

  it('that was changed on the way fails on both sides', async () => {
    let once = true;
    tamper = (data) => {
      if (!once || !(data instanceof ArrayBuffer)) return data;
      once = false;
      const copy = new Uint8Array(data.slice(0));
      copy[0] = (copy[0] ?? 0) ^ 1;
      return copy.buffer;
    };
    await offered(200_000);
    await bob.files.accept(only(bob).key);
    await until(() => only(ann).status === 'failed' && only(bob).status === 'failed');
    expect([only(ann).problem, only(bob).problem]).toEqual(['hash_mismatch', 'hash_mismatch']);
    expect(only(bob).url).toBeNull();
  });

  it('that grows beyond what was offered is refused', async () => {
    tamper = (data) => (data instanceof ArrayBuffer ? new Uint8Array(data.byteLength + 10).buffer : data);
    await offered(1_000);
    await bob.files.accept(only(bob).key);
    await until(() => only(bob).status === 'failed');
    expect(only(bob).problem).toBe('hash_mismatch');
  });

  it('may be declined', async () => {
    await offered(1_000);
    bob.files.decline(only(bob).key);
    await until(() => only(ann).status === 'declined');
    expect(fileChannels).toHaveLength(0);
  });

  it.each(['ann', 'bob'] as const)('may be cancelled by %s in the middle', async (who) => {
    await offered(20_000_000);
    await bob.files.accept(only(bob).key);
    await until(() => only(bob).bytes > 1_000_000);
    (who === 'ann' ? ann : bob).files.cancel(only(who === 'ann' ? ann : bob).key);
    await until(() => only(ann).status === 'cancelled' && only(bob).status === 'cancelled');
    expect(fileChannels[0]?.readyState).toBe('closed');
  });

  it('goes on after a lost connection from where it was', async () => {
    await offered(9_000_000);
    await bob.files.accept(only(bob).key);
    await until(() => only(bob).bytes > 2_000_000);
    loseConnection();
    await pass(500);
    expect(only(bob).status).toBe('transferring');
    openData();
    await until(() => only(ann).status === 'done' && only(bob).status === 'done');
    expect(only(bob).sha256).toBe(hashOf(9_000_000));
    expect(fileChannels).toHaveLength(2);
  });

  it('fails when the connection does not come back', async () => {
    await offered(9_000_000);
    await bob.files.accept(only(bob).key);
    await until(() => only(bob).bytes > 1_000_000);
    loseConnection();
    await pass(61_000);
    expect([only(ann).problem, only(bob).problem]).toEqual(['connection_lost', 'connection_lost']);
  });

  it('ends when the peer leaves', async () => {
    await offered(1_000);
    for (const observer of bob.observers) observer.gone?.('ann');
    expect(only(bob)).toMatchObject({ status: 'failed', problem: 'peer_left' });
  });

  it('that is small goes by the server when no channel opens', async () => {
    loseConnection();
    ann.files.offer(fileOf(5_000), 'bob');
    await bob.files.accept(only(bob).key);
    await until(() => only(bob).status === 'done' && only(ann).status === 'done');
    expect(only(bob).sha256).toBe(hashOf(5_000));
    expect(carried.every((message) => JSON.stringify(message).length < 17_000)).toBe(true);
  });

  it('that is large says so when no channel opens', async () => {
    loseConnection();
    ann.files.offer(fileOf(500_000), 'bob');
    await bob.files.accept(only(bob).key);
    await until(() => only(ann).status === 'failed');
    expect(only(ann).problem).toBe('no_channel');
    expect(only(bob).status).toBe('cancelled');
  });

  it('goes to disk where the browser can, and stays offered when the dialogue is closed', async () => {
    const written: number[] = [];
    const writable = {
      write: (bytes: Uint8Array) => (written.push(bytes.byteLength), Promise.resolve()),
      close: () => Promise.resolve(),
      abort: () => Promise.resolve(),
    };
    let answer: Promise<unknown> = Promise.reject(new DOMException('closed', 'AbortError'));
    answer.catch(() => undefined);
    bob = side('bob', 'ann', () => ann, { pickSaveFile: () => answer as Promise<FileSystemFileHandle> });
    openData();
    await offered(34_000_000);
    await bob.files.accept(only(bob).key);
    expect(only(bob).status).toBe('offered');
    answer = Promise.resolve({ createWritable: () => Promise.resolve(writable) });
    await bob.files.accept(only(bob).key);
    await until(() => only(bob).status === 'done');
    expect(written.reduce((sum, size) => sum + size, 0)).toBe(34_000_000);
    expect(only(bob).url).toBeNull();
  }, 20_000);

  it('has a plain name, whatever the other side calls it', () => {
    bob.files.control('ann', { parley: 'file_offer', id: 'x', name: '../../etc/\u202Egnp.exe\n', size: 1, mime: 'x' });
    expect(only(bob).name).toBe('gnp.exe');
  });
});

describe('data messages', () => {
  it('go over the channel, and by the server where there is none', async () => {
    const got: unknown[] = [];
    bob.router.onData((message) => got.push(message));
    await ann.router.send({ hello: 1 }, 'bob');
    await pass(5);
    expect(carried).toHaveLength(0);
    loseConnection();
    await ann.router.send([2], undefined);
    expect(got).toEqual([
      { from: 'ann', payload: { hello: 1 } },
      { from: 'ann', payload: [2] },
    ]);
    expect(carried).toEqual([{ type: 'data_message', payload: [2] }]);
  });

  it('refuse what is reserved, too large, or no JSON', async () => {
    await expect(ann.router.send({ parley: 'x' }, 'bob')).rejects.toMatchObject({ code: 'bad_message' });
    await expect(ann.router.send('x'.repeat(17_000), 'bob')).rejects.toMatchObject({ code: 'too_large' });
    await expect(ann.router.send(undefined, 'bob')).rejects.toMatchObject({ code: 'bad_message' });
  });

  it('drop what is broken without harm', async () => {
    const got: unknown[] = [];
    bob.router.onData((message) => got.push(message));
    for (const text of ['{', '{"parley":"file_offer","id":5}', '{"parley":"unheard_of"}', 'null', '"fine"']) ann.data?.send(text);
    await pass(5);
    expect(got.map((message) => (message as { payload: unknown }).payload)).toEqual([null, 'fine']);
    expect(bob.files.store.getState().order).toEqual([]);
  });
});
