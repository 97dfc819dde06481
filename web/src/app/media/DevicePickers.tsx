// Which microphone, camera and speaker to use.
import { Mic, Video, Volume2 } from 'lucide-react';
import type { DeviceChoice } from '@/call';
import { useText } from '@/i18n';
import { Button } from '@/ui/Button';
import { SelectField } from '@/ui/Field';
import { Switch } from '@/ui/Switch';
import { useCall, useCallState } from '../call-binding';

interface PickerProps {
  label: string;
  icon: React.ReactNode;
  choices: readonly DeviceChoice[];
  selected: string | null;
  onSelect: (id: string | null) => void;
}

function Picker({ label, icon, choices, selected, onSelect }: PickerProps) {
  const t = useText();
  return (
    <SelectField
      label={label}
      icon={icon}
      value={selected ?? ''}
      disabled={choices.length === 0}
      onChange={(event) => onSelect(event.target.value || null)}
    >
      {choices.length === 0 && <option value="">{t('devices.none')}</option>}
      {choices.length > 0 && !choices.some((choice) => choice.id === selected) && <option value="">{t('devices.default')}</option>}
      {choices.map((choice, index) => (
        <option key={choice.id} value={choice.id}>
          {choice.label || t('devices.unnamed', { kind: label, number: index + 1 })}
        </option>
      ))}
    </SelectField>
  );
}

export function DevicePickers({ camera, className }: { camera: boolean; className?: string }) {
  const t = useText();
  const { devices } = useCall();
  const state = useCallState(devices.store, (all) => all);
  return (
    <div className={className}>
      <Picker
        label={t('devices.microphone')}
        icon={<Mic size={18} />}
        choices={state.microphones}
        selected={state.selected.mic}
        onSelect={(id) => void devices.selectMic(id)}
      />
      {camera && (
        <Picker
          label={t('devices.camera')}
          icon={<Video size={18} />}
          choices={state.cameras}
          selected={state.selected.camera}
          onSelect={(id) => void devices.selectCamera(id)}
        />
      )}
      {state.canChooseSpeaker && (
        <Picker
          label={t('devices.speaker')}
          icon={<Volume2 size={18} />}
          choices={state.speakers}
          selected={state.selected.speaker}
          onSelect={(id) => void devices.selectSpeaker(id)}
        />
      )}
    </div>
  );
}

export function SpeakerTest() {
  const t = useText();
  const { devices } = useCall();
  return (
    <Button size="small" icon={<Volume2 size={16} />} onClick={() => void devices.testSpeaker()}>
      {t('devices.test')}
    </Button>
  );
}

export function ProcessingSwitches() {
  const t = useText();
  const { devices } = useCall();
  const processing = useCallState(devices.store, (state) => state.processing);
  return (
    <div className="flex flex-col gap-4">
      <Switch
        label={t('devices.echo')}
        checked={processing.echoCancellation}
        onChange={(echoCancellation) => void devices.setProcessing({ echoCancellation })}
      />
      <Switch
        label={t('devices.noise')}
        checked={processing.noiseSuppression}
        onChange={(noiseSuppression) => void devices.setProcessing({ noiseSuppression })}
      />
      <Switch
        label={t('devices.gain')}
        checked={processing.autoGainControl}
        onChange={(autoGainControl) => void devices.setProcessing({ autoGainControl })}
      />
    </div>
  );
}
