// Microphone and camera: the switch, and beside it the menu of devices where there is room.
import { ChevronUp, Mic, MicOff, TriangleAlert, Video, VideoOff } from 'lucide-react';
import type { ReactNode } from 'react';
import type { DeviceChoice } from '@/call';
import { useCall, useCallState } from '@/app/call-binding';
import { useMediaControls } from '@/app/use-media-controls';
import { useText } from '@/i18n';
import { cx } from '@/ui/cx';
import { Menu, MenuCheck, MenuChoices, MenuSeparator } from '@/ui/Menu';
import { Spinner } from '@/ui/Spinner';
import { BarButton } from './BarButton';

function Split({ menuLabel, off, menu, children }: { menuLabel: string; off: boolean; menu: ReactNode; children: ReactNode }) {
  return (
    <div className="flex items-center">
      {children}
      <Menu
        label={menuLabel}
        side="top"
        align="center"
        trigger={
          <button
            type="button"
            aria-label={menuLabel}
            title={menuLabel}
            className={cx(
              '-ml-4 hidden h-12 w-11 place-items-center rounded-r-full pl-3.5 text-white/80 outline-white hover:text-white md:grid',
              off ? 'bg-[#2a1719]' : 'bg-[#21252e]',
            )}
          >
            <ChevronUp size={16} />
          </button>
        }
      >
        {menu}
      </Menu>
    </div>
  );
}

const failedMark = (
  <span className="absolute -top-1 -right-1 grid size-5 place-items-center rounded-full bg-amber text-[#2b1c00]">
    <TriangleAlert size={12} />
  </span>
);

export function MicControl() {
  const t = useText();
  const { mic } = useMediaControls();
  return (
    <Split menuLabel={t('room.micMenu')} off={!mic.on} menu={<MicMenu />}>
      <BarButton
        label={t(mic.on ? 'room.mute' : 'room.unmute')}
        shortcut="M"
        look={mic.on ? 'plain' : 'off'}
        className="z-10"
        onClick={mic.toggle}
      >
        {mic.status === 'starting' ? <Spinner /> : mic.on ? <Mic size={21} /> : <MicOff size={21} />}
        {(mic.status === 'failed' || mic.status === 'interrupted') && failedMark}
        {mic.status === 'on' && <Level />}
      </BarButton>
    </Split>
  );
}

/** The ring that moves with the voice: an open microphone that hears nothing looks like one. */
function Level() {
  const call = useCall();
  const level = useCallState(call.audio, (state) => Math.round(Math.min(1, state.micLevel * 1.5) * 10) / 10);
  return (
    <span
      aria-hidden="true"
      className="pointer-events-none absolute inset-0 rounded-full transition-shadow duration-100"
      style={{ boxShadow: `inset 0 0 0 ${(level * 4).toFixed(1)}px var(--emerald)` }}
    />
  );
}

export function CameraControl() {
  const t = useText();
  const { camera } = useMediaControls();
  return (
    <Split menuLabel={t('room.cameraMenu')} off={!camera.on} menu={<CameraMenu />}>
      <BarButton
        label={t(camera.on ? 'room.cameraOff' : 'room.cameraOn')}
        shortcut="V"
        look={camera.on ? 'plain' : 'off'}
        className="z-10"
        onClick={camera.toggle}
      >
        {camera.status === 'starting' ? <Spinner /> : camera.on ? <Video size={21} /> : <VideoOff size={21} />}
        {(camera.status === 'failed' || camera.status === 'interrupted') && failedMark}
      </BarButton>
    </Split>
  );
}

function useOptions(choices: readonly DeviceChoice[], kind: string) {
  const t = useText();
  return choices.map((choice, index) => ({ value: choice.id, label: choice.label || t('devices.unnamed', { kind, number: index + 1 }) }));
}

function MicMenu() {
  const t = useText();
  const { devices } = useCall();
  const state = useCallState(devices.store, (all) => all);
  const microphones = useOptions(state.microphones, t('devices.microphone'));
  const speakers = useOptions(state.speakers, t('devices.speaker'));
  return (
    <>
      <MenuChoices
        label={t('devices.microphone')}
        value={state.selected.mic ?? microphones[0]?.value ?? ''}
        onChange={(id) => void devices.selectMic(id)}
        options={microphones}
      />
      {state.canChooseSpeaker && speakers.length > 0 && (
        <>
          <MenuSeparator />
          <MenuChoices
            label={t('devices.speaker')}
            value={state.selected.speaker ?? speakers[0]?.value ?? ''}
            onChange={(id) => void devices.selectSpeaker(id)}
            options={speakers}
          />
        </>
      )}
      <MenuSeparator />
      <MenuCheck
        checked={state.processing.noiseSuppression}
        onChange={(noiseSuppression) => void devices.setProcessing({ noiseSuppression })}
      >
        {t('devices.noise')}
      </MenuCheck>
      <MenuCheck
        checked={state.processing.echoCancellation}
        onChange={(echoCancellation) => void devices.setProcessing({ echoCancellation })}
      >
        {t('devices.echo')}
      </MenuCheck>
      <MenuCheck checked={state.processing.autoGainControl} onChange={(autoGainControl) => void devices.setProcessing({ autoGainControl })}>
        {t('devices.gain')}
      </MenuCheck>
      <MenuSeparator />
      <MenuCheck checked={state.pushToTalk} onChange={(enabled) => devices.setPushToTalk(enabled)}>
        {t('room.pushToTalk')}
      </MenuCheck>
    </>
  );
}

function CameraMenu() {
  const t = useText();
  const { devices } = useCall();
  const state = useCallState(devices.store, ({ cameras, selected }) => ({ cameras, selected: selected.camera }));
  const cameras = useOptions(state.cameras, t('devices.camera'));
  return (
    <MenuChoices
      label={t('devices.camera')}
      value={state.selected ?? cameras[0]?.value ?? ''}
      onChange={(id) => void devices.selectCamera(id)}
      options={cameras}
    />
  );
}
