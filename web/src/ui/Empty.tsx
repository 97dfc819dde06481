// What stands where nothing is yet, or what is still coming.
import type { ReactNode } from 'react';
import { cx } from './cx';
import { Spinner } from './Spinner';

export interface EmptyProps {
  icon?: ReactNode;
  title: string;
  /** For a place that has little height on narrow screens: the words alone there. */
  brief?: boolean;
  children?: ReactNode;
}

export function Empty({ icon, title, brief, children }: EmptyProps) {
  return (
    <div
      className={cx('flex flex-col items-center gap-2 px-6 text-center', brief ? 'py-10 max-md:gap-0.5 max-md:px-0 max-md:py-1' : 'py-10')}
    >
      {icon && (
        <span className={cx('mb-1 grid size-12 place-items-center rounded-full bg-sunken text-soft', brief && 'max-md:hidden')}>
          {icon}
        </span>
      )}
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
