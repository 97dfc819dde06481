// Everything a call takes from the browser, injected so that it is tested without one and in virtual time.

export type TimerId = number;

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  setTimeout(callback: () => void, delayMs: number): TimerId;
  clearTimeout(timer: TimerId): void;
}

/** The part of WebSocket that signaling uses. */
export interface SocketLike {
  readonly readyState: number;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onclose: ((event: { readonly code: number; readonly reason: string }) => void) | null;
  onerror: ((event: never) => void) | null;
  send(text: string): void;
  close(code?: number, reason?: string): void;
}

export interface KeyValueStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** What the outside tells a call. */
export type HostSignal = 'online' | 'offline' | 'visible' | 'hidden' | 'network_changed' | 'page_hide';

export interface Environment {
  readonly clock: Clock;
  readonly openSocket: (url: string, protocol: string) => SocketLike;
  readonly createPeerConnection: (configuration: RTCConfiguration) => RTCPeerConnection;
  readonly mediaDevices: MediaDevices | null;
  readonly permissions: Permissions | null;
  /** Null where the browser has none; throws never. */
  readonly createAudioContext: () => AudioContext | null;
  readonly createAudioElement: () => HTMLAudioElement;
  /** Asks where to save a file to disk; null where the browser cannot. Rejects with AbortError when the person thinks better of it. */
  readonly pickSaveFile: ((name: string) => Promise<FileSystemFileHandle>) | null;
  readonly storage: KeyValueStorage;
  /** Remembered beyond the tab: device choices. */
  readonly preferences: KeyValueStorage;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly newId: () => string;
  readonly fetch: typeof fetch;
  /** Subscribes to the outside's signals; returns the way to stop. */
  readonly onHostSignal: (listener: (signal: HostSignal) => void) => () => void;
}

function memoryStorage(): KeyValueStorage {
  const values = new Map<string, string>();
  return {
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
    removeItem: (key) => void values.delete(key),
  };
}

/** Storage that a browser refuses (private windows, blocked cookies) must not end a call. */
function storageOrMemory(pick: () => Storage): KeyValueStorage {
  try {
    const storage = pick();
    storage.setItem('parley.probe', '1');
    storage.removeItem('parley.probe');
    return storage;
  } catch {
    return memoryStorage();
  }
}

function saveFilePicker(): Environment['pickSaveFile'] {
  const host = window as { showSaveFilePicker?: (options: { suggestedName: string }) => Promise<FileSystemFileHandle> };
  return host.showSaveFilePicker === undefined
    ? null
    : (name) => host.showSaveFilePicker?.({ suggestedName: name }) ?? Promise.reject(new Error());
}

function listenToHost(listener: (signal: HostSignal) => void): () => void {
  const stop = new AbortController();
  const options = { signal: stop.signal };
  window.addEventListener('online', () => listener('online'), options);
  window.addEventListener('offline', () => listener('offline'), options);
  window.addEventListener('pagehide', () => listener('page_hide'), options);
  document.addEventListener('visibilitychange', () => listener(document.hidden ? 'hidden' : 'visible'), options);
  const connection = (navigator as { connection?: EventTarget & { readonly type?: string } }).connection;
  let type = connection?.type;
  connection?.addEventListener(
    'change',
    () => {
      // where the kind of network is told, a change that keeps it is only a new estimate of the speed
      if (type !== undefined && connection.type === type) return;
      type = connection.type;
      listener('network_changed');
    },
    options,
  );
  return () => stop.abort();
}

export const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout: (callback, delayMs) => window.setTimeout(callback, delayMs),
  clearTimeout: (timer) => window.clearTimeout(timer),
};

/** The real browser. */
export function browserEnvironment(): Environment {
  return {
    clock: systemClock,
    openSocket: (url, protocol) => new WebSocket(url, protocol) as unknown as SocketLike,
    createPeerConnection: (configuration) => new RTCPeerConnection(configuration),
    // absent on plain HTTP from another machine
    mediaDevices: (navigator as { mediaDevices?: MediaDevices }).mediaDevices ?? null,
    permissions: (navigator as { permissions?: Permissions }).permissions ?? null,
    createAudioContext: () => (typeof AudioContext === 'undefined' ? null : new AudioContext({ latencyHint: 'interactive' })),
    createAudioElement: () => new Audio(),
    pickSaveFile: saveFilePicker(),
    storage: storageOrMemory(() => window.sessionStorage),
    preferences: storageOrMemory(() => window.localStorage),
    random: Math.random,
    newId: () => newUuid(),
    fetch: (input, init) => window.fetch(input, init),
    onHostSignal: listenToHost,
  };
}

// crypto.randomUUID exists in secure contexts alone; getRandomValues everywhere.
function newUuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
