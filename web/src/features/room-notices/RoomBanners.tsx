// What is true about the connection right now, as long as it is true.
import { RotateCw, ShieldAlert, Unplug, VolumeX, WifiOff } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { hasRelay } from '@/call';
import { useCall, useCallState } from '@/app/call-binding';
import { useText } from '@/i18n';
import { Button } from '@/ui/Button';
import { cx } from '@/ui/cx';

const bad = 'flex animate-rise items-center gap-3 rounded-xl border border-line bg-raised py-2 pr-2 pl-4 text-ink';

export function RoomBanners() {
  const t = useText();
  const call = useCall();
  const reconnecting = useCallState(call.room, (state) => state.phase.name === 'reconnecting');
  const connection = useCallState(call.connection, (state) => state.phase);
  const flowing = useCallState(call.peers, (state) => Object.values(state.peers).some((peer) => peer.path === 'connected'));
  const audioBlocked = useCallState(call.peers, (state) => state.audioBlocked);
  const seconds = useSecondsUntil(connection.name === 'retrying' ? connection.at : null);
  const unreachable = useCallState(call.peers, (state) => Object.values(state.peers).filter((peer) => peer.path === 'failed').length);
  const hidden = useCallState(call.peers, (state) => state.relayOnly);
  const relay = useCallState(call.connection, (state) => hasRelay(state.iceServers));
  const noRelay = hidden && !relay && connection.name === 'online';
  if (!reconnecting && !audioBlocked && unreachable === 0 && !noRelay) return null;

  const cause = () => {
    if (!navigator.onLine) return t('connection.offline');
    if (connection.name === 'retrying' && connection.cause === 'draining') return t('connection.draining');
    return t(flowing ? 'connection.reconnectingMedia' : 'connection.reconnecting');
  };
  return (
    <div className="flex shrink-0 flex-col items-center gap-2 px-3 pb-2">
      {reconnecting && (
        <p role="status" className="flex animate-rise items-center gap-2.5 rounded-xl bg-amber px-4 py-2 font-medium text-[#2b1c00]">
          {navigator.onLine ? (
            <RotateCw size={17} className="shrink-0 animate-spin" aria-hidden="true" />
          ) : (
            <WifiOff size={17} className="shrink-0" />
          )}
          <span>
            {cause()}{' '}
            {seconds !== null && seconds > 1 && (
              <span className="tabular" aria-hidden="true">
                {t('connection.nextTry', { seconds })}
              </span>
            )}
          </span>
        </p>
      )}
      {noRelay ? (
        <div role="alert" className={bad}>
          <ShieldAlert size={18} className="shrink-0 text-amber-text" aria-hidden="true" />
          {t('notice.noRelay')}
          <Button size="small" onClick={() => call.setRelayOnly(false)}>
            {t('notice.connectDirectly')}
          </Button>
        </div>
      ) : (
        unreachable > 0 && (
          <p role="alert" className={cx(bad, 'max-w-[640px] pr-4')}>
            <Unplug size={18} className="shrink-0 text-amber-text" aria-hidden="true" />
            <span>
              <span className="font-semibold">{t('notice.unreachable', { count: unreachable })}</span> {t('notice.unreachableFix')}
            </span>
          </p>
        )
      )}
      {audioBlocked && (
        <div role="alert" className={bad}>
          <VolumeX size={18} className="shrink-0 text-amber-text" aria-hidden="true" />
          {t('notice.audioBlocked')}
          <Button size="small" tone="strong" onClick={() => void call.resumeAudio()}>
            {t('notice.audioPlay')}
          </Button>
        </div>
      )}
    </div>
  );
}

function useSecondsUntil(at: number | null): number | null {
  const ticks = useSyncExternalStore(at === null ? never : everyTick, ticksNow);
  return at === null ? null : Math.max(0, Math.ceil((at - ticks * tickMs) / 1000));
}

const tickMs = 500;
const ticksNow = (): number => Math.floor(Date.now() / tickMs);
const never = () => () => undefined;

function everyTick(changed: () => void): () => void {
  const timer = setInterval(changed, tickMs);
  return () => clearInterval(timer);
}
