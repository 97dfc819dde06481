// After the room, however it ended: what happened, how long it was, and what one can do now.
import { DoorClosed, DoorOpen, Hand, LogOut, MonitorSmartphone, TriangleAlert, UserX } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { RoomPhase } from '@/call';
import { codeText } from '@/app/api/error-text';
import { MessagePage } from '@/app/chrome/MessagePage';
import { useAccount } from '@/app/session/use-session';
import { formatDuration, useLocale, useText } from '@/i18n';
import { Button, buttonClass } from '@/ui/Button';

export type FarewellPhase = Extract<RoomPhase, { name: 'declined' | 'removed' | 'ended' | 'left' | 'replaced' | 'failed' }>;

export interface FarewellScreenProps {
  phase: FarewellPhase;
  busy: boolean;
  /** Enter again, or ask again. */
  onAgain: () => void;
}

export function FarewellScreen({ phase, busy, onAgain }: FarewellScreenProps) {
  const t = useText();
  const locale = useLocale();
  const account = useAccount();
  const again = (label: string) => (
    <Button tone="strong" busy={busy} onClick={onAgain}>
      {label}
    </Button>
  );
  const home = (
    <Link to="/" className={buttonClass('quiet')}>
      {t('left.home')}
    </Link>
  );
  const history = account && (
    <Link to="/dashboard?view=history" className={buttonClass('plain')}>
      {t('left.history')}
    </Link>
  );
  const stayed = (ms: number | null) => (ms === null ? null : t('left.duration', { duration: formatDuration(locale, ms) }));
  const show = (icon: ReactNode, title: string, body: ReactNode, actions: ReactNode) => (
    <MessagePage icon={icon} title={title} body={body}>
      {actions}
    </MessagePage>
  );

  switch (phase.name) {
    case 'left':
      return show(<LogOut size={26} />, t('left.title'), stayed(phase.durationMs), [again(t('left.rejoin')), home, history].map(keyed));
    case 'ended':
      return show(
        <DoorClosed size={26} />,
        t('ended.title'),
        <>
          <p>{t(phase.reason === 'empty' ? 'ended.empty' : phase.reason === 'deleted' ? 'ended.deleted' : 'ended.body')}</p>
          <p>{stayed(phase.durationMs)}</p>
        </>,
        [home, history].map(keyed),
      );
    case 'declined':
      return show(
        <Hand size={26} />,
        t('declined.title'),
        phase.reason ? t('declined.reason', { reason: phase.reason }) : t('declined.body'),
        [again(t('declined.again')), home].map(keyed),
      );
    case 'removed':
      return show(<UserX size={26} />, t('removed.title'), t('removed.body'), home);
    case 'replaced':
      return show(<MonitorSmartphone size={26} />, t('replaced.title'), t('replaced.body'), [again(t('replaced.here')), home].map(keyed));
    case 'failed':
      return show(
        phase.code === 'room_locked' ? <DoorOpen size={26} /> : <TriangleAlert size={26} />,
        t('failed.title'),
        codeText(t, phase.code),
        [again(t('app.retry')), home].map(keyed),
      );
  }
}

const keyed = (node: ReactNode, index: number) => <span key={index}>{node}</span>;
