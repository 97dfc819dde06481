// Initials on a colour that belongs to the person: the same id gives the same colour everywhere.
import { cx } from './cx';

const grounds = ['#3457b8', '#1f6f5c', '#8a4b1f', '#7a3a86', '#a3374a', '#2f6d8f', '#5b6420', '#5a4bb0'];

export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const first = [...(words[0] ?? '?')][0] ?? '?';
  const last = words.length > 1 ? ([...(words.at(-1) ?? '')][0] ?? '') : '';
  return (first + last).toLocaleUpperCase();
}

export function groundOf(seed: string): string {
  let hash = 0;
  for (const character of seed) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return grounds[hash % grounds.length]!;
}

export function Avatar({ name, seed, size = 40, className }: { name: string; seed?: string; size?: number; className?: string }) {
  return (
    // A picture made of letters, not text: a button that shows it need not be named after it.
    <span
      aria-hidden="true"
      data-initials={initials(name)}
      className={cx(
        'inline-grid shrink-0 place-items-center rounded-full font-semibold text-white select-none before:content-[attr(data-initials)]',
        className,
      )}
      style={{ width: size, height: size, fontSize: Math.max(12, size * 0.38), background: groundOf(seed ?? name) }}
    />
  );
}
