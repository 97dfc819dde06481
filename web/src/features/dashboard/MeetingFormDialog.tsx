// Creating a meeting with its own rules, or changing one.
import { useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { api } from '@/app/api/api';
import { errorText } from '@/app/api/error-text';
import type { Meeting, RoomKind } from '@/app/api/types';
import { useText } from '@/i18n';
import { Button } from '@/ui/Button';
import { Dialog } from '@/ui/Dialog';
import { PasswordField, SelectField, TextField } from '@/ui/Field';
import { Notice } from '@/ui/Notice';
import { Switch } from '@/ui/Switch';

export function MeetingFormDialog({ meeting, onClose }: { meeting: Meeting | null; onClose: () => void }) {
  const t = useText();
  const queries = useQueryClient();
  const [title, setTitle] = useState(meeting?.title ?? '');
  const [kind, setKind] = useState<RoomKind>(meeting?.kind ?? 'video');
  const [lobby, setLobby] = useState(meeting?.lobby ?? true);
  const [password, setPassword] = useState('');
  const [clearPassword, setClearPassword] = useState(false);
  const [places, setPlaces] = useState(String(meeting?.max_participants ?? 100));
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const max = Number(places);
  const wrongPlaces = Number.isInteger(max) && max >= 2 && max <= 500 ? null : t('meeting.maxWrong');

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (wrongPlaces) return;
    setBusy(true);
    setError(null);
    try {
      if (meeting) {
        await api.changeMeeting(meeting.code, {
          title: title.trim(),
          lobby,
          max_participants: max,
          ...(clearPassword ? { password: null } : password ? { password } : {}),
        });
      } else {
        await api.createMeeting({ title: title.trim() || undefined, kind, lobby, password: password || undefined, max_participants: max });
      }
      await queries.invalidateQueries({ queryKey: ['meetings'] });
      onClose();
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  return (
    <Dialog open onClose={onClose} title={t(meeting ? 'meeting.editTitle' : 'meeting.createTitle')} closeLabel={t('app.close')}>
      <form onSubmit={(event) => void submit(event)} noValidate className="flex flex-col gap-5">
        <TextField
          label={t('meeting.title')}
          placeholder={t('meeting.titlePlaceholder')}
          value={title}
          maxLength={200}
          autoFocus
          onChange={(event) => setTitle(event.target.value)}
        />
        {!meeting && (
          <SelectField
            label={t('meeting.kind')}
            hint={t(`meeting.kindHint.${kind}`)}
            value={kind}
            onChange={(event) => setKind(event.target.value as RoomKind)}
          >
            <option value="video">{t('meeting.kind.video')}</option>
            <option value="audio">{t('meeting.kind.audio')}</option>
            <option value="data">{t('meeting.kind.data')}</option>
          </SelectField>
        )}
        <Switch label={t('meeting.lobby')} hint={t('meeting.lobbyHint')} checked={lobby} onChange={setLobby} />
        <PasswordField
          label={t('meeting.password')}
          hint={t(meeting?.requires_password ? 'meeting.passwordKeep' : 'meeting.passwordHint')}
          autoComplete="new-password"
          value={password}
          disabled={clearPassword}
          revealLabel={t('app.reveal')}
          concealLabel={t('app.conceal')}
          onChange={(event) => setPassword(event.target.value)}
        />
        {meeting?.requires_password && <Switch label={t('meeting.passwordClear')} checked={clearPassword} onChange={setClearPassword} />}
        <TextField
          label={t('meeting.max')}
          type="number"
          inputMode="numeric"
          min={2}
          max={500}
          value={places}
          error={wrongPlaces}
          onChange={(event) => setPlaces(event.target.value)}
          className="max-w-40"
        />
        {error !== null && <Notice tone="bad">{errorText(t, error)}</Notice>}
        <div className="flex justify-end gap-3">
          <Button onClick={onClose}>{t('app.cancel')}</Button>
          <Button type="submit" tone="strong" busy={busy}>
            {t(meeting ? 'app.save' : 'meeting.create')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
