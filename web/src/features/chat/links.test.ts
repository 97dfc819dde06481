// Addresses in messages.
import { expect, test } from 'vitest';
import { splitLinks } from './links';

test('links addresses without the punctuation around them', () => {
  expect(splitLinks('See (https://example.org/a?b=1). Bye')).toEqual([
    { text: 'See (', href: null },
    { text: 'https://example.org/a?b=1', href: 'https://example.org/a?b=1' },
    { text: '). Bye', href: null },
  ]);
});

test.each(['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', '<b>bold</b>'])('leaves %s as text', (text) => {
  expect(splitLinks(text)).toEqual([{ text, href: null }]);
});
