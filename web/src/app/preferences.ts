// What a person chose for this browser: theme, language, sounds, whether to enter with microphone and camera.
import { createStore } from 'zustand/vanilla';
import { useStore } from 'zustand';
import { chooseLanguage, type LanguageChoice } from '@/i18n';

export type Theme = 'system' | 'light' | 'dark';

export interface Preferences {
  readonly theme: Theme;
  readonly language: LanguageChoice;
  readonly sounds: boolean;
  readonly enterWithMic: boolean;
  readonly enterWithCamera: boolean;
  readonly guestName: string;
}

const key = 'parley.preferences';
const defaults: Preferences = {
  theme: 'system',
  language: 'system',
  sounds: true,
  enterWithMic: true,
  enterWithCamera: true,
  guestName: '',
};

function read(): Preferences {
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? '{}') as Partial<Preferences>;
    return { ...defaults, ...kept };
  } catch {
    return defaults;
  }
}

export const preferencesStore = createStore<Preferences>(read);
export const usePreferences = () => useStore(preferencesStore);

export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}

export function changePreferences(change: Partial<Preferences>): void {
  preferencesStore.setState(change);
  const all = preferencesStore.getState();
  try {
    localStorage.setItem(key, JSON.stringify(all));
  } catch {
    // without storage the choice lasts as long as the page
  }
  if (change.theme) applyTheme(change.theme);
  if (change.language) void chooseLanguage(change.language);
}
