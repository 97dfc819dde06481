// Camera and sound, changed in the middle of a call.
import { DevicePickers, ProcessingSwitches, SpeakerTest } from '@/app/media/DevicePickers';
import { DeviceProblems } from '@/app/media/DeviceProblems';
import { MicMeter } from '@/app/media/MicMeter';
import { RelaySwitch } from '@/app/media/RelaySwitch';
import { useCall, useCallState } from '@/app/call-binding';
import { useText } from '@/i18n';
import { Dialog } from '@/ui/Dialog';

export function DeviceDialog({ camera, onClose }: { camera: boolean; onClose: () => void }) {
  const t = useText();
  const { devices } = useCall();
  const mic = useCallState(devices.store, (state) => state.mic.name);
  return (
    <Dialog open onClose={onClose} title={t('settings.devices')} closeLabel={t('app.close')}>
      <div className="flex flex-col gap-5">
        <DeviceProblems camera={camera} />
        <DevicePickers camera={camera} className="flex flex-col gap-4" />
        <div className="flex items-center justify-between gap-4">
          <MicMeter active={mic === 'on'} />
          <SpeakerTest />
        </div>
        <div className="flex flex-col gap-4 border-t border-line pt-5">
          <ProcessingSwitches />
          <RelaySwitch />
        </div>
      </div>
    </Dialog>
  );
}
