// How one looks and sounds, with switches for camera and microphone: before the meeting and while one waits to be let in.
import { Mic, MicOff, Video, VideoOff } from 'lucide-react';
import { useText } from '@/i18n';
import { Avatar } from '@/ui/Avatar';
import { cx } from '@/ui/cx';
import { Spinner } from '@/ui/Spinner';
import { Tooltip } from '@/ui/Tooltip';
import { useCall } from '../call-binding';
import { changePreferences } from '../preferences';
import { MicMeter } from './MicMeter';
import { StreamVideo } from './StreamVideo';
import { useLocalMedia } from './use-local-media';

/** `small`: there is no room for the meter beside the switches. */
export function Preview({ name, seed, small }: { name: string; seed: string; small?: boolean }) {
  const t = useText();
  const { devices } = useCall();
  const { mic, camera, stream } = useLocalMedia();
  const micOn = mic === 'on' || mic === 'starting';
  const cameraOn = camera === 'on' || camera === 'starting';
  return (
    <div className="relative aspect-[4/3] w-full overflow-hidden rounded-[20px] bg-stage shadow-float sm:aspect-video">
      <div role="img" aria-label={t('devices.preview')} className="absolute inset-0">
        <StreamVideo stream={stream} mirrored hidden={camera !== 'on'} />
        {camera !== 'on' && (
          <div className="absolute inset-0 grid place-content-center justify-items-center gap-4 pb-12 text-white/80">
            {camera === 'starting' ? <Spinner className="size-8" /> : <Avatar name={name || '?'} seed={seed} size={96} />}
            <span>{camera === 'starting' ? t('devices.cameraStarting') : t('devices.cameraOff')}</span>
          </div>
        )}
      </div>
      <div className="absolute inset-x-0 bottom-0 flex items-center justify-center gap-3 bg-gradient-to-t from-black/60 to-transparent px-4 pt-10 pb-4">
        <RoundSwitch
          on={micOn}
          label={micOn ? t('room.mute') : t('room.unmute')}
          icon={micOn ? <Mic size={20} /> : <MicOff size={20} />}
          onPress={() => {
            changePreferences({ enterWithMic: !micOn });
            void devices.setMic(!micOn);
          }}
        />
        <RoundSwitch
          on={cameraOn}
          label={cameraOn ? t('room.cameraOff') : t('room.cameraOn')}
          icon={cameraOn ? <Video size={20} /> : <VideoOff size={20} />}
          onPress={() => {
            changePreferences({ enterWithCamera: !cameraOn });
            void devices.setCamera(!cameraOn);
          }}
        />
      </div>
      <div
        className={cx(
          'absolute top-3 right-3 rounded-full bg-black/55 px-3 py-1',
          !small && 'sm:top-auto sm:right-4 sm:bottom-7 sm:bg-transparent sm:p-0',
        )}
      >
        <MicMeter active={mic === 'on'} overlay />
      </div>
    </div>
  );
}

function RoundSwitch({ on, label, icon, onPress }: { on: boolean; label: string; icon: React.ReactNode; onPress: () => void }) {
  return (
    <Tooltip label={label}>
      <button
        type="button"
        aria-label={label}
        onClick={onPress}
        className={cx(
          'grid size-12 place-items-center rounded-full text-white outline-white backdrop-blur transition-colors duration-150',
          on ? 'bg-white/18 hover:bg-white/28' : 'bg-red-fill hover:bg-red',
        )}
      >
        {icon}
      </button>
    </Tooltip>
  );
}
