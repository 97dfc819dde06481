// Home of who is signed in: one's meetings, one's history, and people to ring.
import { CalendarPlus, Plus } from 'lucide-react';
import { useState } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { api } from '@/app/api/api';
import { Page } from '@/app/chrome/Page';
import { PeopleSearch } from '@/app/directory/PeopleSearch';
import { reportFailure } from '@/app/report-failure';
import { useUser } from '@/app/session/use-session';
import { useText } from '@/i18n';
import { Button } from '@/ui/Button';
import { Notice } from '@/ui/Notice';
import { TabPanel, Tabs } from '@/ui/Tabs';
import { HistoryList } from './HistoryList';
import { MeetingFormDialog } from './MeetingFormDialog';
import { MeetingList } from './MeetingList';

const views = ['meetings', 'history', 'people'] as const;
type View = (typeof views)[number];

export function DashboardPage() {
  const t = useText();
  const navigate = useNavigate();
  const user = useUser();
  const [search, setSearch] = useSearchParams();
  const [creating, setCreating] = useState(false);
  const [starting, setStarting] = useState(false);
  if (!user) return null;
  const asked = search.get('view');
  const available = user.guest ? views.filter((view) => view !== 'people') : views;
  const view: View = available.find((each) => each === asked) ?? 'meetings';

  const startNow = async () => {
    setStarting(true);
    try {
      const meeting = await api.createMeeting({ lobby: true });
      await navigate(`/${meeting.code}`);
    } catch (error) {
      reportFailure(t, error);
      setStarting(false);
    }
  };
  return (
    <Page title={t('app.dashboard')}>
      <div className="mt-4 mb-7 flex flex-wrap items-end justify-between gap-4">
        <h1 className="text-2xl font-semibold">{t('dash.hello', { name: user.name })}</h1>
        <div className="flex flex-wrap gap-2.5">
          <Button icon={<CalendarPlus size={18} />} onClick={() => setCreating(true)}>
            {t('dash.schedule')}
          </Button>
          <Button tone="strong" icon={<Plus size={18} />} busy={starting} onClick={() => void startNow()}>
            {t('home.new')}
          </Button>
        </div>
      </div>
      {user.guest && (
        <Notice className="mb-6">
          {t('dash.guestNote')}{' '}
          <Link to="/signup" className="font-medium text-cobalt-text underline underline-offset-3">
            {t('app.signUp')}
          </Link>
        </Notice>
      )}
      <Tabs
        id="dashboard"
        label={t('dash.sections')}
        value={view}
        onChange={(next) => setSearch(next === 'meetings' ? {} : { view: next }, { replace: true })}
        tabs={available.map((value) => ({ value, label: t(`dash.${value}`) }))}
        className="mb-5 max-w-[480px]"
      />
      <TabPanel id="dashboard" value={view}>
        {view === 'meetings' && <MeetingList onCreate={() => setCreating(true)} />}
        {view === 'history' && <HistoryList />}
        {view === 'people' && (
          <div className="max-w-[560px]">
            <PeopleSearch inRoom={false} />
          </div>
        )}
      </TabPanel>
      {creating && <MeetingFormDialog meeting={null} onClose={() => setCreating(false)} />}
    </Page>
  );
}
