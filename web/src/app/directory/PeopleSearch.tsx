// Finds people with an account, and rings them.
import { Phone, Search, UserRoundSearch, Video } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import type { RoomKind } from '@/call';
import { useText } from '@/i18n';
import { Avatar } from '@/ui/Avatar';
import { Empty, Loading } from '@/ui/Empty';
import { TextField } from '@/ui/Field';
import { IconButton } from '@/ui/IconButton';
import { Notice } from '@/ui/Notice';
import { errorText } from '../api/error-text';
import { usePeopleSearch } from '../api/list-queries';
import { useCall } from '../call-binding';
import { reportFailure } from '../report-failure';

/** In a room the kind is the room's own, so there is one button. */
export function PeopleSearch({ inRoom }: { inRoom: boolean }) {
  const t = useText();
  const call = useCall();
  const [text, setText] = useState('');
  const wanted = useDeferredValue(text.trim());
  const { data, error, isFetching } = usePeopleSearch(wanted);
  const enough = [...wanted].length >= 2;
  const ring = (id: string, name: string, kind?: RoomKind) =>
    void call.invite(id, name, kind).catch((failure: unknown) => reportFailure(t, failure));

  return (
    <div className="flex flex-col gap-3">
      <div className="relative">
        <TextField
          label={t('dash.searchPeople')}
          hint={enough || inRoom ? undefined : t('dash.searchHint')}
          hideLabel={inRoom}
          placeholder={inRoom ? t('dash.searchPeople') : undefined}
          type="search"
          autoComplete="off"
          value={text}
          onChange={(event) => setText(event.target.value)}
          inputClassName="pl-10"
        />
        <Search
          size={18}
          className={`pointer-events-none absolute left-3.5 text-soft ${inRoom ? 'top-3.5' : 'top-[38px]'}`}
          aria-hidden="true"
        />
      </div>
      {error !== null && enough && <Notice tone="bad">{errorText(t, error)}</Notice>}
      {!enough && !inRoom && (
        <Empty icon={<UserRoundSearch size={22} />} title={t('dash.peopleIdle')}>
          {t('dash.peopleIdleBody')}
        </Empty>
      )}
      {enough && !data && isFetching && <Loading label={t('app.loading')} />}
      {enough && data?.length === 0 && <Empty title={t('dash.noPeople')}>{t('dash.noPeopleBody')}</Empty>}
      {enough && data && data.length > 0 && (
        <ul className="flex flex-col">
          {data.map((person) => (
            <li key={person.id} className="flex items-center gap-3 border-b border-line py-2.5 last:border-0">
              <span className="relative">
                <Avatar name={person.name} seed={person.id} size={40} />
                {person.online && <span className="absolute right-0 bottom-0 size-3 rounded-full border-2 border-surface bg-emerald" />}
              </span>
              <div className="min-w-0 flex-1">
                <p className="truncate font-medium">{person.name}</p>
                <p className={`text-xs ${person.online ? 'text-emerald-text' : 'text-soft'}`}>
                  {t(person.online ? 'dash.online' : 'dash.offline')}
                </p>
              </div>
              {!inRoom && (
                <IconButton label={t('dash.callAudio', { name: person.name })} onClick={() => ring(person.id, person.name, 'audio')}>
                  <Phone size={19} />
                </IconButton>
              )}
              <IconButton
                label={t('dash.call', { name: person.name })}
                className="bg-cobalt-wash !text-cobalt-text"
                onClick={() => ring(person.id, person.name, inRoom ? undefined : 'video')}
              >
                {inRoom ? <Phone size={19} /> : <Video size={20} />}
              </IconButton>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
