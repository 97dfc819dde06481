// @vitest-environment node
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ServerMessage } from '../protocol';
import { FakeWorld, type FakePeerConnection } from '../testing/fake-peer-connection';
import { testClock } from '../testing/test-environment';
import type { OutgoingSignal } from './connection';
import { noTracks, type LocalTracks } from './local-tracks';
import type { PathSample } from './path-watch';
import { PeerLink } from './peer-link';

interface Side {
  readonly link: PeerLink;
  readonly sent: OutgoingSignal[];
  local: LocalTracks;
  canSignal: boolean;
}

let world: FakeWorld;
let early: Side;
let late: Side;
/** Decides over each message: true delivers, false loses it, a number delays it. */
let network: (from: 'early' | 'late', signal: OutgoingSignal) => boolean | number;

function side(name: 'early' | 'late', other: () => Side): Side {
  const self: Side = {
    sent: [],
    local: noTracks,
    canSignal: true,
    link: new PeerLink({
      peerId: name === 'early' ? 'late' : 'early',
      polite: name === 'late',
      kind: 'video',
      clock: testClock,
      createConnection: world.create,
      local: () => self.local,
      shape: () => ({ peers: 1, shownHeight: null, efficientCodecs: [] }),
      canSignal: () => self.canSignal,
      send: (signal) => {
        self.sent.push(signal);
        const verdict = network(name, signal);
        if (verdict === false) return;
        testClock.setTimeout(() => other().link.receive({ ...signal, from: name } as ServerMessage), verdict === true ? 1 : verdict);
      },
      onTracks: () => undefined,
      onChannel: () => undefined,
    }),
  };
  return self;
}

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  world = new FakeWorld();
  network = () => true;
  early = side('early', () => late);
  late = side('late', () => early);
});

afterEach(() => {
  early.link.close();
  late.link.close();
  vi.useRealTimers();
});

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const pcOf = (one: Side) => one.link.pc as unknown as FakePeerConnection;
const offers = (one: Side) => one.sent.filter((signal) => signal.type === 'offer').length;

function expectConnected(): void {
  expect(pcOf(early).connectionState).toBe('connected');
  expect(pcOf(late).connectionState).toBe('connected');
  expect(pcOf(early).remoteUfrag).toBe(pcOf(late).ufrag);
  expect(pcOf(late).remoteUfrag).toBe(pcOf(early).ufrag);
}

async function connect(): Promise<void> {
  early.link.start(false);
  late.link.start(true);
  await pass(50);
  expectConnected();
}

/** Loses the first message that a test describes. */
function loseOnce(matches: (from: 'early' | 'late', signal: OutgoingSignal) => boolean): void {
  let lost = false;
  network = (from, signal) => {
    if (lost || !matches(from, signal)) return true;
    lost = true;
    return false;
  };
}

describe('the first connection', () => {
  it('is offered by the later joiner, with what each line carries', async () => {
    await connect();
    expect(offers(early)).toBe(0);
    expect(late.sent.find((signal) => signal.type === 'offer')).toMatchObject({ tracks: { 0: 'mic', 1: 'camera' } });
    expect(early.sent.find((signal) => signal.type === 'answer')).toMatchObject({ tracks: { 0: 'mic', 1: 'camera' } });
    expect(
      pcOf(early)
        .getTransceivers()
        .map((one) => one.direction),
    ).toEqual(['sendrecv', 'sendrecv']);
  });

  it('is begun by the earlier one when no offer comes', async () => {
    early.link.start(false);
    await pass(7_000);
    expectConnected();
  });

  it('survives that both begin at once: glare', async () => {
    early.link.start(true);
    late.link.start(true);
    await pass(50);
    expectConnected();
    expect(pcOf(late).getTransceivers()).toHaveLength(2);
  });

  it.each([
    ['the offer', 'late', 'offer'],
    ['the answer', 'early', 'answer'],
  ] as const)('repeats when %s is lost', async (_name, from, type) => {
    loseOnce((sender, signal) => sender === from && signal.type === type);
    early.link.start(false);
    late.link.start(true);
    await pass(6_500);
    expectConnected();
  });

  it('keeps candidates that come before their description', async () => {
    network = (_from, signal) => (signal.type === 'ice_candidate' ? 1 : 200);
    early.link.start(false);
    late.link.start(true);
    await pass(1_000);
    expectConnected();
    expect(pcOf(early).candidates).toHaveLength(1);
    expect(pcOf(late).candidates).toHaveLength(1);
  });

  it('takes every message twice without harm', async () => {
    network = (from, signal) => {
      const other = from === 'early' ? late : early;
      testClock.setTimeout(() => other.link.receive({ ...signal, from } as ServerMessage), 5);
      return true;
    };
    early.link.start(false);
    late.link.start(true);
    await pass(200);
    expectConnected();
    expect(world.connections).toHaveLength(2);
  });
});

describe('renegotiation', () => {
  it('needs none to put another track on a fixed line', async () => {
    await connect();
    const before = offers(early) + offers(late);
    late.local = { ...noTracks, mic: { kind: 'audio' } as MediaStreamTrack, camera: { kind: 'video' } as MediaStreamTrack };
    late.link.applyLocal();
    await pass(50);
    expect(offers(early) + offers(late)).toBe(before);
    expect(pcOf(late).getTransceivers()[1]?.sender.track).toBe(late.local.camera);
  });

  it('adds a screen, labelled as such, and keeps its line when sharing stops', async () => {
    await connect();
    early.local = { ...noTracks, screen: { kind: 'video' } as MediaStreamTrack };
    early.link.applyLocal();
    await pass(50);
    expectConnected();
    expect(early.sent.findLast((signal) => signal.type === 'offer')).toMatchObject({ tracks: { 2: 'screen' } });
    const before = offers(early);
    early.local = noTracks;
    early.link.applyLocal();
    early.local = { ...noTracks, screen: { kind: 'video' } as MediaStreamTrack };
    early.link.applyLocal();
    await pass(50);
    expect(offers(early)).toBe(before);
    expect(pcOf(early).getTransceivers()).toHaveLength(3);
  });

  it('gets both through when both want it at once', async () => {
    await connect();
    const screen = { ...noTracks, screen: { kind: 'video' } as MediaStreamTrack };
    early.local = late.local = screen;
    early.link.applyLocal();
    late.link.applyLocal();
    await pass(200);
    expectConnected();
    expect(world.connections).toHaveLength(2);
    for (const one of [early, late])
      expect(Object.values(one.link.connection?.lines.trackMap() ?? {}).filter((kind) => kind === 'screen')).toHaveLength(2);
  });

  it('drops an answer that comes after its offer was given up', async () => {
    await connect();
    const stale = early.sent.find((signal) => signal.type === 'answer');
    late.link.restartIce();
    network = (from, signal) => !(from === 'early' && signal.type === 'answer');
    await pass(20);
    late.link.receive({ ...stale, from: 'early' } as ServerMessage);
    await pass(20);
    expect(pcOf(late).signalingState).toBe('have-local-offer');
    network = () => true;
    await pass(6_000);
    expectConnected();
  });
});

describe('a fresh connection', () => {
  it.each(['early', 'late'] as const)('made by the %s one is recognised by its session id', async (who) => {
    await connect();
    const one = who === 'early' ? early : late;
    one.link.reconnect();
    await pass(100);
    expectConnected();
    expect(world.connections).toHaveLength(4);
    expect(world.connections.slice(0, 2).every((pc) => pc.signalingState === 'closed')).toBe(true);
  });

  it('made by both at once ends in one', async () => {
    await connect();
    early.link.reconnect();
    late.link.reconnect();
    await pass(200);
    expectConnected();
  });

  it('is not disturbed by late messages of the old one', async () => {
    await connect();
    const old = [...late.sent];
    late.link.reconnect();
    await pass(100);
    for (const signal of old) early.link.receive({ ...signal, from: 'late' } as ServerMessage);
    await pass(100);
    expectConnected();
    expect(world.connections).toHaveLength(4);
  });

  it('takes the place of an offer that was meant for the connection before a reload', async () => {
    await connect();
    // the earlier one renegotiates, its offer is lost with the other's page, which comes back with a new link
    network = () => false;
    early.link.restartIce();
    await pass(20);
    late.link.close();
    late = side('late', () => early);
    network = () => true;
    late.link.start(true);
    await pass(7_000);
    expectConnected();
  });

  it('follows an answer from a connection that never saw the old one', async () => {
    await connect();
    late.link.close();
    late = side('late', () => early);
    late.link.start(false);
    early.link.restartIce();
    await pass(500);
    expectConnected();
  });
});

describe('drops of signaling', () => {
  it('keeps a healthy connection untouched', async () => {
    await connect();
    const before = early.sent.length + late.sent.length;
    early.link.resync();
    late.link.resync();
    await pass(50);
    expect(early.sent.length + late.sent.length).toBe(before);
    expect(world.connections).toHaveLength(2);
  });

  it('says again what was lost, when it is back', async () => {
    network = () => false;
    early.link.start(false);
    late.link.start(true);
    await pass(1_000);
    network = () => true;
    late.link.resync();
    await pass(50);
    expectConnected();
  });

  it('does not count an answer as missing while nobody can be reached', async () => {
    network = () => false;
    late.canSignal = false;
    late.link.start(true);
    await pass(60_000);
    expect(offers(late)).toBe(1);
    expect(world.connections).toHaveLength(1);
  });
});

describe('repair', () => {
  const dead: PathSample = {
    connectionState: 'connected',
    received: 10,
    audioReceived: 10,
    videoReceived: 10,
    expectAudio: true,
    expectVideo: true,
    canRepair: true,
  };

  it('restarts ICE first, and makes a fresh connection when that does not help', async () => {
    await connect();
    let now = Date.now();
    const generations = () => pcOf(late).ufrag;
    const first = generations();
    for (let second = 0; second < 5; second++) late.link.observe(dead, (now += 1_000));
    await pass(50);
    expect(generations()).not.toBe(first);
    expect(world.connections).toHaveLength(2);
    for (let second = 0; second < 8; second++) late.link.observe(dead, (now += 1_000));
    await pass(50);
    expect(world.connections).toHaveLength(4);
    expectConnected();
  });

  it('does not wait for a connection that is closed', async () => {
    await connect();
    pcOf(late).close();
    late.link.observe({ ...dead, connectionState: 'closed' }, Date.now() + 1_000);
    await pass(50);
    expectConnected();
  });
});
