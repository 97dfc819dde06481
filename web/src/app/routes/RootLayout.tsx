// What surrounds every page: calls that ring, toasts, announcements, and the tie between the address and the room one is in.
import { Suspense, useEffect } from 'react';
import { Outlet, useLocation, useNavigate } from 'react-router';
import { Ringer } from '@/features/ringing/Ringer';
import { useText } from '@/i18n';
import { Announcer } from '@/ui/Announcer';
import { Loading } from '@/ui/Empty';
import { OverDialogs } from '@/ui/OverDialogs';
import { Toaster } from '@/ui/toast';
import { TooltipProvider } from '@/ui/Tooltip';
import { useCall, useCallState } from '../call-binding';
import { usePresence } from '../session/use-presence';

export function RootLayout() {
  const t = useText();
  usePresence();
  useRoomFollowsAddress();
  const inRoom = useCallState(useCall().room, ({ phase }) => phase.name === 'in_room' || phase.name === 'reconnecting');
  return (
    <TooltipProvider>
      <Suspense fallback={<Loading label={t('app.loading')} />}>
        <Outlet />
      </Suspense>
      <OverDialogs>
        <Ringer />
        {/* The room has its own place for them. */}
        {!inRoom && <Toaster label={t('app.notifications')} dismissLabel={t('app.dismiss')} />}
        <Announcer />
      </OverDialogs>
    </TooltipProvider>
  );
}

/** Turning to another page leaves the room; a room that opens by itself (a call was accepted) brings its address. */
function useRoomFollowsAddress(): void {
  const call = useCall();
  const { pathname } = useLocation();
  const navigate = useNavigate();
  const present = useCallState(call.room, ({ phase, room }) => {
    if (phase.name === 'waiting') return phase.code;
    return phase.name === 'in_room' || phase.name === 'reconnecting' ? (room?.code ?? null) : null;
  });

  useEffect(() => {
    if (present && window.location.pathname !== `/${present}`) void navigate(`/${present}`);
  }, [present, navigate]);

  useEffect(() => {
    const { phase, room } = call.room.getState();
    const code = phase.name === 'waiting' ? phase.code : room?.code;
    const busy = phase.name === 'waiting' || phase.name === 'in_room' || phase.name === 'reconnecting';
    if (busy && code && pathname !== `/${code}`) void call.leave();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- only a change of the address leaves
  }, [pathname]);
}
