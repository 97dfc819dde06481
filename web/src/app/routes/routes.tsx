// Addresses and their pages; all but the way into a meeting load when they are needed.
import { lazy } from 'react';
import { createBrowserRouter, Navigate, Outlet, useLocation } from 'react-router';
import { useText } from '@/i18n';
import { Loading } from '@/ui/Empty';
import { ErrorBoundary } from '../chrome/ErrorBoundary';
import { useSession } from '../session/use-session';
import { NotFound } from './NotFound';
import { RootLayout } from './RootLayout';

const HomePage = lazy(() => import('@/features/home/HomePage').then((module) => ({ default: module.HomePage })));
const LoginPage = lazy(() => import('@/features/auth/LoginPage').then((module) => ({ default: module.LoginPage })));
const SignupPage = lazy(() => import('@/features/auth/SignupPage').then((module) => ({ default: module.SignupPage })));
const DashboardPage = lazy(() => import('@/features/dashboard/DashboardPage').then((module) => ({ default: module.DashboardPage })));
const HistoryPage = lazy(() => import('@/features/history/HistoryPage').then((module) => ({ default: module.HistoryPage })));
const SettingsPage = lazy(() => import('@/features/settings/SettingsPage').then((module) => ({ default: module.SettingsPage })));
const MeetingRoute = lazy(() => import('./MeetingRoute').then((module) => ({ default: module.MeetingRoute })));

function SignedInOnly() {
  const t = useText();
  const { status } = useSession();
  const { pathname, search } = useLocation();
  if (status === 'unknown') return <Loading label={t('app.loading')} />;
  return status === 'signed_in' ? <Outlet /> : <Navigate to="/login" replace state={{ from: pathname + search }} />;
}

export const makeRouter = () =>
  createBrowserRouter([
    {
      element: (
        <ErrorBoundary>
          <RootLayout />
        </ErrorBoundary>
      ),
      children: [
        { path: '/', element: <HomePage /> },
        { path: '/login', element: <LoginPage /> },
        { path: '/signup', element: <SignupPage /> },
        { path: '/settings', element: <SettingsPage /> },
        {
          element: <SignedInOnly />,
          children: [
            { path: '/dashboard', element: <DashboardPage /> },
            { path: '/history/:id', element: <HistoryPage /> },
          ],
        },
        { path: '/:code', element: <MeetingRoute /> },
        { path: '*', element: <NotFound /> },
      ],
    },
  ]);
