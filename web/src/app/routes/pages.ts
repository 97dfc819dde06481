// The pages, each loaded when it is needed; the one that the address names while the app itself starts, so that it is the first thing seen.
import { lazy } from 'react';
import { isMeetingCode } from '../meeting-code';

const home = () => import('@/features/home/HomePage');
const login = () => import('@/features/auth/LoginPage');
const signup = () => import('@/features/auth/SignupPage');
const dashboard = () => import('@/features/dashboard/DashboardPage');
const history = () => import('@/features/history/HistoryPage');
const settings = () => import('@/features/settings/SettingsPage');
const meeting = () => import('./MeetingRoute');

export const HomePage = lazy(() => home().then((module) => ({ default: module.HomePage })));
export const LoginPage = lazy(() => login().then((module) => ({ default: module.LoginPage })));
export const SignupPage = lazy(() => signup().then((module) => ({ default: module.SignupPage })));
export const DashboardPage = lazy(() => dashboard().then((module) => ({ default: module.DashboardPage })));
export const HistoryPage = lazy(() => history().then((module) => ({ default: module.HistoryPage })));
export const SettingsPage = lazy(() => settings().then((module) => ({ default: module.SettingsPage })));
export const MeetingRoute = lazy(() => meeting().then((module) => ({ default: module.MeetingRoute })));

function pageOf(path: string): (() => Promise<unknown>) | undefined {
  const first = path.split('/')[1] ?? '';
  const named: Record<string, () => Promise<unknown>> = { '': home, login, signup, dashboard, history, settings };
  return named[first] ?? (isMeetingCode(first) ? meeting : undefined);
}

/** Never rejects: a page that cannot be loaded now is asked for again, and reported, where it is shown. */
export async function loadPage(path: string): Promise<void> {
  await pageOf(path)?.().catch(() => undefined);
}
