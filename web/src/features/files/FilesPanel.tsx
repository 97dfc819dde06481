// Files between browsers: offer, accept, watch, save.
import { FileUp, Upload } from 'lucide-react';
import { useRef, useState, type DragEvent } from 'react';
import { useCall, useCallState } from '@/app/call-binding';
import { changeRoomView, useRoomView } from '@/app/room-view-store';
import { useText } from '@/i18n';
import { Button } from '@/ui/Button';
import { cx } from '@/ui/cx';
import { Empty } from '@/ui/Empty';
import { SelectField } from '@/ui/Field';
import { TransferRow } from './TransferRow';

/** `beside`: it shares the stage with the conversation, and a narrow window has little height for it. */
export function FilesPanel({ beside = false }: { beside?: boolean }) {
  const t = useText();
  const call = useCall();
  const { fileTo } = useRoomView();
  const picker = useRef<HTMLInputElement>(null);
  const [dropping, setDropping] = useState(false);
  const people = useCallState(call.room, (state) => state.participants);
  const others = useCallState(call.room, (state) => state.order.filter((id) => id !== state.me));
  const order = useCallState(call.files.store, (state) => state.order);
  const transfers = useCallState(call.files.store, (state) => state.transfers);
  const to = fileTo !== null && others.includes(fileTo) ? fileTo : null;
  const alone = others.length === 0;

  const offer = (files: Iterable<File>) => {
    if (!alone) for (const file of files) call.files.offer(file, to);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setDropping(false);
    offer(event.dataTransfer.files);
  };

  return (
    <div
      className={cx('flex min-h-0 flex-1 flex-col', dropping && 'bg-cobalt-wash')}
      onDragOver={(event) => {
        event.preventDefault();
        setDropping(!alone);
      }}
      onDragLeave={() => setDropping(false)}
      onDrop={drop}
    >
      <div className="min-h-0 flex-auto overflow-y-auto px-4" aria-live="polite">
        {order.length === 0 ? (
          <div className="grid min-h-full place-items-center">
            <Empty icon={<FileUp size={22} />} title={t('files.empty')} brief={beside}>
              {t(alone ? 'files.alone' : 'files.emptyBody')}
            </Empty>
          </div>
        ) : (
          <ul className="flex flex-col gap-2 py-1">
            {[...order].reverse().map((key) => {
              const file = transfers[key];
              return file && <TransferRow key={key} file={file} personName={people[file.peerId]?.name ?? ''} />;
            })}
          </ul>
        )}
      </div>
      <div className="flex items-end gap-3 border-t border-line p-3 sm:flex-col sm:items-stretch sm:p-4">
        <SelectField
          label={t('files.to')}
          className="flex-1"
          value={to ?? ''}
          disabled={alone}
          onChange={(event) => changeRoomView({ fileTo: event.target.value || null })}
        >
          <option value="">{t('chat.everyone')}</option>
          {others.map((id) => (
            <option key={id} value={id}>
              {people[id]?.name}
            </option>
          ))}
        </SelectField>
        <Button tone="strong" icon={<Upload size={18} />} disabled={alone} onClick={() => picker.current?.click()}>
          {t('files.offer')}
        </Button>
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          onChange={({ currentTarget: input }) => {
            offer(input.files ?? []);
            input.value = '';
          }}
        />
        <p className="text-xs text-soft max-sm:hidden">{t('files.offerHint')}</p>
      </div>
    </div>
  );
}
