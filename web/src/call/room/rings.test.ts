// @vitest-environment node
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SignalingClient } from '../signaling/signaling-client';
import { FakeServer } from '../testing/fake-server';
import { testClock, testEnvironment } from '../testing/test-environment';
import { Rings } from './rings';

let server: FakeServer;
let signaling: SignalingClient;
let rings: Rings;

beforeEach(async () => {
  vi.useFakeTimers({ now: 1_000_000 });
  server = new FakeServer(testClock);
  const environment = testEnvironment({ openSocket: server.openSocket });
  const tokens = { get: () => Promise.resolve('ann:1'), refresh: () => Promise.resolve('ann:2') };
  signaling = new SignalingClient({ url: 'ws://x', tokens, environment });
  rings = new Rings({ signaling, environment });
  signaling.connect();
  await pass(20);
});

afterEach(() => {
  signaling.dispose();
  vi.useRealTimers();
});

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const ringing = () => rings.store.getState().incoming.map((invitation) => invitation.id);

function ring(id: string, seconds = 45): void {
  const expires_at = new Date(Date.now() + seconds * 1_000).toISOString();
  server.live[0]?.deliver({ type: 'incoming_invitation', invitation_id: id, from: { id: 'bob', name: 'Bob' }, kind: 'video', expires_at });
}

describe('an invitation that comes in', () => {
  it.each(['invitation_accepted', 'invitation_declined', 'invitation_cancelled', 'invitation_missed'])(
    'rings until %s, whoever did it',
    async (type) => {
      ring('i1');
      ring('i1');
      await pass(5);
      expect(ringing()).toEqual(['i1']);
      server.live[0]?.deliver({ type, invitation_id: 'i1' });
      await pass(5);
      expect(ringing()).toEqual([]);
    },
  );

  it('stops by itself when the word of its end was lost', async () => {
    ring('i1', 45);
    await pass(40_000);
    expect(ringing()).toEqual(['i1']);
    await pass(10_000);
    expect(ringing()).toEqual([]);
  });

  it('is accepted again when the answer was lost', async () => {
    ring('i1');
    await pass(5);
    server.answers.set('accept_invitation', { type: 'ack' });
    server.swallow.push('accept_invitation');
    const accepted = rings.accept('i1');
    await pass(5);
    server.drop('ann');
    await pass(2_000);
    await accepted;
    expect(server.sent('ann', 'accept_invitation')).toHaveLength(2);
    expect(ringing()).toEqual([]);
  });

  it('that is over already is declined without complaint', async () => {
    ring('i1');
    await pass(5);
    server.refuse.push({ type: 'decline_invitation', code: 'invitation_not_found' });
    await Promise.all([rings.decline('i1'), pass(10)]);
    expect(ringing()).toEqual([]);
  });
});

describe('an invitation that goes out', () => {
  it('is sent once however often it is repeated, and follows its fate', async () => {
    server.answers.set('invite', { type: 'invitation_sent', invitation_id: 'o1' });
    server.lose.push('invite');
    const sent = rings.invite('bob', 'Bob', 'audio');
    await pass(12_000);
    expect(await sent).toBe('o1');
    const clientIds = server.sent('ann', 'invite').map((message) => message['client_id']);
    expect(clientIds).toHaveLength(2);
    expect(new Set(clientIds).size).toBe(1);
    server.live[0]?.deliver({ type: 'invitation_accepted', invitation_id: 'o1', code: 'abc-defg-hij' });
    await pass(5);
    expect(rings.store.getState().outgoing).toMatchObject([{ id: 'o1', status: 'accepted', code: 'abc-defg-hij' }]);
    rings.dismiss('o1');
    expect(rings.store.getState().outgoing).toEqual([]);
  });

  it('says that they are offline', async () => {
    server.refuse.push({ type: 'invite', code: 'user_offline' });
    const failed = expect(rings.invite('bob', 'Bob', undefined)).rejects.toMatchObject({ code: 'user_offline' });
    await pass(10);
    await failed;
  });
});
