// One remote participant: picture or initials, name, microphone, hand, quality, and the truth about the path.
import { Hand, MicOff, Pin, PinOff, RotateCw, TriangleAlert, VolumeX } from 'lucide-react';
import { memo } from 'react';
import type { Box } from '@/call';
import { useCall, useCallState } from '@/app/call-binding';
import { StreamVideo } from '@/app/media/StreamVideo';
import { changeRoomView, useRoomView } from '@/app/room-view-store';
import { useText } from '@/i18n';
import { Avatar } from '@/ui/Avatar';
import { cx } from '@/ui/cx';
import { Spinner } from '@/ui/Spinner';
import { QualityMark } from './QualityMark';
import { placed } from './placed';

export interface TileProps {
  id: string;
  box: Box;
  /** Small tiles show less. */
  small: boolean;
  /** The picture is shown whole instead of filling its tile. */
  whole?: boolean;
}

export const Tile = memo(function Tile({ id, box, small, whole }: TileProps) {
  const t = useText();
  const call = useCall();
  const person = useCallState(call.room, (state) => state.participants[id]);
  const peer = useCallState(call.peers, (state) => state.peers[id]);
  const kind = useCallState(call.room, (state) => state.room?.kind);
  const handNumber = useCallState(call.room, (state) => state.hands.indexOf(id) + 1);
  const speaking = useCallState(call.audio, (state) => state.activeSpeaker === id);
  const { pinned } = useRoomView();
  if (!person) return null;

  const showsVideo = person.camera && peer?.camera != null && peer.cameraFlowing;
  // A stalled picture stays as it was, dimmed, under the word of what is happening.
  const stalled = person.camera && peer?.camera != null && !peer.cameraFlowing;
  const status = tileStatus(person.connection, peer?.path, t);
  const silent = person.mic && peer?.micSilent === true && peer.path === 'connected';
  const label = [
    person.name,
    kind !== 'data' && !person.mic && t('room.tile.muted'),
    kind === 'video' && !person.camera && t('room.tile.cameraOff'),
    handNumber > 0 && t('room.tile.hand'),
    status?.text,
  ]
    .filter(Boolean)
    .join(', ');
  const avatar = Math.max(36, Math.min(112, Math.min(box.width, box.height) * 0.36));

  return (
    <div
      role="group"
      aria-label={label}
      data-speaking={speaking || undefined}
      style={placed(box)}
      className="group/tile absolute overflow-hidden rounded-tile bg-tile text-white transition-[left,top,width,height] duration-200 ease-out"
    >
      {/* Under the picture: seen until its first frame, and when the camera is off. */}
      {!showsVideo && (
        <div className="absolute inset-0 grid place-items-center">
          <Avatar name={person.name} seed={person.userId} size={avatar} className={cx(status && !small && '-translate-y-6')} />
        </div>
      )}
      <StreamVideo
        stream={peer?.camera ?? null}
        contain={whole ?? false}
        hidden={!showsVideo && !stalled}
        className={cx(stalled && 'brightness-50')}
      />
      {status && (
        <div
          className={cx('absolute inset-0 grid justify-items-center p-2', small || stalled ? 'place-items-center' : 'items-end pb-[18%]')}
        >
          <span className="flex max-w-full items-center gap-2 rounded-full bg-black/70 px-3 py-1.5 text-xs">
            {status.icon}
            {!small && <span className="truncate">{status.text}</span>}
          </span>
        </div>
      )}
      {speaking && <span className="pointer-events-none absolute inset-0 rounded-tile border-[3px] border-emerald" />}

      <div className="absolute top-2 left-2 flex gap-1.5">
        {handNumber > 0 && (
          <span className="flex h-7 animate-rise items-center gap-1 rounded-full bg-amber px-2 text-xs font-semibold text-[#2b1c00]">
            <Hand size={15} aria-hidden="true" />
            <span className="tabular">{handNumber}</span>
          </span>
        )}
        {silent && (
          <span
            role="img"
            aria-label={t('room.tile.noSound')}
            title={t('room.tile.noSound')}
            className="grid h-7 place-items-center rounded-full bg-amber px-2 text-[#2b1c00]"
          >
            <VolumeX size={15} />
          </span>
        )}
      </div>
      <div className="absolute top-2 right-2 flex items-center gap-1.5">
        <button
          type="button"
          aria-label={t(pinned === id ? 'room.unpin' : 'room.pin', { name: person.name })}
          onClick={() => changeRoomView({ pinned: pinned === id ? null : id })}
          className={cx(
            'grid size-8 place-items-center rounded-lg bg-black/55 text-white transition-opacity hover:bg-black/80 focus-visible:opacity-100',
            // without a pointer that hovers it is always there, where it does not hide the face
            pinned !== id && 'opacity-0 group-hover/tile:opacity-100',
            pinned !== id && (small ? '[@media(hover:none)]:hidden' : '[@media(hover:none)]:opacity-75'),
          )}
        >
          {pinned === id ? <PinOff size={16} /> : <Pin size={16} />}
        </button>
        {peer && <QualityMark quality={peer.quality} />}
      </div>
      <NameTag name={person.name} muted={kind !== 'data' && !person.mic} small={small} />
    </div>
  );
});

function tileStatus(connection: 'connected' | 'reconnecting', path: string | undefined, t: ReturnType<typeof useText>) {
  if (path === 'failed') return { text: t('room.tile.failed'), icon: <TriangleAlert size={15} className="shrink-0 text-amber" /> };
  if (path === 'repairing') return { text: t('room.tile.repairing'), icon: <RotateCw size={15} className="shrink-0 animate-spin" /> };
  // Their signaling is gone while media flows on: nothing stands between us yet.
  if (connection === 'reconnecting' && path !== 'connected')
    return { text: t('room.tile.reconnecting'), icon: <Spinner className="size-4" /> };
  if (path === undefined || path === 'connecting') return { text: t('room.tile.connecting'), icon: <Spinner className="size-4" /> };
  return null;
}

export function NameTag({ name, muted, small }: { name: string; muted: boolean; small: boolean }) {
  return (
    <div
      aria-hidden="true"
      className={cx(
        'absolute bottom-2 left-2 flex max-w-[calc(100%-16px)] items-center gap-1.5 rounded-md bg-black/60 px-2 text-xs font-medium text-white',
        small ? 'h-6' : 'h-7',
      )}
    >
      {muted && <MicOff size={14} className="shrink-0 text-[#ff8f88]" />}
      <span className="truncate">{name}</span>
    </div>
  );
}
