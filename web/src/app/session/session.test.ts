// Signing in, renewing and signing out, seen through what is asked of the server.
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { serve } from '@/testing/render';

const answer = (token: string, lastsMs = 15 * 60_000) => ({
  token,
  expires_at: new Date(Date.now() + lastsMs).toISOString(),
  user: { id: 'ada', name: 'Ada', email: 'ada@example.org', guest: false },
});

// Each test gets a page of its own: the module holds the access token.
async function freshPage() {
  vi.resetModules();
  return import('./session');
}

beforeEach(() => {
  localStorage.clear();
  // somebody has signed in here before
  localStorage.setItem('parley.session', '1');
});

describe('renewing', () => {
  test('restores who was signed in', async () => {
    serve({ 'POST /api/auth/refresh': { body: answer('t1') } });
    const { restoreSession, sessionStore, currentToken } = await freshPage();
    await restoreSession();
    expect(sessionStore.getState()).toMatchObject({ status: 'signed_in', user: { name: 'Ada' } });
    expect(await currentToken()).toBe('t1');
  });

  test('asks nothing where nobody has ever signed in', async () => {
    localStorage.clear();
    const requests = serve({});
    const { restoreSession, sessionStore } = await freshPage();
    await restoreSession();
    expect(sessionStore.getState()).toEqual({ status: 'signed_out', user: null, expired: false });
    expect(requests).toEqual([]);
  });

  test('asks all the same for a page that needs it', async () => {
    localStorage.clear();
    serve({ 'POST /api/auth/refresh': { body: answer('t1') } });
    const { restoreSession, sessionStore } = await freshPage();
    await restoreSession(true);
    expect(sessionStore.getState().status).toBe('signed_in');
  });

  test('asks again after signing in, and not after signing out', async () => {
    localStorage.clear();
    serve({ 'POST /api/auth/login': { body: answer('t1') }, 'POST /api/auth/logout': { status: 204 } });
    const { signIn, signOut } = await freshPage();
    await signIn('ada@example.org', 'correct horse');
    const { mayHaveSession } = await import('./session-hint');
    expect(mayHaveSession()).toBe(true);
    await signOut();
    expect(mayHaveSession()).toBe(false);
  });

  test('keeps the attempt until an answer came, and then takes a new one', async () => {
    const lost = serve({ 'POST /api/auth/refresh': { status: 503, body: {} } });
    const { restoreSession, renew, sessionStore } = await freshPage();
    await restoreSession();
    await restoreSession();
    expect(sessionStore.getState().status).toBe('unreachable');
    const attempts = lost.map(({ body }) => (body as { attempt: string }).attempt);
    expect(attempts).toHaveLength(2);
    expect(attempts[1]).toBe(attempts[0]);
    const arrived = serve({ 'POST /api/auth/refresh': { body: answer('t1') } });
    await renew();
    await renew();
    const later = arrived.map(({ body }) => (body as { attempt: string }).attempt);
    expect(later[0]).toBe(attempts[0]);
    expect(later[1]).not.toBe(later[0]);
  });

  test('asks once for many who need a token at the same time', async () => {
    const requests = serve({ 'POST /api/auth/refresh': { body: answer('t1') } });
    const { currentToken } = await freshPage();
    expect(await Promise.all([currentToken(), currentToken(), currentToken()])).toEqual(['t1', 't1', 't1']);
    expect(requests).toHaveLength(1);
  });

  test('renews a token that is about to end', async () => {
    const requests = serve({ 'POST /api/auth/login': { body: answer('short', 30_000) }, 'POST /api/auth/refresh': { body: answer('t2') } });
    const { signIn, currentToken } = await freshPage();
    await signIn('ada@example.org', 'correct horse');
    expect(await currentToken()).toBe('t2');
    expect(requests.map(({ route }) => route)).toEqual(['POST /api/auth/login', 'POST /api/auth/refresh']);
  });

  test('is signed out, with the reason, when the cookie is refused', async () => {
    serve({
      'POST /api/auth/login': { body: answer('t1') },
      'POST /api/auth/refresh': { status: 401, body: { code: 'invalid_refresh_token' } },
    });
    const { signIn, renew, sessionStore } = await freshPage();
    await signIn('ada@example.org', 'correct horse');
    await expect(renew()).rejects.toMatchObject({ code: 'invalid_refresh_token' });
    expect(sessionStore.getState()).toEqual({ status: 'signed_out', user: null, expired: true });
  });
});

test('never writes the access token down', async () => {
  serve({ 'POST /api/auth/login': { body: answer('secret-token') } });
  const { signIn } = await freshPage();
  await signIn('ada@example.org', 'correct horse');
  expect(JSON.stringify({ ...localStorage, ...sessionStorage })).not.toContain('secret-token');
});

test('stays signed in when the server could not be told', async () => {
  serve({ 'POST /api/auth/login': { body: answer('t1') }, 'POST /api/auth/logout': { status: 503, body: {} } });
  const { signIn, signOut, sessionStore } = await freshPage();
  await signIn('ada@example.org', 'correct horse');
  await expect(signOut()).rejects.toMatchObject({ status: 503 });
  expect(sessionStore.getState().status).toBe('signed_in');
});
