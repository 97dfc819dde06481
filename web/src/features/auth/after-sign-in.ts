// Where to go once signed in: back to where one was sent from, else to the dashboard.
import { useLocation, useNavigate } from 'react-router';

export interface SignInState {
  readonly from?: string;
}

export function useAfterSignIn(): () => void {
  const navigate = useNavigate();
  const { state } = useLocation() as { state: SignInState | null };
  return () => void navigate(state?.from?.startsWith('/') ? state.from : '/dashboard', { replace: true });
}
