// What a text is, and how a key and its values become a sentence.
import type { en } from './en';

export type TextKey = keyof typeof en;
export type PluralText = { readonly one: string; readonly other: string };
/** Every key, with plural forms exactly where English has them: a missing one fails the type check. */
export type Texts = { readonly [K in TextKey]: (typeof en)[K] extends string ? string : PluralText };
export type TextValues = Readonly<Record<string, string | number>>;
export type Translate = (key: TextKey, values?: TextValues) => string;

export function translator(texts: Texts, locale: string): Translate {
  const plurals = new Intl.PluralRules(locale);
  const numbers = new Intl.NumberFormat(locale);
  return (key, values) => {
    const text: string | PluralText = texts[key];
    const template = typeof text === 'string' ? text : plurals.select(Number(values?.['count'] ?? 0)) === 'one' ? text.one : text.other;
    if (!values) return template;
    return template.replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = values[name];
      return value === undefined ? whole : typeof value === 'number' ? numbers.format(value) : value;
    });
  };
}
