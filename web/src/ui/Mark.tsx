// The mark: two speech arcs that meet.
export function Mark({ size = 28, className }: { size?: number; className?: string }) {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} className={className} aria-hidden="true" focusable="false" fill="none">
      <path d="M16 26.5A10.5 10.5 0 1 1 16 5.5" stroke="var(--cobalt)" strokeWidth="5" strokeLinecap="round" />
      <path d="M16 12a6.5 6.5 0 1 1 0 13H11.5" stroke="var(--emerald)" strokeWidth="5" strokeLinecap="round" strokeLinejoin="round" />
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
