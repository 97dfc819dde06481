// The one bridge between the call layer's stores and components.
import { createContext, useContext, type ReactNode } from 'react';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import { CallError, createCall, type Call, type ReadonlyStore } from '@/call';
import { ApiError } from './api/api-error';
import { currentToken, renew } from './session/session';

const CallContext = createContext<Call | null>(null);

/** The page's call: made once, since it owns the socket and the devices. */
export const makePageCall = () => createCall({ tokens: { get: () => forCall(currentToken()), refresh: () => forCall(renew()) } });

/** Who is signed out gets no token however often it is tried; anything else is trouble that passes. */
export function forCall(token: Promise<string>): Promise<string> {
  return token.catch((error: unknown) => {
    throw error instanceof ApiError && error.status === 401 ? new CallError('unauthenticated') : error;
  });
}

export function CallProvider({ call, children }: { call: Call; children: ReactNode }) {
  return <CallContext.Provider value={call}>{children}</CallContext.Provider>;
}

export function useCall(): Call {
  const call = useContext(CallContext);
  if (!call) throw new Error('useCall needs a CallProvider above');
  return call;
}

/** A slice of a call's store; new objects with equal fields do not draw again. */
export function useCallState<T, U>(store: ReadonlyStore<T>, select: (state: T) => U): U {
  return useStore(store, useShallow(select));
}
