// The frame of pages outside of rooms.
import type { ReactNode } from 'react';
import { useText } from '@/i18n';
import { cx } from '@/ui/cx';
import { useTitle } from '../title';
import { AppHeader } from './AppHeader';

export interface PageProps {
  title: string | null;
  /** `narrow` for forms, `wide` for lists. */
  width?: 'narrow' | 'middle' | 'wide';
  centered?: boolean;
  children: ReactNode;
}

const widths = { narrow: 'max-w-[440px]', middle: 'max-w-[760px]', wide: 'max-w-[1120px]' };

export function Page({ title, width = 'wide', centered, children }: PageProps) {
  const t = useText();
  useTitle(title);
  return (
    <div className="flex min-h-dvh flex-col">
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:fixed focus:top-3 focus:left-3 focus:z-50 focus:rounded-lg focus:bg-raised focus:px-4 focus:py-2"
      >
        {t('app.skip')}
      </a>
      <AppHeader />
      <main
        id="content"
        tabIndex={-1}
        className={cx('mx-auto flex w-full flex-1 flex-col px-5 pb-16 outline-none sm:px-8', widths[width], centered && 'justify-center')}
      >
        {children}
      </main>
    </div>
  );
}
