// Tabs of several people around one fake server, in virtual time: the stage of the room session's tests.
import { afterEach, beforeEach, vi } from 'vitest';
import type { KeyValueStorage } from '../environment';
import type { ChatHistoryItem } from '../protocol';
import type { RoomObserver } from '../room/room-observer';
import { RoomSession } from '../room/room-session';
import { SignalingClient } from '../signaling/signaling-client';
import { FakeServer } from './fake-server';
import { memory, testClock, testEnvironment, type TestEnvironment } from './test-environment';

export const code = 'abc-defg-hij';
export const options = { code, kind: 'video' } as const;

export interface Tab {
  readonly environment: TestEnvironment;
  readonly signaling: SignalingClient;
  readonly session: RoomSession;
  readonly storage: KeyValueStorage;
}

interface RoomStage {
  server: FakeServer;
  /** What the REST history answers, and how often it was asked. */
  history: ChatHistoryItem[];
  historyReads: number;
}

export const stage: RoomStage = { server: new FakeServer(testClock), history: [], historyReads: 0 };
const tabs: Tab[] = [];

/** Sets the stage anew before each test of the file that calls it. */
export function resetRoomStage(): void {
  beforeEach(() => {
    vi.useFakeTimers({ now: 1_000_000 });
    Object.assign(stage, { server: new FakeServer(testClock), history: [], historyReads: 0 });
  });
  afterEach(() => {
    for (const tab of tabs.splice(0)) tab.signaling.dispose();
    vi.useRealTimers();
  });
}

export const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

export function open(user: string, storage = memory()): Tab {
  const fetch = () => {
    stage.historyReads++;
    return Promise.resolve(new Response(JSON.stringify({ items: stage.history, next_cursor: null })));
  };
  const environment = testEnvironment({ openSocket: stage.server.openSocket, storage, fetch });
  const tokens = { get: () => Promise.resolve(`${user}:1`), refresh: () => Promise.resolve(`${user}:2`) };
  const signaling = new SignalingClient({ url: 'ws://x', tokens, environment });
  const session = new RoomSession({ signaling, environment, history: { origin: 'http://x', tokens, fetch: environment.fetch } });
  const tab = { environment, signaling, session, storage };
  tabs.push(tab);
  return tab;
}

export async function enter(user: string, storage?: KeyValueStorage): Promise<Tab> {
  const tab = open(user, storage);
  const joined = tab.session.join(options);
  joined.catch(() => undefined);
  await pass(50);
  await joined;
  return tab;
}

export const stateOf = (tab: Tab) => tab.session.store.getState();
export const phaseOf = (tab: Tab) => stateOf(tab).phase.name;
export const texts = (tab: Tab) => stateOf(tab).messages.map((message) => `${message.text}/${message.status}`);
export const observe = (tab: Tab, observer: RoomObserver) => tab.session.observe(observer);
