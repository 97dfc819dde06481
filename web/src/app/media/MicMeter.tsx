// How loud the own microphone is, as bars that move.
import { useText } from '@/i18n';
import { useCall, useCallState } from '../call-binding';

const bars = 14;

/** `overlay` is for a place on top of a picture. */
export function MicMeter({ active, overlay }: { active: boolean; overlay?: boolean }) {
  const t = useText();
  const call = useCall();
  const level = useCallState(call.audio, (state) => Math.round(Math.min(1, state.micLevel * 1.6) * bars));
  const lit = active ? level : 0;
  return (
    <div
      role="meter"
      aria-label={t('devices.level')}
      aria-valuemin={0}
      aria-valuemax={bars}
      aria-valuenow={lit}
      className="flex h-5 items-center gap-[3px]"
    >
      {Array.from({ length: bars }, (_, index) => (
        <span
          key={index}
          className={`h-full w-1.5 rounded-full transition-colors duration-75 ${
            index < lit ? (index > bars - 3 ? 'bg-amber' : 'bg-emerald') : overlay ? 'bg-white/25' : 'bg-line'
          }`}
        />
      ))}
    </div>
  );
}
