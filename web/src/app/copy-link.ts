// Copies a meeting's link and says so, or shows the link where the browser forbids copying. A link that leads others nowhere is said to.
import type { Translate } from '@/i18n';
import { toast } from '@/ui/toast';

export async function copyLink(t: Translate, link: string, done: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(link);
    if (isLoopback(link)) toast({ text: t('link.onlyHere'), tone: 'warn', group: 'copy', lastsMs: 12_000 });
    else toast({ text: done, tone: 'good', group: 'copy' });
  } catch {
    toast({ text: t('dash.copyFailed', { link }), group: 'copy', lastsMs: 30_000 });
  }
}

function isLoopback(link: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(link, window.location.href).hostname);
}
