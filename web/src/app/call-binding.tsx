// The one bridge between the call layer's stores and components.
import { createContext, useContext, type ReactNode } from 'react';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import { createCall, type Call, type ReadonlyStore } from '@/call';
import { currentToken, renew } from './session/session';

const CallContext = createContext<Call | null>(null);

/** The page's call: made once, since it owns the socket and the devices. */
export const makePageCall = () => createCall({ tokens: { get: currentToken, refresh: renew } });

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
