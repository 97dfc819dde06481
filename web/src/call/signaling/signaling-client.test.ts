// @vitest-environment node
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CallError } from '../errors';
import { FakeServer } from '../testing/fake-server';
import { testClock, testEnvironment, type TestEnvironment } from '../testing/test-environment';
import { SignalingClient } from './signaling-client';

let server: FakeServer;
let environment: TestEnvironment;
let client: SignalingClient;
let refreshed: number;
let tokens: { get: () => Promise<string>; refresh: () => Promise<string> };

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  server = new FakeServer(testClock);
  environment = testEnvironment({ openSocket: server.openSocket });
  refreshed = 0;
  tokens = {
    get: () => Promise.resolve('ann:1'),
    refresh: () => {
      refreshed++;
      return Promise.resolve(`ann:r${refreshed}`);
    },
  };
  client = new SignalingClient({ url: 'ws://x/ws', tokens: { get: () => tokens.get(), refresh: () => tokens.refresh() }, environment });
});

afterEach(() => {
  client.dispose();
  vi.useRealTimers();
});

const phase = () => client.store.getState().phase;
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const registrations = () => server.sent('ann', 'register').length;

async function online(): Promise<void> {
  client.connect();
  await pass(20);
  expect(phase().name).toBe('online');
}

describe('registering', () => {
  it('sends register before anything else and becomes online with its answer', async () => {
    await online();
    expect(server.sockets[0]?.received[0]).toMatchObject({ type: 'register', token: 'ann:1' });
    expect(client.store.getState().user?.id).toBe('ann');
  });

  it('refuses requests while offline', async () => {
    await expect(client.request({ type: 'ping' })).rejects.toMatchObject({ code: 'offline' });
  });

  it('starts over when the answer to register is lost', async () => {
    server.swallow.push('register');
    client.connect();
    await pass(20);
    expect(phase().name).not.toBe('online');
    await pass(12_000);
    expect(phase().name).toBe('online');
  });

  it('registers a fresh token on the living socket a minute before the old one expires', async () => {
    const exp = Math.floor(Date.now() / 1_000) + 900;
    const jwt = `ann:${'x'}.${btoa(JSON.stringify({ exp }))}.s`;
    tokens.get = () => Promise.resolve(jwt);
    await online();
    await pass(835_000);
    expect(registrations()).toBe(1);
    await pass(10_000);
    expect(registrations()).toBe(2);
    expect(server.sockets).toHaveLength(1);
    expect(refreshed).toBe(1);
  });

  it('stops when the token provider says that the person is signed out', async () => {
    tokens.get = () => Promise.reject(new CallError('unauthenticated'));
    client.connect();
    await pass(10);
    expect(phase()).toEqual({ name: 'stopped', cause: 'unauthenticated' });
  });

  it('keeps trying when the token cannot be had for other reasons', async () => {
    tokens.get = () => Promise.reject(new TypeError('network'));
    client.connect();
    await pass(1_000);
    tokens.get = () => Promise.resolve('ann:1');
    await pass(5_000);
    expect(phase().name).toBe('online');
  });
});

describe('close codes', () => {
  it.each([
    [1000, '', 'network', 0],
    [1006, '', 'network', 0],
    [4400, '', 'protocol', 1_000],
    [4408, '', 'silent', 0],
    [4429, '', 'flooding', 5_000],
    [4503, 'retry_after=3', 'draining', 3_000],
    [4503, '{"retry_after":2}', 'draining', 2_000],
    [4508, '', 'too_slow', 2_000],
  ])('%i %s is retried because of %s after at least %i ms', async (code, reason, cause, atLeast) => {
    await online();
    server.drop('ann', code, reason);
    expect(phase()).toMatchObject({ name: 'retrying', cause });
    if (atLeast > 0) {
      await pass(atLeast - 10);
      expect(server.sockets).toHaveLength(1);
    }
    await pass(3_000);
    expect(phase().name).toBe('online');
    expect(refreshed).toBe(0);
  });

  it('4401 refreshes the token and retries', async () => {
    await online();
    server.drop('ann', 4401);
    await pass(1_000);
    expect(refreshed).toBe(1);
    expect(phase().name).toBe('online');
    expect(server.sent('ann', 'register').at(-1)).toMatchObject({ token: 'ann:r1' });
  });

  it('refusals of every refreshed token end in a stop', async () => {
    for (let n = 0; n < 6; n++) server.refuse.push({ type: 'register', code: 'unauthenticated' });
    client.connect();
    await pass(30_000);
    expect(phase()).toEqual({ name: 'stopped', cause: 'unauthenticated' });
  });

  it('4403 comes back with a fresh token after a new password', async () => {
    await online();
    server.drop('ann', 4403);
    await pass(1_000);
    expect(refreshed).toBe(1);
    expect(phase().name).toBe('online');
  });

  it('4403 stops for good when no fresh token is given, and what is wrong later is told afresh', async () => {
    await online();
    tokens.refresh = () => Promise.reject(new CallError('unauthenticated'));
    server.drop('ann', 4403);
    await pass(60_000);
    expect(phase()).toEqual({ name: 'stopped', cause: 'account_disabled' });
    expect(server.sockets).toHaveLength(1);
    client.connect();
    await pass(20);
    expect(phase()).toEqual({ name: 'stopped', cause: 'unauthenticated' });
  });

  it('4409 stops for good, until asked again', async () => {
    await online();
    server.drop('ann', 4409);
    await pass(60_000);
    expect(phase()).toEqual({ name: 'stopped', cause: 'replaced' });
    expect(server.sockets).toHaveLength(1);
    client.connect();
    await pass(20);
    expect(phase().name).toBe('online');
  });
});

describe('staying alive', () => {
  it('pings when nothing was heard for the heartbeat, and stays when answered', async () => {
    await online();
    await pass(16_000);
    expect(server.sent('ann', 'ping')).toHaveLength(1);
    await pass(60_000);
    expect(server.sockets).toHaveLength(1);
  });

  it('gives a socket up that does not answer a ping', async () => {
    await online();
    server.lose.push('ping');
    await pass(15_100);
    await pass(5_000);
    await pass(1_000);
    expect(server.sockets).toHaveLength(2);
    expect(phase().name).toBe('online');
  });

  it('backs off with jitter while the server is away, and retries at once when the network is back', async () => {
    await online();
    server.accepting = false;
    server.drop('ann');
    await pass(20_000);
    const tries = server.sockets.length;
    expect(tries).toBeGreaterThan(5);
    expect(tries).toBeLessThan(30);
    await vi.waitFor(async () => {
      await pass(50);
      expect(phase().name).toBe('retrying');
    });
    server.accepting = true;
    environment.signal('online');
    await pass(20);
    expect(phase().name).toBe('online');
  });

  it('checks a socket at once when the page becomes visible', async () => {
    await online();
    server.lose.push('ping');
    environment.signal('visible');
    await pass(2_600);
    await pass(1_000);
    expect(server.sockets).toHaveLength(2);
    expect(phase().name).toBe('online');
  });
});

describe('requests', () => {
  it('pairs answers with requests by id', async () => {
    await online();
    const answers = await Promise.all([client.request({ type: 'ping' }), pass(10)]);
    expect(answers[0].type).toBe('pong');
  });

  it('rejects with the code of the server', async () => {
    await online();
    const failed = expect(client.request({ type: 'get_initiator' })).rejects.toMatchObject({ code: 'not_in_room' });
    await pass(10);
    await failed;
  });

  it('times out when no answer comes', async () => {
    await online();
    server.lose.push('get_initiator');
    const failed = expect(client.request({ type: 'get_initiator' }, 2_000)).rejects.toMatchObject({ code: 'timeout' });
    await pass(2_100);
    await failed;
  });

  it('rejects what is on its way when the socket drops', async () => {
    await online();
    server.lose.push('get_initiator');
    const failed = expect(client.request({ type: 'get_initiator' })).rejects.toMatchObject({ code: 'offline' });
    await pass(5);
    server.drop('ann');
    await failed;
  });
});
