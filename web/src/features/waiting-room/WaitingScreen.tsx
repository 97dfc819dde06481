// Standing in line: where I am, how I look, and the way out.
import { useCall, useCallState } from '@/app/call-binding';
import { Page } from '@/app/chrome/Page';
import { StreamVideo } from '@/app/media/StreamVideo';
import { useText } from '@/i18n';
import { Button } from '@/ui/Button';
import { Notice } from '@/ui/Notice';

export interface WaitingScreenProps {
  title: string;
  position: number;
  reconnecting: boolean;
  onCancel: () => void;
}

export function WaitingScreen({ title, position, reconnecting, onCancel }: WaitingScreenProps) {
  const t = useText();
  const { devices } = useCall();
  const { camera, stream } = useCallState(devices.store, (state) => ({ camera: state.camera.name, stream: state.cameraStream }));
  return (
    <Page title={t('waiting.title')} width="narrow" centered>
      <div className="-mt-10 flex animate-rise flex-col items-center text-center">
        {camera === 'on' ? (
          <div
            role="img"
            aria-label={t('devices.preview')}
            className="relative mb-8 aspect-video w-full max-w-80 overflow-hidden rounded-[20px] bg-stage shadow-float"
          >
            <StreamVideo stream={stream} mirrored />
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
