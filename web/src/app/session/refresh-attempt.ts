// The `attempt` of a refresh, shared by all tabs: until a refresh is known to have succeeded, everybody who tries uses the same one,
// so that a lost answer or two tabs at once get the same successor and never look like a stolen token.
const key = 'parley.refresh-attempt';
let fallback: string | null = null;

function newAttempt(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export function currentAttempt(): string {
  try {
    const kept = localStorage.getItem(key);
    if (kept) return kept;
    const made = newAttempt();
    localStorage.setItem(key, made);
    return made;
  } catch {
    return (fallback ??= newAttempt());
  }
}

/** The answer has arrived: the next refresh is another attempt. */
export function attemptDone(attempt: string): void {
  fallback = null;
  try {
    if (localStorage.getItem(key) === attempt) localStorage.removeItem(key);
  } catch {
    // storage refused: the fallback is gone already
  }
}
