// What the call is told when no token can be had.
import { expect, test } from 'vitest';
import { CallError } from '@/call';
import { ApiError } from './api/api-error';
import { forCall } from './call-binding';

test('a call ends its tries for who is signed out, and goes on through trouble that passes', async () => {
  await expect(forCall(Promise.resolve('t'))).resolves.toBe('t');
  await expect(forCall(Promise.reject(new ApiError('invalid_refresh_token', 401)))).rejects.toEqual(new CallError('unauthenticated'));
  const trouble = new ApiError('unavailable', 503);
  await expect(forCall(Promise.reject(trouble))).rejects.toBe(trouble);
});
