// Signing up and signing in.
import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { Route, Routes, useLocation } from 'react-router';
import { describe, expect, test } from 'vitest';
import { axeFindings, renderScreen, serve } from '@/testing/render';
import { LoginPage } from './LoginPage';
import { SignupPage } from './SignupPage';

const Where = () => <p>at {useLocation().pathname}</p>;
const answer = { token: 't', expires_at: '2999-01-01T00:00:00Z', user: { id: 'a', name: 'Ada', email: 'ada@example.org', guest: false } };

function open(path: string, answers: Parameters<typeof serve>[0]) {
  const requests = serve(answers);
  renderScreen(
    <Routes>
      <Route path="/signup" element={<SignupPage />} />
      <Route path="/login" element={<LoginPage />} />
      <Route path="*" element={<Where />} />
    </Routes>,
    { path },
  );
  return requests;
}

const fillSignup = async (password = 'correct horse') => {
  await userEvent.type(screen.getByRole('textbox', { name: 'Name' }), 'Ada');
  await userEvent.type(screen.getByRole('textbox', { name: 'E-mail' }), 'ada@example.org');
  await userEvent.type(screen.getByLabelText('Password'), password);
  await userEvent.click(screen.getByRole('button', { name: 'Create account' }));
};

describe('signing up', () => {
  test('makes an account and goes to the dashboard', async () => {
    const requests = open('/signup', { 'POST /api/auth/signup': { status: 201, body: answer } });
    await fillSignup();
    expect(await screen.findByText('at /dashboard')).toBeVisible();
    expect(requests[0]!.body).toEqual({ name: 'Ada', email: 'ada@example.org', password: 'correct horse' });
  });

  test('says that the password is short before it is sent', async () => {
    const requests = open('/signup', {});
    await fillSignup('short');
    expect(screen.getByText('Use at least 10 characters.')).toBeVisible();
    expect(requests).toEqual([]);
  });

  test('says what to do when the address is taken', async () => {
    open('/signup', { 'POST /api/auth/signup': { status: 409, body: { code: 'email_taken' } } });
    await fillSignup();
    expect(await screen.findByRole('alert')).toHaveTextContent('There is an account with this e-mail already. Sign in instead.');
    expect(await axeFindings()).toEqual([]);
  });
});

describe('signing in', () => {
  const submit = async () => {
    await userEvent.type(screen.getByRole('textbox', { name: 'E-mail' }), 'ada@example.org');
    await userEvent.type(screen.getByLabelText('Password'), 'correct horse{Enter}');
  };

  test('goes to the dashboard', async () => {
    open('/login', { 'POST /api/auth/login': { body: answer } });
    await submit();
    expect(await screen.findByText('at /dashboard')).toBeVisible();
  });

  test.each([
    [401, 'invalid_credentials', 'E-mail or password is wrong.'],
    [429, 'rate_limited', 'Too many tries.'],
  ])('explains %i', async (status, code, words) => {
    open('/login', { 'POST /api/auth/login': { status, body: { code } } });
    await submit();
    expect(await screen.findByRole('alert')).toHaveTextContent(words);
  });
});
