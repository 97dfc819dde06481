// Copies a meeting's link and says so, or shows the link where the browser forbids copying.
import type { Translate } from '@/i18n';
import { toast } from '@/ui/toast';

export async function copyLink(t: Translate, link: string, done: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(link);
    toast({ text: done, tone: 'good', group: 'copy' });
  } catch {
    toast({ text: t('dash.copyFailed', { link }), group: 'copy', lastsMs: 30_000 });
  }
}
