// Small feelings that float up and are gone.
import { SmilePlus } from 'lucide-react';
import { useState } from 'react';
import { useCall, useCallState } from '@/app/call-binding';
import { reportFailure } from '@/app/report-failure';
import { useText } from '@/i18n';
import { MenuTile } from '@/ui/Menu';
import { Popover } from '@/ui/Popover';

const emojis = ['👍', '❤️', '😂', '👏', '🎉', '😮', '🤔', '👋'];

const tile =
  'grid size-10 place-items-center rounded-xl text-[22px] leading-none hover:bg-[color-mix(in_srgb,var(--ink)_10%,transparent)] focus-visible:outline-2 focus-visible:outline-cobalt';

/** `inMenu`: as items of a menu, which closes. */
export function ReactionRow({ inMenu }: { inMenu?: boolean }) {
  const t = useText();
  const call = useCall();
  const react = (emoji: string) => void call.react(emoji).catch((error: unknown) => reportFailure(t, error));
  return (
    <div role="group" aria-label={t('room.react')} className="flex flex-wrap gap-0.5">
      {emojis.map((emoji) => {
        const label = t('room.reactWith', { emoji });
        return inMenu ? (
          <MenuTile key={emoji} label={label} className={tile} onSelect={() => react(emoji)}>
            {emoji}
          </MenuTile>
        ) : (
          <button key={emoji} type="button" aria-label={label} className={tile} onClick={() => react(emoji)}>
            {emoji}
          </button>
        );
      })}
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
