// Somebody's shared screen: whole, never cropped.
import type { Box } from '@/call';
import { useCall, useCallState } from '@/app/call-binding';
import { StreamVideo } from '@/app/media/StreamVideo';
import { useText } from '@/i18n';
import { Spinner } from '@/ui/Spinner';
import { placed } from './placed';

export function ScreenTile({ id, box }: { id: string; box: Box }) {
  const t = useText();
  const call = useCall();
  const name = useCallState(call.room, (state) => state.participants[id]?.name ?? '');
  const { stream, flowing } = useCallState(call.peers, (state) => ({
    stream: state.peers[id]?.screen ?? null,
    flowing: state.peers[id]?.screenFlowing ?? false,
  }));
  return (
    <figure
      aria-label={t('room.screenOf', { name })}
      style={placed(box)}
      className="absolute overflow-hidden rounded-tile bg-black text-white"
    >
      <StreamVideo stream={stream} contain />
      {!flowing && (
        <div className="absolute inset-0 grid place-items-center bg-black/50">
          <span className="flex items-center gap-2 rounded-full bg-black/70 px-3.5 py-2 text-xs">
            <Spinner className="size-4" />
            {t('room.tile.connecting')}
          </span>
        </div>
      )}
      <figcaption className="absolute bottom-2 left-2 max-w-[calc(100%-16px)] truncate rounded-md bg-black/60 px-2 py-1 text-xs font-medium">
        {t('room.screenOf', { name })}
      </figcaption>
    </figure>
  );
}
