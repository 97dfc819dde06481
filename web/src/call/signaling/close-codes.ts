// What each close code of the protocol asks of the client.
import type { DropCause } from './connection-state';

export type CloseAction =
  | { readonly kind: 'retry'; readonly cause: DropCause; readonly minDelayMs: number }
  | { readonly kind: 'refresh_token'; readonly refused: RefusedCause }
  | { readonly kind: 'stop'; readonly cause: 'replaced' };

/** What it is called when not even a fresh token is taken. */
export type RefusedCause = 'unauthenticated' | 'account_disabled';

const retry = (cause: DropCause, minDelayMs = 0): CloseAction => ({ kind: 'retry', cause, minDelayMs });

export function closeAction(code: number, reason: string): CloseAction {
  switch (code) {
    case 4400:
      return retry('protocol', 1_000);
    case 4401:
      return { kind: 'refresh_token', refused: 'unauthenticated' };
    case 4403:
      // After a new password the browser that changed it may come back; whose account is closed gets no fresh token.
      return { kind: 'refresh_token', refused: 'account_disabled' };
    case 4408:
      return retry('silent');
    case 4409:
      return { kind: 'stop', cause: 'replaced' };
    case 4429:
      return retry('flooding', 5_000);
    case 4503:
      return retry('draining', retryAfterMs(reason));
    case 4508:
      return retry('too_slow', 2_000);
    default:
      return retry('network');
  }
}

const longestRetryAfterSeconds = 60;

// `retry_after=2`, `{"retry_after":2}` and a bare number all carry the seconds.
function retryAfterMs(reason: string): number {
  const seconds = /\d+(\.\d+)?/.exec(reason);
  return seconds === null ? 1_000 : Math.min(longestRetryAfterSeconds, Number(seconds[0])) * 1_000;
}
