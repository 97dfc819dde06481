// What stands where nothing is yet, or what is still coming.
import type { ReactNode } from 'react';
import { Spinner } from './Spinner';

export function Empty({ icon, title, children }: { icon?: ReactNode; title: string; children?: ReactNode }) {
  return (
    <div className="flex flex-col items-center gap-2 px-6 py-10 text-center">
      {icon && <span className="mb-1 grid size-12 place-items-center rounded-full bg-sunken text-soft">{icon}</span>}
      <p className="text-base font-medium">{title}</p>
      {children && <div className="max-w-80 text-base text-soft">{children}</div>}
    </div>
  );
}

export function Loading({ label }: { label: string }) {
  return (
    <div role="status" className="flex items-center justify-center gap-3 px-6 py-12 text-base text-soft">
      <Spinner />
      {label}
    </div>
  );
}
