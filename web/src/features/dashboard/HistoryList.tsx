// One's calls, newest first.
import { History } from 'lucide-react';
import { Link } from 'react-router';
import { errorText } from '@/app/api/error-text';
import { useCallLogs } from '@/app/api/list-queries';
import { callTitle } from '@/app/call-title';
import { formatDateTime, formatDuration, useLocale, useText, type TextKey } from '@/i18n';
import { Badge } from '@/ui/Badge';
import { Button } from '@/ui/Button';
import { Empty, Loading } from '@/ui/Empty';
import { Notice } from '@/ui/Notice';

const tones = { completed: 'good', missed: 'bad', declined: 'warn', waiting: 'neutral' } as const;

export function HistoryList() {
  const t = useText();
  const locale = useLocale();
  const logs = useCallLogs();
  if (logs.isPending) return <Loading label={t('app.loading')} />;
  if (logs.error) return <Notice tone="bad">{errorText(t, logs.error)}</Notice>;
  if (logs.items.length === 0) {
    return (
      <div className="rounded-card border border-dashed border-line">
        <Empty icon={<History size={22} />} title={t('dash.noHistory')}>
          {t('dash.noHistoryBody')}
        </Empty>
      </div>
    );
  }
  return (
    <>
      <ul className="divide-y divide-line overflow-hidden rounded-card border border-line bg-surface shadow-card">
        {logs.items.map((log) => (
          <li key={log.id}>
            <Link
              to={`/history/${log.id}`}
              className="flex items-center gap-4 px-4 py-3.5 outline-offset-[-2px] hover:bg-sunken max-sm:flex-col max-sm:items-stretch max-sm:gap-0 sm:px-5"
            >
              <div className="min-w-0 flex-1">
                <p className="truncate font-semibold">{callTitle(t, log)}</p>
                <p className="tabular text-xs text-soft sm:truncate">
                  {formatDateTime(locale, log.started_at)}
                  {!log.caller && ` · ${t('history.people', { count: log.participant_count })}`}
                </p>
              </div>
              <p className="flex shrink-0 items-center gap-4 max-sm:mt-1.5 max-sm:gap-3">
                {log.outcome === 'completed' && (
                  <span className="tabular text-soft max-sm:order-last max-sm:text-xs">
                    {formatDuration(locale, log.duration_seconds * 1000)}
                  </span>
                )}
                <Badge tone={tones[log.outcome]}>{t(`history.outcome.${log.outcome}` satisfies TextKey)}</Badge>
              </p>
            </Link>
          </li>
        ))}
      </ul>
      {logs.hasNextPage && (
        <div className="mt-5 flex justify-center">
          <Button busy={logs.isFetchingNextPage} onClick={() => void logs.fetchNextPage()}>
            {t('app.more')}
          </Button>
        </div>
      )}
    </>
  );
}
