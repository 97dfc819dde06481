// Before the room: what I am joining, how I look and sound, and one clear way in.
import { FileText, Mic, MicOff, Users } from 'lucide-react';
import { useEffect, useState, type FormEvent } from 'react';
import { Link } from 'react-router';
import { codeText } from '@/app/api/error-text';
import type { PublicMeeting } from '@/app/api/types';
import { useCall, useCallState } from '@/app/call-binding';
import { Page } from '@/app/chrome/Page';
import { DevicePickers } from '@/app/media/DevicePickers';
import { DeviceProblems } from '@/app/media/DeviceProblems';
import { MicMeter } from '@/app/media/MicMeter';
import { Preview } from '@/app/media/Preview';
import { changePreferences, preferencesStore, usePreferences } from '@/app/preferences';
import { useSession } from '@/app/session/use-session';
import { useText } from '@/i18n';
import { Avatar } from '@/ui/Avatar';
import { Badge } from '@/ui/Badge';
import { Button } from '@/ui/Button';
import { PasswordField, TextField } from '@/ui/Field';
import { Notice } from '@/ui/Notice';

export interface EntryRequest {
  /** The name of somebody without an account. */
  readonly name: string | null;
  readonly password: string | null;
}

export interface EntryScreenProps {
  meeting: PublicMeeting;
  /** Owners need neither password nor permission. */
  owner: boolean;
  busy: boolean;
  /** The code of what went wrong with the last try. */
  error: string | null;
  onEnter: (request: EntryRequest) => void;
}

export function EntryScreen({ meeting, owner, busy, error, onEnter }: EntryScreenProps) {
  const t = useText();
  const { user } = useSession();
  const { guestName } = usePreferences();
  const account = user !== null && !user.guest;
  const [name, setName] = useState(user?.guest ? user.name : guestName);
  const [password, setPassword] = useState('');
  const [tried, setTried] = useState(false);
  const asksPassword = meeting.requires_password && !owner;
  const nameError = account || name.trim() ? null : t('entry.nameMissing');
  const passwordError = !asksPassword || password ? null : t('entry.passwordMissing');
  const media = meeting.kind !== 'data';
  useEntryDevices(meeting.kind);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (nameError || passwordError) return;
    if (!account) changePreferences({ guestName: name.trim() });
    onEnter({ name: account ? null : name.trim(), password: asksPassword ? password : null });
  };

  return (
    <Page title={meeting.title || t('meeting.untitled')} width={media ? 'wide' : 'narrow'} centered>
      <div className={media ? 'grid items-center gap-8 lg:grid-cols-[minmax(0,1fr)_400px] lg:gap-14' : ''}>
        {media && (
          <div className="flex min-w-0 flex-col gap-4">
            {meeting.kind === 'video' ? (
              <Preview name={account ? user.name : name} seed={account ? user.id : name} />
            ) : (
              <AudioCheck name={account ? user.name : name} seed={account ? user.id : name} />
            )}
            <DeviceProblems camera={meeting.kind === 'video'} />
          </div>
        )}
        <section className="flex min-w-0 flex-col gap-6">
          <div>
            <p className="text-soft">{t('entry.joining')}</p>
            <h1 className="mt-0.5 text-2xl font-semibold break-words">{meeting.title || t('meeting.untitled')}</h1>
            <div className="mt-3 flex flex-wrap items-center gap-2">
              <Badge tone={meeting.participant_count > 0 ? 'good' : 'neutral'}>
                <Users size={14} aria-hidden="true" />
                {meeting.participant_count > 0 ? t('entry.count', { count: meeting.participant_count }) : t('entry.nobody')}
              </Badge>
              {!owner && <span className="text-soft">{t('entry.host', { name: meeting.host_name })}</span>}
            </div>
          </div>
          {meeting.kind === 'data' && (
            <p className="flex gap-3 text-soft">
              <FileText size={20} className="shrink-0" aria-hidden="true" />
              {t('entry.dataNote')}
            </p>
          )}
          <form onSubmit={submit} noValidate className="flex flex-col gap-4">
            {account ? (
              <p className="flex items-center gap-3">
                <Avatar name={user.name} seed={user.id} size={36} />
                {t('entry.as', { name: user.name })}
              </p>
            ) : (
              <TextField
                label={t('entry.name')}
                autoComplete="name"
                maxLength={80}
                value={name}
                error={tried ? nameError : null}
                onChange={(event) => setName(event.target.value)}
              />
            )}
            {asksPassword && (
              <PasswordField
                label={t('entry.password')}
                autoComplete="off"
                value={password}
                error={(tried && passwordError) || (error === 'wrong_password' ? codeText(t, error) : null)}
                revealLabel={t('app.reveal')}
                concealLabel={t('app.conceal')}
                onChange={(event) => setPassword(event.target.value)}
              />
            )}
            {error !== null && !(error === 'wrong_password' && asksPassword) && <Notice tone="bad">{codeText(t, error)}</Notice>}
            <Button type="submit" tone="strong" size="large" busy={busy}>
              {meeting.lobby && !owner ? t('entry.ask') : t('entry.now')}
            </Button>
            <p className="text-center text-xs text-soft">
              {meeting.lobby && !owner ? t('entry.lobbyNote') : ''}{' '}
              {!account && (
                <Link
                  to="/login"
                  state={{ from: `/${meeting.code}` }}
                  className="whitespace-nowrap text-cobalt-text underline underline-offset-3"
                >
                  {t('entry.signIn')}
                </Link>
              )}
            </p>
          </form>
          {media && (
            <details className="group border-t border-line pt-4">
              <summary className="flex cursor-pointer list-none items-center justify-between rounded-lg font-medium">
                {t('entry.checkDevices')}
                <span className="text-soft transition-transform group-open:rotate-180" aria-hidden="true">
                  ⌄
                </span>
              </summary>
              <DevicePickers camera={meeting.kind === 'video'} className="mt-4 flex flex-col gap-4" />
            </details>
          )}
        </section>
      </div>
    </Page>
  );
}

/** Opens what was open last time, and lets go of it when the person turns away. */
function useEntryDevices(kind: PublicMeeting['kind']): void {
  const call = useCall();
  useEffect(() => {
    const { enterWithMic, enterWithCamera } = preferencesStore.getState();
    void call.devices.refresh();
    if (kind !== 'data' && enterWithMic) void call.devices.setMic(true);
    if (kind === 'video' && enterWithCamera) void call.devices.setCamera(true);
    return () => {
      const phase = call.room.getState().phase.name;
      if (!['connecting', 'waiting', 'in_room', 'reconnecting'].includes(phase)) call.devices.release();
    };
  }, [call, kind]);
}

function AudioCheck({ name, seed }: { name: string; seed: string }) {
  const t = useText();
  const { devices } = useCall();
  const mic = useCallState(devices.store, (state) => state.mic.name);
  const on = mic === 'on' || mic === 'starting';
  return (
    <div className="flex flex-col items-center gap-6 rounded-card border border-line bg-surface px-6 py-12 shadow-card">
      <Avatar name={name || '?'} seed={seed} size={96} />
      <p className="text-soft">{t('entry.audioNote')}</p>
      <div className="flex flex-wrap items-center justify-center gap-5">
        <Button
          icon={on ? <Mic size={18} /> : <MicOff size={18} />}
          onClick={() => {
            changePreferences({ enterWithMic: !on });
            void devices.setMic(!on);
          }}
        >
          {on ? t('room.mute') : t('room.unmute')}
        </Button>
        <MicMeter active={mic === 'on'} />
      </div>
    </div>
  );
}
