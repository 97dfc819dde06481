// The own picture, mirrored: the whole stage when alone, a small tile once others are there.
import { Hand } from 'lucide-react';
import type { Box } from '@/call';
import { useCall, useCallState } from '@/app/call-binding';
import { StreamVideo } from '@/app/media/StreamVideo';
import { useText } from '@/i18n';
import { Avatar } from '@/ui/Avatar';
import { cx } from '@/ui/cx';
import { NameTag } from './Tile';
import { placed } from './placed';

export function SelfView({ box, small, floating }: { box: Box; small: boolean; floating: boolean }) {
  const t = useText();
  const call = useCall();
  const me = useCallState(call.room, (state) => (state.me ? state.participants[state.me] : undefined));
  const data = useCallState(call.room, (state) => state.room?.kind === 'data');
  const hand = useCallState(call.room, (state) => (state.me ? state.hands.indexOf(state.me) + 1 : 0));
  const { camera, stream, mic } = useCallState(call.devices.store, (state) => ({
    camera: state.camera.name,
    stream: state.cameraStream,
    mic: state.mic.name,
  }));
  const speaking = useCallState(call.audio, (state) => mic === 'on' && state.micLevel > 0.12);
  if (!me) return null;
  return (
    <div
      role="group"
      aria-label={t('room.selfView')}
      style={placed(box)}
      className={cx(
        'absolute overflow-hidden rounded-tile bg-[#232937] text-white transition-[left,top,width,height] duration-200 ease-out',
        floating && 'shadow-float ring-1 ring-white/15',
      )}
    >
      <StreamVideo stream={stream} mirrored hidden={camera !== 'on'} />
      {camera !== 'on' && (
        <div className="absolute inset-0 grid place-items-center">
          <Avatar name={me.name} seed={me.userId} size={Math.max(32, Math.min(112, box.height * 0.4))} />
        </div>
      )}
      {speaking && <span className="pointer-events-none absolute inset-0 rounded-tile border-2 border-emerald/70" />}
      {hand > 0 && (
        <span className="absolute top-2 left-2 flex h-7 items-center gap-1 rounded-full bg-amber px-2 text-xs font-semibold text-[#2b1c00]">
          <Hand size={15} aria-hidden="true" />
          <span className="tabular">{hand}</span>
        </span>
      )}
      <NameTag name={t('app.you')} muted={!data && mic !== 'on'} small={small} />
    </div>
  );
}
