// What people type and paste.
import { expect, test } from 'vitest';
import { parseMeetingCode } from './meeting-code';

test.each([
  ['abc-defg-hij', 'abc-defg-hij'],
  [' ABC-DEFG-HIJ ', 'abc-defg-hij'],
  ['abcdefghij', 'abc-defg-hij'],
  ['abc defg hij', 'abc-defg-hij'],
  ['https://meet.example.org/abc-defg-hij?x=1', 'abc-defg-hij'],
  ['localhost:5000/abc-defg-hij', 'abc-defg-hij'],
  ['https://meet.example.org/', null],
  ['hello', null],
  ['abc-def1-hij', null],
  ['', null],
])('%s', (typed, code) => {
  expect(parseMeetingCode(typed)).toBe(code);
});
