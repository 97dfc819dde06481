// Above the stage: what this is, how long it has been, and its link.
import { Link2, Lock } from 'lucide-react';
import { useEffect, useState } from 'react';
import { formatClock, useText } from '@/i18n';
import { Mark } from '@/ui/Mark';
import { useCall, useCallState } from '../call-binding';
import { copyLink } from '../copy-link';
import { joinLink } from '../meeting-code';

export function RoomHeader() {
  const t = useText();
  const call = useCall();
  const room = useCallState(call.room, (state) => state.room);
  const carded = useCallState(call.room, (state) => state.order.length <= 1 && state.waiting.length === 0);
  const offset = useCallState(call.connection, (state) => state.clockOffsetMs);
  if (!room) return null;
  return (
    <header className="flex h-14 shrink-0 items-center gap-3 px-4">
      <Mark size={24} className="shrink-0" />
      <h1 className="min-w-0 truncate text-base font-semibold">{room.title || t('meeting.untitled')}</h1>
      {room.startedAt !== null && <Clock since={room.startedAt - offset} />}
      {room.locked && (
        <span className="flex shrink-0 items-center gap-1.5 rounded-full bg-white/10 px-2.5 py-1 text-xs">
          <Lock size={13} aria-hidden="true" />
          <span className="max-sm:sr-only">{t('room.locked')}</span>
        </span>
      )}
      <span className="flex-1" />
      <span className="tabular text-xs text-white/70 max-md:hidden">{room.code}</span>
      {/* Alone, the card on the stage has this button. */}
      {!carded && (
        <button
          type="button"
          aria-label={t('room.copy')}
          title={t('room.copy')}
          onClick={() => void copyLink(t, joinLink(room.code), t('room.copied'))}
          className="flex h-9 shrink-0 items-center gap-2 rounded-full bg-white/10 px-3 text-xs font-medium text-white outline-white transition-colors hover:bg-white/18"
        >
          <Link2 size={16} aria-hidden="true" />
          <span className="max-sm:hidden">{t('room.copy')}</span>
        </button>
      )}
    </header>
  );
}

function Clock({ since }: { since: number }) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return (
    <span role="timer" className="tabular shrink-0 text-xs text-white/70">
      {formatClock(now - since)}
    </span>
  );
}
