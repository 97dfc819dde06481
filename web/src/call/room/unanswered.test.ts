// @vitest-environment node
// Commands whose answer is lost, late or refused.
import { describe, expect, it } from 'vitest';
import { enter, open, options, pass, stage, stateOf, texts, resetRoomStage, type Tab } from '../testing/room-stage';

resetRoomStage();

describe('what has no answer', () => {
  it.each(['lose', 'swallow'] as const)('repeats chat with the same client_id after a drop (%s): stored once, shown once', async (how) => {
    const ann = await enter('ann');
    const bob = await enter('bob');
    stage.server[how].push('chat_message');
    const sent = ann.session.chat.send('hello', undefined);
    expect(texts(ann)).toEqual(['hello/pending']);
    await pass(20);
    stage.server.drop('ann');
    await pass(3_000);
    await sent;
    expect(texts(ann)).toEqual(['hello/sent']);
    expect(texts(bob)).toEqual(['hello/sent']);
    expect(stage.server.stored).toHaveLength(1);
  });

  it('sends chat that was written while away, in its order', async () => {
    const ann = await enter('ann');
    const bob = await enter('bob');
    stage.server.accepting = false;
    stage.server.drop('ann');
    const sent = ['one', 'two', 'three'].map((text) => ann.session.chat.send(text, undefined));
    await pass(1_000);
    stage.server.accepting = true;
    await pass(5_000);
    await Promise.all(sent);
    expect(texts(bob)).toEqual(['one/sent', 'two/sent', 'three/sent']);
  });

  async function reload(tab: Tab): Promise<Tab> {
    tab.environment.signal('page_hide');
    stage.server.drop('ann');
    tab.signaling.dispose();
    stage.server.accepting = true;
    const after = open('ann', tab.storage);
    const joined = after.session.join(options);
    await pass(200);
    await joined;
    return after;
  }

  it('sends chat that was written while away also after a reload, in its order', async () => {
    const ann = await enter('ann');
    const bob = await enter('bob');
    stage.server.accepting = false;
    stage.server.drop('ann');
    for (const text of ['one', 'two']) ann.session.chat.send(text, undefined).catch(() => undefined);
    const after = await reload(ann);
    expect(texts(bob)).toEqual(['one/sent', 'two/sent']);
    expect(texts(after)).toEqual(['one/sent', 'two/sent']);
    expect(stateOf(after).messages.every((message) => message.mine)).toBe(true);
    expect(stage.server.members).toHaveLength(2);
  });

  it('stores and shows chat once whose answer the reload has cut off', async () => {
    const ann = await enter('ann');
    const bob = await enter('bob');
    stage.server.swallow.push('chat_message');
    ann.session.chat.send('hello', undefined).catch(() => undefined);
    await pass(20);
    const stored = { from: { id: 'ann', name: 'ann' }, text: 'hello', sent_at: new Date().toISOString() };
    stage.history = [{ ...stored, message_id: stateOf(bob).messages[0]?.messageId ?? '' }];
    const after = await reload(ann);
    expect(stage.server.stored).toHaveLength(1);
    expect(texts(after)).toEqual(['hello/sent']);
    expect(texts(bob)).toEqual(['hello/sent']);
  });

  it('forgets what was answered: a second reload sends nothing', async () => {
    const ann = await enter('ann');
    await Promise.all([ann.session.chat.send('hello', undefined), pass(20)]);
    await reload(ann);
    expect(stage.server.sent('ann', 'chat_message')).toHaveLength(1);
  });

  it('marks chat as failed when it is refused, and retries on demand', async () => {
    const ann = await enter('ann');
    stage.server.refuse.push({ type: 'chat_message', code: 'forbidden' });
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
    stage.server.accepting = false;
    stage.server.drop('ann');
    ann.session.setMedia({ mic: true, camera: false, screen: false });
    ann.session.setMedia({ mic: false, camera: true, screen: false });
    stage.server.accepting = true;
    await pass(5_000);
    expect(stage.server.member('ann').wire).toMatchObject({ mic: false, camera: true });
  });

  it('repeats a raised hand, and a later word replaces an earlier', async () => {
    const ann = await enter('ann');
    stage.server.accepting = false;
    stage.server.drop('ann');
    const hand = (raised: boolean) => ann.session.commands.run({ type: 'raise_hand', raised }, { repeatable: true, key: 'hand' });
    const both = Promise.all([hand(false), hand(true)]);
    stage.server.accepting = true;
    await pass(5_000);
    await both;
    expect(stage.server.sent('ann', 'raise_hand')).toHaveLength(1);
    expect(stateOf(ann).hands).toEqual([stateOf(ann).me]);
  });

  it('does not repeat a reaction', async () => {
    const ann = await enter('ann');
    stage.server.drop('ann');
    await expect(ann.session.commands.run({ type: 'reaction', emoji: 'x' }, { repeatable: false })).rejects.toMatchObject({
      code: 'offline',
    });
  });

  it('gives a command up after a while', async () => {
    const ann = await enter('ann');
    stage.server.accepting = false;
    stage.server.drop('ann');
    const failed = expect(ann.session.commands.run({ type: 'lock_room', locked: true }, { repeatable: true })).rejects.toMatchObject({
      code: 'offline',
    });
    await pass(41_000);
    await failed;
  });
});
