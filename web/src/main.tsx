// Entry of the web app: language and theme first, so that nothing flashes; then the session, while the first page shows.
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { chooseLanguage } from '@/i18n';
import { App } from './app/App';
import { makePageCall } from './app/call-binding';
import { applyTheme, preferencesStore } from './app/preferences';
import { registerServiceWorker, reloadWhenStale } from './app/service-worker';
import { loadPage } from './app/routes/pages';
import { restoreSession } from './app/session/session';
import './ui/tokens.css';

const { theme, language } = preferencesStore.getState();
applyTheme(theme);
reloadWhenStale();
// The pages of first visits trust the hint; on any other, most of all on a meeting's, a browser that purged its storage but kept the
// cookie would be somebody new: no host of one's own meeting, and asked to wait again.
void restoreSession(!/^\/(login|signup)?$/.test(window.location.pathname));
await Promise.all([chooseLanguage(language), loadPage(window.location.pathname)]);
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App call={makePageCall()} />
  </StrictMode>,
);
registerServiceWorker();
