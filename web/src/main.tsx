// Entry of the web app: language and theme first, so that nothing flashes; then the session, while the first page shows.
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { chooseLanguage } from '@/i18n';
import { App } from './app/App';
import { makePageCall } from './app/call-binding';
import { applyTheme, preferencesStore } from './app/preferences';
import { registerServiceWorker, reloadWhenStale } from './app/service-worker';
import { restoreSession } from './app/session/session';
import './ui/tokens.css';

const { theme, language } = preferencesStore.getState();
applyTheme(theme);
reloadWhenStale();
void restoreSession();
await chooseLanguage(language);
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App call={makePageCall()} />
  </StrictMode>,
);
registerServiceWorker();
