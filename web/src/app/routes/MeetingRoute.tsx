// One address, `/:code`, through all its states: entry, waiting, room, farewell.
import { DoorClosed, SearchX } from 'lucide-react';
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react';
import { Link, useParams } from 'react-router';
import type { RoomPhase } from '@/call';
import { EntryScreen, type EntryRequest } from '@/features/entry/EntryScreen';
import { FarewellScreen } from '@/features/farewell/FarewellScreen';
import { WaitingScreen } from '@/features/waiting-room/WaitingScreen';
import { useText } from '@/i18n';
import { Button, buttonClass } from '@/ui/Button';
import { Loading } from '@/ui/Empty';
import { errorCode, errorText } from '../api/error-text';
import { useOwnsMeeting, usePublicMeeting } from '../api/queries';
import type { PublicMeeting } from '../api/types';
import { useCall, useCallState } from '../call-binding';
import { MessagePage } from '../chrome/MessagePage';
import { Page } from '../chrome/Page';
import { isMeetingCode } from '../meeting-code';
import { enterAsGuest, sessionStore } from '../session/session';
import { useSession } from '../session/use-session';
import { NotFound } from './NotFound';

const loadRoom = () => import('./RoomScreen');
const RoomScreen = lazy(() => loadRoom().then((module) => ({ default: module.RoomScreen })));

type PhaseName = RoomPhase['name'];
const live: readonly PhaseName[] = ['waiting', 'in_room', 'reconnecting'];

export function MeetingRoute() {
  const { code = '' } = useParams();
  return isMeetingCode(code) ? <Meeting key={code} code={code} /> : <NotFound />;
}

function Meeting({ code }: { code: string }) {
  const t = useText();
  const call = useCall();
  const { status, user } = useSession();
  const phase = useCallState(call.room, (state) => state.phase);
  const roomCode = useCallState(call.room, (state) => state.room?.code);
  const here =
    'code' in phase && phase.name !== 'failed'
      ? phase.code === code
      : phase.name === 'failed'
        ? phase.meetingCode === code
        : roomCode === code;
  const isLive = here && live.includes(phase.name);
  // An old farewell is no news to somebody who opens the address again.
  const [engaged, setEngaged] = useState(isLive);
  const meeting = usePublicMeeting(code, !isLive);
  const owner = useOwnsMeeting(code, status === 'signed_in' ? (user?.id ?? null) : null);
  const { enter, again, busy, error } = useEntering(code, meeting.data, () => setEngaged(true));
  const resuming = useResume(code, meeting.data, enter);

  if (isLive || (engaged && here)) {
    switch (phase.name) {
      case 'waiting':
        return (
          <WaitingScreen
            title={phase.title}
            pictured={meeting.data?.kind === 'video'}
            position={phase.position}
            reconnecting={phase.reconnecting}
            onCancel={() => void call.leave()}
          />
        );
      case 'in_room':
      case 'reconnecting':
        return (
          <Suspense fallback={<Entering />}>
            <RoomScreen />
          </Suspense>
        );
      case 'declined':
      case 'removed':
      case 'ended':
      case 'left':
      case 'replaced':
        return <FarewellScreen phase={phase} busy={busy} onAgain={again} />;
      case 'failed':
        // What the entry can mend is told there.
        if (!mendable.has(phase.code)) return <FarewellScreen phase={phase} busy={busy} onAgain={again} />;
    }
  }
  if (meeting.error) {
    const missing = errorCode(meeting.error) === 'meeting_not_found' || errorCode(meeting.error) === 'not_found';
    return (
      <MessagePage
        icon={<SearchX size={26} />}
        title={missing ? t('entry.missing') : t('failed.title')}
        body={missing ? t('entry.missingBody', { code }) : errorText(t, meeting.error)}
      >
        {!missing && (
          <Button tone="strong" onClick={() => void meeting.refetch()}>
            {t('app.retry')}
          </Button>
        )}
        <Link to="/" className={buttonClass(missing ? 'strong' : 'quiet')}>
          {t('app.goHome')}
        </Link>
      </MessagePage>
    );
  }
  // The entry would open camera and microphone, which may have been closed.
  if (resuming && error === null && meeting.data?.state !== 'ended') return <Entering back />;
  // Once on their way in nobody is taken back to waiting: the entry would let go of camera and microphone as it goes.
  const unsure = status === 'unknown' || (status === 'signed_in' && owner.isPending);
  if (!meeting.data || (unsure && !busy)) return <Entering />;
  if (meeting.data.state === 'ended') {
    return (
      <MessagePage icon={<DoorClosed size={26} />} title={t('entry.ended')} body={t('entry.endedBody')}>
        <Link to="/" className={buttonClass('strong')}>
          {t('app.goHome')}
        </Link>
      </MessagePage>
    );
  }
  return (
    <EntryScreen meeting={meeting.data} owner={owner.data === true} busy={busy} error={error} onEnter={(request) => void enter(request)} />
  );
}

const mendable: ReadonlySet<string> = new Set([
  'wrong_password',
  'rate_limited',
  'room_full',
  'room_locked',
  'offline',
  'timeout',
  'internal',
]);

function useEntering(code: string, meeting: PublicMeeting | undefined, onEngaged: () => void) {
  const call = useCall();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const last = useRef<EntryRequest>({ name: null, password: null });
  const kind = meeting?.kind;

  const enter = useCallback(
    async (request: EntryRequest) => {
      if (!kind) return;
      last.current = request;
      setBusy(true);
      setError(null);
      try {
        const { user } = sessionStore.getState();
        if (!user) await enterAsGuest(request.name ?? '');
        const renamed = user?.guest && request.name !== null && request.name !== user.name ? request.name : undefined;
        await call.join({ code, kind, password: request.password ?? undefined, displayName: renamed });
        onEngaged();
      } catch (failure) {
        const reason = errorCode(failure);
        // The farewell knows better words for what is final.
        if (!mendable.has(reason)) onEngaged();
        setError(reason);
      } finally {
        setBusy(false);
      }
    },
    // eslint-disable-next-line react-hooks/exhaustive-deps -- onEngaged only sets state
    [call, code, kind],
  );
  return { enter, again: () => void enter(last.current), busy, error };
}

/** A reload in the middle of a meeting goes straight back in. Returns whether that is what happens. */
function useResume(code: string, meeting: PublicMeeting | undefined, enter: (request: EntryRequest) => Promise<void>): boolean {
  const call = useCall();
  const { status } = useSession();
  const tried = useRef(false);
  const [remembered] = useState(() => call.room.getState().phase.name === 'idle' && call.canResume(code));
  const trying = useCallState(call.room, (state) => state.phase.name === 'idle' || state.phase.name === 'connecting');
  const ready = meeting !== undefined && meeting.state !== 'ended' && status === 'signed_in';
  useEffect(() => {
    if (!ready || tried.current || call.room.getState().phase.name !== 'idle') return;
    tried.current = true;
    if (call.canResume(code)) void enter({ name: null, password: null });
  }, [call, code, ready, enter]);
  return remembered && trying && status !== 'signed_out';
}

function Entering({ back }: { back?: boolean }) {
  const t = useText();
  return (
    <Page title={null} centered>
      <Loading label={t(back ? 'entry.rejoining' : 'app.loading')} />
    </Page>
  );
}
