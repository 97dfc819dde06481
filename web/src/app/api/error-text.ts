// From an error of any kind to a sentence that says what happened and what to do.
import type { TextKey, Translate } from '@/i18n';
import { en } from '@/i18n/en';

/** The stable code of an error, or `unknown`. */
export function errorCode(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : 'unknown';
}

export function errorText(t: Translate, error: unknown): string {
  return codeText(t, errorCode(error));
}

export function codeText(t: Translate, code: string): string {
  const key = `error.${code}`;
  return t(key in en ? (key as TextKey) : 'error.unknown');
}
