// @vitest-environment node
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SignalingClient } from '../signaling/signaling-client';
import { FakeServer } from '../testing/fake-server';
import { memory, testClock, testEnvironment, type TestEnvironment } from '../testing/test-environment';
import type { RoomObserver } from './room-observer';
import { RoomSession } from './room-session';
import type { ChatHistoryItem } from '../protocol';
import type { KeyValueStorage } from '../environment';

const code = 'abc-defg-hij';
const options = { code, kind: 'video' } as const;

interface Tab {
  readonly environment: TestEnvironment;
  readonly signaling: SignalingClient;
  readonly session: RoomSession;
  readonly storage: KeyValueStorage;
}

let server: FakeServer;
let history: ChatHistoryItem[];
let historyReads: number;
const tabs: Tab[] = [];

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  server = new FakeServer(testClock);
  history = [];
  historyReads = 0;
});

afterEach(() => {
  for (const tab of tabs.splice(0)) tab.signaling.dispose();
  vi.useRealTimers();
});

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

function open(user: string, storage = memory()): Tab {
  const fetch = () => {
    historyReads++;
    return Promise.resolve(new Response(JSON.stringify({ items: history, next_cursor: null })));
  };
  const environment = testEnvironment({ openSocket: server.openSocket, storage, fetch });
  const tokens = { get: () => Promise.resolve(`${user}:1`), refresh: () => Promise.resolve(`${user}:2`) };
  const signaling = new SignalingClient({ url: 'ws://x', tokens, environment });
  const session = new RoomSession({ signaling, environment, history: { origin: 'http://x', tokens, fetch: environment.fetch } });
  const tab = { environment, signaling, session, storage };
  tabs.push(tab);
  return tab;
}

async function enter(user: string, storage?: KeyValueStorage): Promise<Tab> {
  const tab = open(user, storage);
  const joined = tab.session.join(options);
  joined.catch(() => undefined);
  await pass(50);
  await joined;
  return tab;
}

const stateOf = (tab: Tab) => tab.session.store.getState();
const phaseOf = (tab: Tab) => stateOf(tab).phase.name;
const texts = (tab: Tab) => stateOf(tab).messages.map((message) => `${message.text}/${message.status}`);
const observe = (tab: Tab, observer: RoomObserver) => tab.session.observe(observer);

describe('joining', () => {
  it('is in the room with everybody in the order of joining', async () => {
    await enter('ann');
    const bob = await enter('bob');
    expect(phaseOf(bob)).toBe('in_room');
    expect(stateOf(bob).order.map((id) => stateOf(bob).participants[id]?.name)).toEqual(['ann', 'bob']);
    expect(Object.values(stateOf(bob).participants).find((one) => one.isMe)?.name).toBe('bob');
  });

  it.each(['wrong_password', 'room_full', 'room_locked', 'meeting_not_found', 'rate_limited'])(
    'rejects with %s and says so',
    async (refusal) => {
      server.refuse.push({ type: 'join_room', code: refusal });
      const tab = open('ann');
      const failed = expect(tab.session.join(options)).rejects.toMatchObject({ code: refusal });
      await pass(50);
      await failed;
      expect(stateOf(tab).phase).toMatchObject({ name: 'failed', code: refusal, meetingCode: code });
    },
  );

  it('tries again by itself after a refusal that the person can mend', async () => {
    server.refuse.push({ type: 'join_room', code: 'wrong_password' });
    const tab = open('ann');
    tab.session.join(options).catch(() => undefined);
    await pass(50);
    const again = tab.session.join({ ...options, password: 'secret' });
    await pass(50);
    await again;
    expect(phaseOf(tab)).toBe('in_room');
    expect(server.sent('ann', 'join_room').at(-1)).toMatchObject({ password: 'secret' });
  });

  it('leaves another room first when the server still holds the connection in one', async () => {
    server.refuse.push({ type: 'join_room', code: 'already_in_room' });
    const tab = await enter('ann');
    expect(phaseOf(tab)).toBe('in_room');
    expect(server.sent('ann', 'leave_room')).toHaveLength(1);
  });
});

describe('a drop at every step', () => {
  it.each([
    ['the request to join is lost', 'lose', 'join_room'],
    ['the answer to the join is lost', 'swallow', 'join_room'],
    ['the registration is lost', 'lose', 'register'],
    ['the answer to the registration is lost', 'swallow', 'register'],
  ] as const)('%s: one participant in the end', async (_name, how, type) => {
    server[how].push(type);
    const tab = open('ann');
    const joined = tab.session.join(options);
    await pass(25_000);
    await joined;
    expect(phaseOf(tab)).toBe('in_room');
    expect(server.members).toHaveLength(1);
    const ids = new Set(server.sent('ann', 'join_room').map((message) => message['client_id']));
    expect(ids.size).toBe(1);
  });

  it('drops right after the join was carried out, before its answer', async () => {
    server.swallow.push('join_room');
    const tab = open('ann');
    const joined = tab.session.join(options);
    await pass(5);
    server.drop('ann');
    await pass(3_000);
    await joined;
    expect(server.members).toHaveLength(1);
    expect(phaseOf(tab)).toBe('in_room');
  });

  it('resumes after a drop in the room and shows the way', async () => {
    const ann = await enter('ann');
    const me = stateOf(ann).me;
    server.drop('ann');
    expect(phaseOf(ann)).toBe('reconnecting');
    await pass(2_000);
    expect(phaseOf(ann)).toBe('in_room');
    expect(stateOf(ann).me).toBe(me);
    expect(server.sent('ann', 'join_room')).toHaveLength(1);
    expect(stateOf(ann).notices.at(-1)?.kind).toBe('reconnected');
  });

  it.each(['lose', 'swallow'] as const)('survives that the resume or its answer is lost (%s)', async (how) => {
    const ann = await enter('ann');
    server[how].push('resume_room');
    server.drop('ann');
    await pass(30_000);
    expect(phaseOf(ann)).toBe('in_room');
    expect(server.members).toHaveLength(1);
  });

  it('keeps the place in the waiting room', async () => {
    server.lobby = true;
    await enter('ann');
    const bob = await enter('bob');
    expect(stateOf(bob).phase).toMatchObject({ name: 'waiting', position: 1, reconnecting: false });
    server.drop('bob');
    expect(stateOf(bob).phase).toMatchObject({ name: 'waiting', reconnecting: true });
    await pass(2_000);
    expect(stateOf(bob).phase).toMatchObject({ name: 'waiting', reconnecting: false });
    server.admit('bob');
    await pass(20);
    expect(phaseOf(bob)).toBe('in_room');
    expect(server.members).toHaveLength(2);
  });

  it('finds out on return that it was admitted meanwhile', async () => {
    server.lobby = true;
    const ann = await enter('ann');
    const bob = await enter('bob');
    expect(stateOf(ann).waiting.map((one) => one.name)).toEqual(['bob']);
    server.drop('bob');
    server.admit('bob');
    await pass(2_000);
    expect(phaseOf(bob)).toBe('in_room');
    expect(stateOf(ann).waiting).toEqual([]);
    expect(stateOf(ann).order).toHaveLength(2);
  });
});

describe('coming back', () => {
  it('joins with the same client_id when the room forgot the token', async () => {
    const ann = await enter('ann');
    server.refuse.push({ type: 'resume_room', code: 'not_in_room' });
    server.drop('ann');
    await pass(2_000);
    expect(phaseOf(ann)).toBe('in_room');
    expect(server.members).toHaveLength(1);
    expect(server.sent('ann', 'join_room')).toHaveLength(2);
  });

  it.each([
    ['removed', 'removed'],
    ['meeting_ended', 'ended'],
  ])('takes %s as final', async (refusal, name) => {
    const ann = await enter('ann');
    server.refuse.push({ type: 'resume_room', code: refusal });
    server.drop('ann');
    await pass(5_000);
    expect(phaseOf(ann)).toBe(name);
    expect(ann.session.canResume(code)).toBe(false);
  });

  it('stops when a newer connection has taken its place', async () => {
    const storage = memory();
    const old = await enter('ann', storage);
    const fresh = await enter('ann', storage);
    await pass(100);
    expect(phaseOf(old)).toBe('replaced');
    expect(phaseOf(fresh)).toBe('in_room');
    expect(server.members).toHaveLength(1);
  });

  it('resumes after a reload with what was open, and asks for nothing more', async () => {
    const storage = memory();
    const before = await enter('ann', storage);
    before.session.setMedia({ mic: true, camera: false, screen: false });
    await pass(1_000);
    before.environment.signal('page_hide');
    server.drop('ann');
    before.signaling.dispose();
    const after = open('ann', storage);
    const restored = vi.fn<(mic: boolean, camera: boolean) => void>();
    const entered = vi.fn<(fresh: boolean) => void>();
    observe(after, { restoreMedia: restored, entered });
    expect(after.session.canResume(code)).toBe(true);
    const joined = after.session.join(options);
    await pass(100);
    await joined;
    expect(restored).toHaveBeenCalledExactlyOnceWith(true, false);
    expect(entered).toHaveBeenCalledExactlyOnceWith(true);
    expect(server.members).toHaveLength(1);
  });

  it('counts the time from before a reload', async () => {
    const storage = memory();
    const before = await enter('ann', storage);
    await pass(10_000);
    before.environment.signal('page_hide');
    server.drop('ann');
    before.signaling.dispose();
    const after = await enter('ann', storage);
    await pass(5_000);
    server.event({ type: 'room_ended', reason: 'host' });
    await pass(20);
    const { phase } = stateOf(after);
    expect(phase.name === 'ended' ? phase.durationMs : null).toBeGreaterThanOrEqual(15_000);
  });

  it('tells the server later about a leave that happened offline', async () => {
    const ann = await enter('ann');
    server.accepting = false;
    server.drop('ann');
    await ann.session.leave();
    expect(phaseOf(ann)).toBe('left');
    server.accepting = true;
    await pass(10_000);
    expect(server.members).toHaveLength(0);
    expect(phaseOf(ann)).toBe('left');
  });
});

describe('events', () => {
  it('replays what was missed once, and ignores what it has', async () => {
    const ann = await enter('ann');
    const bob = await enter('bob');
    await Promise.all([bob.session.chat.send('before', undefined), pass(20)]);
    server.drop('ann');
    await Promise.all([bob.session.chat.send('meanwhile', undefined), pass(20)]);
    await pass(3_000);
    expect(texts(ann)).toEqual(['before/sent', 'meanwhile/sent']);
    const again = { type: 'chat_message', message_id: 'm-other', from: 'p1', text: 'old', sent_at: new Date().toISOString(), seq: 1 };
    server.live.find((socket) => socket.user === 'ann')?.deliver(again);
    await pass(20);
    expect(texts(ann)).toHaveLength(2);
    expect(stateOf(ann).unread).toBe(2);
  });

  it('reads the history when the replay is not complete', async () => {
    const ann = await enter('ann');
    const reads = historyReads;
    server.complete = false;
    history = [{ message_id: 'm9', from: { id: 'bob', name: 'Bob' }, text: 'lost', sent_at: new Date(2_000_000).toISOString() }];
    server.drop('ann');
    await pass(3_000);
    expect(historyReads).toBe(reads + 1);
    expect(texts(ann)).toEqual(['lost/sent']);
    expect(stateOf(ann).notices.some((notice) => notice.kind === 'history_incomplete')).toBe(true);
  });

  it('obeys a host who mutes, also when that was missed', async () => {
    const ann = await enter('ann');
    const asked = vi.fn<(what: 'mic' | 'camera') => void>();
    observe(ann, { mediaRequested: asked });
    ann.session.setMedia({ mic: true, camera: true, screen: false });
    await pass(20);
    server.drop('ann');
    server.event({ type: 'media_request', mic: false });
    await pass(3_000);
    expect(asked).toHaveBeenCalledExactlyOnceWith('mic');
    expect(stateOf(ann).notices.some((notice) => notice.kind === 'muted_by_host')).toBe(true);
  });

  it('reads the history after a restart without a word of missing events', async () => {
    const ann = await enter('ann');
    const reads = historyReads;
    server.epoch = 2;
    server.complete = false;
    server.drop('ann');
    await pass(3_000);
    expect(historyReads).toBe(reads + 1);
    expect(stateOf(ann).notices.some((notice) => notice.kind === 'history_incomplete')).toBe(false);
  });

  it('survives a new epoch', async () => {
    const ann = await enter('ann');
    server.epoch = 2;
    server.drop('ann');
    await pass(2_000);
    expect(stateOf(ann).room?.epoch).toBe(2);
    expect(phaseOf(ann)).toBe('in_room');
  });

  it.each([
    [{ type: 'room_ended', reason: 'host' }, 'ended'],
    [{ type: 'removed_from_room' }, 'removed'],
    [{ type: 'declined_from_room', reason: 'no' }, 'declined'],
  ])('%o ends the presence', async (event, name) => {
    const ann = await enter('ann');
    const exited = vi.fn();
    observe(ann, { exited });
    server.event(event);
    await pass(20);
    expect(phaseOf(ann)).toBe(name);
    expect(exited).toHaveBeenCalledOnce();
    server.drop('ann');
    await pass(5_000);
    expect(server.sent('ann', 'resume_room')).toHaveLength(0);
  });
});

describe('what has no answer', () => {
  it.each(['lose', 'swallow'] as const)('repeats chat with the same client_id after a drop (%s): stored once, shown once', async (how) => {
    const ann = await enter('ann');
    const bob = await enter('bob');
    server[how].push('chat_message');
    const sent = ann.session.chat.send('hello', undefined);
    expect(texts(ann)).toEqual(['hello/pending']);
    await pass(20);
    server.drop('ann');
    await pass(3_000);
    await sent;
    expect(texts(ann)).toEqual(['hello/sent']);
    expect(texts(bob)).toEqual(['hello/sent']);
    expect(server.stored).toHaveLength(1);
  });

  it('sends chat that was written while away, in its order', async () => {
    const ann = await enter('ann');
    const bob = await enter('bob');
    server.accepting = false;
    server.drop('ann');
    const sent = ['one', 'two', 'three'].map((text) => ann.session.chat.send(text, undefined));
    await pass(1_000);
    server.accepting = true;
    await pass(5_000);
    await Promise.all(sent);
    expect(texts(bob)).toEqual(['one/sent', 'two/sent', 'three/sent']);
  });

  async function reload(tab: Tab): Promise<Tab> {
    tab.environment.signal('page_hide');
    server.drop('ann');
    tab.signaling.dispose();
    server.accepting = true;
    const after = open('ann', tab.storage);
    const joined = after.session.join(options);
    await pass(200);
    await joined;
    return after;
  }

  it('sends chat that was written while away also after a reload, in its order', async () => {
    const ann = await enter('ann');
    const bob = await enter('bob');
    server.accepting = false;
    server.drop('ann');
    for (const text of ['one', 'two']) ann.session.chat.send(text, undefined).catch(() => undefined);
    const after = await reload(ann);
    expect(texts(bob)).toEqual(['one/sent', 'two/sent']);
    expect(texts(after)).toEqual(['one/sent', 'two/sent']);
    expect(stateOf(after).messages.every((message) => message.mine)).toBe(true);
    expect(server.members).toHaveLength(2);
  });

  it('stores and shows chat once whose answer the reload has cut off', async () => {
    const ann = await enter('ann');
    const bob = await enter('bob');
    server.swallow.push('chat_message');
    ann.session.chat.send('hello', undefined).catch(() => undefined);
    await pass(20);
    const stored = { from: { id: 'ann', name: 'ann' }, text: 'hello', sent_at: new Date().toISOString() };
    history = [{ ...stored, message_id: stateOf(bob).messages[0]?.messageId ?? '' }];
    const after = await reload(ann);
    expect(server.stored).toHaveLength(1);
    expect(texts(after)).toEqual(['hello/sent']);
    expect(texts(bob)).toEqual(['hello/sent']);
  });

  it('forgets what was answered: a second reload sends nothing', async () => {
    const ann = await enter('ann');
    await Promise.all([ann.session.chat.send('hello', undefined), pass(20)]);
    await reload(ann);
    expect(server.sent('ann', 'chat_message')).toHaveLength(1);
  });

  it('marks chat as failed when it is refused, and retries on demand', async () => {
    const ann = await enter('ann');
    server.refuse.push({ type: 'chat_message', code: 'forbidden' });
    const failed = expect(ann.session.chat.send('x', undefined)).rejects.toMatchObject({ code: 'forbidden' });
    await pass(20);
    await failed;
    expect(stateOf(ann).messages[0]).toMatchObject({ status: 'failed', error: 'forbidden' });
    const again = ann.session.chat.retry(stateOf(ann).messages[0]?.key ?? '');
    await pass(20);
    await again;
    expect(texts(ann)).toEqual(['x/sent']);
  });

  it('asserts the local truth about microphone and camera after a drop', async () => {
    const ann = await enter('ann');
    server.accepting = false;
    server.drop('ann');
    ann.session.setMedia({ mic: true, camera: false, screen: false });
    ann.session.setMedia({ mic: false, camera: true, screen: false });
    server.accepting = true;
    await pass(5_000);
    expect(server.member('ann').wire).toMatchObject({ mic: false, camera: true });
  });

  it('repeats a raised hand, and a later word replaces an earlier', async () => {
    const ann = await enter('ann');
    server.accepting = false;
    server.drop('ann');
    const hand = (raised: boolean) => ann.session.commands.run({ type: 'raise_hand', raised }, { repeatable: true, key: 'hand' });
    const both = Promise.all([hand(false), hand(true)]);
    server.accepting = true;
    await pass(5_000);
    await both;
    expect(server.sent('ann', 'raise_hand')).toHaveLength(1);
    expect(stateOf(ann).hands).toEqual([stateOf(ann).me]);
  });

  it('does not repeat a reaction', async () => {
    const ann = await enter('ann');
    server.drop('ann');
    await expect(ann.session.commands.run({ type: 'reaction', emoji: 'x' }, { repeatable: false })).rejects.toMatchObject({
      code: 'offline',
    });
  });

  it('gives a command up after a while', async () => {
    const ann = await enter('ann');
    server.accepting = false;
    server.drop('ann');
    const failed = expect(ann.session.commands.run({ type: 'lock_room', locked: true }, { repeatable: true })).rejects.toMatchObject({
      code: 'offline',
    });
    await pass(41_000);
    await failed;
  });
});
