// Moves between pages of tiles.
import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useText } from '@/i18n';

export interface PagerProps {
  page: number;
  pages: number;
  /** From the foot of the stage, in pixels. */
  bottom: number;
  onPage: (page: number) => void;
}

export function Pager({ page, pages, bottom, onPage }: PagerProps) {
  const t = useText();
  if (pages <= 1) return null;
  const button = 'grid size-9 place-items-center rounded-full text-white hover:bg-white/15 disabled:opacity-35';
  return (
    <div
      style={{ bottom }}
      className="absolute left-1/2 z-10 flex -translate-x-1/2 items-center gap-1 rounded-full bg-black/70 p-1 text-white"
    >
      <button type="button" aria-label={t('room.previousPage')} disabled={page === 0} onClick={() => onPage(page - 1)} className={button}>
        <ChevronLeft size={20} />
      </button>
      <span className="tabular px-1 text-xs" role="status">
        {t('room.page', { page: page + 1, pages })}
      </span>
      <button
        type="button"
        aria-label={t('room.nextPage')}
        disabled={page >= pages - 1}
        onClick={() => onPage(page + 1)}
        className={button}
      >
        <ChevronRight size={20} />
      </button>
    </div>
  );
}
