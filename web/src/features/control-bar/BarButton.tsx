// A round switch on the control bar.
import type { ComponentProps, ReactNode } from 'react';
import { cx } from '@/ui/cx';
import { Tooltip } from '@/ui/Tooltip';

export interface BarButtonProps extends Omit<ComponentProps<'button'>, 'aria-label'> {
  label: string;
  shortcut?: string;
  /** `off` is a closed microphone or camera, `lit` an open panel or a raised hand. */
  look?: 'plain' | 'off' | 'lit' | 'amber';
  /** A number that asks for attention, with words for screen readers. */
  badge?: { readonly count: number; readonly words: string } | null;
  children: ReactNode;
}

const looks = {
  plain: 'bg-[#2b303b] text-white hover:bg-[#3a404d]',
  off: 'bg-[#3a1c1c] text-[#ffb3ae] hover:bg-[#4a2322]',
  lit: 'bg-white text-[#14161b] hover:bg-white/90',
  amber: 'bg-amber text-[#2b1c00] hover:bg-[#ffc04d]',
};

export function BarButton({ label, shortcut, look = 'plain', badge, className, children, id, ...rest }: BarButtonProps) {
  const note = badge && badge.count > 0 ? `${id ?? label}-badge`.replace(/\W/g, '-') : undefined;
  return (
    <>
      <Tooltip label={label} shortcut={shortcut}>
        <button
          type="button"
          id={id}
          aria-label={label}
          aria-describedby={note}
          className={cx(
            'relative grid size-11.5 shrink-0 place-items-center rounded-full outline-white transition-colors duration-150 disabled:opacity-40 sm:size-12',
            looks[look],
            className,
          )}
          {...rest}
        >
          {children}
          {note && badge && (
            <span
              aria-hidden="true"
              data-count={badge.count > 99 ? '99+' : badge.count}
              className="tabular absolute -top-1 -right-1 grid h-5 min-w-5 place-items-center rounded-full bg-amber px-1 text-[12px] leading-none font-bold text-[#2b1c00] before:content-[attr(data-count)]"
            />
          )}
        </button>
      </Tooltip>
      {note && badge && (
        <span id={note} className="sr-only">
          {badge.words}
        </span>
      )}
    </>
  );
}
