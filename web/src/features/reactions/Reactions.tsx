// Small feelings that float up and are gone.
import { SmilePlus } from 'lucide-react';
import { useState } from 'react';
import { useCall, useCallState } from '@/app/call-binding';
import { reportFailure } from '@/app/report-failure';
import { useText } from '@/i18n';
import { Popover } from '@/ui/Popover';

const emojis = ['👍', '❤️', '😂', '👏', '🎉', '😮', '🤔', '👋'];

export function ReactionRow({ onPick }: { onPick?: () => void }) {
  const t = useText();
  const call = useCall();
  return (
    <div className="flex flex-wrap gap-0.5">
      {emojis.map((emoji) => (
        <button
          key={emoji}
          type="button"
          aria-label={t('room.reactWith', { emoji })}
          className="grid size-10 place-items-center rounded-xl text-[22px] leading-none hover:bg-[color-mix(in_srgb,var(--ink)_10%,transparent)]"
          onClick={() => {
            void call.react(emoji).catch((error: unknown) => reportFailure(t, error));
            onPick?.();
          }}
        >
          {emoji}
        </button>
      ))}
    </div>
  );
}

export function ReactionButton() {
  const t = useText();
  const [open, setOpen] = useState(false);
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      label={t('room.react')}
      side="top"
      align="center"
      trigger={
        <button
          type="button"
          aria-label={t('room.react')}
          title={t('room.react')}
          className="grid size-12 shrink-0 place-items-center rounded-full bg-[#2b303b] text-white outline-white transition-colors hover:bg-[#3a404d]"
        >
          <SmilePlus size={21} />
        </button>
      }
    >
      <ReactionRow />
    </Popover>
  );
}

/** A place across the stage for each, the same for everybody. */
function lane(key: string): number {
  let hash = 0;
  for (const character of key) hash = (hash * 31 + character.charCodeAt(0)) >>> 0;
  return 6 + (hash % 60);
}

export function FloatingReactions() {
  const call = useCall();
  const t = useText();
  const reactions = useCallState(call.room, (state) => state.reactions);
  const participants = useCallState(call.room, (state) => state.participants);
  const me = useCallState(call.room, (state) => state.me);
  return (
    <div aria-live="polite" className="pointer-events-none absolute inset-0 z-20 overflow-hidden">
      {reactions.map(({ key, from, emoji }) => (
        <span key={key} className="absolute bottom-4 flex animate-float-up flex-col items-center gap-1" style={{ left: `${lane(key)}%` }}>
          <span className="text-[40px] leading-none">{emoji}</span>
          <span className="max-w-28 truncate rounded-full bg-black/70 px-2 py-0.5 text-xs text-white">
            {from === me ? t('app.you') : (participants[from]?.name ?? '')}
          </span>
        </span>
      ))}
    </div>
  );
}
