// A copied link that works on this computer alone is not praised.
import { afterEach, expect, it, vi } from 'vitest';
import { toast } from '@/ui/toast';
import { copyLink } from './copy-link';

vi.mock('@/ui/toast', () => ({ toast: vi.fn() }));
afterEach(() => vi.mocked(toast).mockClear());

it.each([
  ['https://meet.example.org/abc-defg-hij', 'done', 'good'],
  ['https://192.0.2.2:5001/abc-defg-hij', 'done', 'good'],
  ['http://localhost:5000/abc-defg-hij', 'link.onlyHere', 'warn'],
  ['http://127.0.0.1:5000/abc-defg-hij', 'link.onlyHere', 'warn'],
  ['http://[::1]:5000/abc-defg-hij', 'link.onlyHere', 'warn'],
])('%s is copied and told as %s', async (link, text, tone) => {
  const writeText = vi.fn(() => Promise.resolve());
  vi.stubGlobal('navigator', { clipboard: { writeText } });
  await copyLink((key) => key, link, 'done');
  vi.unstubAllGlobals();
  expect(writeText).toHaveBeenCalledWith(link);
  expect(vi.mocked(toast)).toHaveBeenCalledWith(expect.objectContaining({ text, tone }));
});
