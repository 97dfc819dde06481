// The door to texts: the hook that components speak through.
import { useStore } from 'zustand';
import { languageStore } from './language';

export { chooseLanguage, languageNames, languages, languageStore, type Language, type LanguageChoice } from './language';
export * from './format';
export type { TextKey, TextValues, Translate } from './text';

export const useText = () => useStore(languageStore, (state) => state.t);
export const useLocale = () => useStore(languageStore, (state) => state.locale);
