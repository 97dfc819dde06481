// The frame that signing in and signing up share.
import type { ReactNode } from 'react';
import { Page } from '@/app/chrome/Page';
import { Mark } from '@/ui/Mark';

export function AuthFrame({ title, lead, children, footer }: { title: string; lead: string; children: ReactNode; footer: ReactNode }) {
  return (
    <Page title={title} width="narrow" centered>
      <div className="-mt-10 animate-rise">
        <Mark size={44} className="mb-6" />
        <h1 className="text-2xl font-semibold">{title}</h1>
        <p className="mt-1.5 mb-7 text-lg text-soft">{lead}</p>
        {children}
        <p className="mt-6 text-soft">{footer}</p>
      </div>
    </Page>
  );
}
