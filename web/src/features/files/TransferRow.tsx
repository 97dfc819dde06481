// One file on its way.
import { CircleCheck, CircleX, File, X } from 'lucide-react';
import type { FileTransfer } from '@/call';
import { useCall } from '@/app/call-binding';
import { formatBitrate, formatBytes, useLocale, useText, type TextKey } from '@/i18n';
import { Button, buttonClass } from '@/ui/Button';
import { IconButton } from '@/ui/IconButton';

const running = (file: FileTransfer) => file.status === 'transferring' || file.status === 'verifying' || file.status === 'offered';

export function TransferRow({ file, personName }: { file: FileTransfer; personName: string }) {
  const t = useText();
  const locale = useLocale();
  const { files } = useCall();
  const done = formatBytes(locale, file.bytes);
  const total = formatBytes(locale, file.size);
  const status =
    file.status === 'offered' ? t(`files.status.offered.${file.direction}`) : t(`files.status.${file.status}` satisfies TextKey);
  const icon =
    file.status === 'done' ? (
      <CircleCheck size={20} className="text-emerald-text" />
    ) : file.status === 'failed' || file.status === 'declined' || file.status === 'cancelled' ? (
      <CircleX size={20} className="text-red-text" />
    ) : (
      <File size={20} className="text-soft" />
    );
  return (
    <li className="rounded-xl border border-line p-3">
      <div className="flex items-start gap-3">
        <span className="mt-0.5 shrink-0" aria-hidden="true">
          {icon}
        </span>
        <div className="min-w-0 flex-1">
          <p className="font-medium break-words">{file.name}</p>
          <p className="tabular text-xs text-soft">
            {[total, personName && t(file.direction === 'in' ? 'files.from' : 'files.toName', { name: personName }), status]
              .filter(Boolean)
              .join(' · ')}
          </p>
        </div>
        {running(file) && !(file.status === 'offered' && file.direction === 'in') ? (
          <IconButton label={t('files.cancel', { file: file.name })} size="small" onClick={() => files.cancel(file.key)}>
            <X size={17} />
          </IconButton>
        ) : (
          !running(file) && (
            <IconButton label={t('files.dismiss', { file: file.name })} size="small" onClick={() => files.dismiss(file.key)}>
              <X size={17} />
            </IconButton>
          )
        )}
      </div>
      {file.status === 'transferring' && (
        <div className="mt-2.5">
          <progress
            aria-label={file.name}
            value={file.bytes}
            max={Math.max(1, file.size)}
            className="block h-1.5 w-full appearance-none overflow-hidden rounded-full bg-sunken [&::-moz-progress-bar]:bg-cobalt [&::-webkit-progress-bar]:bg-sunken [&::-webkit-progress-value]:bg-cobalt"
          />
          <p className="tabular mt-1.5 flex justify-between text-xs text-soft">
            <span>{t('files.progress', { done, total })}</span>
            <span>{formatBitrate(locale, file.bitrateBps)}</span>
          </p>
        </div>
      )}
      {file.problem && <p className="mt-2 text-xs text-red-text">{t(`files.problem.${file.problem}` satisfies TextKey)}</p>}
      {file.status === 'offered' && file.direction === 'in' && (
        <div className="mt-3 flex gap-2">
          <Button
            size="small"
            tone="strong"
            aria-label={t('files.accept', { file: file.name })}
            onClick={() => void files.accept(file.key)}
          >
            {t('files.acceptShort')}
          </Button>
          <Button size="small" aria-label={t('files.decline', { file: file.name })} onClick={() => files.decline(file.key)}>
            {t('files.declineShort')}
          </Button>
        </div>
      )}
      {file.status === 'done' && file.url && (
        <a
          href={file.url}
          download={file.name}
          aria-label={t('files.save', { file: file.name })}
          className={buttonClass('quiet', 'small', 'mt-3')}
        >
          {t('files.saveShort')}
        </a>
      )}
    </li>
  );
}
