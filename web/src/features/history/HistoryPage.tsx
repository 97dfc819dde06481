// One call of one's own history.
import { ArrowLeft, SearchX } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link, useParams } from 'react-router';
import { errorText } from '@/app/api/error-text';
import { useCallLog } from '@/app/api/list-queries';
import { callTitle } from '@/app/call-title';
import { MessagePage } from '@/app/chrome/MessagePage';
import { Page } from '@/app/chrome/Page';
import { formatDateTime, formatDuration, formatTime, useLocale, useText, type TextKey } from '@/i18n';
import { Avatar } from '@/ui/Avatar';
import { buttonClass } from '@/ui/Button';
import { Loading } from '@/ui/Empty';

export function HistoryPage() {
  const t = useText();
  const locale = useLocale();
  const { id = '' } = useParams();
  const { data: log, error } = useCallLog(id);
  if (error) {
    return (
      <MessagePage icon={<SearchX size={26} />} title={t('failed.title')} body={errorText(t, error)}>
        <Link to="/dashboard?view=history" className={buttonClass('strong')}>
          {t('history.back')}
        </Link>
      </MessagePage>
    );
  }
  if (!log) {
    return (
      <Page title={t('dash.history')}>
        <Loading label={t('app.loading')} />
      </Page>
    );
  }
  const title = callTitle(t, log);
  return (
    <Page title={title} width="middle">
      <Link
        to="/dashboard?view=history"
        className="mt-3 inline-flex w-fit items-center gap-2 rounded-lg py-1 pr-2 text-soft hover:text-ink"
      >
        <ArrowLeft size={18} aria-hidden="true" />
        {t('history.back')}
      </Link>
      <h1 className="mt-4 text-2xl font-semibold break-words">{title}</h1>
      <p className="mt-1 text-lg text-soft">{t('history.title', { date: formatDateTime(locale, log.started_at) })}</p>
      <dl className="mt-7 grid grid-cols-2 gap-px overflow-hidden rounded-card border border-line bg-line sm:grid-cols-4">
        <Fact label={t('history.outcome')}>{t(`history.outcome.${log.outcome}` satisfies TextKey)}</Fact>
        <Fact label={t('history.duration')}>{formatDuration(locale, log.duration_seconds * 1000)}</Fact>
        <Fact label={t('history.role')}>{t(`history.role.${log.role}` satisfies TextKey)}</Fact>
        {log.meeting_code && <Fact label={t('history.code')}>{log.meeting_code}</Fact>}
      </dl>
      <h2 className="mt-9 mb-2 text-lg font-semibold">
        {t('history.attendees')} <span className="tabular font-normal text-soft">{log.participant_count}</span>
      </h2>
      <ul className="grid gap-x-8 sm:grid-cols-2">
        {log.attendees.map((person, index) => (
          <li key={index} className="flex items-center gap-3 border-b border-line py-2.5">
            <Avatar name={person.name} seed={person.user_id} size={36} />
            <span className="min-w-0 flex-1 truncate font-medium">{person.name}</span>
            <span className="tabular shrink-0 text-xs text-soft">
              {formatTime(locale, person.joined_at)} – {person.left_at ? formatTime(locale, person.left_at) : t('meeting.stillHere')}
            </span>
          </li>
        ))}
      </ul>
      {log.meeting_code && (
        <Link to={`/${log.meeting_code}`} className={buttonClass('quiet', 'normal', 'mt-8 self-start')}>
          {t('history.again')}
        </Link>
      )}
    </Page>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="bg-surface px-4 py-3.5">
      <dt className="text-xs text-soft">{label}</dt>
      <dd className="tabular mt-0.5 text-lg font-semibold break-words">{children}</dd>
    </div>
  );
}
