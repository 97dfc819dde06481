// @vitest-environment node
// Entering, dropping and coming back, and what the room tells meanwhile.
import { describe, expect, it, vi } from 'vitest';
import { code, enter, observe, open, options, pass, phaseOf, stage, stateOf, texts, resetRoomStage } from '../testing/room-stage';
import { memory } from '../testing/test-environment';

resetRoomStage();

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
      stage.server.refuse.push({ type: 'join_room', code: refusal });
      const tab = open('ann');
      const failed = expect(tab.session.join(options)).rejects.toMatchObject({ code: refusal });
      await pass(50);
      await failed;
      expect(stateOf(tab).phase).toMatchObject({ name: 'failed', code: refusal, meetingCode: code });
    },
  );

  it('tries again by itself after a refusal that the person can mend', async () => {
    stage.server.refuse.push({ type: 'join_room', code: 'wrong_password' });
    const tab = open('ann');
    tab.session.join(options).catch(() => undefined);
    await pass(50);
    const again = tab.session.join({ ...options, password: 'secret' });
    await pass(50);
    await again;
    expect(phaseOf(tab)).toBe('in_room');
    expect(stage.server.sent('ann', 'join_room').at(-1)).toMatchObject({ password: 'secret' });
  });

  it('leaves another room first when the server still holds the connection in one', async () => {
    stage.server.refuse.push({ type: 'join_room', code: 'already_in_room' });
    const tab = await enter('ann');
    expect(phaseOf(tab)).toBe('in_room');
    expect(stage.server.sent('ann', 'leave_room')).toHaveLength(1);
  });
});

describe('a drop at every step', () => {
  it.each([
    ['the request to join is lost', 'lose', 'join_room'],
    ['the answer to the join is lost', 'swallow', 'join_room'],
    ['the registration is lost', 'lose', 'register'],
    ['the answer to the registration is lost', 'swallow', 'register'],
  ] as const)('%s: one participant in the end', async (_name, how, type) => {
    stage.server[how].push(type);
    const tab = open('ann');
    const joined = tab.session.join(options);
    await pass(25_000);
    await joined;
    expect(phaseOf(tab)).toBe('in_room');
    expect(stage.server.members).toHaveLength(1);
    const ids = new Set(stage.server.sent('ann', 'join_room').map((message) => message['client_id']));
    expect(ids.size).toBe(1);
  });

  it('drops right after the join was carried out, before its answer', async () => {
    stage.server.swallow.push('join_room');
    const tab = open('ann');
    const joined = tab.session.join(options);
    await pass(5);
    stage.server.drop('ann');
    await pass(3_000);
    await joined;
    expect(stage.server.members).toHaveLength(1);
    expect(phaseOf(tab)).toBe('in_room');
  });

  it('resumes after a drop in the room and shows the way', async () => {
    const ann = await enter('ann');
    const me = stateOf(ann).me;
    stage.server.drop('ann');
    expect(phaseOf(ann)).toBe('reconnecting');
    await pass(2_000);
    expect(phaseOf(ann)).toBe('in_room');
    expect(stateOf(ann).me).toBe(me);
    expect(stage.server.sent('ann', 'join_room')).toHaveLength(1);
    expect(stateOf(ann).notices.at(-1)?.kind).toBe('reconnected');
  });

  it.each(['lose', 'swallow'] as const)('survives that the resume or its answer is lost (%s)', async (how) => {
    const ann = await enter('ann');
    stage.server[how].push('resume_room');
    stage.server.drop('ann');
    await pass(30_000);
    expect(phaseOf(ann)).toBe('in_room');
    expect(stage.server.members).toHaveLength(1);
  });

  it('keeps the place in the waiting room', async () => {
    stage.server.lobby = true;
    await enter('ann');
    const bob = await enter('bob');
    expect(stateOf(bob).phase).toMatchObject({ name: 'waiting', position: 1, reconnecting: false });
    stage.server.drop('bob');
    expect(stateOf(bob).phase).toMatchObject({ name: 'waiting', reconnecting: true });
    await pass(2_000);
    expect(stateOf(bob).phase).toMatchObject({ name: 'waiting', reconnecting: false });
    stage.server.admit('bob');
    await pass(20);
    expect(phaseOf(bob)).toBe('in_room');
    expect(stage.server.members).toHaveLength(2);
  });

  it('finds out on return that it was admitted meanwhile', async () => {
    stage.server.lobby = true;
    const ann = await enter('ann');
    const bob = await enter('bob');
    expect(stateOf(ann).waiting.map((one) => one.name)).toEqual(['bob']);
    stage.server.drop('bob');
    stage.server.admit('bob');
    await pass(2_000);
    expect(phaseOf(bob)).toBe('in_room');
    expect(stateOf(ann).waiting).toEqual([]);
    expect(stateOf(ann).order).toHaveLength(2);
  });
});

describe('coming back', () => {
  it('joins with the same client_id when the room forgot the token', async () => {
    const ann = await enter('ann');
    stage.server.refuse.push({ type: 'resume_room', code: 'not_in_room' });
    stage.server.drop('ann');
    await pass(2_000);
    expect(phaseOf(ann)).toBe('in_room');
    expect(stage.server.members).toHaveLength(1);
    expect(stage.server.sent('ann', 'join_room')).toHaveLength(2);
  });

  it.each([
    ['removed', 'removed'],
    ['meeting_ended', 'ended'],
  ])('takes %s as final', async (refusal, name) => {
    const ann = await enter('ann');
    stage.server.refuse.push({ type: 'resume_room', code: refusal });
    stage.server.drop('ann');
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
    expect(stage.server.members).toHaveLength(1);
  });

  it('resumes after a reload with what was open, and asks for nothing more', async () => {
    const storage = memory();
    const before = await enter('ann', storage);
    before.session.setMedia({ mic: true, camera: false, screen: false });
    await pass(1_000);
    before.environment.signal('page_hide');
    stage.server.drop('ann');
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
    expect(stage.server.members).toHaveLength(1);
  });

  it('counts the time from before a reload', async () => {
    const storage = memory();
    const before = await enter('ann', storage);
    await pass(10_000);
    before.environment.signal('page_hide');
    stage.server.drop('ann');
    before.signaling.dispose();
    const after = await enter('ann', storage);
    await pass(5_000);
    stage.server.event({ type: 'room_ended', reason: 'host' });
    await pass(20);
    const { phase } = stateOf(after);
    expect(phase.name === 'ended' ? phase.durationMs : null).toBeGreaterThanOrEqual(15_000);
  });

  it('tells the server later about a leave that happened offline', async () => {
    const ann = await enter('ann');
    stage.server.accepting = false;
    stage.server.drop('ann');
    await ann.session.leave();
    expect(phaseOf(ann)).toBe('left');
    stage.server.accepting = true;
    await pass(10_000);
    expect(stage.server.members).toHaveLength(0);
    expect(phaseOf(ann)).toBe('left');
  });
});

describe('events', () => {
  it('replays what was missed once, and ignores what it has', async () => {
    const ann = await enter('ann');
    const bob = await enter('bob');
    await Promise.all([bob.session.chat.send('before', undefined), pass(20)]);
    stage.server.drop('ann');
    await Promise.all([bob.session.chat.send('meanwhile', undefined), pass(20)]);
    await pass(3_000);
    expect(texts(ann)).toEqual(['before/sent', 'meanwhile/sent']);
    const again = { type: 'chat_message', message_id: 'm-other', from: 'p1', text: 'old', sent_at: new Date().toISOString(), seq: 1 };
    stage.server.live.find((socket) => socket.user === 'ann')?.deliver(again);
    await pass(20);
    expect(texts(ann)).toHaveLength(2);
    expect(stateOf(ann).unread).toBe(2);
  });

  it('reads the history when the replay is not complete', async () => {
    const ann = await enter('ann');
    const reads = stage.historyReads;
    stage.server.complete = false;
    stage.history = [{ message_id: 'm9', from: { id: 'bob', name: 'Bob' }, text: 'lost', sent_at: new Date(2_000_000).toISOString() }];
    stage.server.drop('ann');
    await pass(3_000);
    expect(stage.historyReads).toBe(reads + 1);
    expect(texts(ann)).toEqual(['lost/sent']);
    expect(stateOf(ann).notices.some((notice) => notice.kind === 'history_incomplete')).toBe(true);
  });

  it('obeys a host who mutes, also when that was missed', async () => {
    const ann = await enter('ann');
    const asked = vi.fn<(what: 'mic' | 'camera') => void>();
    observe(ann, { mediaRequested: asked });
    ann.session.setMedia({ mic: true, camera: true, screen: false });
    await pass(20);
    stage.server.drop('ann');
    stage.server.event({ type: 'media_request', mic: false });
    await pass(3_000);
    expect(asked).toHaveBeenCalledExactlyOnceWith('mic');
    expect(stateOf(ann).notices.some((notice) => notice.kind === 'muted_by_host')).toBe(true);
  });

  it('reads the history after a restart without a word of missing events', async () => {
    const ann = await enter('ann');
    const reads = stage.historyReads;
    stage.server.epoch = 2;
    stage.server.complete = false;
    stage.server.drop('ann');
    await pass(3_000);
    expect(stage.historyReads).toBe(reads + 1);
    expect(stateOf(ann).notices.some((notice) => notice.kind === 'history_incomplete')).toBe(false);
  });

  it('survives a new epoch', async () => {
    const ann = await enter('ann');
    stage.server.epoch = 2;
    stage.server.drop('ann');
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
    stage.server.event(event);
    await pass(20);
    expect(phaseOf(ann)).toBe(name);
    expect(exited).toHaveBeenCalledOnce();
    stage.server.drop('ann');
    await pass(5_000);
    expect(stage.server.sent('ann', 'resume_room')).toHaveLength(0);
  });
});
