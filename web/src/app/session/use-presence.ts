// Who has an account can be called while any page is open, and stays so when the account's password changes.
import { useEffect } from 'react';
import { ApiError } from '../api/api-error';
import { useCall, useCallState } from '../call-binding';
import { renew } from './session';
import { useAccount } from './use-session';

export function usePresence(): void {
  const call = useCall();
  const id = useAccount()?.id;
  const closed = useCallState(call.connection, ({ phase }) => phase.name === 'stopped' && phase.cause === 'account_disabled');

  useEffect(() => {
    if (id) call.connect();
  }, [call, id]);

  // A new password closes every socket of the account, also those of the browser that changed it. The refresh cookie tells who
  // may come back: one that is refused signs out; a server that cannot be asked now leaves the question to the connection's own tries.
  useEffect(() => {
    if (!id || !closed) return;
    let current = true;
    const back = (): void => {
      if (current) call.connect();
    };
    renew().then(back, (error: unknown) => {
      if (!(error instanceof ApiError) || error.status !== 401) back();
    });
    return () => {
      current = false;
    };
  }, [call, id, closed]);
}
