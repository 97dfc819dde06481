// Presence: connected while an account is signed in, and again after a new password has closed its sockets.
import { act, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import { ada, renderScreen, serve } from '@/testing/render';
import { fakeCall } from '@/testing/fake-call';
import { sessionStore } from './session';
import { usePresence } from './use-presence';

function Present() {
  usePresence();
  return null;
}

const token = { token: 't', expires_at: '2999-01-01T00:00:00Z', user: ada };
const refreshes = (requests: readonly { readonly route: string }[]) => requests.filter(({ route }) => route === 'POST /api/auth/refresh');

function present(user: typeof ada | null = ada) {
  const call = fakeCall();
  renderScreen(<Present />, { call, user });
  const stop = (cause: 'account_disabled' | 'replaced') => act(() => call.set.connection({ phase: { name: 'stopped', cause } }));
  return { call, stop };
}

test('connects who has an account, and nobody else', () => {
  expect(present().call.connect).toHaveBeenCalledTimes(1);
  expect(present(null).call.connect).not.toHaveBeenCalled();
  expect(present({ ...ada, guest: true }).call.connect).not.toHaveBeenCalled();
});

test('comes back after a new password closed the socket, as often as that happens', async () => {
  const requests = serve({ 'POST /api/auth/refresh': { body: token } });
  const { call, stop } = present();
  stop('account_disabled');
  await waitFor(() => expect(call.connect).toHaveBeenCalledTimes(2));
  act(() => call.set.connection({ phase: { name: 'online' } }));
  stop('account_disabled');
  await waitFor(() => expect(call.connect).toHaveBeenCalledTimes(3));
  expect(refreshes(requests)).toHaveLength(2);
});

test('is signed out where the cookie does not stand any more', async () => {
  serve({ 'POST /api/auth/refresh': { status: 401, body: { code: 'invalid_refresh_token' } } });
  const { call, stop } = present();
  stop('account_disabled');
  await waitFor(() => expect(sessionStore.getState()).toEqual({ status: 'signed_out', user: null, expired: true }));
  expect(call.connect).toHaveBeenCalledTimes(1);
});

test('goes on trying when the server cannot be asked', async () => {
  serve({ 'POST /api/auth/refresh': { status: 503, body: { code: 'unavailable' } } });
  const { call, stop } = present();
  stop('account_disabled');
  await waitFor(() => expect(call.connect).toHaveBeenCalledTimes(2));
  expect(sessionStore.getState().status).toBe('signed_in');
});

test('leaves a tab alone that another one has replaced', () => {
  const requests = serve({ 'POST /api/auth/refresh': { body: token } });
  const { call, stop } = present();
  stop('replaced');
  expect(refreshes(requests)).toHaveLength(0);
  expect(call.connect).toHaveBeenCalledTimes(1);
});
