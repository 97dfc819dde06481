// Views beside each other, one at a time, moved through with the arrow keys.
import { useRef, type KeyboardEvent, type ReactNode } from 'react';
import { cx } from './cx';

export interface Tab<T extends string> {
  readonly value: T;
  readonly label: string;
  readonly icon?: ReactNode;
}

export interface TabsProps<T extends string> {
  id: string;
  label: string;
  value: T;
  onChange: (value: T) => void;
  tabs: readonly Tab<T>[];
  className?: string;
}

export function Tabs<T extends string>({ id, label, value, onChange, tabs, className }: TabsProps<T>) {
  const list = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const at = tabs.findIndex((tab) => tab.value === value);
    const next = tabs[(at + step + tabs.length) % tabs.length]!;
    onChange(next.value);
    list.current?.querySelector<HTMLElement>(`#${id}-tab-${next.value}`)?.focus();
  };
  return (
    <div ref={list} role="tablist" aria-label={label} onKeyDown={move} className={cx('flex gap-1 rounded-xl bg-sunken p-1', className)}>
      {tabs.map((tab) => {
        const chosen = tab.value === value;
        return (
          <button
            key={tab.value}
            id={`${id}-tab-${tab.value}`}
            role="tab"
            type="button"
            aria-selected={chosen}
            aria-controls={chosen ? `${id}-panel-${tab.value}` : undefined}
            tabIndex={chosen ? 0 : -1}
            onClick={() => onChange(tab.value)}
            className={cx(
              'flex h-9 flex-1 items-center justify-center gap-2 rounded-lg px-3 text-base font-medium whitespace-nowrap transition-colors',
              chosen ? 'bg-surface text-ink shadow-card' : 'text-soft hover:text-ink',
            )}
          >
            {tab.icon}
            {tab.label}
          </button>
        );
      })}
    </div>
  );
}

export function TabPanel({ id, value, className, children }: { id: string; value: string; className?: string; children: ReactNode }) {
  return (
    <div
      role="tabpanel"
      id={`${id}-panel-${value}`}
      aria-labelledby={`${id}-tab-${value}`}
      tabIndex={-1}
      className={cx('outline-none', className)}
    >
      {children}
    </div>
  );
}
