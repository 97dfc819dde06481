// A few sentences in place: what happened and what to do about it.
import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from './cx';

const looks = {
  info: { box: 'bg-cobalt-wash', icon: <Info size={18} className="text-cobalt-text" /> },
  good: { box: 'bg-emerald-wash', icon: <CircleCheck size={18} className="text-emerald-text" /> },
  warn: { box: 'bg-amber-wash', icon: <TriangleAlert size={18} className="text-amber-text" /> },
  bad: { box: 'bg-red-wash', icon: <CircleAlert size={18} className="text-red-text" /> },
};

export interface NoticeProps {
  tone?: keyof typeof looks;
  title?: string;
  children?: ReactNode;
  action?: ReactNode;
  className?: string;
}

export function Notice({ tone = 'info', title, children, action, className }: NoticeProps) {
  const look = looks[tone];
  return (
    <div role={tone === 'bad' ? 'alert' : 'status'} className={cx('flex gap-3 rounded-xl p-3.5 text-base text-ink', look.box, className)}>
      <span className="mt-0.5 shrink-0">{look.icon}</span>
      <div className="min-w-0 flex-1">
        {title && <p className="font-semibold">{title}</p>}
        {children && <div className="text-base">{children}</div>}
        {action && <div className="mt-2.5 flex flex-wrap gap-2">{action}</div>}
      </div>
    </div>
  );
}
