// Calls that come in and go out.
import { act, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { enterRoom, fakeCall, person } from '@/testing/fake-call';
import { axeFindings, renderScreen } from '@/testing/render';
import { Ringer } from './Ringer';

const incoming = { id: 'i1', from: { id: 'u', name: 'Grace' }, code: null, kind: 'video' as const, expiresAt: 1 };

function ring(call = fakeCall()) {
  renderScreen(<Ringer />, { call });
  act(() => call.set.rings({ incoming: [incoming] }));
  return call;
}

test('rings with accept and decline', async () => {
  const call = ring();
  expect(screen.getByRole('alertdialog', { name: 'Grace is calling' })).toBeVisible();
  expect(await axeFindings()).toEqual([]);
  await userEvent.click(screen.getByRole('button', { name: 'Decline' }));
  expect(call.declineInvitation).toHaveBeenCalledWith('i1');
});

test('leaves the present room before it enters another', async () => {
  const call = fakeCall();
  enterRoom(call, person('me', 'Me'), []);
  ring(call);
  await userEvent.click(screen.getByRole('button', { name: 'Accept' }));
  expect(call.leave).toHaveBeenCalledBefore(call.acceptInvitation as never);
});

test('opens microphone and camera once the other has accepted, and not before', () => {
  const call = fakeCall();
  renderScreen(<Ringer />, { call });
  const outgoing = { id: 'o1', userId: 'u', name: 'Grace', code: null };
  act(() => call.set.rings({ outgoing: [{ ...outgoing, status: 'ringing' }] }));
  expect(call.devices.setMic).not.toHaveBeenCalled();
  act(() => call.set.rings({ outgoing: [{ ...outgoing, status: 'accepted' }] }));
  act(() => enterRoom(call, person('me', 'Me'), []));
  expect(call.devices.setMic).toHaveBeenCalledExactlyOnceWith(true);
  expect(call.devices.setCamera).toHaveBeenCalledExactlyOnceWith(true);
});

test('leaves the devices alone when one rings from within a meeting', () => {
  const call = fakeCall();
  enterRoom(call, person('me', 'Me'), []);
  renderScreen(<Ringer />, { call });
  const outgoing = { id: 'o1', userId: 'u', name: 'Grace', code: 'abc-defg-hij' };
  act(() => call.set.rings({ outgoing: [{ ...outgoing, status: 'ringing' }] }));
  act(() => call.set.rings({ outgoing: [{ ...outgoing, status: 'accepted' }] }));
  expect(call.devices.setMic).not.toHaveBeenCalled();
});

test('says how an outgoing call ended', () => {
  const call = fakeCall();
  renderScreen(<Ringer />, { call });
  const outgoing = { id: 'o1', userId: 'u', name: 'Grace', code: null };
  act(() => call.set.rings({ outgoing: [{ ...outgoing, status: 'ringing' }] }));
  expect(screen.getByRole('button', { name: 'Stop ringing' })).toBeVisible();
  act(() => call.set.rings({ outgoing: [{ ...outgoing, status: 'missed' }] }));
  expect(screen.getByText('Grace did not answer')).toBeVisible();
});
