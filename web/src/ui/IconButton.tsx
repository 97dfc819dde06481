// A button that is only a picture: its label is its name and its tooltip.
import type { ComponentProps, ReactNode } from 'react';
import { cx } from './cx';
import { Tooltip } from './Tooltip';

export interface IconButtonProps extends Omit<ComponentProps<'button'>, 'aria-label' | 'children'> {
  label: string;
  /** A key that does the same, shown in the tooltip. */
  shortcut?: string;
  size?: 'small' | 'normal';
  children: ReactNode;
}

export function IconButton({ label, shortcut, size = 'normal', className, children, type = 'button', ...rest }: IconButtonProps) {
  return (
    <Tooltip label={label} shortcut={shortcut}>
      <button
        type={type}
        aria-label={label}
        className={cx(
          'inline-grid shrink-0 place-items-center rounded-lg text-soft transition-colors duration-150 hover:bg-[color-mix(in_srgb,var(--ink)_8%,transparent)] hover:text-ink disabled:opacity-50',
          size === 'small' ? 'size-8' : 'size-10',
          className,
        )}
        {...rest}
      >
        {children}
      </button>
    </Tooltip>
  );
}
