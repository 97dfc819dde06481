// Three bars for the quality of a connection: number and colour say the same.
import type { Quality } from '@/call';
import { useText, type TextKey } from '@/i18n';

const looks = {
  good: { lit: 3, colour: 'var(--emerald)' },
  fair: { lit: 2, colour: 'var(--amber)' },
  poor: { lit: 1, colour: 'var(--red)' },
  lost: { lit: 0, colour: 'var(--red)' },
} as const;

export function QualityMark({ quality }: { quality: Quality }) {
  const t = useText();
  if (quality.level === 'unknown') return null;
  const { lit, colour } = looks[quality.level];
  const words = t(`room.quality.${quality.level}` satisfies TextKey) + (quality.reason ? `: ${t(`reason.${quality.reason}`)}` : '');
  return (
    <span role="img" aria-label={words} title={words} className="flex h-6 items-center rounded-md bg-black/55 px-1.5">
      <svg viewBox="0 0 14 12" className="h-3 w-3.5" aria-hidden="true">
        {[0, 1, 2].map((bar) => (
          <rect
            key={bar}
            x={bar * 5}
            y={8 - bar * 4}
            width="3.5"
            height={4 + bar * 4}
            rx="1.2"
            fill={bar < lit ? colour : 'rgb(255 255 255 / 0.28)'}
          />
        ))}
        {quality.level === 'lost' && <path d="M1 1l12 10" stroke={colour} strokeWidth="1.8" strokeLinecap="round" />}
      </svg>
    </span>
  );
}
