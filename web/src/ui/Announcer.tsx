// Says things to screen readers without showing them.
import { useSyncExternalStore } from 'react';

let said: { readonly text: string; readonly turn: number } = { text: '', turn: 0 };
const listeners = new Set<() => void>();

/** Announces politely; saying the same thing twice is heard twice. */
export function announce(text: string): void {
  said = { text, turn: said.turn + 1 };
  listeners.forEach((listener) => listener());
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

export function Announcer() {
  const { text, turn } = useSyncExternalStore(subscribe, () => said);
  // Two regions in turn: readers skip a region whose text did not change.
  return (
    <div className="sr-only">
      <div aria-live="polite">{turn % 2 === 0 ? text : ''}</div>
      <div aria-live="polite">{turn % 2 === 1 ? text : ''}</div>
    </div>
  );
}
