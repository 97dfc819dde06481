// Says once that a room has grown past what browsers carry well among themselves.
import { useEffect, useRef } from 'react';
import { useCall, useCallState } from '@/app/call-binding';
import { useText } from '@/i18n';
import { toast } from '@/ui/toast';

export function useMeshWarning(): void {
  const t = useText();
  const call = useCall();
  const told = useRef(0);
  const limit = useCallState(call.connection, (state) => state.meshLimit);
  const { count, crowded } = useCallState(call.room, ({ room, order }) => ({
    count: order.length,
    crowded: room?.mode === 'mesh' && room.kind !== 'data' && order.length > limit,
  }));
  useEffect(() => {
    if (!crowded || count <= told.current) return;
    told.current = count;
    toast({ text: `${t('notice.meshSlow', { count })}. ${t('notice.meshSlowBody')}`, tone: 'warn', group: 'mesh', lastsMs: 10_000 });
  }, [count, crowded, t]);
}
