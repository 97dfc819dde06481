// The panel beside the stage; over it on narrow screens.
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useText } from '@/i18n';
import { IconButton } from '@/ui/IconButton';

export function SidePanel({ title, onClose, children }: { title: string; onClose: () => void; children: ReactNode }) {
  const t = useText();
  return (
    <aside
      aria-label={title}
      className="fixed inset-0 z-30 flex animate-fade flex-col bg-surface text-ink sm:inset-y-0 sm:right-0 sm:left-auto sm:w-[380px] sm:animate-slide sm:shadow-float min-[900px]:static min-[900px]:z-auto min-[900px]:mr-2 min-[900px]:w-[360px] min-[900px]:shrink-0 min-[900px]:overflow-hidden min-[900px]:rounded-2xl min-[900px]:shadow-none"
    >
      <header className="flex h-14 shrink-0 items-center justify-between pr-2 pl-4">
        <h2 className="text-lg font-semibold">{title}</h2>
        <IconButton label={t('chat.close')} onClick={onClose}>
          <X size={20} />
        </IconButton>
      </header>
      {children}
    </aside>
  );
}
