// The room, put together from its features.
import { lazy, Suspense, useEffect } from 'react';
import { AdmissionNotice, useKnocking, WaitingList } from '@/features/admission/AdmissionNotice';
import { ChatPanel } from '@/features/chat/ChatPanel';
import { ControlBar } from '@/features/control-bar/ControlBar';
import { PeoplePanel } from '@/features/people/PeoplePanel';
import { FloatingReactions, ReactionButton, ReactionRow } from '@/features/reactions/Reactions';
import { RoomBanners } from '@/features/room-notices/RoomBanners';
import { useMeshWarning } from '@/features/room-notices/use-mesh-warning';
import { useRoomNotices } from '@/features/room-notices/use-room-notices';
import { useRoomShortcuts } from '@/features/shortcuts/use-room-shortcuts';
import { PeopleStrip } from '@/features/stage/PeopleStrip';
import { Stage } from '@/features/stage/Stage';
import { useText } from '@/i18n';
import { cx } from '@/ui/cx';
import { Loading } from '@/ui/Empty';
import { OverDialogs } from '@/ui/OverDialogs';
import { clearToasts, Toaster } from '@/ui/toast';
import { useTopDialog } from '@/ui/top-dialog';
import { useCall, useCallState } from '../call-binding';
import { SidePanel } from '../chrome/SidePanel';
import { changeRoomView, resetRoomView, useRoomView } from '../room-view-store';
import { useTitle } from '../title';
import { RoomHeader } from './RoomHeader';

const FilesPanel = lazy(() => import('@/features/files/FilesPanel').then((module) => ({ default: module.FilesPanel })));
const StatisticsDialog = lazy(() =>
  import('@/features/statistics/StatisticsDialog').then((module) => ({ default: module.StatisticsDialog })),
);
const DeviceDialog = lazy(() => import('@/features/settings/DeviceDialog').then((module) => ({ default: module.DeviceDialog })));
const ShortcutsDialog = lazy(() => import('@/features/shortcuts/ShortcutsDialog').then((module) => ({ default: module.ShortcutsDialog })));

export function RoomScreen() {
  const t = useText();
  const call = useCall();
  const { panel, dialog } = useRoomView();
  const room = useCallState(call.room, (state) => state.room);
  const data = room?.kind === 'data';
  useTitle(room?.title || t('meeting.untitled'));
  useRoomNotices();
  useRoomShortcuts();
  useMeshWarning();
  useDarkRoom();

  const close = () => changeRoomView({ panel: null });
  const closeDialog = () => changeRoomView({ dialog: null });
  const files = (
    <Suspense fallback={<Loading label={t('app.loading')} />}>
      <FilesPanel beside={data} />
    </Suspense>
  );
  return (
    <div className="flex h-dvh flex-col overflow-hidden bg-stage text-white">
      <RoomHeader />
      <main className="flex min-h-0 flex-1 flex-col">
        <RoomBanners />
        <div className="relative flex min-h-0 flex-1">
          <div className="relative flex min-h-0 min-w-0 flex-1 flex-col px-2">
            {data ? <DataRoom files={files} /> : <Stage />}
            <FloatingReactions />
          </div>
          {panel === 'chat' && !data && (
            <SidePanel title={t('chat.title')} onClose={close}>
              <ChatPanel opened />
            </SidePanel>
          )}
          {panel === 'people' && (
            <SidePanel title={t('people.title')} onClose={close}>
              <PeoplePanel waitingList={<WaitingList />} />
            </SidePanel>
          )}
          {panel === 'files' && !data && (
            <SidePanel title={t('files.title')} onClose={close}>
              {files}
            </SidePanel>
          )}
        </div>
        <ControlBar reactions={<ReactionButton />} reactionRow={<ReactionRow inMenu />} />
      </main>
      <Suspense fallback={null}>
        {dialog === 'statistics' && <StatisticsDialog onClose={closeDialog} />}
        {dialog === 'settings' && <DeviceDialog camera={room?.kind === 'video'} onClose={closeDialog} />}
        {dialog === 'shortcuts' && <ShortcutsDialog onClose={closeDialog} />}
      </Suspense>
      <OverRoom />
    </div>
  );
}

/**
 * Who knocks, and below it what has just happened: above everything, dialogues too, and over the header rather than over the names that
 * stand at the foot of the tiles.
 */
function OverRoom() {
  const t = useText();
  const { panel } = useRoomView();
  const knocking = useKnocking();
  const dialog = useTopDialog() !== null;
  return (
    <OverDialogs>
      <div
        className={cx(
          'pointer-events-none fixed inset-x-3 z-40 flex flex-col items-center gap-2',
          panel && !dialog && 'min-[900px]:right-[372px]',
          dialog ? 'top-3' : knocking ? 'top-16' : 'top-1',
        )}
      >
        <AdmissionNotice />
        <Toaster label={t('app.notifications')} dismissLabel={t('app.dismiss')} className="w-full items-center" />
      </div>
    </OverDialogs>
  );
}

/** A room without pictures: writing and files have the stage. */
function DataRoom({ files }: { files: React.ReactNode }) {
  const t = useText();
  return (
    <div className="mx-auto flex min-h-0 w-full max-w-[1120px] flex-1 flex-col gap-2">
      <PeopleStrip />
      <div className="grid min-h-0 flex-1 grid-rows-[minmax(0,1fr)_auto] gap-2 md:grid-cols-[minmax(0,1fr)_380px] md:grid-rows-1">
        <section aria-label={t('chat.title')} className="flex min-h-0 flex-col rounded-2xl bg-surface pt-3 text-ink">
          <ChatPanel opened={false} />
        </section>
        {/* As tall as its files, up to a share of a narrow window. */}
        <section aria-label={t('files.title')} className="flex min-h-0 flex-col rounded-2xl bg-surface pt-3 text-ink max-md:max-h-[38dvh]">
          {files}
        </section>
      </div>
    </div>
  );
}

/** The room is dark in every theme, and so is all that opens above it. */
function useDarkRoom(): void {
  useEffect(() => {
    document.documentElement.dataset['room'] = '';
    return () => {
      delete document.documentElement.dataset['room'];
      resetRoomView();
      // What was news in the room is none outside of it.
      clearToasts();
    };
  }, []);
}
