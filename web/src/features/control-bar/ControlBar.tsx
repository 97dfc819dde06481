// The bar below the stage: everything one does in a room, one press away.
import { FileUp, Hand, LayoutGrid, MessageSquare, MonitorUp, MonitorX, SquareUser, Users } from 'lucide-react';
import type { ReactNode } from 'react';
import { useCall, useCallState } from '@/app/call-binding';
import { changeRoomView, togglePanel, useRoomView } from '@/app/room-view-store';
import { useMediaControls } from '@/app/use-media-controls';
import { useText } from '@/i18n';
import { useMediaQuery } from '@/ui/use-media-query';
import { BarButton } from './BarButton';
import { CameraControl, MicControl } from './DeviceSplit';
import { LeaveControl } from './LeaveControl';
import { MoreMenu } from './MoreMenu';

export interface ControlBarProps {
  /** The button that opens the reactions, for wide screens. */
  reactions: ReactNode;
  /** The reactions themselves in a row, for the menu of narrow ones. */
  reactionRow: ReactNode;
}

export function ControlBar({ reactions, reactionRow }: ControlBarProps) {
  const t = useText();
  const call = useCall();
  const { panel, layout } = useRoomView();
  const { screen, hand, canShareScreen } = useMediaControls();
  const kind = useCallState(call.room, (state) => state.room?.kind ?? 'video');
  const unread = useCallState(call.room, (state) => state.unread);
  const waiting = useCallState(call.room, (state) => state.waiting.length);
  const offered = useCallState(
    call.files.store,
    (state) => Object.values(state.transfers).filter((file) => file.direction === 'in' && file.status === 'offered').length,
  );
  const narrow = useMediaQuery('(max-width: 719px)');

  return (
    <div
      role="toolbar"
      aria-label={t('room.controls')}
      className="flex justify-center px-2 pt-2 pb-[max(12px,env(safe-area-inset-bottom))]"
    >
      <div className="flex items-center gap-1.5 rounded-full border border-white/8 bg-[#1a1e27]/85 p-1.5 backdrop-blur-xl sm:gap-2 sm:p-2">
        {kind !== 'data' && <MicControl />}
        {kind === 'video' && <CameraControl />}
        {!narrow && (
          <>
            {kind !== 'data' && canShareScreen && (
              <BarButton
                label={t(screen.on ? 'room.unshare' : 'room.share')}
                shortcut="S"
                look={screen.on ? 'lit' : 'plain'}
                disabled={screen.status === 'starting'}
                onClick={screen.toggle}
              >
                {screen.on ? <MonitorX size={21} /> : <MonitorUp size={21} />}
              </BarButton>
            )}
            <BarButton
              label={t(hand.on ? 'room.lower' : 'room.raise')}
              shortcut="H"
              look={hand.on ? 'amber' : 'plain'}
              onClick={hand.toggle}
            >
              <Hand size={21} />
            </BarButton>
            {reactions}
            <span className="mx-0.5 h-6 w-px bg-white/12" aria-hidden="true" />
          </>
        )}
        {kind !== 'data' && (
          <BarButton
            id="bar-chat"
            label={t('room.chat')}
            shortcut="C"
            look={panel === 'chat' ? 'lit' : 'plain'}
            aria-pressed={panel === 'chat'}
            badge={{ count: unread, words: t('room.unread', { count: unread }) }}
            onClick={() => togglePanel('chat')}
          >
            <MessageSquare size={21} />
          </BarButton>
        )}
        <BarButton
          id="bar-people"
          label={t('room.people')}
          shortcut="P"
          look={panel === 'people' ? 'lit' : 'plain'}
          aria-pressed={panel === 'people'}
          badge={{ count: waiting, words: t('room.waitingFor', { count: waiting }) }}
          onClick={() => togglePanel('people')}
        >
          <Users size={21} />
        </BarButton>
        {!narrow && kind !== 'data' && (offered > 0 || panel === 'files') && (
          <BarButton
            id="bar-files"
            label={t('room.files')}
            look={panel === 'files' ? 'lit' : 'plain'}
            aria-pressed={panel === 'files'}
            badge={{ count: offered, words: t('files.status.offered.in') }}
            onClick={() => togglePanel('files')}
          >
            <FileUp size={21} />
          </BarButton>
        )}
        {!narrow && kind !== 'data' && (
          <BarButton
            label={t('room.layout')}
            aria-description={t(layout === 'grid' ? 'room.layout.grid' : 'room.layout.spotlight')}
            onClick={() => changeRoomView({ layout: layout === 'grid' ? 'spotlight' : 'grid', pinned: null })}
          >
            {layout === 'grid' ? <SquareUser size={21} /> : <LayoutGrid size={21} />}
          </BarButton>
        )}
        <MoreMenu narrow={narrow} reactions={reactionRow} />
        <LeaveControl />
      </div>
    </div>
  );
}
