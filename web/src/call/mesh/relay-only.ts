// How connections find their path: directly where they can, or through the relay alone when the person wants to hide their address.
import type { KeyValueStorage } from '../environment';
import type { IceServer } from '../protocol';

const key = 'parley.relay-only';

export function loadRelayOnly(storage: KeyValueStorage): boolean {
  return storage.getItem(key) === 'yes';
}

export function saveRelayOnly(storage: KeyValueStorage, relayOnly: boolean): void {
  try {
    if (relayOnly) storage.setItem(key, 'yes');
    else storage.removeItem(key);
  } catch {
    // a full storage costs the memory of a choice
  }
}

/** Whether the server offers a TURN relay (RFC 8656) at all. */
export function hasRelay(servers: readonly IceServer[]): boolean {
  return servers.some(({ urls }) => [urls].flat().some((url) => /^turns?:/i.test(url)));
}

export function iceConfiguration(servers: readonly IceServer[], relayOnly: boolean): RTCConfiguration {
  const iceServers = servers.map((server): RTCIceServer => ({
    urls: [server.urls].flat(),
    ...(server.username == null ? {} : { username: server.username }),
    ...(server.credential == null ? {} : { credential: server.credential }),
  }));
  // without a relay nothing connects then, which is said: a wish for privacy is not overruled in silence
  const iceTransportPolicy = relayOnly ? 'relay' : 'all';
  return { iceServers, iceTransportPolicy, iceCandidatePoolSize: 1, bundlePolicy: 'max-bundle' };
}
