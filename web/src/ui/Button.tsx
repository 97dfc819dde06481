// Buttons with words. One strong one a screen.
import type { ComponentProps, ReactNode } from 'react';
import { cx } from './cx';
import { Spinner } from './Spinner';

export type ButtonTone = 'strong' | 'quiet' | 'plain' | 'danger' | 'good';
export type ButtonSize = 'small' | 'normal' | 'large';

const tones: Record<ButtonTone, string> = {
  strong: 'bg-cobalt-fill text-white hover:bg-[color-mix(in_srgb,var(--cobalt-fill)_88%,black)]',
  quiet: 'bg-surface text-ink border border-line hover:border-line-strong hover:bg-sunken',
  plain: 'text-ink hover:bg-[color-mix(in_srgb,var(--ink)_8%,transparent)]',
  danger: 'bg-red-fill text-white hover:bg-[color-mix(in_srgb,var(--red-fill)_88%,black)]',
  good: 'bg-emerald text-[#06291a] hover:bg-[color-mix(in_srgb,var(--emerald)_86%,white)]',
};
const sizes: Record<ButtonSize, string> = {
  small: 'h-9 px-3 text-xs rounded-lg gap-1.5',
  normal: 'h-11 px-4 text-base rounded-xl gap-2',
  large: 'h-13 px-6 text-lg rounded-xl gap-2.5',
};

/** The look of a button, for links that act as one. */
export function buttonClass(tone: ButtonTone = 'quiet', size: ButtonSize = 'normal', className?: string): string {
  return cx(
    'inline-flex shrink-0 items-center justify-center font-medium whitespace-nowrap select-none transition-colors duration-150 disabled:opacity-50',
    tones[tone],
    sizes[size],
    className,
  );
}

export interface ButtonProps extends ComponentProps<'button'> {
  tone?: ButtonTone;
  size?: ButtonSize;
  icon?: ReactNode;
  /** Working on it: shows a spinner and takes no second press. */
  busy?: boolean;
}

export function Button({
  tone = 'quiet',
  size = 'normal',
  icon,
  busy,
  className,
  children,
  type = 'button',
  disabled,
  ...rest
}: ButtonProps) {
  return (
    <button type={type} className={buttonClass(tone, size, className)} disabled={disabled || busy} aria-busy={busy || undefined} {...rest}>
      {busy ? <Spinner /> : icon}
      {children}
    </button>
  );
}
