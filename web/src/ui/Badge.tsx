// A small word or number beside a thing.
import type { ReactNode } from 'react';
import { cx } from './cx';

const tones = {
  neutral: 'bg-sunken text-soft',
  good: 'bg-emerald-wash text-emerald-text',
  warn: 'bg-amber-wash text-amber-text',
  bad: 'bg-red-wash text-red-text',
  info: 'bg-cobalt-wash text-cobalt-text',
};

export function Badge({ tone = 'neutral', className, children }: { tone?: keyof typeof tones; className?: string; children: ReactNode }) {
  return (
    <span
      className={cx(
        'inline-flex h-6 shrink-0 items-center gap-1 rounded-full px-2.5 text-xs font-medium whitespace-nowrap',
        tones[tone],
        className,
      )}
    >
      {children}
    </span>
  );
}
