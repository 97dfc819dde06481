// The top of every page outside of rooms: the mark, where one can go, and who one is.
import { LogOut, LayoutGrid, Settings } from 'lucide-react';
import { Link, useNavigate } from 'react-router';
import { useText } from '@/i18n';
import { Avatar } from '@/ui/Avatar';
import { buttonClass } from '@/ui/Button';
import { Wordmark } from '@/ui/Mark';
import { Menu, MenuItem, MenuSeparator } from '@/ui/Menu';
import { useCall } from '../call-binding';
import { reportFailure } from '../report-failure';
import { signOut } from '../session/session';
import { useSession } from '../session/use-session';
import { queryClient } from '../api/queries';

export function AppHeader() {
  const t = useText();
  const { status, user } = useSession();
  return (
    <header className="mx-auto flex h-18 w-full max-w-[1120px] items-center justify-between gap-4 px-5 sm:px-8">
      <Link to="/" aria-label={t('app.home')} className="rounded-lg">
        <Wordmark />
      </Link>
      {user ? (
        <div className="flex items-center gap-2">
          <Link to="/dashboard" className={buttonClass('plain', 'small', 'max-sm:hidden text-base')}>
            {t('app.dashboard')}
          </Link>
          <AccountMenu />
        </div>
      ) : (
        status !== 'unknown' && (
          <nav className="flex items-center gap-1">
            <Link to="/login" className={buttonClass('plain', 'small', 'text-base')}>
              {t('app.signIn')}
            </Link>
            <Link to="/signup" className={buttonClass('quiet', 'small', 'text-base max-[400px]:hidden')}>
              {t('app.signUp')}
            </Link>
          </nav>
        )
      )}
    </header>
  );
}

function AccountMenu() {
  const t = useText();
  const navigate = useNavigate();
  const call = useCall();
  const { user } = useSession();
  if (!user) return null;
  const leave = async () => {
    try {
      await call.disconnect();
      await signOut();
      queryClient.clear();
      await navigate('/');
    } catch (error) {
      reportFailure(t, error);
    }
  };
  return (
    <Menu
      label={t('app.account', { name: user.name })}
      trigger={
        <button type="button" aria-label={t('app.account', { name: user.name })} className="rounded-full p-0.5">
          <Avatar name={user.name} seed={user.id} size={38} />
        </button>
      }
    >
      <div className="flex items-center gap-3 px-2.5 py-2">
        <Avatar name={user.name} seed={user.id} size={36} />
        <div className="min-w-0">
          <p className="truncate font-semibold">{user.name}</p>
          <p className="truncate text-xs text-soft">{user.guest ? t('app.guest') : user.email}</p>
        </div>
      </div>
      <MenuSeparator />
      <MenuItem icon={<LayoutGrid size={18} />} onSelect={() => void navigate('/dashboard')}>
        {t('app.dashboard')}
      </MenuItem>
      <MenuItem icon={<Settings size={18} />} onSelect={() => void navigate('/settings')}>
        {t('app.settings')}
      </MenuItem>
      {user.guest && (
        <MenuItem icon={<Avatar name="+" size={18} />} onSelect={() => void navigate('/signup')}>
          {t('app.signUp')}
        </MenuItem>
      )}
      <MenuSeparator />
      <MenuItem icon={<LogOut size={18} />} onSelect={() => void leave()}>
        {t('app.signOut')}
      </MenuItem>
    </Menu>
  );
}
