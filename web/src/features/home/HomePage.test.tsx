// Starting and joining from the start page.
import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { Route, Routes, useLocation } from 'react-router';
import { expect, test } from 'vitest';
import { ada, axeFindings, renderScreen, serve } from '@/testing/render';
import { HomePage } from './HomePage';

const Where = () => <p>at {useLocation().pathname}</p>;
const meeting = { code: 'abc-defg-hij' };
const token = (id: string, guest: boolean) => ({ token: 't', expires_at: '2999-01-01T00:00:00Z', user: { id, name: 'Grace', guest } });

function open(user: typeof ada | null) {
  const requests = serve({
    'POST /api/auth/guest': { status: 201, body: token('g', true) },
    'POST /api/auth/refresh': { body: token('ada', false) },
    'POST /api/meetings': { status: 201, body: meeting },
  });
  renderScreen(
    <Routes>
      <Route path="/" element={<HomePage />} />
      <Route path="*" element={<Where />} />
    </Routes>,
    { user },
  );
  return requests;
}

test('makes a meeting with a lobby and opens it', async () => {
  const requests = open(ada);
  await userEvent.click(screen.getByRole('button', { name: 'New meeting' }));
  expect(await screen.findByText('at /abc-defg-hij')).toBeVisible();
  expect(requests.at(-1)).toEqual({ route: 'POST /api/meetings', body: { lobby: true } });
});

test('asks who is signed out for a name first', async () => {
  const requests = open(null);
  await userEvent.click(screen.getByRole('button', { name: 'New meeting' }));
  await userEvent.clear(screen.getByRole('textbox', { name: 'Your name' }));
  await userEvent.type(screen.getByRole('textbox', { name: 'Your name' }), 'Grace{Enter}');
  await waitFor(() => expect(screen.getByText('at /abc-defg-hij')).toBeVisible());
  expect(requests.some(({ route, body }) => route === 'POST /api/auth/guest' && (body as { name: string }).name === 'Grace')).toBe(true);
});

test('joins by a pasted link', async () => {
  open(null);
  await userEvent.type(screen.getByRole('textbox', { name: 'Meeting code or link' }), 'https://meet.example.org/abc-defg-hij');
  await userEvent.click(screen.getByRole('button', { name: 'Join' }));
  expect(await screen.findByText('at /abc-defg-hij')).toBeVisible();
});

test('says what a code looks like when it is none', async () => {
  open(null);
  await userEvent.type(screen.getByRole('textbox', { name: 'Meeting code or link' }), 'hello{Enter}');
  expect(screen.getByText(/This is no meeting code/)).toBeVisible();
  expect(await axeFindings()).toEqual([]);
});
