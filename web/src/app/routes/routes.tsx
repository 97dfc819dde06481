// Addresses and their pages; all but the way into a meeting load when they are needed.
import { Navigate, Outlet, Route, Routes, useLocation } from 'react-router';
import { useText } from '@/i18n';
import { Loading } from '@/ui/Empty';
import { ErrorBoundary } from '../chrome/ErrorBoundary';
import { useSession } from '../session/use-session';
import { NotFound } from './NotFound';
import { DashboardPage, HistoryPage, HomePage, LoginPage, MeetingRoute, SettingsPage, SignupPage } from './pages';
import { RootLayout } from './RootLayout';

function SignedInOnly() {
  const t = useText();
  const { status } = useSession();
  const { pathname, search } = useLocation();
  if (status === 'unknown') return <Loading label={t('app.loading')} />;
  return status === 'signed_in' ? <Outlet /> : <Navigate to="/login" replace state={{ from: pathname + search }} />;
}

export function AppRoutes() {
  return (
    <Routes>
      <Route
        element={
          <ErrorBoundary>
            <RootLayout />
          </ErrorBoundary>
        }
      >
        <Route path="/" element={<HomePage />} />
        <Route path="/login" element={<LoginPage />} />
        <Route path="/signup" element={<SignupPage />} />
        <Route path="/settings" element={<SettingsPage />} />
        <Route element={<SignedInOnly />}>
          <Route path="/dashboard" element={<DashboardPage />} />
          <Route path="/history/:id" element={<HistoryPage />} />
        </Route>
        <Route path="/:code" element={<MeetingRoute />} />
        <Route path="*" element={<NotFound />} />
      </Route>
    </Routes>
  );
}
