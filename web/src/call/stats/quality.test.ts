// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { StatsDigest } from './digest';
import type { PeerStats } from './peer-stats';
import { rate, SteadyQuality } from './quality';

const fine: PeerStats = {
  at: 0,
  bitrateInBps: 1_000_000,
  bitrateOutBps: 1_000_000,
  lossIn: 0,
  lossOut: 0,
  rttMs: 30,
  jitterMs: 5,
  camera: { width: 640, height: 360, fps: 30, codec: 'VP8', bitrateBps: 500_000, framesDropped: 0 },
  screen: null,
  sentVideo: null,
  audioCodec: 'opus',
  limitedBy: null,
  path: null,
};

describe('the mark', () => {
  it.each([
    [{}, 'good', null],
    [{ lossIn: 0.05 }, 'fair', 'loss'],
    [{ lossOut: 0.2 }, 'poor', 'loss'],
    [{ rttMs: 400 }, 'fair', 'delay'],
    [{ jitterMs: 200 }, 'poor', 'jitter'],
    [{ limitedBy: 'cpu' }, 'fair', 'cpu'],
    [{ camera: { ...fine.camera, fps: 3 } }, 'poor', 'low_frame_rate'],
    [{ rttMs: 400, lossIn: 0.5 }, 'poor', 'loss'],
  ])('of %o is %s because of %s', (change, level, reason) => {
    expect(rate({ ...fine, ...change } as PeerStats, 'connected', false)).toEqual({ level, reason });
  });

  it('never calls good what does not arrive', () => {
    expect(rate(fine, 'repairing', false).level).toBe('lost');
    expect(rate(fine, 'connected', true)).toEqual({ level: 'poor', reason: 'no_media' });
    expect(rate(null, 'connecting', false).level).toBe('unknown');
  });

  it('does not flicker, but shows a lost path at once', () => {
    const steady = new SteadyQuality();
    const good = { level: 'good', reason: null } as const;
    const poor = { level: 'poor', reason: 'loss' } as const;
    expect(steady.next(good).level).toBe('good');
    expect(steady.next(poor).level).toBe('good');
    expect(steady.next(good).level).toBe('good');
    expect([steady.next(poor), steady.next(poor)].at(-1)?.level).toBe('poor');
    expect(steady.next({ level: 'lost', reason: 'no_media' }).level).toBe('lost');
    expect([steady.next(good), steady.next(good)].at(-1)?.level).toBe('lost');
    expect(steady.next(good).level).toBe('good');
  });
});

describe('the digest', () => {
  const report = (second: number) =>
    new Map<string, unknown>(
      [
        { id: 'T', type: 'transport', selectedCandidatePairId: 'P' },
        {
          id: 'P',
          type: 'candidate-pair',
          localCandidateId: 'L',
          remoteCandidateId: 'R',
          currentRoundTripTime: 0.08,
          bytesReceived: second * 1_000,
          responsesReceived: second,
        },
        { id: 'L', type: 'local-candidate', candidateType: 'relay', relayProtocol: 'tls', protocol: 'udp' },
        { id: 'R', type: 'remote-candidate', candidateType: 'host', protocol: 'udp' },
        {
          id: 'A',
          type: 'inbound-rtp',
          kind: 'audio',
          mid: '0',
          bytesReceived: second * 4_000,
          packetsReceived: second * 50,
          packetsLost: 0,
          jitter: 0.004,
          codecId: 'C',
        },
        {
          id: 'V',
          type: 'inbound-rtp',
          kind: 'video',
          mid: '1',
          bytesReceived: second * 60_000,
          packetsReceived: second * 90,
          packetsLost: second * 10,
          framesReceived: second * 30,
          frameWidth: 640,
          frameHeight: 360,
          framesPerSecond: 30,
        },
        { id: 'C', type: 'codec', mimeType: 'audio/opus' },
      ].map((entry) => [entry.id, entry]),
    ) as unknown as RTCStatsReport;

  it('is of the last second, with the path as it is', () => {
    const digest = new StatsDigest();
    const labelOf = (mid: string | null) => (mid === '0' ? 'mic' : 'camera') as 'mic' | 'camera';
    digest.read(report(10), 10_000, labelOf);
    const { stats, flow } = digest.read(report(11), 11_000, labelOf);
    expect(stats.bitrateInBps).toBe(64_000 * 8);
    expect(stats.lossIn).toBeCloseTo(10 / 150);
    expect(stats.rttMs).toBe(80);
    expect(stats.camera).toMatchObject({ width: 640, height: 360, fps: 30, bitrateBps: 480_000 });
    expect(stats.audioCodec).toBe('opus');
    expect(stats.path).toEqual({ kind: 'relayed', protocol: 'tls', localType: 'relay', remoteType: 'host' });
    expect(flow).toMatchObject({ micPackets: 550, cameraFrames: 330, screenFrames: 0 });
  });
});
