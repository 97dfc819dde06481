// Settings: profile, password, theme, language.
import { act, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, test } from 'vitest';
import { changePreferences } from '@/app/preferences';
import { chooseLanguage } from '@/i18n';
import { ada, axeFindings, renderScreen, serve } from '@/testing/render';
import { SettingsPage } from './SettingsPage';

afterEach(async () => {
  changePreferences({ theme: 'system', language: 'system' });
  await chooseLanguage('en');
});

const token = { token: 't', expires_at: '2999-01-01T00:00:00Z', user: ada };

test('changes the name', async () => {
  const requests = serve({ 'POST /api/auth/refresh': { body: token }, 'PATCH /api/users/me': { body: { ...ada, name: 'Ada L.' } } });
  renderScreen(<SettingsPage />, { user: ada });
  await userEvent.type(screen.getByRole('textbox', { name: 'Name' }), ' L.');
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(requests.at(-1)).toEqual({ route: 'PATCH /api/users/me', body: { name: 'Ada L.' } }));
  expect(await axeFindings()).toEqual([]);
});

test('says beside the field that the present password is wrong', async () => {
  serve({ 'POST /api/auth/refresh': { body: token }, 'PATCH /api/users/me': { status: 403, body: { code: 'wrong_password' } } });
  renderScreen(<SettingsPage />, { user: ada });
  await userEvent.type(screen.getByLabelText('Current password'), 'wrong');
  await userEvent.type(screen.getByLabelText('New password'), 'correct horse');
  await userEvent.click(screen.getByRole('button', { name: 'Change password' }));
  expect(await screen.findByText('This password is wrong. Check it and try again.')).toBeVisible();
});

test('takes theme and language at once', async () => {
  renderScreen(<SettingsPage />);
  await userEvent.selectOptions(screen.getByRole('combobox', { name: 'Theme' }), 'dark');
  expect(document.documentElement.dataset['theme']).toBe('dark');
  await userEvent.selectOptions(screen.getByRole('combobox', { name: 'Language' }), 'de');
  expect(await screen.findByRole('heading', { name: 'Einstellungen' })).toBeVisible();
  expect(document.documentElement.lang).toBe('de');
});

test('hides the address only where there is a relay to hide it behind', async () => {
  serve({});
  const { call } = renderScreen(<SettingsPage />);
  const hide = screen.getByRole('switch', { name: 'Hide my network address' });
  expect(hide).toBeDisabled();
  act(() => call.set.connection({ iceServers: [{ urls: ['turn:relay.example.org:3478'], username: 'u', credential: 'c' }] }));
  await userEvent.click(hide);
  expect(call.setRelayOnly).toHaveBeenCalledWith(true);
});
