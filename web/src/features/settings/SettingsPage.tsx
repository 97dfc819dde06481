// One's name and password, devices, appearance and language.
import { useEffect, useState, type FormEvent, type ReactNode } from 'react';
import { Link } from 'react-router';
import { api } from '@/app/api/api';
import { errorText } from '@/app/api/error-text';
import { useCall } from '@/app/call-binding';
import { Page } from '@/app/chrome/Page';
import { DevicePickers, ProcessingSwitches, SpeakerTest } from '@/app/media/DevicePickers';
import { DeviceProblems } from '@/app/media/DeviceProblems';
import { MicMeter } from '@/app/media/MicMeter';
import { RelaySwitch } from '@/app/media/RelaySwitch';
import { StreamVideo } from '@/app/media/StreamVideo';
import { useLocalMedia } from '@/app/media/use-local-media';
import { changePreferences, usePreferences, type Theme } from '@/app/preferences';
import { replaceUser } from '@/app/session/session';
import { useSession } from '@/app/session/use-session';
import { languageNames, languages, useText, type LanguageChoice } from '@/i18n';
import { Button, buttonClass } from '@/ui/Button';
import { SelectField, TextField } from '@/ui/Field';
import { Notice } from '@/ui/Notice';
import { Switch } from '@/ui/Switch';
import { toast } from '@/ui/toast';
import { PasswordForm } from './PasswordForm';

export function SettingsPage() {
  const t = useText();
  const { status, user } = useSession();
  return (
    <Page title={t('settings.title')} width="middle">
      <h1 className="mt-4 mb-8 text-2xl font-semibold">{t('settings.title')}</h1>
      <div className="flex flex-col gap-10">
        <Section title={t('settings.profile')}>
          {user ? (
            <ProfileForm key={user.id} />
          ) : (
            status !== 'unknown' && (
              <p className="flex flex-wrap items-center gap-4 text-soft">
                {t('settings.signInFirst')}
                <Link to="/login" state={{ from: '/settings' }} className={buttonClass('quiet', 'small')}>
                  {t('app.signIn')}
                </Link>
              </p>
            )
          )}
        </Section>
        {user && !user.guest && (
          <Section title={t('settings.password')}>
            <PasswordForm />
          </Section>
        )}
        <Section title={t('settings.devices')}>
          <DeviceSettings />
        </Section>
        <Section title={t('settings.privacy')}>
          <RelaySwitch />
        </Section>
        <Section title={t('settings.appearance')}>
          <AppearanceSettings />
        </Section>
      </div>
    </Page>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="grid gap-4 border-t border-line pt-6 sm:grid-cols-[200px_minmax(0,1fr)] sm:gap-8">
      <h2 className="text-lg font-semibold">{title}</h2>
      <div className="min-w-0">{children}</div>
    </section>
  );
}

function ProfileForm() {
  const t = useText();
  const { user } = useSession();
  const [name, setName] = useState(user?.name ?? '');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const missing = !name.trim();
  const save = async (event: FormEvent) => {
    event.preventDefault();
    if (missing) return;
    setBusy(true);
    setError(null);
    try {
      replaceUser(await api.changeMe({ name: name.trim() }));
      toast({ text: t('app.saved'), tone: 'good', group: 'saved' });
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form onSubmit={(event) => void save(event)} noValidate className="flex flex-col gap-4">
      <TextField
        label={t('settings.name')}
        value={name}
        maxLength={80}
        autoComplete="name"
        error={missing ? t('auth.nameMissing') : null}
        onChange={(event) => setName(event.target.value)}
      />
      {user?.email && <TextField label={t('settings.email')} value={user.email} readOnly disabled />}
      {error !== null && <Notice tone="bad">{errorText(t, error)}</Notice>}
      <Button type="submit" tone="strong" busy={busy} disabled={missing || name.trim() === user?.name} className="self-start">
        {t('app.save')}
      </Button>
    </form>
  );
}

function DeviceSettings() {
  const t = useText();
  const { devices } = useCall();
  const { mic, camera, stream } = useLocalMedia();
  useEffect(() => {
    void devices.refresh();
    // Leaving the page ends the test: no light stays on.
    return () => devices.release();
  }, [devices]);
  const cameraOn = camera === 'on' || camera === 'starting';
  const micOn = mic === 'on' || mic === 'starting';
  return (
    <div className="flex flex-col gap-5">
      <DeviceProblems camera />
      <DevicePickers camera className="grid gap-4 sm:grid-cols-2" />
      {camera === 'on' && (
        <div
          role="img"
          aria-label={t('devices.preview')}
          className="relative aspect-video w-full max-w-80 overflow-hidden rounded-tile bg-stage"
        >
          <StreamVideo stream={stream} mirrored />
        </div>
      )}
      <div className="flex flex-wrap items-center gap-3">
        <Button size="small" onClick={() => void devices.setCamera(!cameraOn)}>
          {t(cameraOn ? 'room.cameraOff' : 'devices.tryCamera')}
        </Button>
        <Button size="small" onClick={() => void devices.setMic(!micOn)}>
          {t(micOn ? 'room.mute' : 'devices.tryMic')}
        </Button>
        <SpeakerTest />
        {micOn && <MicMeter active={mic === 'on'} />}
      </div>
      <ProcessingSwitches />
    </div>
  );
}

function AppearanceSettings() {
  const t = useText();
  const { theme, language, sounds } = usePreferences();
  return (
    <div className="flex flex-col gap-5">
      <div className="grid gap-4 sm:grid-cols-2">
        <SelectField
          label={t('settings.theme')}
          value={theme}
          onChange={(event) => changePreferences({ theme: event.target.value as Theme })}
        >
          <option value="system">{t('settings.theme.system')}</option>
          <option value="light">{t('settings.theme.light')}</option>
          <option value="dark">{t('settings.theme.dark')}</option>
        </SelectField>
        <SelectField
          label={t('settings.language')}
          value={language}
          onChange={(event) => changePreferences({ language: event.target.value as LanguageChoice })}
        >
          <option value="system">{t('settings.language.system')}</option>
          {languages.map((each) => (
            <option key={each} value={each} lang={each}>
              {languageNames[each]}
            </option>
          ))}
        </SelectField>
      </div>
      <Switch
        label={t('settings.sounds')}
        hint={t('settings.soundsHint')}
        checked={sounds}
        onChange={(on) => changePreferences({ sounds: on })}
      />
    </div>
  );
}
