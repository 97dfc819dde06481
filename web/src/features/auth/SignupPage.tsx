// Creating an account.
import { useState, type FormEvent } from 'react';
import { Link, useLocation } from 'react-router';
import { errorCode, errorText } from '@/app/api/error-text';
import { ApiError } from '@/app/api/api-error';
import { queryClient } from '@/app/api/queries';
import { signUp } from '@/app/session/session';
import { useText } from '@/i18n';
import { Button } from '@/ui/Button';
import { PasswordField, TextField } from '@/ui/Field';
import { Notice } from '@/ui/Notice';
import { useAfterSignIn } from './after-sign-in';
import { AuthFrame } from './AuthFrame';
import { looksLikeEmail } from './email';

const minPassword = 10;

export function SignupPage() {
  const t = useText();
  const done = useAfterSignIn();
  const { state } = useLocation() as { state: unknown };
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const wrong = {
    name: name.trim() ? null : t('auth.nameMissing'),
    email: looksLikeEmail(email) ? null : t('auth.emailWrong'),
    password: [...password].length >= minPassword ? null : t('auth.passwordShort'),
  };
  // What the server found wrong with a field, in its words only where we have none of our own.
  const refused = error instanceof ApiError ? error.fields : {};
  const fieldError = (field: keyof typeof wrong) => (tried && wrong[field]) || refused[field]?.[0] || null;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (wrong.name || wrong.email || wrong.password) return;
    setBusy(true);
    setError(null);
    try {
      await signUp(name.trim(), email.trim(), password);
      queryClient.clear();
      done();
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };

  return (
    <AuthFrame
      title={t('auth.signupTitle')}
      lead={t('auth.signupLead')}
      footer={
        <>
          {t('auth.haveAccount')}{' '}
          <Link to="/login" state={state} className="font-medium text-cobalt-text underline underline-offset-3">
            {t('app.signIn')}
          </Link>
        </>
      }
    >
      <form onSubmit={(event) => void submit(event)} noValidate className="flex flex-col gap-4">
        <TextField
          label={t('auth.name')}
          hint={t('auth.nameHint')}
          autoComplete="name"
          autoFocus
          maxLength={80}
          value={name}
          error={fieldError('name')}
          onChange={(event) => setName(event.target.value)}
        />
        <TextField
          label={t('auth.email')}
          type="email"
          autoComplete="email"
          value={email}
          error={fieldError('email')}
          onChange={(event) => setEmail(event.target.value)}
        />
        <PasswordField
          label={t('auth.password')}
          hint={t('auth.passwordHint')}
          autoComplete="new-password"
          value={password}
          error={fieldError('password')}
          revealLabel={t('app.reveal')}
          concealLabel={t('app.conceal')}
          onChange={(event) => setPassword(event.target.value)}
        />
        {error !== null && (errorCode(error) !== 'validation_failed' || Object.keys(refused).length === 0) && (
          <Notice tone="bad">{errorText(t, error)}</Notice>
        )}
        <Button type="submit" tone="strong" busy={busy} className="mt-1">
          {t('app.signUp')}
        </Button>
      </form>
    </AuthFrame>
  );
}
