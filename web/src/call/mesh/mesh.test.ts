// @vitest-environment node
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RoomSession } from '../room/room-session';
import { SignalingClient } from '../signaling/signaling-client';
import { FakeServer } from '../testing/fake-server';
import { FakeWorld } from '../testing/fake-peer-connection';
import { FakeStream } from '../testing/fake-media';
import { memory, testClock, testEnvironment } from '../testing/test-environment';
import { Mesh } from './mesh';
import { SignalPacer } from './signal-pacer';

let server: FakeServer;
let world: FakeWorld;
const open: { signaling: SignalingClient; mesh: Mesh }[] = [];

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  vi.stubGlobal('MediaStream', FakeStream);
  server = new FakeServer(testClock);
  world = new FakeWorld();
});

afterEach(() => {
  for (const { mesh, signaling } of open.splice(0)) {
    mesh.exited();
    signaling.dispose();
  }
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const offersOf = (user: string) => server.sent(user, 'offer');

async function enter(user: string, storage = memory()) {
  const fetch = () => Promise.resolve(new Response(JSON.stringify({ items: [], next_cursor: null })));
  const environment = testEnvironment({ openSocket: server.openSocket, createPeerConnection: world.create, storage, fetch });
  const tokens = { get: () => Promise.resolve(`${user}:1`), refresh: () => Promise.resolve(`${user}:2`) };
  const signaling = new SignalingClient({ url: 'ws://x', tokens, environment });
  const session = new RoomSession({ signaling, environment, history: { origin: 'http://x', tokens, fetch: environment.fetch } });
  const mesh = new Mesh({ environment, signaling, room: session.store });
  session.observe({
    entered: (fresh) => void mesh.entered(fresh),
    exited: () => mesh.exited(),
    peerMessage: (message) => mesh.receive(message),
  });
  open.push({ signaling, mesh });
  const joined = session.join({ code: 'abc-defg-hij', kind: 'video' });
  await pass(100);
  await joined;
  return { session, mesh, signaling, storage, preferences: environment.preferences, signal: environment.signal };
}

type Tab = Awaited<ReturnType<typeof enter>>;

const connected = (tab: Tab) => tab.mesh.peerIds.filter((id) => tab.mesh.link(id)?.pc?.connectionState === 'connected').length;

describe('a mesh', () => {
  it('connects everybody with everybody, the later joiner offering', async () => {
    const tabs = [await enter('ann'), await enter('bob'), await enter('cyd')];
    await pass(200);
    expect(tabs.map(connected)).toEqual([2, 2, 2]);
    expect([offersOf('ann'), offersOf('bob'), offersOf('cyd')].map((offers) => offers.length)).toEqual([0, 1, 2]);
    expect(world.connections).toHaveLength(6);
  });

  it('is called connected soon after it is, and not at the next second', async () => {
    const ann = await enter('ann');
    await enter('bob');
    await pass(300);
    expect(Object.values(ann.mesh.store.getState().peers).map((peer) => peer.path)).toEqual(['connected']);
  });

  it('rests between readings once everything flows', async () => {
    await enter('ann');
    await enter('bob');
    await pass(5_000);
    const readings = world.connections.map((pc) => vi.spyOn(pc, 'getStats'));
    await pass(5_000);
    for (const reading of readings) expect(reading.mock.calls.length).toBeLessThanOrEqual(6);
  });

  it('is made anew through the relay alone when a person hides their address, and remembers it', async () => {
    const ann = await enter('ann');
    const bob = await enter('bob');
    await pass(200);
    expect(world.connections.map((pc) => pc.configuration.iceTransportPolicy)).toEqual(['all', 'all']);
    ann.mesh.setRelayOnly(true);
    await pass(500);
    const open = world.connections.filter((pc) => pc.signalingState !== 'closed');
    expect(open.map((pc) => pc.configuration.iceTransportPolicy).sort()).toEqual(['all', 'relay']);
    expect([connected(ann), connected(bob)]).toEqual([1, 1]);
    expect(ann.preferences.getItem('parley.relay-only')).toBe('yes');
    ann.mesh.setRelayOnly(false);
    expect(ann.preferences.getItem('parley.relay-only')).toBeNull();
  });

  it('knows how large the server wishes it to be', async () => {
    const ann = await enter('ann');
    expect(ann.signaling.store.getState().meshLimit).toBe(6);
  });

  it('leaves media alone when signaling drops, on one side and on both', async () => {
    const ann = await enter('ann');
    const bob = await enter('bob');
    await pass(200);
    server.drop('ann');
    await pass(3_000);
    server.epoch = 2;
    server.drop('ann');
    server.drop('bob');
    await pass(5_000);
    expect([connected(ann), connected(bob)]).toEqual([1, 1]);
    expect(world.connections).toHaveLength(2);
  });

  it('restarts ICE once a change of network has settled, and at once when the network is back', async () => {
    const ann = await enter('ann');
    await enter('bob');
    await pass(30_000);
    const restarts = vi.spyOn(ann.mesh.link(ann.mesh.peerIds[0] ?? '')?.pc as RTCPeerConnection, 'restartIce');
    const offers = offersOf('ann').length;
    ann.signal('network_changed');
    await pass(600);
    ann.signal('network_changed');
    await pass(900);
    expect(restarts).toHaveBeenCalledTimes(0);
    await pass(200);
    expect(restarts).toHaveBeenCalledTimes(1);
    expect(offersOf('ann')).toHaveLength(offers + 1);
    for (let second = 0; second < 8; second++) {
      ann.signal('network_changed');
      await pass(1_000);
    }
    expect(restarts).toHaveBeenCalledTimes(1);
    await pass(10_000);
    expect(restarts).toHaveBeenCalledTimes(2);
    ann.signal('online');
    expect(restarts).toHaveBeenCalledTimes(3);
    await pass(500);
    expect(connected(ann)).toBe(1);
    expect(world.connections).toHaveLength(2);
  });

  it('connects with somebody who joined while one was away', async () => {
    const ann = await enter('ann');
    server.accepting = false;
    server.drop('ann');
    server.accepting = true;
    const bob = await enter('bob');
    await pass(12_000);
    expect([connected(ann), connected(bob)]).toEqual([1, 1]);
  });

  it('is rebuilt by who reloads the page, whoever joined first', async () => {
    const ann = await enter('ann');
    const bob = await enter('bob');
    await pass(200);
    // the page goes: its connections die with it, and nobody is told
    ann.signaling.dispose();
    for (const id of ann.mesh.peerIds) ann.mesh.link(id)?.close();
    const again = await enter('ann', ann.storage);
    await pass(500);
    expect(server.members).toHaveLength(2);
    expect([connected(again), connected(bob)]).toEqual([1, 1]);
  });

  it('lets go of who leaves', async () => {
    const ann = await enter('ann');
    const bob = await enter('bob');
    await pass(200);
    await Promise.all([bob.session.leave(), pass(100)]);
    expect(ann.mesh.peerIds).toEqual([]);
    expect(ann.mesh.store.getState().peers).toEqual({});
    expect(world.connections.every((pc) => pc.signalingState === 'closed')).toBe(true);
  });

  it('spreads bursts of candidates under the rate limit, in their order', async () => {
    const sent: number[] = [];
    const pacer = new SignalPacer(testClock);
    for (let n = 0; n < 400; n++) pacer.run(() => sent.push(n));
    expect(sent).toHaveLength(100);
    await pass(1_000);
    expect(sent.length).toBeGreaterThan(120);
    expect(sent.length).toBeLessThanOrEqual(135);
    await pass(10_000);
    expect(sent).toEqual(Array.from({ length: 400 }, (_, n) => n));
  });
});
