// Which language is spoken: chosen, or the first of the browser's that is known.
import { createStore } from 'zustand/vanilla';
import { en } from './en';
import { translator, type Texts, type Translate } from './text';

export const languages = ['en', 'de'] as const;
export type Language = (typeof languages)[number];
export type LanguageChoice = Language | 'system';

/** Languages in their own words. */
export const languageNames: Record<Language, string> = { en: 'English', de: 'Deutsch' };

export interface LanguageState {
  readonly choice: LanguageChoice;
  readonly language: Language;
  /** For dates and numbers: the browser's own region where it speaks the same language. */
  readonly locale: string;
  readonly t: Translate;
}

const loaders: Record<Language, () => Promise<Texts>> = {
  en: () => Promise.resolve(en),
  de: () => import('./de').then((module) => module.de),
};

const isLanguage = (value: string | undefined): value is Language => languages.some((language) => language === value);
const short = (tag: string) => tag.slice(0, 2).toLowerCase();

export function detect(preferred: readonly string[]): Language {
  return preferred.map(short).find(isLanguage) ?? 'en';
}

const localeOf = (language: Language, preferred: readonly string[]) => preferred.find((tag) => short(tag) === language) ?? language;

export const languageStore = createStore<LanguageState>(() => ({
  choice: 'system',
  language: 'en',
  locale: 'en',
  t: translator(en, 'en'),
}));

/** Loads and switches; resolves when the texts are there. */
export async function chooseLanguage(choice: LanguageChoice, preferred: readonly string[] = navigator.languages): Promise<void> {
  const language = choice === 'system' ? detect(preferred) : choice;
  const texts = await loaders[language]();
  const locale = localeOf(language, preferred);
  document.documentElement.lang = language;
  languageStore.setState({ choice, language, locale, t: translator(texts, language) });
}
