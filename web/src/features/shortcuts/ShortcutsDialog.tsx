// The list of keys.
import { useText, type TextKey } from '@/i18n';
import { Dialog } from '@/ui/Dialog';

const rows: [string, TextKey][] = [
  ['M', 'shortcuts.mic'],
  ['V', 'shortcuts.camera'],
  ['S', 'shortcuts.share'],
  ['C', 'shortcuts.chat'],
  ['P', 'shortcuts.people'],
  ['H', 'shortcuts.hand'],
  ['space', 'shortcuts.talk'],
  ['?', 'shortcuts.help'],
];

export function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  const t = useText();
  return (
    <Dialog open onClose={onClose} title={t('shortcuts.title')} closeLabel={t('app.close')}>
      <dl className="flex flex-col">
        {rows.map(([key, text]) => (
          <div key={key} className="flex items-center justify-between border-b border-line py-2.5 last:border-0">
            <dt>{t(text)}</dt>
            <dd>
              <kbd className="inline-grid h-8 min-w-8 place-items-center rounded-lg border border-line bg-sunken px-2 font-sans text-xs font-semibold">
                {key === 'space' ? t('shortcuts.space') : key}
              </kbd>
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
