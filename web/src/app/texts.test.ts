// Both languages are complete, speak with the same values, and have words for every error of the protocol.
import { describe, expect, test } from 'vitest';
import { codeText } from './api/error-text';
import { de } from '@/i18n/de';
import { en } from '@/i18n/en';
import { formatBytes, formatClock, formatDuration } from '@/i18n/format';
import { detect } from '@/i18n/language';
import { translator, type PluralText } from '@/i18n/text';

const placeholders = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
const forms = (text: string | PluralText) => (typeof text === 'string' ? [text] : [text.one, text.other]);

test('German fills in exactly what English does', () => {
  for (const key of Object.keys(en) as (keyof typeof en)[]) {
    const [english, german] = [forms(en[key]).at(-1)!, forms(de[key]).at(-1)!];
    expect(placeholders(german), key).toEqual(placeholders(english));
    expect(german.trim(), key).not.toBe('');
  }
});

// protocol.md: the codes of signaling and of REST.
const codes = [
  'bad_message unauthenticated forbidden not_in_room already_in_room peer_not_found meeting_not_found wrong_password room_full room_locked',
  'meeting_ended not_host removed rate_limited too_large user_offline invitation_not_found internal validation_failed signup_disabled',
  'email_taken invalid_credentials guests_disabled invalid_refresh_token not_a_participant not_found',
]
  .join(' ')
  .split(' ');

describe.each([
  ['en', en],
  ['de', de],
] as const)('in %s', (language, texts) => {
  test.each(codes)('%s has words of its own', (code) => {
    const t = translator(texts, language);
    expect(codeText(t, code)).not.toBe(t('error.unknown'));
  });

  test('a code nobody knows still gets a sentence', () => {
    const t = translator(texts, language);
    expect(codeText(t, 'brand_new')).toBe(t('error.unknown'));
  });
});

test('counts in the plural', () => {
  const t = translator(en, 'en');
  expect(t('entry.count', { count: 1 })).toBe('1 person is here');
  expect(t('entry.count', { count: 1200 })).toBe('1,200 people are here');
});

test('speaks the first language of the browser that it knows', () => {
  expect(detect(['fr-FR', 'de-AT', 'en'])).toBe('de');
  expect(detect(['fr'])).toBe('en');
});

test('formats durations, clocks and sizes', () => {
  expect(formatDuration('en', 3_905_000)).toBe('1 hr 5 min');
  expect(formatDuration('en', 0)).toBe('0 sec');
  expect(formatClock(3_729_000)).toBe('1:02:09');
  expect(formatClock(245_000)).toBe('4:05');
  expect(formatBytes('en', 1_540_000)).toBe('1.5 MB');
});
