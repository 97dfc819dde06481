// Names a picture button for those who see it; the button itself carries the accessible name.
import * as Radix from '@radix-ui/react-tooltip';
import type { ReactNode } from 'react';

export const TooltipProvider = ({ children }: { children: ReactNode }) => (
  <Radix.Provider delayDuration={400} skipDelayDuration={200}>
    {children}
  </Radix.Provider>
);

export function Tooltip({ label, shortcut, children }: { label: string; shortcut?: string | undefined; children: ReactNode }) {
  return (
    <Radix.Root>
      <Radix.Trigger asChild aria-describedby={undefined}>
        {children}
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          sideOffset={8}
          collisionPadding={8}
          className="z-50 flex animate-fade items-center gap-2 rounded-lg bg-[#14161b] px-2.5 py-1.5 text-xs text-white shadow-float ring-1 ring-white/10"
        >
          {label}
          {shortcut && <kbd className="rounded border border-white/25 px-1 font-sans text-[11px] leading-4 text-white/80">{shortcut}</kbd>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
