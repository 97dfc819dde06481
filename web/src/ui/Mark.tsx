// The mark: two speech arcs that meet.
export function Mark({ size = 28, className }: { size?: number; className?: string }) {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} className={className} aria-hidden="true" focusable="false" fill="none">
      <path
        d="M16.5 5.7A9 9 0 1 0 10.6 22.2L9.8 27"
        stroke="var(--cobalt)"
        strokeWidth="4.6"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
      <path d="M20.9 9.9A9 9 0 0 1 16.2 25.4" stroke="var(--emerald)" strokeWidth="4.6" strokeLinecap="round" />
    </svg>
  );
}

export function Wordmark() {
  return (
    <span className="inline-flex items-center gap-2.5">
      <Mark />
      <span className="text-lg font-semibold tracking-tight">Parley</span>
    </span>
  );
}
