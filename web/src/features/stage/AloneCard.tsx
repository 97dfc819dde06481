// Nobody else yet: the link, one press away.
import { Link2 } from 'lucide-react';
import { copyLink } from '@/app/copy-link';
import { joinLink } from '@/app/meeting-code';
import { useText } from '@/i18n';
import { Button } from '@/ui/Button';

export function AloneCard({ code }: { code: string }) {
  const t = useText();
  return (
    <div className="absolute top-4 left-1/2 w-[min(420px,calc(100%-32px))] -translate-x-1/2 animate-rise rounded-2xl border border-line bg-raised p-4 text-ink shadow-float">
      <p className="font-semibold">{t('room.alone')}</p>
      <p className="text-soft">{t('room.aloneBody')}</p>
      <div className="mt-3 flex items-center gap-2">
        <span className="min-w-0 flex-1 truncate rounded-lg bg-sunken px-3 py-2 text-base select-all">
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
