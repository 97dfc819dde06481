// Somebody knocks: calm, and not to be missed. While the list of people can be seen and pressed it shows them instead.
import { useState } from 'react';
import { useCall, useCallState } from '@/app/call-binding';
import { reportFailure } from '@/app/report-failure';
import { changeRoomView, useRoomView } from '@/app/room-view-store';
import { useText } from '@/i18n';
import { Avatar } from '@/ui/Avatar';
import { Button } from '@/ui/Button';
import { useTopDialog } from '@/ui/top-dialog';

const shownAtOnce = 3;

/** Whether somebody waits whom no open list shows: below a dialogue that list does not answer. */
export function useKnocking(): boolean {
  const call = useCall();
  const { panel } = useRoomView();
  const covered = useTopDialog() !== null;
  const anybody = useCallState(call.room, (state) => state.waiting.length > 0);
  return anybody && (panel !== 'people' || covered);
}

export function AdmissionNotice() {
  const t = useText();
  const call = useCall();
  const waiting = useCallState(call.room, (state) => state.waiting);
  if (!useKnocking()) return null;
  const shown = waiting.slice(0, shownAtOnce);
  return (
    <section
      aria-label={t('admission.region')}
      className="pointer-events-auto w-full max-w-[440px] animate-rise rounded-2xl border border-amber/50 bg-raised p-3.5 text-base text-ink shadow-float"
    >
      <div className="mb-2.5 flex items-center justify-between gap-3">
        <p className="flex min-w-0 items-center gap-2.5 font-semibold">
          <span className="size-2.5 shrink-0 rounded-full bg-amber" aria-hidden="true" />
          <span className="min-w-0 break-words">{t('admission.title', { count: waiting.length, name: waiting[0]!.name })}</span>
        </p>
        {waiting.length > 1 && <AdmitAll />}
      </div>
      <ul className="flex flex-col gap-2">
        {shown.map((person) => (
          <WaitingPerson key={person.id} id={person.id} name={person.name} seed={person.userId} />
        ))}
      </ul>
      {waiting.length > shownAtOnce && (
        <button
          type="button"
          className="mt-2.5 w-full rounded-lg py-1.5 text-xs font-medium text-cobalt-text hover:bg-cobalt-wash"
          onClick={() => changeRoomView({ panel: 'people' })}
        >
          {t('room.waitingFor', { count: waiting.length })}
        </button>
      )}
    </section>
  );
}

export function AdmitAll() {
  const t = useText();
  const call = useCall();
  const [busy, setBusy] = useState(false);
  const admit = () => {
    setBusy(true);
    call
      .admitAll()
      .catch((error: unknown) => reportFailure(t, error))
      .finally(() => setBusy(false));
  };
  return (
    <Button size="small" tone="strong" busy={busy} onClick={admit}>
      {t('admission.all')}
    </Button>
  );
}

export function WaitingPerson({ id, name, seed }: { id: string; name: string; seed: string }) {
  const t = useText();
  const call = useCall();
  const [deciding, setDeciding] = useState<'admit' | 'deny' | null>(null);
  const decide = (what: 'admit' | 'deny') => {
    setDeciding(what);
    call[what](id)
      .catch((error: unknown) => reportFailure(t, error))
      .finally(() => setDeciding(null));
  };
  return (
    <li className="flex items-center gap-3">
      <Avatar name={name} seed={seed} size={36} />
      <span className="min-w-0 flex-1 truncate font-medium">{name}</span>
      <Button
        size="small"
        aria-label={t('admission.deny', { name })}
        busy={deciding === 'deny'}
        disabled={deciding !== null}
        onClick={() => decide('deny')}
      >
        {t('admission.denyShort')}
      </Button>
      <Button
        size="small"
        tone="good"
        aria-label={t('admission.admit', { name })}
        busy={deciding === 'admit'}
        disabled={deciding !== null}
        onClick={() => decide('admit')}
      >
        {t('admission.admitShort')}
      </Button>
    </li>
  );
}

/** Everybody who waits, for the list of people. */
export function WaitingList() {
  const t = useText();
  const call = useCall();
  const waiting = useCallState(call.room, (state) => state.waiting);
  if (waiting.length === 0) return null;
  return (
    <section aria-label={t('admission.region')} className="rounded-2xl border border-amber/50 bg-amber-wash p-3">
      <div className="mb-2.5 flex min-h-9 items-center justify-between gap-3">
        <h3 className="text-base font-semibold">
          {t('admission.waiting')} <span className="tabular text-soft">{waiting.length}</span>
        </h3>
        {waiting.length > 1 && <AdmitAll />}
      </div>
      <ul className="flex flex-col gap-2.5">
        {waiting.map((person) => (
          <WaitingPerson key={person.id} id={person.id} name={person.name} seed={person.userId} />
        ))}
      </ul>
    </section>
  );
}
