// One's meetings, history and the directory.
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { Route, Routes } from 'react-router';
import { expect, test } from 'vitest';
import { fakeCall } from '@/testing/fake-call';
import { ada, axeFindings, renderScreen, serve } from '@/testing/render';
import { DashboardPage } from './DashboardPage';

const meeting = {
  id: 'm1',
  code: 'abc-defg-hij',
  title: 'Weekly',
  kind: 'video',
  lobby: true,
  requires_password: false,
  max_participants: 100,
  host_id: 'ada',
  state: 'active',
  created_at: '2026-11-20T10:00:00Z',
  started_at: null,
  ended_at: null,
  join_url: 'https://meet.example.org/abc-defg-hij',
};
const log = {
  id: 'l1',
  meeting_code: 'abc-defg-hij',
  meeting_title: 'Weekly',
  started_at: '2026-11-20T10:00:00Z',
  ended_at: '2026-11-20T11:00:00Z',
  duration_seconds: 3600,
  participant_count: 3,
  role: 'host',
  outcome: 'completed',
};
const missed = {
  ...log,
  id: 'l2',
  meeting_code: null,
  meeting_title: null,
  participant_count: 0,
  outcome: 'missed',
  caller: { id: 'u2', name: 'Grace' },
};
const page = (items: object[]) => ({ body: { items, next_cursor: null } });

function open(path = '/dashboard', call = fakeCall()) {
  const token = { token: 't', expires_at: '2999-01-01T00:00:00Z', user: ada };
  const requests = serve({
    'POST /api/auth/refresh': { body: token },
    'GET /api/meetings': page([meeting]),
    'POST /api/meetings': { status: 201, body: meeting },
    'POST /api/meetings/abc-defg-hij/end': { body: { ...meeting, state: 'ended' } },
    'GET /api/call-logs': page([log, missed]),
    'GET /api/users': page([{ id: 'u2', name: 'Grace', online: true }]),
    'GET /api/meetings/abc-defg-hij/messages': page([
      { message_id: 'x', from: { id: 'u2', name: 'Grace' }, text: 'Hello there', sent_at: '2026-11-20T10:01:00Z' },
    ]),
    'GET /api/meetings/abc-defg-hij/attendance': page([{ user_id: 'u2', name: 'Grace', joined_at: '2026-11-20T10:01:00Z', left_at: null }]),
  });
  renderScreen(
    <Routes>
      <Route path="/dashboard" element={<DashboardPage />} />
    </Routes>,
    { user: ada, path, call },
  );
  return requests;
}

test('lists meetings and creates one with its rules', async () => {
  const requests = open();
  expect(await screen.findByRole('link', { name: 'Open Weekly' })).toBeVisible();
  expect(await axeFindings()).toEqual([]);
  await userEvent.click(screen.getByRole('button', { name: 'Create meeting' }));
  const dialog = screen.getByRole('dialog', { name: 'Create a meeting' });
  await userEvent.type(within(dialog).getByRole('textbox', { name: 'Title' }), 'Planning');
  await userEvent.selectOptions(within(dialog).getByRole('combobox', { name: 'Kind' }), 'audio');
  await userEvent.click(within(dialog).getByRole('switch', { name: 'Waiting room' }));
  await userEvent.type(within(dialog).getByLabelText('Meeting password'), 'open sesame');
  expect(await axeFindings(dialog)).toEqual([]);
  await userEvent.click(within(dialog).getByRole('button', { name: 'Create' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  const made = requests.find(({ route }) => route === 'POST /api/meetings');
  expect(made?.body).toEqual({ title: 'Planning', kind: 'audio', lobby: false, password: 'open sesame', max_participants: 100 });
});

test('asks before it ends a meeting for everybody', async () => {
  const requests = open();
  await userEvent.click(await screen.findByRole('button', { name: 'Options for Weekly' }));
  await userEvent.click(screen.getByRole('menuitem', { name: 'End now' }));
  const ended = () => requests.some(({ route }) => route.endsWith('/end'));
  expect(ended()).toBe(false);
  await userEvent.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'End now' }));
  await waitFor(() => expect(ended()).toBe(true));
});

test('names a missed call after who rang', async () => {
  open('/dashboard?view=history');
  expect(await screen.findByText('Missed call from Grace')).toBeVisible();
  expect(screen.getByText('Weekly')).toBeVisible();
});

test('shows what was written and who was there', async () => {
  open();
  await userEvent.click(await screen.findByRole('button', { name: 'Options for Weekly' }));
  await userEvent.click(screen.getByRole('menuitem', { name: 'Details' }));
  expect(await screen.findByText('Hello there')).toBeVisible();
  await userEvent.click(screen.getByRole('tab', { name: 'Attendance' }));
  expect(await screen.findByText('still here')).toBeVisible();
});

test('shows the history', async () => {
  open('/dashboard?view=history');
  expect(await screen.findByRole('link', { name: /Weekly.*3 people.*1 hr.*Took part/ })).toHaveAttribute('href', '/history/l1');
  expect(await axeFindings()).toEqual([]);
});

test('finds people and rings them', async () => {
  const call = fakeCall();
  open('/dashboard?view=people', call);
  await userEvent.type(screen.getByRole('searchbox', { name: 'Find someone by name' }), 'gr');
  await userEvent.click(await screen.findByRole('button', { name: 'Call Grace' }));
  expect(call.invite).toHaveBeenCalledWith('u2', 'Grace', 'video');
  expect(await axeFindings()).toEqual([]);
});
