// What was written in a meeting, and who was there when.
import { useState } from 'react';
import { errorText } from '@/app/api/error-text';
import { useAttendance, useMessages } from '@/app/api/list-queries';
import type { Meeting } from '@/app/api/types';
import { formatDateTime, formatTime, useLocale, useText } from '@/i18n';
import { Button } from '@/ui/Button';
import { Dialog } from '@/ui/Dialog';
import { Empty, Loading } from '@/ui/Empty';
import { Notice } from '@/ui/Notice';
import { TabPanel, Tabs } from '@/ui/Tabs';

type View = 'chat' | 'attendance';

export function MeetingDetailsDialog({ meeting, onClose }: { meeting: Meeting; onClose: () => void }) {
  const t = useText();
  const [view, setView] = useState<View>('chat');
  const tabs = (['chat', 'attendance'] as const).map((value) => ({ value, label: t(`meeting.${value}`) }));
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={meeting.title || t('meeting.untitled')}
      description={meeting.code}
      closeLabel={t('app.close')}
    >
      <Tabs id="details" label={t('dash.details')} value={view} onChange={setView} tabs={tabs} className="mb-4 max-w-80" />
      <TabPanel id="details" value={view}>
        {view === 'chat' ? <Chat code={meeting.code} /> : <Attendance code={meeting.code} />}
      </TabPanel>
    </Dialog>
  );
}

function Chat({ code }: { code: string }) {
  const t = useText();
  const locale = useLocale();
  const messages = useMessages(code);
  if (messages.isPending) return <Loading label={t('app.loading')} />;
  if (messages.error) return <Notice tone="bad">{errorText(t, messages.error)}</Notice>;
  if (messages.items.length === 0) return <Empty title={t('meeting.noChat')} />;
  return (
    <>
      <ul className="flex flex-col gap-3">
        {messages.items.map((message) => (
          <li key={message.message_id}>
            <p className="flex flex-wrap items-baseline gap-x-2 text-xs">
              <span className="font-semibold">{message.from.name}</span>
              {message.to && <span className="text-amber-text">{t('meeting.privateTo', { name: message.to.name })}</span>}
              <time className="tabular text-soft" dateTime={message.sent_at}>
                {formatDateTime(locale, message.sent_at)}
              </time>
            </p>
            <p className="[overflow-wrap:anywhere] whitespace-pre-wrap">{message.text}</p>
          </li>
        ))}
      </ul>
      <More query={messages} />
    </>
  );
}

function Attendance({ code }: { code: string }) {
  const t = useText();
  const locale = useLocale();
  const stays = useAttendance(code);
  if (stays.isPending) return <Loading label={t('app.loading')} />;
  if (stays.error) return <Notice tone="bad">{errorText(t, stays.error)}</Notice>;
  if (stays.items.length === 0) return <Empty title={t('meeting.noAttendance')} />;
  return (
    <>
      <table className="w-full text-left">
        <thead className="text-xs text-soft">
          <tr>
            <th className="py-2 font-medium">{t('meeting.person')}</th>
            <th className="py-2 font-medium">{t('meeting.joined')}</th>
            <th className="py-2 font-medium">{t('meeting.left')}</th>
          </tr>
        </thead>
        <tbody className="tabular divide-y divide-line">
          {stays.items.map((stay, index) => (
            <tr key={index}>
              <td className="max-w-48 truncate py-2 pr-3 font-medium">{stay.name}</td>
              <td className="py-2 pr-3">{formatDateTime(locale, stay.joined_at)}</td>
              <td className="py-2">{stay.left_at ? formatTime(locale, stay.left_at) : t('meeting.stillHere')}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <More query={stays} />
    </>
  );
}

function More({ query }: { query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown } }) {
  const t = useText();
  if (!query.hasNextPage) return null;
  return (
    <div className="mt-5 flex justify-center">
      <Button size="small" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
        {t('app.more')}
      </Button>
    </div>
  );
}
