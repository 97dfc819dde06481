// One's own meetings, newest first.
import { AudioLines, CalendarDays, FileText, Video } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { errorText } from '@/app/api/error-text';
import { useMyMeetings } from '@/app/api/list-queries';
import type { Meeting, RoomKind } from '@/app/api/types';
import { formatDateTime, useLocale, useText, type TextKey } from '@/i18n';
import { Badge } from '@/ui/Badge';
import { Button, buttonClass } from '@/ui/Button';
import { Empty, Loading } from '@/ui/Empty';
import { Notice } from '@/ui/Notice';
import { MeetingActions } from './MeetingActions';
import { MeetingDetailsDialog } from './MeetingDetailsDialog';
import { MeetingFormDialog } from './MeetingFormDialog';

const kinds: Record<RoomKind, React.ReactNode> = {
  video: <Video size={20} />,
  audio: <AudioLines size={20} />,
  data: <FileText size={20} />,
};
const tones = { created: 'neutral', active: 'good', paused: 'warn', ended: 'neutral' } as const;

export function MeetingList({ onCreate }: { onCreate: () => void }) {
  const t = useText();
  const meetings = useMyMeetings();
  const [shown, setShown] = useState<{ readonly meeting: Meeting; readonly what: 'details' | 'edit' } | null>(null);
  if (meetings.isPending) return <Loading label={t('app.loading')} />;
  if (meetings.error) {
    return (
      <Notice
        tone="bad"
        action={
          <Button size="small" onClick={() => void meetings.refetch()}>
            {t('app.retry')}
          </Button>
        }
      >
        {errorText(t, meetings.error)}
      </Notice>
    );
  }
  if (meetings.items.length === 0) {
    return (
      <div className="rounded-card border border-dashed border-line">
        <Empty icon={<CalendarDays size={22} />} title={t('dash.noMeetings')}>
          <p className="mb-4">{t('dash.noMeetingsBody')}</p>
          <Button onClick={onCreate}>{t('dash.schedule')}</Button>
        </Empty>
      </div>
    );
  }
  return (
    <>
      <ul className="divide-y divide-line overflow-hidden rounded-card border border-line bg-surface shadow-card">
        {meetings.items.map((meeting) => (
          <MeetingRow key={meeting.id} meeting={meeting} onShow={(what) => setShown({ meeting, what })} />
        ))}
      </ul>
      {meetings.hasNextPage && (
        <div className="mt-5 flex justify-center">
          <Button busy={meetings.isFetchingNextPage} onClick={() => void meetings.fetchNextPage()}>
            {t('app.more')}
          </Button>
        </div>
      )}
      {shown?.what === 'details' && <MeetingDetailsDialog meeting={shown.meeting} onClose={() => setShown(null)} />}
      {shown?.what === 'edit' && <MeetingFormDialog meeting={shown.meeting} onClose={() => setShown(null)} />}
    </>
  );
}

function MeetingRow({ meeting, onShow }: { meeting: Meeting; onShow: (what: 'details' | 'edit') => void }) {
  const t = useText();
  const locale = useLocale();
  const title = meeting.title || t('meeting.untitled');
  return (
    <li className="flex items-center gap-3 px-4 py-3.5 sm:gap-4 sm:px-5">
      <span
        title={t(`meeting.kind.${meeting.kind}` satisfies TextKey)}
        className="hidden size-11 shrink-0 place-items-center rounded-xl bg-sunken text-soft sm:grid"
      >
        {kinds[meeting.kind]}
      </span>
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
          <span className="max-w-full min-w-0 truncate font-semibold">{title}</span>
          {meeting.state !== 'created' && (
            <Badge tone={tones[meeting.state]}>{t(`meeting.state.${meeting.state}` satisfies TextKey)}</Badge>
          )}
        </p>
        <p className="text-xs text-soft max-sm:mt-0.5 sm:truncate">
          <span className="tabular">{meeting.code}</span> · {t('meeting.created', { date: formatDateTime(locale, meeting.created_at) })}
        </p>
      </div>
      {meeting.state !== 'ended' ? (
        <Link to={`/${meeting.code}`} aria-label={t('dash.openNamed', { title })} className={buttonClass('quiet', 'small', 'text-base')}>
          {t('dash.open')}
        </Link>
      ) : (
        <Button size="small" className="text-base" aria-label={t('dash.detailsNamed', { title })} onClick={() => onShow('details')}>
          {t('dash.details')}
        </Button>
      )}
      <MeetingActions meeting={meeting} title={title} onShow={onShow} />
    </li>
  );
}
