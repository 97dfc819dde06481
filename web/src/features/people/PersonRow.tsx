// One line of the list, with what may be done.
import {
  EllipsisVertical,
  Hand,
  MessageSquare,
  Mic,
  MicOff,
  MonitorUp,
  Shield,
  ShieldOff,
  Crown,
  FileUp,
  UserX,
  Video,
  VideoOff,
} from 'lucide-react';
import type { Participant } from '@/call';
import { useCall, useCallState } from '@/app/call-binding';
import { reportFailure } from '@/app/report-failure';
import { changeRoomView } from '@/app/room-view-store';
import { useText } from '@/i18n';
import { Avatar } from '@/ui/Avatar';
import { Badge } from '@/ui/Badge';
import { IconButton } from '@/ui/IconButton';
import { Menu, MenuItem, MenuSeparator } from '@/ui/Menu';
import type { Question } from './ConfirmDialog';

export function PersonRow({ person, onAsk }: { person: Participant; onAsk: (question: Question) => void }) {
  const t = useText();
  const call = useCall();
  const kind = useCallState(call.room, (state) => state.room?.kind);
  const hand = useCallState(call.room, (state) => state.hands.indexOf(person.id) + 1);
  return (
    <li className="flex min-h-14 items-center gap-3 py-1.5">
      <Avatar name={person.name} seed={person.userId} size={38} />
      <div className="min-w-0 flex-1">
        <p className="flex items-center gap-1.5">
          <span className="truncate font-medium">{person.name}</span>
          {person.isMe && <span className="shrink-0 text-xs text-soft">({t('app.you')})</span>}
        </p>
        <p className="truncate text-xs text-soft">
          {person.connection === 'reconnecting'
            ? t('room.tile.reconnecting')
            : person.role !== 'participant'
              ? t(`people.${person.role}`)
              : person.guest
                ? t('people.guest')
                : null}
        </p>
      </div>
      {hand > 0 && (
        <Badge tone="warn">
          <Hand size={14} aria-hidden="true" />
          <span className="tabular" aria-label={t('people.hand', { number: hand })}>
            {hand}
          </span>
        </Badge>
      )}
      <span className="flex shrink-0 items-center gap-2 text-soft">
        {person.screen && (
          <MonitorUp size={17} className="text-emerald-text" role="img" aria-label={t('room.screenOf', { name: person.name })} />
        )}
        {kind !== 'data' &&
          (person.mic ? <Mic size={17} /> : <MicOff size={17} role="img" aria-label={t('room.tile.muted')} className="text-red-text" />)}
        {kind === 'video' &&
          (person.camera ? <Video size={17} /> : <VideoOff size={17} role="img" aria-label={t('room.tile.cameraOff')} />)}
      </span>
      {person.isMe ? <span className="size-8 shrink-0" /> : <PersonMenu person={person} onAsk={onAsk} />}
    </li>
  );
}

function PersonMenu({ person, onAsk }: { person: Participant; onAsk: (question: Question) => void }) {
  const t = useText();
  const call = useCall();
  const { id, name } = person;
  const kind = useCallState(call.room, (state) => state.room?.kind);
  const role = useCallState(call.room, ({ me, participants }) => (me ? participants[me]?.role : undefined));
  const host = role === 'host';
  const moderator = host || role === 'cohost';
  const run = (command: Promise<void>) => void command.catch((error: unknown) => reportFailure(t, error));
  return (
    <Menu
      label={t('people.actions', { name })}
      trigger={
        <IconButton label={t('people.actions', { name })} size="small">
          <EllipsisVertical size={18} />
        </IconButton>
      }
    >
      <MenuItem icon={<MessageSquare size={18} />} onSelect={() => changeRoomView({ panel: 'chat', chatTo: id })}>
        {t('people.message')}
      </MenuItem>
      <MenuItem icon={<FileUp size={18} />} onSelect={() => changeRoomView({ panel: 'files', fileTo: id })}>
        {t('people.sendFile')}
      </MenuItem>
      {moderator && (
        <>
          <MenuSeparator />
          {kind !== 'data' && (
            <MenuItem icon={<MicOff size={18} />} disabled={!person.mic} onSelect={() => run(call.muteParticipant(id))}>
              {t('people.mute')}
            </MenuItem>
          )}
          {kind === 'video' && (
            <MenuItem icon={<VideoOff size={18} />} disabled={!person.camera} onSelect={() => run(call.stopVideo(id))}>
              {t('people.stopVideo')}
            </MenuItem>
          )}
        </>
      )}
      {host && (
        <>
          <MenuItem
            icon={person.role === 'cohost' ? <ShieldOff size={18} /> : <Shield size={18} />}
            onSelect={() => run(call.setRole(id, person.role === 'cohost' ? 'participant' : 'cohost'))}
          >
            {t(person.role === 'cohost' ? 'people.unmakeCohost' : 'people.makeCohost')}
          </MenuItem>
          <MenuItem icon={<Crown size={18} />} onSelect={() => onAsk({ kind: 'host', id, name })}>
            {t('people.makeHost')}
          </MenuItem>
        </>
      )}
      {moderator && person.role !== 'host' && (
        <>
          <MenuSeparator />
          <MenuItem tone="danger" icon={<UserX size={18} />} onSelect={() => onAsk({ kind: 'remove', id, name })}>
            {t('people.remove')}
          </MenuItem>
        </>
      )}
    </Menu>
  );
}
