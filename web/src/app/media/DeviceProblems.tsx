// What is wrong with microphone or camera right now, with the way to mend it.
import { useText } from '@/i18n';
import { Button } from '@/ui/Button';
import { Notice } from '@/ui/Notice';
import { useCall, useCallState } from '../call-binding';
import { problemFix, problemTitle } from './device-problem';

export function DeviceProblems({ camera }: { camera: boolean }) {
  const t = useText();
  const { devices } = useCall();
  const state = useCallState(devices.store, ({ mic, camera: video, micSilent }) => ({ mic, video, micSilent }));
  const failed = [
    { device: 'mic' as const, status: state.mic, retry: () => devices.setMic(true), shown: true },
    { device: 'camera' as const, status: state.video, retry: () => devices.setCamera(true), shown: camera },
  ];
  return (
    <>
      {failed.map(
        ({ device, status, retry, shown }) =>
          shown &&
          status.name === 'failed' && (
            <Notice
              key={device}
              tone="warn"
              title={problemTitle(t, device, status.problem)}
              action={
                status.problem !== 'insecure_context' && (
                  <Button size="small" onClick={() => void retry()}>
                    {t('app.retry')}
                  </Button>
                )
              }
            >
              {problemFix(t, status.problem)}
            </Notice>
          ),
      )}
      {state.mic.name === 'on' && state.micSilent && <Notice tone="warn">{t('devices.micQuiet')}</Notice>}
    </>
  );
}
