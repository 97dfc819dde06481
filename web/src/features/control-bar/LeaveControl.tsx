// The way out: at once for participants; a host chooses between going and ending it for all.
import { LogOut, Phone } from 'lucide-react';
import { useState } from 'react';
import { useCall, useCallState } from '@/app/call-binding';
import { reportFailure } from '@/app/report-failure';
import { useText } from '@/i18n';
import { Button } from '@/ui/Button';
import { Popover } from '@/ui/Popover';

export function LeaveControl() {
  const t = useText();
  const call = useCall();
  const [open, setOpen] = useState(false);
  const [ending, setEnding] = useState(false);
  const host = useCallState(call.room, ({ me, participants }) => (me ? participants[me]?.role === 'host' : false));
  const others = useCallState(call.room, (state) => state.order.length > 1);

  const leaveButton = (
    <button
      type="button"
      aria-label={t('room.leave')}
      title={t('room.leave')}
      onClick={host ? undefined : () => void call.leave()}
      className="grid h-11.5 w-13 shrink-0 place-items-center rounded-full bg-red-fill text-white outline-white transition-colors duration-150 hover:bg-red sm:h-12 sm:w-16"
    >
      <Phone size={21} className="rotate-[135deg]" />
    </button>
  );
  if (!host) return leaveButton;

  const end = async () => {
    setEnding(true);
    try {
      await call.endRoom();
    } catch (error) {
      reportFailure(t, error);
      setEnding(false);
    }
  };
  return (
    <Popover open={open} onOpenChange={setOpen} trigger={leaveButton} label={t('room.leave')} side="top">
      <div className="flex w-64 flex-col gap-2">
        <Button icon={<LogOut size={18} />} onClick={() => void call.leave()}>
          {t('room.leaveMeeting')}
        </Button>
        <Button tone="danger" busy={ending} onClick={() => void end()}>
          {t('room.endForAll')}
        </Button>
        {others && <p className="px-1 pt-1 text-xs text-soft">{t('room.leaveNote')}</p>}
      </div>
    </Popover>
  );
}
