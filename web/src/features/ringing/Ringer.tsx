// Calls that come in and calls that go out, on every page.
import { Phone, PhoneOff, Video } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import type { Call, IncomingInvitation, OutgoingInvitation, RoomKind } from '@/call';
import { useCall, useCallState } from '@/app/call-binding';
import { preferencesStore } from '@/app/preferences';
import { reportFailure } from '@/app/report-failure';
import { playRepeatedly } from '@/app/sounds';
import { useText, type TextKey } from '@/i18n';
import { Avatar } from '@/ui/Avatar';
import { announce } from '@/ui/Announcer';
import { Button } from '@/ui/Button';
import { cx } from '@/ui/cx';
import { IconButton } from '@/ui/IconButton';
import { Spinner } from '@/ui/Spinner';

/** How long the word about a finished call stays. */
const resultMs = 6000;

export function Ringer() {
  const call = useCall();
  const incoming = useCallState(call.rings, (state) => state.incoming);
  const outgoing = useCallState(call.rings, (state) => state.outgoing);
  const rings = incoming.length > 0;
  const inRoom = useCallState(call.room, ({ phase }) => phase.name === 'in_room' || phase.name === 'reconnecting');
  const waits = outgoing.some((invitation) => invitation.status === 'ringing');
  useEffect(() => (rings ? playRepeatedly('ring', 3200) : undefined), [rings]);
  useEffect(() => (waits ? playRepeatedly('ringback', 4000) : undefined), [waits]);
  if (!rings && outgoing.length === 0) return null;
  return (
    <div
      className={cx(
        'fixed inset-x-3 z-50 flex flex-col items-center gap-2 sm:inset-x-auto sm:right-5 sm:items-end',
        // who knocks has the top of a narrow room
        inRoom ? 'bottom-24 sm:top-16 sm:bottom-auto' : 'top-3',
      )}
    >
      {incoming.map((invitation) => (
        <Incoming key={invitation.id} invitation={invitation} />
      ))}
      {outgoing.map((invitation) => (
        <Outgoing key={invitation.id} invitation={invitation} />
      ))}
    </div>
  );
}

const present = (call: Call) => ['in_room', 'waiting', 'reconnecting'].includes(call.room.getState().phase.name);

/** Who takes a call, or whose call is taken, wishes to be heard: with what they last entered a meeting with. */
function openDevices(call: Call, kind: RoomKind): void {
  const { enterWithMic, enterWithCamera } = preferencesStore.getState();
  if (kind !== 'data' && enterWithMic) void call.devices.setMic(true);
  if (kind === 'video' && enterWithCamera) void call.devices.setCamera(true);
}

const card = 'w-full max-w-[380px] animate-rise rounded-2xl border border-line bg-raised p-4 text-ink shadow-float';

function Incoming({ invitation }: { invitation: IncomingInvitation }) {
  const t = useText();
  const call = useCall();
  const navigate = useNavigate();
  const [busy, setBusy] = useState(false);
  const { id, from, code, kind } = invitation;
  const words = t(code ? 'ring.incomingInto' : 'ring.incoming', { name: from.name });
  useEffect(() => announce(words), [words]);

  const accept = async () => {
    setBusy(true);
    try {
      // One connection is in one room at a time.
      if (present(call)) await call.leave();
      openDevices(call, kind);
      const entered = await call.acceptInvitation(id);
      await navigate(`/${entered}`);
    } catch (error) {
      reportFailure(t, error);
      setBusy(false);
    }
  };
  return (
    <div role="alertdialog" aria-label={words} className={card}>
      <div className="flex items-center gap-3.5">
        <span className="animate-ring rounded-full">
          <Avatar name={from.name} seed={from.id} size={52} />
        </span>
        <div className="min-w-0">
          <p className="text-lg font-semibold break-words">{words}</p>
          <p className="text-soft">{t(`ring.kind.${kind}` satisfies TextKey)}</p>
        </div>
      </div>
      <div className="mt-4 grid grid-cols-2 gap-2.5">
        <Button
          tone="danger"
          icon={<PhoneOff size={18} />}
          disabled={busy}
          onClick={() => void call.declineInvitation(id).catch((error: unknown) => reportFailure(t, error))}
        >
          {t('ring.decline')}
        </Button>
        <Button tone="good" icon={kind === 'video' ? <Video size={18} /> : <Phone size={18} />} busy={busy} onClick={() => void accept()}>
          {t('ring.accept')}
        </Button>
      </div>
    </div>
  );
}

function Outgoing({ invitation }: { invitation: OutgoingInvitation }) {
  const t = useText();
  const call = useCall();
  const { id, name, status, userId } = invitation;
  // Rung from within a meeting, the devices stay as they are.
  const outside = useRef(!present(call));
  const kind = useCallState(call.room, ({ phase, room }) => (phase.name === 'in_room' ? (room?.kind ?? null) : null));
  useEffect(() => {
    if (status !== 'accepted' || !kind || !outside.current) return;
    outside.current = false;
    openDevices(call, kind);
  }, [call, status, kind]);
  const words = status === 'ringing' ? t('ring.outgoing', { name }) : t(`ring.${status}`, { name });
  useEffect(() => {
    announce(words);
    if (status === 'ringing') return;
    const timer = setTimeout(() => call.dismissInvitation(id), resultMs);
    return () => clearTimeout(timer);
  }, [call, id, status, words]);
  return (
    <section aria-label={words} className={`${card} flex items-center gap-3.5 !py-3`}>
      <Avatar name={name} seed={userId} size={40} />
      <p className="flex min-w-0 flex-1 items-center gap-2 font-medium">
        {status === 'ringing' && <Spinner className="shrink-0 text-cobalt-text" />}
        <span className="min-w-0 break-words">{words}</span>
      </p>
      {status === 'ringing' && (
        <IconButton
          label={t('ring.hangUp')}
          className="bg-red-fill !text-white hover:!bg-red"
          onClick={() => void call.cancelInvitation(id).catch((error: unknown) => reportFailure(t, error))}
        >
          <PhoneOff size={18} />
        </IconButton>
      )}
    </section>
  );
}
