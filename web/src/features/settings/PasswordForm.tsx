// Changing the password of an account.
import { useState, type FormEvent } from 'react';
import { api } from '@/app/api/api';
import { errorCode, errorText } from '@/app/api/error-text';
import { useText } from '@/i18n';
import { Button } from '@/ui/Button';
import { PasswordField } from '@/ui/Field';
import { Notice } from '@/ui/Notice';

export function PasswordForm() {
  const t = useText();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [changed, setChanged] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const wrongCurrent = current ? null : t('auth.passwordMissing');
  const wrongNext = [...next].length >= 10 ? null : t('auth.passwordShort');
  const words = { revealLabel: t('app.reveal'), concealLabel: t('app.conceal') };

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    setChanged(false);
    if (wrongCurrent || wrongNext) return;
    setBusy(true);
    setError(null);
    try {
      await api.changeMe({ current_password: current, new_password: next });
      setCurrent('');
      setNext('');
      setTried(false);
      setChanged(true);
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  const refused = error !== null && errorCode(error) === 'wrong_password';
  return (
    <form onSubmit={(event) => void submit(event)} noValidate className="flex flex-col gap-4">
      <PasswordField
        label={t('settings.current')}
        autoComplete="current-password"
        value={current}
        error={(tried && wrongCurrent) || (refused ? errorText(t, error) : null)}
        onChange={(event) => setCurrent(event.target.value)}
        {...words}
      />
      <PasswordField
        label={t('settings.new')}
        hint={`${t('auth.passwordHint')}. ${t('settings.changedHint')}`}
        autoComplete="new-password"
        value={next}
        error={tried ? wrongNext : null}
        onChange={(event) => setNext(event.target.value)}
        {...words}
      />
      {changed && <Notice tone="good">{t('settings.changed')}</Notice>}
      {error !== null && !refused && <Notice tone="bad">{errorText(t, error)}</Notice>}
      <Button type="submit" busy={busy} className="self-start">
        {t('settings.change')}
      </Button>
    </form>
  );
}
