// From samples to a level that a meter can show, and what may be concluded from a run of levels. Pure.

const floorDb = -60;
const ceilingDb = -12;

/** Root mean square of samples in [-1, 1] as 0 to 1 on a scale of decibels. Exact silence is exactly 0. */
export function levelOf(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return scaled(Math.sqrt(sum / Math.max(1, samples.length)));
}

/** From the linear audio level of WebRTC statistics (0 to 1) to the same scale. */
export function scaled(linear: number): number {
  if (linear <= 0) return 0;
  const db = 20 * Math.log10(linear);
  return Math.max(0.001, Math.min(1, (db - floorDb) / (ceilingDb - floorDb)));
}

export function isExactSilence(samples: Float32Array): boolean {
  return samples.every((sample) => sample === 0);
}

const talkLevel = 0.45;
const talkNeededMs = 400;
const talkWindowMs = 1_200;
const talkPauseMs = 30_000;

/** Notices somebody who talks into a muted microphone; says so at most every half minute. */
export class MutedTalkDetector {
  #loudMs = 0;
  #windowMs = 0;
  #quietUntil = 0;

  next(level: number, muted: boolean, elapsedMs: number, now: number): boolean {
    if (!muted || now < this.#quietUntil) {
      this.#loudMs = this.#windowMs = 0;
      return false;
    }
    this.#windowMs += elapsedMs;
    if (level >= talkLevel) this.#loudMs += elapsedMs;
    if (this.#windowMs > talkWindowMs) this.#loudMs = this.#windowMs = 0;
    if (this.#loudMs < talkNeededMs) return false;
    this.#quietUntil = now + talkPauseMs;
    this.#loudMs = this.#windowMs = 0;
    return true;
  }
}

const silentAfterMs = 3_000;

/** An open microphone that gives nothing but zeroes is unplugged or switched off in hardware. */
export class SilenceDetector {
  #silentMs = 0;

  next(silent: boolean, elapsedMs: number): boolean {
    this.#silentMs = silent ? this.#silentMs + elapsedMs : 0;
    return this.#silentMs >= silentAfterMs;
  }
}
