// A drop-down of actions and choices, moved through with the arrow keys or by the first letters.
import { Check } from 'lucide-react';
import { createContext, useContext, useState, type KeyboardEvent, type ReactNode } from 'react';
import { cx } from './cx';
import { Floating, type TriggerElement } from './Floating';
import type { Align, Side } from './use-floating';

const row =
  'flex min-h-10 w-full cursor-pointer items-center gap-3 rounded-lg px-2.5 py-2 text-left text-base outline-none select-none disabled:cursor-default disabled:opacity-50 enabled:hover:bg-[color-mix(in_srgb,var(--ink)_9%,transparent)] focus:bg-[color-mix(in_srgb,var(--ink)_9%,transparent)] focus-visible:outline-2 focus-visible:-outline-offset-2 focus-visible:outline-cobalt';

const CloseMenu = createContext<() => void>(() => undefined);

export interface MenuProps {
  trigger: TriggerElement;
  label: string;
  side?: Side;
  align?: Align;
  children: ReactNode;
}

export function Menu({ trigger, label, side = 'bottom', align = 'end', children }: MenuProps) {
  const [open, setOpen] = useState(false);
  return (
    <Floating
      open={open}
      onOpenChange={setOpen}
      trigger={trigger}
      role="menu"
      label={label}
      side={side}
      align={align}
      onKeyDown={moveFocus}
      className="max-w-[min(340px,calc(100vw-20px))] min-w-60 p-1.5"
    >
      <CloseMenu value={() => setOpen(false)}>{children}</CloseMenu>
    </Floating>
  );
}

function moveFocus(event: KeyboardEvent, panel: HTMLElement): void {
  const items = [...panel.querySelectorAll<HTMLElement>('[role^=menuitem]:not([disabled])')];
  const at = items.indexOf(document.activeElement as HTMLElement);
  const next = nextItem(event.key, items, at);
  if (!next) return;
  event.preventDefault();
  event.stopPropagation();
  next.focus();
}

function nextItem(key: string, items: readonly HTMLElement[], at: number): HTMLElement | undefined {
  switch (key) {
    case 'ArrowDown':
      return items[(at + 1) % items.length];
    case 'ArrowUp':
      return items.at(at <= 0 ? -1 : at - 1);
    case 'Home':
      return items[0];
    case 'End':
      return items.at(-1);
    default: {
      if (key.length !== 1 || key === ' ') return undefined;
      const letter = key.toLocaleLowerCase();
      const starts = (item: HTMLElement) => item.textContent.trim().toLocaleLowerCase().startsWith(letter);
      return [...items.slice(at + 1), ...items.slice(0, at + 1)].find(starts);
    }
  }
}

interface ItemProps {
  icon?: ReactNode;
  onSelect: () => void;
  tone?: 'plain' | 'danger';
  disabled?: boolean;
  hint?: string;
  children: ReactNode;
}

interface MenuTileProps {
  label: string;
  onSelect: () => void;
  className: string;
  children: ReactNode;
}

export function MenuItem({ icon, onSelect, tone = 'plain', disabled, hint, children }: ItemProps) {
  const close = useContext(CloseMenu);
  return (
    <button
      type="button"
      role="menuitem"
      tabIndex={-1}
      disabled={disabled}
      className={cx(row, tone === 'danger' && 'text-red-text')}
      onClick={() => {
        close();
        onSelect();
      }}
    >
      {icon && <span className={cx('shrink-0', tone === 'plain' && 'text-soft')}>{icon}</span>}
      <span className="min-w-0 flex-1">{children}</span>
      {hint && (
        <span className="text-xs text-soft" aria-hidden="true">
          {hint}
        </span>
      )}
    </button>
  );
}

/** A small square item, one of several in a row. */
export function MenuTile({ label, onSelect, className, children }: MenuTileProps) {
  const close = useContext(CloseMenu);
  return (
    <button
      type="button"
      role="menuitem"
      tabIndex={-1}
      aria-label={label}
      className={className}
      onClick={() => {
        close();
        onSelect();
      }}
    >
      {children}
    </button>
  );
}

export function MenuCheck({
  checked,
  onChange,
  children,
}: {
  checked: boolean;
  onChange: (checked: boolean) => void;
  children: ReactNode;
}) {
  return (
    <button type="button" role="menuitemcheckbox" aria-checked={checked} tabIndex={-1} className={row} onClick={() => onChange(!checked)}>
      <span className="min-w-0 flex-1">{children}</span>
      <span className="grid size-5 place-items-center rounded-md border border-line-strong" aria-hidden="true">
        {checked && <Check size={14} />}
      </span>
    </button>
  );
}

export interface MenuChoicesProps<T extends string> {
  label: string;
  value: T;
  onChange: (value: T) => void;
  options: readonly { readonly value: T; readonly label: string }[];
}

export function MenuChoices<T extends string>({ label, value, onChange, options }: MenuChoicesProps<T>) {
  const close = useContext(CloseMenu);
  return (
    <div role="group" aria-label={label}>
      <MenuLabel>{label}</MenuLabel>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          role="menuitemradio"
          aria-checked={option.value === value}
          tabIndex={-1}
          className={row}
          onClick={() => {
            close();
            onChange(option.value);
          }}
        >
          <span className="grid w-5 shrink-0 place-items-center text-cobalt-text" aria-hidden="true">
            {option.value === value && <Check size={16} />}
          </span>
          <span className="min-w-0 flex-1 truncate">{option.label}</span>
        </button>
      ))}
    </div>
  );
}

function MenuLabel({ children }: { children: ReactNode }) {
  return (
    <p aria-hidden="true" className="px-2.5 pt-2 pb-1 text-xs font-medium text-soft">
      {children}
    </p>
  );
}

export function MenuSeparator() {
  return <div role="separator" className="mx-2 my-1.5 h-px bg-line" />;
}
