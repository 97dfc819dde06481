// What a call of the history is called: a call that nobody took has no meeting, so it is named after who rang.
import type { CallLog } from '@/app/api/types';
import type { useText } from '@/i18n';

export function callTitle(t: ReturnType<typeof useText>, log: CallLog): string {
  if (log.caller && log.outcome === 'missed') return t('history.missedFrom', { name: log.caller.name });
  if (log.caller && log.outcome === 'declined') return t('history.declinedFrom', { name: log.caller.name });
  return log.meeting_title || t('meeting.untitled');
}
