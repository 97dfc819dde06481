// Asks somebody without an account for the name that others will see.
import { useState, type FormEvent } from 'react';
import { errorText } from '@/app/api/error-text';
import { changePreferences, usePreferences } from '@/app/preferences';
import { useText } from '@/i18n';
import { Button } from '@/ui/Button';
import { Dialog } from '@/ui/Dialog';
import { TextField } from '@/ui/Field';
import { Notice } from '@/ui/Notice';

export interface GuestNameDialogProps {
  open: boolean;
  busy: boolean;
  error: unknown;
  onClose: () => void;
  onName: (name: string) => void;
}

export function GuestNameDialog({ open, busy, error, onClose, onName }: GuestNameDialogProps) {
  const t = useText();
  const { guestName } = usePreferences();
  const [name, setName] = useState(guestName);
  const [missing, setMissing] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const chosen = name.trim();
    setMissing(!chosen);
    if (!chosen) return;
    changePreferences({ guestName: chosen });
    onName(chosen);
  };
  return (
    <Dialog open={open} onClose={onClose} title={t('home.nameTitle')} description={t('home.nameBody')} closeLabel={t('app.close')}>
      <form onSubmit={submit} noValidate className="flex flex-col gap-4 pt-1">
        <TextField
          label={t('entry.name')}
          error={missing ? t('entry.nameMissing') : null}
          value={name}
          maxLength={80}
          autoComplete="name"
          autoFocus
          onChange={(event) => {
            setName(event.target.value);
            setMissing(false);
          }}
        />
        {error !== null && <Notice tone="bad">{errorText(t, error)}</Notice>}
        <Button type="submit" tone="strong" busy={busy}>
          {t('home.continue')}
        </Button>
      </form>
    </Dialog>
  );
}
