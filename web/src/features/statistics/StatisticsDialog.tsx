// The numbers behind the quality marks, for those who want to know.
import type { PeerState, VideoStats } from '@/call';
import { useCall, useCallState } from '@/app/call-binding';
import { formatBitrate, useLocale, useText, type TextKey } from '@/i18n';
import { Badge } from '@/ui/Badge';
import { Dialog } from '@/ui/Dialog';
import { Empty } from '@/ui/Empty';

const tones = { good: 'good', fair: 'warn', poor: 'bad', lost: 'bad', unknown: 'neutral' } as const;

export function StatisticsDialog({ onClose }: { onClose: () => void }) {
  const t = useText();
  const call = useCall();
  const peers = useCallState(call.peers, (state) => state.peers);
  const people = useCallState(call.room, (state) => state.participants);
  const others = useCallState(call.room, (state) => state.order.filter((id) => id !== state.me));
  return (
    <Dialog open wide onClose={onClose} title={t('stats.title')} description={t('stats.body')} closeLabel={t('app.close')}>
      {others.length === 0 ? (
        <Empty title={t('stats.nobody')} />
      ) : (
        <div className="grid gap-3 md:grid-cols-2">
          {others.map((id) => (
            <PeerCard key={id} name={people[id]?.name ?? ''} sharing={people[id]?.screen === true} peer={peers[id]} />
          ))}
        </div>
      )}
    </Dialog>
  );
}

function PeerCard({ name, sharing, peer }: { name: string; sharing: boolean; peer: PeerState | undefined }) {
  const t = useText();
  const locale = useLocale();
  const stats = peer?.stats;
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
  const video = (of: VideoStats | null | undefined) =>
    of ? `${of.width}×${of.height} · ${Math.round(of.fps)} fps · ${formatBitrate(locale, of.bitrateBps)}` : '–';
  const quality = peer?.quality;
  const rows: [string, string][] = stats
    ? [
        [t('stats.in'), formatBitrate(locale, stats.bitrateInBps)],
        [t('stats.out'), formatBitrate(locale, stats.bitrateOutBps)],
        [t('stats.loss'), `${percent.format(stats.lossIn)} / ${percent.format(stats.lossOut)}`],
        [t('stats.rtt'), stats.rttMs === null ? '–' : `${Math.round(stats.rttMs)} ms`],
        [t('stats.video'), video(stats.camera)],
        // what was shared before leaves figures behind
        ...(sharing ? [[t('stats.screen'), video(stats.screen)] satisfies [string, string]] : []),
        [t('stats.sent'), video(stats.sentVideo)],
        [t('stats.codec'), [stats.camera?.codec ?? stats.screen?.codec, stats.audioCodec].filter(Boolean).join(', ') || '–'],
        [
          t('stats.path'),
          stats.path
            ? `${t(stats.path.kind === 'direct' ? 'stats.direct' : 'stats.relayed')} · ${stats.path.protocol} · ${stats.path.localType} → ${stats.path.remoteType}`
            : '–',
        ],
      ]
    : [];
  return (
    <section aria-label={name} className="rounded-xl border border-line p-4">
      <header className="mb-2 flex items-center justify-between gap-3">
        <h3 className="truncate text-base font-semibold">{name}</h3>
        {quality && <Badge tone={tones[quality.level]}>{t(`room.quality.${quality.level}` satisfies TextKey)}</Badge>}
      </header>
      {quality?.reason && <p className="mb-2 text-xs text-amber-text">{t(`reason.${quality.reason}`)}</p>}
      {stats?.limitedBy && (
        <p className="mb-2 text-xs text-amber-text">{t('stats.limitedBy', { reason: t(`reason.${stats.limitedBy}`) })}</p>
      )}
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-xs">
        {rows.map(([label, value]) => (
          <div key={label} className="contents">
            <dt className="text-soft">{label}</dt>
            <dd className="tabular text-right break-words">{value}</dd>
          </div>
        ))}
      </dl>
      {!stats && <p className="text-xs text-soft">{t('room.quality.unknown')}</p>}
    </section>
  );
}
