// What goes to the server: one modest line per peer, now and then.
import type { StatsSample } from '../protocol';
import type { PeerState } from '../mesh/peer-state';

const mostSamples = 20;

export function samplesOf(peers: Readonly<Record<string, PeerState>>): StatsSample[] {
  const samples: StatsSample[] = [];
  for (const [peer, state] of Object.entries(peers)) {
    const { stats } = state;
    if (stats === null || samples.length >= mostSamples) continue;
    const video = stats.camera ?? stats.screen;
    samples.push({
      at: new Date(stats.at).toISOString(),
      peer,
      quality: state.quality.level,
      bitrate_in_bps: stats.bitrateInBps,
      bitrate_out_bps: stats.bitrateOutBps,
      loss: Math.round(stats.lossIn * 1_000) / 1_000,
      rtt_ms: stats.rttMs,
      fps: video?.fps ?? null,
      width: video?.width ?? null,
      height: video?.height ?? null,
      path: stats.path === null ? null : `${stats.path.kind}/${stats.path.protocol}`,
    });
  }
  return samples;
}
