// For actions whose failure has no place of its own: a toast with the reason and what to do.
import type { Translate } from '@/i18n';
import { toast } from '@/ui/toast';
import { errorCode, errorText } from './api/error-text';

export function reportFailure(t: Translate, error: unknown): void {
  if (errorCode(error) === 'cancelled') return;
  toast({ text: errorText(t, error), tone: 'bad', group: `error.${errorCode(error)}` });
}
