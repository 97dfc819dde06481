// One mark for a path, and the reason that a person can do something about.
import type { PathState } from '../mesh/peer-state';
import type { PeerStats, Quality, QualityLevel, QualityReason } from './peer-stats';

interface Mark {
  readonly level: QualityLevel;
  readonly reason: QualityReason;
}

const severity: Record<QualityLevel, number> = { unknown: 0, good: 1, fair: 2, poor: 3, lost: 4 };

/** `missing` says that media which should arrive does not. */
export function rate(stats: PeerStats | null, path: PathState, missing: boolean): Quality {
  if (path === 'repairing' || path === 'failed') return { level: 'lost', reason: 'no_media' };
  if (missing) return { level: 'poor', reason: 'no_media' };
  if (path === 'connecting' || stats === null) return { level: 'unknown', reason: null };
  const marks: Mark[] = [
    { level: grade(Math.max(stats.lossIn, stats.lossOut), 0.03, 0.1), reason: 'loss' },
    { level: grade(stats.rttMs ?? 0, 250, 600), reason: 'delay' },
    { level: grade(stats.jitterMs ?? 0, 50, 120), reason: 'jitter' },
    { level: frames(stats), reason: 'low_frame_rate' },
    { level: stats.limitedBy === null ? 'good' : 'fair', reason: stats.limitedBy },
  ];
  const worst = marks.reduce((a, b) => (severity[b.level] > severity[a.level] ? b : a));
  return worst.level === 'good' ? { level: 'good', reason: null } : worst;
}

function grade(value: number, fairFrom: number, poorFrom: number): QualityLevel {
  return value >= poorFrom ? 'poor' : value >= fairFrom ? 'fair' : 'good';
}

function frames(stats: PeerStats): QualityLevel {
  const { camera } = stats;
  // a picture of no size has not begun; that is "missing", not slow
  if (camera === null || camera.height === 0 || camera.bitrateBps === 0) return 'good';
  return camera.fps < 5 ? 'poor' : camera.fps < 10 ? 'fair' : 'good';
}

/** Keeps a mark from flickering: better counts after three seconds in a row, worse after two. */
export class SteadyQuality {
  #shown: Quality = { level: 'unknown', reason: null };
  #candidate: Quality = this.#shown;
  #count = 0;

  next(measured: Quality): Quality {
    if (measured.level === this.#shown.level) {
      this.#shown = measured;
      this.#count = 0;
      return this.#shown;
    }
    this.#count = measured.level === this.#candidate.level ? this.#count + 1 : 1;
    this.#candidate = measured;
    const needed = severity[measured.level] > severity[this.#shown.level] ? 2 : 3;
    // loss of the path, and the first mark, are shown at once
    if (measured.level === 'lost' || this.#shown.level === 'unknown' || this.#count >= needed) {
      this.#shown = measured;
      this.#count = 0;
    }
    return this.#shown;
  }
}
