// What is needed now and then; on narrow screens also what the bar has no room for.
import {
  Activity,
  Expand,
  FileUp,
  Hand,
  Keyboard,
  LayoutGrid,
  Link2,
  Lock,
  LockOpen,
  MonitorUp,
  MonitorX,
  EllipsisVertical,
  Settings,
  Shrink,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { useCall, useCallState } from '@/app/call-binding';
import { copyLink } from '@/app/copy-link';
import { joinLink } from '@/app/meeting-code';
import { reportFailure } from '@/app/report-failure';
import { changeRoomView, togglePanel, useRoomView } from '@/app/room-view-store';
import { useMediaControls } from '@/app/use-media-controls';
import { useText } from '@/i18n';
import { Menu, MenuChoices, MenuItem, MenuSeparator } from '@/ui/Menu';
import { BarButton } from './BarButton';

export function MoreMenu({ narrow, reactions }: { narrow: boolean; reactions: ReactNode }) {
  const t = useText();
  const call = useCall();
  const { layout } = useRoomView();
  const { screen, hand, canShareScreen } = useMediaControls();
  const room = useCallState(call.room, (state) => ({ code: state.room?.code ?? '', locked: state.room?.locked, kind: state.room?.kind }));
  const mayModerate = useCallState(call.room, ({ me, participants }) => {
    const role = me ? participants[me]?.role : undefined;
    return role === 'host' || role === 'cohost';
  });
  const content = useCallState(call.devices.store, (state) => state.screenContent);
  const full = document.fullscreenElement !== null;
  const lock = () => void call.lockRoom(!room.locked).catch((error: unknown) => reportFailure(t, error));
  const share = canShareScreen && room.kind !== 'data';

  return (
    <Menu
      label={t('room.more')}
      side="top"
      align="end"
      trigger={
        <BarButton label={t('room.more')}>
          <EllipsisVertical size={21} />
        </BarButton>
      }
    >
      {narrow && (
        <>
          <div className="px-1 pt-1 pb-2">{reactions}</div>
          <MenuItem icon={<Hand size={18} />} onSelect={hand.toggle}>
            {t(hand.on ? 'room.lower' : 'room.raise')}
          </MenuItem>
          {share && (
            <MenuItem icon={screen.on ? <MonitorX size={18} /> : <MonitorUp size={18} />} onSelect={screen.toggle}>
              {t(screen.on ? 'room.unshare' : 'room.share')}
            </MenuItem>
          )}
          <MenuItem icon={<Link2 size={18} />} onSelect={() => void copyLink(t, joinLink(room.code), t('room.copied'))}>
            {t('room.copy')}
          </MenuItem>
          {room.kind !== 'data' && (
            <MenuItem
              icon={<LayoutGrid size={18} />}
              onSelect={() => changeRoomView({ layout: layout === 'grid' ? 'spotlight' : 'grid', pinned: null })}
            >
              {t('room.layout')}: {t(layout === 'grid' ? 'room.layout.spotlight' : 'room.layout.grid')}
            </MenuItem>
          )}
          <MenuSeparator />
        </>
      )}
      {room.kind !== 'data' && (
        <MenuItem icon={<FileUp size={18} />} onSelect={() => togglePanel('files')}>
          {t('room.files')}
        </MenuItem>
      )}
      {mayModerate && (
        <MenuItem icon={room.locked ? <LockOpen size={18} /> : <Lock size={18} />} onSelect={lock}>
          {t(room.locked ? 'room.unlock' : 'room.lock')}
        </MenuItem>
      )}
      {room.kind !== 'data' && (
        <MenuItem icon={<Settings size={18} />} onSelect={() => changeRoomView({ dialog: 'settings' })}>
          {t('room.settings')}
        </MenuItem>
      )}
      <MenuItem icon={<Activity size={18} />} onSelect={() => changeRoomView({ dialog: 'statistics' })}>
        {t('room.statistics')}
      </MenuItem>
      {document.fullscreenEnabled && (
        <MenuItem
          icon={full ? <Shrink size={18} /> : <Expand size={18} />}
          onSelect={() => void (full ? document.exitFullscreen() : document.documentElement.requestFullscreen())}
        >
          {t(full ? 'room.exitFullscreen' : 'room.fullscreen')}
        </MenuItem>
      )}
      <MenuItem icon={<Keyboard size={18} />} hint="?" onSelect={() => changeRoomView({ dialog: 'shortcuts' })}>
        {t('room.shortcuts')}
      </MenuItem>
      {share && (
        <>
          <MenuSeparator />
          <MenuChoices
            label={t('room.screenContent')}
            value={content}
            onChange={(value) => call.devices.setScreenContent(value)}
            options={[
              { value: 'text', label: t('room.screenText') },
              { value: 'motion', label: t('room.screenMotion') },
            ]}
          />
        </>
      )}
    </Menu>
  );
}
