// The session, for components.
import { useStore } from 'zustand';
import { sessionStore } from './session';

export const useSession = () => useStore(sessionStore);
export const useUser = () => useStore(sessionStore, (state) => state.user);
/** Signed in with an account, not as a guest. */
export const useAccount = () => useStore(sessionStore, (state) => (state.user && !state.user.guest ? state.user : null));
