// Signing in.
import { useState, type FormEvent } from 'react';
import { Link, useLocation } from 'react-router';
import { errorText } from '@/app/api/error-text';
import { queryClient } from '@/app/api/queries';
import { signIn } from '@/app/session/session';
import { useSession } from '@/app/session/use-session';
import { useText } from '@/i18n';
import { Button } from '@/ui/Button';
import { PasswordField, TextField } from '@/ui/Field';
import { Notice } from '@/ui/Notice';
import { useAfterSignIn } from './after-sign-in';
import { AuthFrame } from './AuthFrame';
import { looksLikeEmail } from './email';

export function LoginPage() {
  const t = useText();
  const done = useAfterSignIn();
  const { expired } = useSession();
  const { state } = useLocation() as { state: unknown };
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const emailError = looksLikeEmail(email) ? null : t('auth.emailWrong');
  const passwordError = password ? null : t('auth.passwordMissing');

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (emailError || passwordError) return;
    setBusy(true);
    setError(null);
    try {
      await signIn(email.trim(), password);
      queryClient.clear();
      done();
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };

  return (
    <AuthFrame
      title={t('auth.loginTitle')}
      lead={t('auth.loginLead')}
      footer={
        <>
          {t('auth.noAccount')}{' '}
          <Link to="/signup" state={state} className="font-medium text-cobalt-text underline underline-offset-3">
            {t('app.signUp')}
          </Link>
        </>
      }
    >
      <form onSubmit={(event) => void submit(event)} noValidate className="flex flex-col gap-4">
        {expired && error === null && <Notice>{t('error.invalid_refresh_token')}</Notice>}
        <TextField
          label={t('auth.email')}
          type="email"
          autoComplete="username"
          autoFocus
          value={email}
          error={tried ? emailError : null}
          onChange={(event) => setEmail(event.target.value)}
        />
        <PasswordField
          label={t('auth.password')}
          autoComplete="current-password"
          value={password}
          error={tried ? passwordError : null}
          revealLabel={t('app.reveal')}
          concealLabel={t('app.conceal')}
          onChange={(event) => setPassword(event.target.value)}
        />
        {error !== null && <Notice tone="bad">{errorText(t, error)}</Notice>}
        <Button type="submit" tone="strong" busy={busy} className="mt-1">
          {t('app.signIn')}
        </Button>
      </form>
    </AuthFrame>
  );
}
