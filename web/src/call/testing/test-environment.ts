// A browser for tests: virtual time through the runner's fake timers, storage in memory, and whatever a test puts in place of the rest.
import type { Clock, Environment, HostSignal, KeyValueStorage } from '../environment';

export const testClock: Clock = {
  now: () => Date.now(),
  setTimeout: (callback, delayMs) => globalThis.setTimeout(callback, delayMs) as unknown as number,
  clearTimeout: (timer) => globalThis.clearTimeout(timer),
};

export function memory(): KeyValueStorage {
  const values = new Map<string, string>();
  return {
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
    removeItem: (key) => void values.delete(key),
  };
}

export interface TestEnvironment extends Environment {
  signal(signal: HostSignal): void;
}

let ids = 0;

export function testEnvironment(parts: Partial<Environment>): TestEnvironment {
  const listeners = new Set<(signal: HostSignal) => void>();
  const missing = (name: string) => () => {
    throw new Error(`this test has no ${name}`);
  };
  return {
    clock: testClock,
    openSocket: missing('socket'),
    createPeerConnection: missing('peer connection'),
    mediaDevices: null,
    permissions: null,
    createAudioContext: () => null,
    createAudioElement: missing('audio element'),
    pickSaveFile: null,
    storage: memory(),
    preferences: memory(),
    random: () => 0.5,
    newId: () => `id-${++ids}`,
    fetch: missing('fetch') as unknown as typeof fetch,
    onHostSignal: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    ...parts,
    signal: (signal) => {
      for (const listener of [...listeners]) listener(signal);
    },
  };
}
