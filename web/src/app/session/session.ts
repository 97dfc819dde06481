// Who is signed in. The access token lives in memory alone; the refresh cookie is the browser's. Tabs take turns and tell each other.
import { createStore } from 'zustand/vanilla';
import { ApiError } from '../api/api-error';
import { http } from '../api/http';
import type { TokenAnswer, User } from '../api/types';
import { attemptDone, currentAttempt } from './refresh-attempt';
import { forgetSession, mayHaveSession, rememberSession } from './session-hint';

export interface SessionState {
  /** `unknown` until the first refresh has answered; `unreachable` when it could not be asked. */
  readonly status: 'unknown' | 'signed_out' | 'signed_in' | 'unreachable';
  readonly user: User | null;
  /** It ended by itself, which the sign-in page should explain. */
  readonly expired: boolean;
}

interface Access {
  readonly token: string;
  readonly expiresAt: number;
}

type TabMessage = { readonly kind: 'signed_in'; readonly answer: TokenAnswer } | { readonly kind: 'signed_out' };

/** Renewed this long before its end. */
const marginMs = 60_000;
/** A longer timer fires at once. */
const longestTimerMs = 2 ** 31 - 1;

export const sessionStore = createStore<SessionState>(() => ({ status: 'unknown', user: null, expired: false }));

let access: Access | null = null;
let renewal: Promise<string> | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;
const tabs = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('parley.session');

function take(answer: TokenAnswer, tell: boolean): void {
  access = { token: answer.token, expiresAt: Date.parse(answer.expires_at) };
  rememberSession();
  sessionStore.setState({ status: 'signed_in', user: answer.user, expired: false });
  clearTimeout(timer);
  const delayMs = Math.min(longestTimerMs, Math.max(5_000, access.expiresAt - Date.now() - marginMs));
  timer = setTimeout(() => void renew().catch(() => undefined), delayMs);
  if (tell) tabs?.postMessage({ kind: 'signed_in', answer } satisfies TabMessage);
}

function drop(expired: boolean, tell: boolean): void {
  access = null;
  forgetSession();
  clearTimeout(timer);
  sessionStore.setState({ status: 'signed_out', user: null, expired });
  if (tell) tabs?.postMessage({ kind: 'signed_out' } satisfies TabMessage);
}

if (tabs) {
  tabs.onmessage = ({ data }: MessageEvent<TabMessage>) => {
    if (data.kind === 'signed_in') take(data.answer, false);
    else if (sessionStore.getState().status !== 'unknown') drop(false, false);
  };
}

/** One tab at a time, where the browser has locks (secure contexts); elsewhere the shared attempt alone keeps it safe. */
function serialised<T>(work: () => Promise<T>): Promise<T> {
  return navigator.locks ? (navigator.locks.request('parley.refresh', () => work()) as Promise<T>) : work();
}

const isFresh = (held: Access | null): held is Access => held !== null && held.expiresAt - Date.now() > marginMs;

async function askForRefresh(stale: string | null): Promise<string> {
  // Another tab may have renewed while we waited for our turn.
  if (isFresh(access) && access.token !== stale) return access.token;
  const attempt = currentAttempt();
  try {
    const answer = await http<TokenAnswer>('/api/auth/refresh', { method: 'POST', body: { attempt } });
    attemptDone(attempt);
    take(answer, true);
    return answer.token;
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) {
      attemptDone(attempt);
      drop(sessionStore.getState().status === 'signed_in', false);
    } else if (sessionStore.getState().status === 'unknown') {
      sessionStore.setState({ status: 'unreachable' });
    }
    throw error;
  }
}

/** A new access token, whatever the present one is worth. */
export function renew(): Promise<string> {
  const stale = access?.token ?? null;
  renewal ??= serialised(() => askForRefresh(stale)).finally(() => (renewal = null));
  return renewal;
}

/** A token that is good now. Rejects when signed out. */
export function currentToken(): Promise<string> {
  if (isFresh(access)) return Promise.resolve(access.token);
  if (sessionStore.getState().status === 'signed_out') return Promise.reject(new ApiError('unauthenticated', 401));
  return renew();
}

/** At the start of the page: the cookie, if there is one, says who this is. `needed` asks even where nobody is known to have signed in. */
export async function restoreSession(needed = false): Promise<void> {
  if (needed || mayHaveSession()) await renew().catch(() => undefined);
  else sessionStore.setState({ status: 'signed_out' });
}

/** Who this is, as soon as that is known; null when signed out or when the server cannot be asked. */
export async function knownUser(): Promise<User | null> {
  if (sessionStore.getState().status === 'unknown') await renew().catch(() => undefined);
  return sessionStore.getState().user;
}

export async function signUp(name: string, email: string, password: string): Promise<void> {
  take(await http<TokenAnswer>('/api/auth/signup', { method: 'POST', body: { name, email, password } }), true);
}

export async function signIn(email: string, password: string): Promise<void> {
  take(await http<TokenAnswer>('/api/auth/login', { method: 'POST', body: { email, password } }), true);
}

export async function enterAsGuest(name: string): Promise<void> {
  take(await http<TokenAnswer>('/api/auth/guest', { method: 'POST', body: { name } }), true);
}

export async function signOut(): Promise<void> {
  try {
    await http<void>('/api/auth/logout', { method: 'POST' });
  } catch (error) {
    // An unknown cookie is signed out already; an unreachable server is not.
    if (!(error instanceof ApiError) || error.status === 0 || error.status >= 500) throw error;
  }
  drop(false, true);
}

export function replaceUser(user: User): void {
  sessionStore.setState({ user });
}
