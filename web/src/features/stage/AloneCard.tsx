// Nobody else yet: the link, one press away.
import { Link2 } from 'lucide-react';
import { copyLink } from '@/app/copy-link';
import { joinLink } from '@/app/meeting-code';
import { useText } from '@/i18n';
import { Button } from '@/ui/Button';
import { cx } from '@/ui/cx';

export function AloneCard({ code, beside }: { code: string; beside?: boolean }) {
  const t = useText();
  return (
    <div
      className={cx(
        'absolute animate-rise rounded-2xl border border-line bg-raised text-ink shadow-float',
        beside
          ? 'inset-y-0 right-0 left-[140px] flex flex-wrap items-center justify-between gap-x-4 overflow-hidden px-4 py-2'
          : 'top-4 left-1/2 w-[min(420px,calc(100%-32px))] -translate-x-1/2 p-4',
      )}
    >
      <div>
        <p className="font-semibold">{t('room.alone')}</p>
        <p className={cx('text-soft', beside && 'max-md:sr-only')}>{t('room.aloneBody')}</p>
      </div>
      <div className={cx('flex min-w-0 items-center gap-2', !beside && 'mt-3')}>
        <span className={cx('min-w-0 flex-1 truncate rounded-lg bg-sunken px-3 py-2 text-base select-all', beside && 'max-sm:hidden')}>
          {joinLink(code).replace(/^https?:\/\//, '')}
        </span>
        <Button
          tone="strong"
          size="small"
          className="text-base"
          icon={<Link2 size={16} />}
          onClick={() => void copyLink(t, joinLink(code), t('room.copied'))}
        >
          {t('room.copy')}
        </Button>
      </div>
    </div>
  );
}
