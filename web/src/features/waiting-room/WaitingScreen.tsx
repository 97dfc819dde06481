// Standing in line: where I am, how I look, and the way out.
import { Page } from '@/app/chrome/Page';
import { Preview } from '@/app/media/Preview';
import { useSession } from '@/app/session/use-session';
import { useText } from '@/i18n';
import { Button } from '@/ui/Button';
import { Notice } from '@/ui/Notice';

export interface WaitingScreenProps {
  title: string;
  /** The meeting has cameras, so one sees oneself. */
  pictured: boolean;
  position: number;
  reconnecting: boolean;
  onCancel: () => void;
}

export function WaitingScreen({ title, pictured, position, reconnecting, onCancel }: WaitingScreenProps) {
  const t = useText();
  const { user } = useSession();
  return (
    <Page title={t('waiting.title')} width="narrow" centered>
      <div className="-mt-10 flex animate-rise flex-col items-center text-center">
        {pictured ? (
          <div className="mb-8 w-full max-w-[420px]">
            <Preview name={user?.name ?? ''} seed={user?.id ?? ''} small />
          </div>
        ) : (
          <Waves />
        )}
        <p className="text-soft">{title || t('meeting.untitled')}</p>
        <h1 className="mt-1 text-2xl font-semibold">{t('waiting.title')}</h1>
        <p className="mt-3 font-medium text-amber-text" role="status">
          {position <= 1 ? t('waiting.next') : t('waiting.position', { position })}
        </p>
        <p className="mt-2 max-w-96 text-soft">{t('waiting.body')}</p>
        {reconnecting && (
          <Notice tone="warn" className="mt-5 text-left">
            {t('waiting.reconnecting')}
          </Notice>
        )}
        <Button className="mt-8" onClick={onCancel}>
          {t('waiting.cancel')}
        </Button>
      </div>
    </Page>
  );
}

function Waves() {
  return (
    <span className="mb-8 grid size-20 place-items-center rounded-full bg-amber-wash" aria-hidden="true">
      <span className="flex items-end gap-1.5">
        {[0, 160, 320].map((delay) => (
          <span key={delay} className="size-2.5 animate-pulse rounded-full bg-amber" style={{ animationDelay: `${delay}ms` }} />
        ))}
      </span>
    </span>
  );
}
