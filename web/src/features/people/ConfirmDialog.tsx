// Asks before what cannot be taken back.
import { useState } from 'react';
import { useCall } from '@/app/call-binding';
import { reportFailure } from '@/app/report-failure';
import { useText } from '@/i18n';
import { Button } from '@/ui/Button';
import { Dialog } from '@/ui/Dialog';

export interface Question {
  readonly kind: 'remove' | 'host';
  readonly id: string;
  readonly name: string;
}

export function ConfirmDialog({ question, onClose }: { question: Question; onClose: () => void }) {
  const t = useText();
  const call = useCall();
  const [busy, setBusy] = useState(false);
  const { kind, id, name } = question;
  const confirm = async () => {
    setBusy(true);
    try {
      await (kind === 'remove' ? call.removeParticipant(id) : call.setRole(id, 'host'));
      onClose();
    } catch (error) {
      reportFailure(t, error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={t(kind === 'remove' ? 'people.removeTitle' : 'people.hostTitle', { name })}
      description={t(kind === 'remove' ? 'people.removeBody' : 'people.hostBody', { name })}
      closeLabel={t('app.close')}
    >
      <div className="flex justify-end gap-3 pt-3">
        <Button onClick={onClose}>{t('app.cancel')}</Button>
        <Button tone={kind === 'remove' ? 'danger' : 'strong'} busy={busy} onClick={() => void confirm()}>
          {t(kind === 'remove' ? 'people.removeConfirm' : 'people.hostConfirm')}
        </Button>
      </div>
    </Dialog>
  );
}
