// The way through one address: entry, waiting, and every farewell.
import { act, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { Route, Routes } from 'react-router';
import { expect, test, vi } from 'vitest';
import type { RoomPhase } from '@/call';
import { CallError } from '@/call';
import { fakeCall, type FakeCall } from '@/testing/fake-call';
import { ada, axeFindings, renderScreen, serve } from '@/testing/render';
import { MeetingRoute } from './MeetingRoute';

const code = 'abc-defg-hij';
const meeting = {
  code,
  title: 'Weekly team meeting',
  kind: 'video',
  state: 'active',
  host_name: 'Ada',
  lobby: true,
  requires_password: false,
  participant_count: 2,
};
const guest = { token: 't', expires_at: '2999-01-01T00:00:00Z', user: { id: 'g', name: 'Grace', guest: true } };

function open({
  call = fakeCall(),
  user = null as typeof ada | null,
  view = meeting as object,
  own = [] as object[],
  path = `/${code}`,
} = {}) {
  const requests = serve({
    [`GET /api/meetings/${code}`]: { body: view },
    'GET /api/meetings': { body: { items: own, next_cursor: null } },
    'POST /api/auth/guest': { status: 201, body: guest },
    'POST /api/auth/refresh': { body: { ...guest, user } },
  });
  renderScreen(
    <Routes>
      <Route path="/:code" element={<MeetingRoute />} />
    </Routes>,
    { call, user, path },
  );
  return { call, requests };
}

const enters = (call: FakeCall, phase: RoomPhase) =>
  vi.mocked(call.join).mockImplementation(async () => act(() => call.set.room({ phase })));

test('tells what one is about to join and how many are there', async () => {
  open();
  expect(await screen.findByRole('heading', { name: 'Weekly team meeting' })).toBeVisible();
  expect(screen.getByText('2 people are here')).toBeVisible();
  expect(screen.getByText('Hosted by Ada')).toBeVisible();
  expect(await axeFindings()).toEqual([]);
});

test('signs a guest in by name and asks to join', async () => {
  const { call, requests } = open();
  await userEvent.type(await screen.findByRole('textbox', { name: 'Your name' }), 'Grace');
  await userEvent.click(screen.getByRole('button', { name: 'Ask to join' }));
  await waitFor(() => expect(call.join).toHaveBeenCalledWith({ code, kind: 'video', password: undefined, displayName: undefined }));
  expect(requests.find(({ route }) => route === 'POST /api/auth/guest')?.body).toEqual({ name: 'Grace' });
});

test('asks for the name before anything is sent', async () => {
  localStorage.clear();
  const { call } = open();
  const field = await screen.findByRole('textbox', { name: 'Your name' });
  await userEvent.clear(field);
  await userEvent.click(screen.getByRole('button', { name: 'Ask to join' }));
  expect(screen.getByText('Enter the name others should see.')).toBeVisible();
  expect(call.join).not.toHaveBeenCalled();
});

test('lets an owner in without asking and without a password', async () => {
  const { call } = open({ user: ada, view: { ...meeting, requires_password: true }, own: [{ code }] });
  await userEvent.click(await screen.findByRole('button', { name: 'Join now' }));
  expect(screen.queryByLabelText('Meeting password')).toBeNull();
  expect(call.join).toHaveBeenCalled();
});

test('says beside the field that the password is wrong', async () => {
  const { call } = open({ user: ada, view: { ...meeting, lobby: false, requires_password: true } });
  vi.mocked(call.join).mockRejectedValue(new CallError('wrong_password'));
  await userEvent.type(await screen.findByLabelText('Meeting password'), 'nope');
  await userEvent.click(screen.getByRole('button', { name: 'Join now' }));
  expect(await screen.findByText('This password is wrong. Check it and try again.')).toBeVisible();
});

test('asks for neither camera nor microphone in a data room', async () => {
  const { call } = open({ view: { ...meeting, kind: 'data' } });
  await screen.findByRole('textbox', { name: 'Your name' });
  expect(call.devices.setMic).not.toHaveBeenCalled();
  expect(call.devices.setCamera).not.toHaveBeenCalled();
  expect(screen.queryByRole('img', { name: 'Camera preview' })).toBeNull();
});

test('waits with its place in line, and can withdraw', async () => {
  const { call } = open({ user: ada });
  enters(call, { name: 'waiting', code, title: 'Weekly team meeting', position: 3, reconnecting: false });
  await userEvent.click(await screen.findByRole('button', { name: 'Ask to join' }));
  expect(await screen.findByText('You are number 3 in line.')).toBeVisible();
  expect(await axeFindings()).toEqual([]);
  await userEvent.click(screen.getByRole('button', { name: 'Cancel request' }));
  expect(call.leave).toHaveBeenCalled();
});

test.each<[RoomPhase, string, string | null]>([
  [{ name: 'declined', code, reason: 'Wrong room' }, 'The host declined: “Wrong room”', 'Ask again'],
  [{ name: 'removed', code, reason: null }, 'You were removed from the meeting', null],
  [{ name: 'ended', code, reason: null, durationMs: 60_000 }, 'The meeting has ended', null],
  [{ name: 'left', code, durationMs: 65_000 }, 'You were there for 1 min 5 sec.', 'Rejoin'],
  [{ name: 'replaced', code }, 'The meeting is open somewhere else', 'Continue here'],
  [
    { name: 'failed', code: 'removed', message: '', meetingCode: code },
    'You were removed from this meeting and cannot come back.',
    'Try again',
  ],
])('says farewell: %o', async (phase, words, again) => {
  const { call } = open({ user: ada });
  enters(call, phase);
  await userEvent.click(await screen.findByRole('button', { name: 'Ask to join' }));
  expect(await screen.findByText(words)).toBeVisible();
  expect(await axeFindings()).toEqual([]);
  if (again) {
    await userEvent.click(screen.getByRole('button', { name: again }));
    expect(call.join).toHaveBeenCalledTimes(2);
  }
});

test('resumes by itself after a reload', async () => {
  const call = fakeCall();
  vi.mocked(call.canResume).mockReturnValue(true);
  open({ call, user: ada });
  await waitFor(() => expect(call.join).toHaveBeenCalledOnce());
});

test('says that a code leads nowhere', async () => {
  serve({});
  renderScreen(
    <Routes>
      <Route path="/:code" element={<MeetingRoute />} />
    </Routes>,
    { path: '/zzz-zzzz-zzz' },
  );
  expect(await screen.findByRole('heading', { name: 'There is no such meeting' })).toBeVisible();
});
