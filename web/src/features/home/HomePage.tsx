// The start page: begin a meeting now, or join one by its code or link.
import { DoorOpen, Lock, Plus, RotateCw } from 'lucide-react';
import { useState, type FormEvent } from 'react';
import { useNavigate } from 'react-router';
import { api } from '@/app/api/api';
import { errorText } from '@/app/api/error-text';
import { Page } from '@/app/chrome/Page';
import { parseMeetingCode } from '@/app/meeting-code';
import { enterAsGuest, knownUser } from '@/app/session/session';
import { useText } from '@/i18n';
import { Button } from '@/ui/Button';
import { TextField } from '@/ui/Field';
import { Notice } from '@/ui/Notice';
import { GuestNameDialog } from './GuestNameDialog';
import { HomeArt } from './HomeArt';

export function HomePage() {
  const t = useText();
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);

  // The page does not wait to know who comes; this press does.
  const press = async () => {
    setBusy(true);
    if (await knownUser()) return start();
    setBusy(false);
    setAsking(true);
  };
  const start = async (guestName?: string) => {
    setBusy(true);
    setError(null);
    try {
      if (guestName) await enterAsGuest(guestName);
      const meeting = await api.createMeeting({ lobby: true });
      await navigate(`/${meeting.code}`);
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };

  return (
    <Page title={null}>
      <div className="grid flex-1 items-center gap-12 py-6 lg:grid-cols-[minmax(0,1fr)_minmax(0,480px)] lg:gap-16">
        <section className="max-w-[560px]">
          <h1 className="text-3xl font-semibold sm:text-[52px] sm:leading-[56px] sm:tracking-[-0.03em]">{t('home.headline')}</h1>
          <p className="mt-4 max-w-[46ch] text-lg text-soft">{t('home.lead')}</p>
          <div className="mt-9 flex flex-col gap-5">
            <Button
              tone="strong"
              size="large"
              icon={<Plus size={20} />}
              busy={busy && !asking}
              onClick={() => void press()}
              className="w-full sm:w-auto sm:self-start"
            >
              {t('home.new')}
            </Button>
            {error !== null && !asking && <Notice tone="bad">{errorText(t, error)}</Notice>}
            <JoinForm />
          </div>
        </section>
        <HomeArt />
      </div>
      <ul className="grid gap-x-10 gap-y-6 border-t border-line pt-8 sm:grid-cols-3">
        <Fact icon={<Lock size={18} />} title={t('home.factPrivate')} body={t('home.factPrivateBody')} />
        <Fact icon={<DoorOpen size={18} />} title={t('home.factLobby')} body={t('home.factLobbyBody')} />
        <Fact icon={<RotateCw size={18} />} title={t('home.factReturn')} body={t('home.factReturnBody')} />
      </ul>
      <GuestNameDialog open={asking} busy={busy} error={error} onClose={() => setAsking(false)} onName={(name) => void start(name)} />
    </Page>
  );
}

function JoinForm() {
  const t = useText();
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const [wrong, setWrong] = useState(false);
  const join = (event: FormEvent) => {
    event.preventDefault();
    const code = parseMeetingCode(text);
    setWrong(code === null);
    if (code) void navigate(`/${code}`);
  };
  return (
    <form onSubmit={join} noValidate className="flex max-w-[440px] items-start gap-2">
      <TextField
        label={t('home.code')}
        hint={t('home.codeHint')}
        error={wrong ? t('home.codeWrong') : null}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setWrong(false);
        }}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        className="flex-1"
      />
      <Button type="submit" className="mt-6">
        {t('home.join')}
      </Button>
    </form>
  );
}

function Fact({ icon, title, body }: { icon: React.ReactNode; title: string; body: string }) {
  return (
    <li className="flex gap-3.5">
      <span className="mt-0.5 text-cobalt-text" aria-hidden="true">
        {icon}
      </span>
      <div>
        <p className="font-semibold">{title}</p>
        <p className="text-soft">{body}</p>
      </div>
    </li>
  );
}
