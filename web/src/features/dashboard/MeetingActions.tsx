// What an owner can do with a meeting.
import { useQueryClient } from '@tanstack/react-query';
import { joinLink } from '@/app/meeting-code';
import { EllipsisVertical, Link2, Pencil, ScrollText, Square, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { api } from '@/app/api/api';
import type { Meeting } from '@/app/api/types';
import { copyLink } from '@/app/copy-link';
import { reportFailure } from '@/app/report-failure';
import { useText } from '@/i18n';
import { Button } from '@/ui/Button';
import { Dialog } from '@/ui/Dialog';
import { IconButton } from '@/ui/IconButton';
import { Menu, MenuItem, MenuSeparator } from '@/ui/Menu';

export interface MeetingActionsProps {
  meeting: Meeting;
  title: string;
  onShow: (what: 'details' | 'edit') => void;
}

export function MeetingActions({ meeting, title, onShow }: MeetingActionsProps) {
  const t = useText();
  const queries = useQueryClient();
  const [asking, setAsking] = useState<'end' | 'delete' | null>(null);
  const [busy, setBusy] = useState(false);
  const ended = meeting.state === 'ended';

  const confirm = async () => {
    setBusy(true);
    try {
      await (asking === 'end' ? api.endMeeting(meeting.code) : api.deleteMeeting(meeting.code));
      await queries.invalidateQueries({ queryKey: ['meetings'] });
      setAsking(null);
    } catch (error) {
      reportFailure(t, error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Menu
        label={t('dash.optionsNamed', { title })}
        trigger={
          <IconButton label={t('dash.optionsNamed', { title })}>
            <EllipsisVertical size={19} />
          </IconButton>
        }
      >
        {!ended && (
          <>
            <MenuItem
              icon={<Link2 size={18} />}
              onSelect={() => void copyLink(t, meeting.join_url ?? joinLink(meeting.code), t('dash.copied'))}
            >
              {t('dash.copy')}
            </MenuItem>
            <MenuItem icon={<Pencil size={18} />} onSelect={() => onShow('edit')}>
              {t('dash.edit')}
            </MenuItem>
          </>
        )}
        <MenuItem icon={<ScrollText size={18} />} onSelect={() => onShow('details')}>
          {t('dash.details')}
        </MenuItem>
        <MenuSeparator />
        {!ended && (
          <MenuItem icon={<Square size={18} />} onSelect={() => setAsking('end')}>
            {t('dash.end')}
          </MenuItem>
        )}
        <MenuItem icon={<Trash2 size={18} />} tone="danger" onSelect={() => setAsking('delete')}>
          {t('app.delete')}
        </MenuItem>
      </Menu>
      <Dialog
        open={asking !== null}
        onClose={() => setAsking(null)}
        title={t(asking === 'end' ? 'dash.endTitle' : 'dash.deleteTitle', { title })}
        description={t(asking === 'end' ? 'dash.endBody' : 'dash.deleteBody')}
        closeLabel={t('app.close')}
      >
        <div className="flex justify-end gap-3 pt-3">
          <Button onClick={() => setAsking(null)}>{t('app.cancel')}</Button>
          <Button tone="danger" busy={busy} onClick={() => void confirm()}>
            {t(asking === 'end' ? 'dash.end' : 'app.delete')}
          </Button>
        </div>
      </Dialog>
    </>
  );
}
