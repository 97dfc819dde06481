// A page that says one thing and offers what to do next.
import type { ReactNode } from 'react';
import { Page } from './Page';

export interface MessagePageProps {
  icon?: ReactNode;
  title: string;
  body?: ReactNode;
  children?: ReactNode;
}

export function MessagePage({ icon, title, body, children }: MessagePageProps) {
  return (
    <Page title={title} width="narrow" centered>
      <div className="-mt-12 flex animate-rise flex-col items-center text-center">
        {icon && <span className="mb-5 grid size-16 place-items-center rounded-full bg-sunken text-soft">{icon}</span>}
        <h1 className="text-2xl font-semibold">{title}</h1>
        {body && <div className="mt-2 max-w-96 text-lg text-soft">{body}</div>}
        {children && <div className="mt-7 flex w-full flex-wrap justify-center gap-3">{children}</div>}
      </div>
    </Page>
  );
}
