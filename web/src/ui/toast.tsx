// Short messages that come and go at the edge of the screen; a newer one of the same group replaces the older.
import { X } from 'lucide-react';
import { useEffect, useSyncExternalStore, type ReactNode } from 'react';
import { announce } from './Announcer';
import { cx } from './cx';

export interface ToastInput {
  text: string;
  tone?: 'plain' | 'good' | 'warn' | 'bad';
  /** Toasts of one group replace each other instead of piling up. */
  group?: string;
  action?: { label: string; run: () => void };
  lastsMs?: number;
  icon?: ReactNode;
}

interface Toast extends ToastInput {
  key: number;
}

let toasts: readonly Toast[] = [];
let lastKey = 0;
const listeners = new Set<() => void>();
const change = (next: readonly Toast[]) => {
  toasts = next;
  listeners.forEach((listener) => listener());
};
const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

export function toast(input: ToastInput): number {
  const key = ++lastKey;
  // Failures are alerts of their own; the rest is announced politely.
  if (input.tone !== 'bad') announce(input.text);
  const others = toasts.filter((other) => !input.group || other.group !== input.group);
  change([...others, { ...input, key }].slice(-4));
  return key;
}

export function dismissToast(key: number): void {
  change(toasts.filter((other) => other.key !== key));
}

/** What a group has to say is seen elsewhere by now. */
export function dismissToastGroup(group: string): void {
  if (toasts.some((shown) => shown.group === group)) change(toasts.filter((shown) => shown.group !== group));
}

export function clearToasts(): void {
  change([]);
}

const marks = { plain: 'bg-soft', good: 'bg-emerald', warn: 'bg-amber', bad: 'bg-red' };

/** `className` says where; without one, at the edge of the window. */
export function Toaster({ label, dismissLabel, className }: { label: string; dismissLabel: string; className?: string }) {
  const shown = useSyncExternalStore(subscribe, () => toasts);
  return (
    <section
      aria-label={label}
      className={cx(
        'pointer-events-none flex flex-col gap-2',
        className ?? 'fixed inset-x-4 bottom-4 z-40 items-center sm:inset-x-auto sm:left-6 sm:items-start',
      )}
    >
      {shown.map((item) => (
        <ToastView key={item.key} item={item} dismissLabel={dismissLabel} />
      ))}
    </section>
  );
}

function ToastView({ item, dismissLabel }: { item: Toast; dismissLabel: string }) {
  const { key, lastsMs = item.action || item.tone === 'bad' ? 9000 : 4500 } = item;
  useEffect(() => {
    const timer = setTimeout(() => dismissToast(key), lastsMs);
    return () => clearTimeout(timer);
  }, [key, lastsMs]);
  return (
    <div
      role={item.tone === 'bad' ? 'alert' : undefined}
      className="pointer-events-auto flex max-w-[min(420px,100%)] animate-rise items-center gap-3 rounded-xl border border-line bg-raised py-2 pr-2 pl-3.5 text-base text-ink shadow-float"
    >
      {item.icon ?? <span className={cx('size-2 shrink-0 rounded-full', marks[item.tone ?? 'plain'])} aria-hidden="true" />}
      <span className="min-w-0 flex-1 py-1 break-words">{item.text}</span>
      {item.action && (
        <button
          type="button"
          className="h-8 shrink-0 rounded-lg px-2.5 text-base font-semibold text-cobalt-text hover:bg-cobalt-wash"
          onClick={() => {
            item.action?.run();
            dismissToast(key);
          }}
        >
          {item.action.label}
        </button>
      )}
      <button
        type="button"
        aria-label={dismissLabel}
        className="grid size-8 shrink-0 place-items-center rounded-lg text-soft hover:text-ink"
        onClick={() => dismissToast(key)}
      >
        <X size={16} />
      </button>
    </div>
  );
}
