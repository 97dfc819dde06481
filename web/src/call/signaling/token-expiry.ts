// When a token wants to be replaced on a living socket.

const marginMs = 60_000;
const unknownLifetimeMs = 10 * 60_000;
const shortestMs = 5_000;
// setTimeout overflows past 2^31 ms and would fire at once
const longestMs = 24 * 60 * 60_000;

/** Milliseconds until a fresh token should be registered: a minute before `exp`, or ten minutes when it cannot be read. */
export function renewInMs(token: string, now: number): number {
  const expiresAt = expiryOf(token);
  return expiresAt === null ? unknownLifetimeMs : Math.min(longestMs, Math.max(shortestMs, expiresAt - now - marginMs));
}

function expiryOf(token: string): number | null {
  try {
    const payload = token.split('.')[1] ?? '';
    const claims: unknown = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')));
    const exp = (claims as { exp?: unknown }).exp;
    return typeof exp === 'number' ? exp * 1_000 : null;
  } catch {
    return null;
  }
}
