// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { ActiveSpeaker } from './active-speaker';
import { isExactSilence, levelOf, MutedTalkDetector, scaled, SilenceDetector } from './level';

describe('levels', () => {
  it('are 0 for exact silence alone, rise with loudness and end at 1', () => {
    expect(levelOf(new Float32Array(8))).toBe(0);
    expect(levelOf(new Float32Array(8).fill(0.00001))).toBeGreaterThan(0);
    expect(scaled(0.01)).toBeLessThan(scaled(0.1));
    expect(scaled(1)).toBe(1);
    expect(isExactSilence(new Float32Array(4))).toBe(true);
    expect(isExactSilence(Float32Array.of(0, 1e-9))).toBe(false);
  });
});

describe('talking while muted', () => {
  const talk = (detector: MutedTalkDetector, levels: number[], muted: boolean, from = 0) =>
    levels.map((level, index) => detector.next(level, muted, 100, from + index * 100)).filter(Boolean).length;

  it('is noticed once, and again only after half a minute', () => {
    const detector = new MutedTalkDetector();
    expect(talk(detector, Array<number>(30).fill(0.8), true)).toBe(1);
    expect(talk(detector, Array<number>(30).fill(0.8), true, 10_000)).toBe(0);
    expect(talk(detector, Array<number>(30).fill(0.8), true, 60_000)).toBe(1);
  });

  it('is not a cough, not quiet, and not with an open microphone', () => {
    expect(talk(new MutedTalkDetector(), [0.9, 0.9, ...Array<number>(20).fill(0.1)], true)).toBe(0);
    expect(talk(new MutedTalkDetector(), Array<number>(50).fill(0.2), true)).toBe(0);
    expect(talk(new MutedTalkDetector(), Array<number>(50).fill(0.9), false)).toBe(0);
  });
});

describe('a silent microphone', () => {
  it('is told after three seconds of zeroes and forgiven at the first sound', () => {
    const detector = new SilenceDetector();
    const run = (count: number, silent: boolean) => Array.from({ length: count }, () => detector.next(silent, 100)).at(-1);
    expect(run(29, true)).toBe(false);
    expect(run(1, true)).toBe(true);
    expect(run(1, false)).toBe(false);
  });
});

describe('the active speaker', () => {
  function run(speaker: ActiveSpeaker, levels: Record<string, number>, from: number, ms: number): string | null {
    let current: string | null = null;
    for (let now = from; now < from + ms; now += 100) current = speaker.next(levels, now);
    return current;
  }

  it('is who talks, and stays through short pauses', () => {
    const speaker = new ActiveSpeaker();
    expect(run(speaker, { a: 0.8, b: 0 }, 0, 1_000)).toBe('a');
    expect(run(speaker, { a: 0, b: 0 }, 1_000, 2_000)).toBe('a');
    expect(run(speaker, { a: 0, b: 0 }, 3_000, 6_000)).toBeNull();
  });

  it('is not changed by a cough', () => {
    const speaker = new ActiveSpeaker();
    run(speaker, { a: 0.7, b: 0 }, 0, 3_000);
    run(speaker, { a: 0.7, b: 1 }, 3_000, 300);
    expect(run(speaker, { a: 0.7, b: 0 }, 3_300, 1_000)).toBe('a');
  });

  it('changes to who takes over, and remembers who spoke last', () => {
    const speaker = new ActiveSpeaker();
    run(speaker, { a: 0.7, b: 0 }, 0, 3_000);
    expect(run(speaker, { a: 0, b: 0.8 }, 3_000, 2_500)).toBe('b');
    expect(speaker.recent).toEqual(['b', 'a']);
  });

  it('does not flicker between two who talk alike', () => {
    const speaker = new ActiveSpeaker();
    let changes = 0;
    let before: string | null = null;
    for (let now = 0; now < 20_000; now += 100) {
      const turn = Math.floor(now / 200) % 2 === 0;
      const current = speaker.next({ a: turn ? 0.8 : 0.6, b: turn ? 0.6 : 0.8 }, now);
      if (current !== before) changes++;
      before = current;
    }
    expect(changes).toBeLessThanOrEqual(2);
  });

  it('is nobody once they have left', () => {
    const speaker = new ActiveSpeaker();
    run(speaker, { a: 0.9 }, 0, 1_000);
    expect(speaker.next({}, 1_100)).toBeNull();
  });
});
