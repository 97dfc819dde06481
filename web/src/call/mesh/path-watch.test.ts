// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { PathWatch, type PathSample, type Repair } from './path-watch';

const base: PathSample = {
  connectionState: 'connected',
  received: 0,
  audioReceived: 0,
  videoReceived: 0,
  expectAudio: true,
  expectVideo: true,
  canRepair: true,
};

class Course {
  readonly watch: PathWatch;
  readonly repairs: [number, Repair][] = [];
  now = 0;
  #sample = base;

  constructor(leads = true) {
    this.watch = new PathWatch(0, leads);
  }

  /** Seconds of observation, with what arrives in each. */
  run(seconds: number, arrives: { any?: boolean; audio?: boolean; video?: boolean }, change: Partial<PathSample> = {}) {
    let verdict = this.watch.observe({ ...this.#sample, ...change }, this.now);
    if (verdict.repair !== null) this.repairs.push([this.now, verdict.repair]);
    for (let second = 0; second < seconds; second++) {
      this.now += 1_000;
      this.#sample = {
        ...this.#sample,
        ...change,
        received: this.#sample.received + (arrives.any === true ? 100 : 0),
        audioReceived: this.#sample.audioReceived + (arrives.audio === true ? 50 : 0),
        videoReceived: this.#sample.videoReceived + (arrives.video === true ? 30 : 0),
      };
      verdict = this.watch.observe(this.#sample, this.now);
      if (verdict.repair !== null) this.repairs.push([this.now, verdict.repair]);
    }
    return verdict;
  }
}

const all = { any: true, audio: true, video: true };

describe('a path', () => {
  it('is connected only when something arrives over it', () => {
    const course = new Course();
    expect(course.run(1, {}, { connectionState: 'connecting' }).path).toBe('connecting');
    expect(course.run(3, all, { connectionState: 'connected' }).path).toBe('connected');
  });

  it('is not called connected by a handshake alone, but once media arrives or none is expected', () => {
    const course = new Course();
    expect(course.run(3, { any: true }).path).toBe('connecting');
    expect(course.run(1, { any: true, audio: true }).path).toBe('connected');
    const quiet = new Course();
    expect(quiet.run(1, { any: true }, { expectAudio: false, expectVideo: false }).path).toBe('connected');
    // a microphone that opens later is waited for, on a path that is known to live
    expect(quiet.run(1, { any: true }, { expectAudio: true }).path).toBe('connected');
  });

  it('that was made anew is being repaired until media arrives again', () => {
    const course = new Course();
    course.run(5, all);
    course.watch.reset(course.now);
    expect(course.run(2, { any: true }, { connectionState: 'connecting', audioReceived: 0, videoReceived: 0 }).path).toBe('repairing');
  });

  it('that stalls is restarted after three seconds, then made anew, then ever less often', () => {
    const course = new Course();
    course.run(5, all);
    const stalled = course.run(4, {});
    expect(stalled.path).toBe('repairing');
    course.run(60, {});
    const [first, second, third] = course.repairs;
    expect(first).toEqual([8_000, 'restart_ice']);
    expect(second).toEqual([14_000, 'fresh_connection']);
    expect(third?.[1]).toBe('fresh_connection');
    expect((third?.[0] ?? 0) - 14_000).toBeGreaterThanOrEqual(12_000);
  });

  it('that recovers is connected again and starts the ladder from the bottom', () => {
    const course = new Course();
    course.run(5, all);
    course.run(5, {});
    expect(course.run(2, all).path).toBe('connected');
    course.run(5, {});
    expect(course.repairs.map(([, repair]) => repair)).toEqual(['restart_ice', 'restart_ice']);
  });

  it('with nothing to send lives on consent checks', () => {
    const course = new Course();
    course.run(3, { any: true }, { expectAudio: false, expectVideo: false });
    for (let round = 0; round < 4; round++) {
      expect(course.run(5, {}).path).toBe('connected');
      course.run(1, { any: true });
    }
    expect(course.repairs).toEqual([]);
  });

  it('is left to the later joiner first', () => {
    const leader = new Course(true);
    const follower = new Course(false);
    for (const course of [leader, follower]) {
      course.run(5, all);
      course.run(8, {});
    }
    expect((follower.repairs[0]?.[0] ?? 0) - (leader.repairs[0]?.[0] ?? 0)).toBeGreaterThanOrEqual(2_000);
  });

  it('is not repaired while the peer cannot be reached, and at once when it can', () => {
    const course = new Course();
    course.run(5, all);
    course.run(30, {}, { canRepair: false });
    expect(course.repairs).toEqual([]);
    course.run(1, {}, { canRepair: true });
    expect(course.repairs).toHaveLength(1);
  });

  it('that failed is repaired without waiting for silence', () => {
    const course = new Course();
    course.run(5, all);
    course.run(1, {}, { connectionState: 'failed' });
    expect(course.repairs.map(([, repair]) => repair)).toEqual(['restart_ice']);
  });

  it('is suspected sooner after a change of network', () => {
    const course = new Course();
    course.run(5, all);
    course.watch.suspect();
    course.run(2, {});
    expect(course.repairs).toHaveLength(1);
  });

  it('that never comes up is made anew, not restarted', () => {
    const course = new Course();
    course.run(13, {}, { connectionState: 'connecting' });
    expect(course.repairs.map(([, repair]) => repair)).toEqual(['fresh_connection']);
  });

  it('that never comes up is called failed within half a minute, and still tried', () => {
    const course = new Course();
    expect(course.run(30, {}, { connectionState: 'connecting' }).path).toBe('failed');
    const tried = course.repairs.length;
    course.run(60, {});
    expect(course.repairs.length).toBeGreaterThan(tried);
    expect(course.run(2, all, { connectionState: 'connected' }).path).toBe('connected');
  });
});

describe('media', () => {
  it('that does not arrive over a living path is said, and repaired with growing pauses', () => {
    const course = new Course();
    course.run(5, all);
    const missing = course.run(5, { any: true, audio: true });
    expect(missing).toMatchObject({ path: 'connected', videoMissing: true, audioMissing: false });
    course.run(120, { any: true, audio: true });
    expect(course.repairs.length).toBeGreaterThanOrEqual(2);
    expect(course.repairs.length).toBeLessThanOrEqual(4);
    expect(course.repairs.every(([, repair]) => repair === 'fresh_connection')).toBe(true);
  });

  it('that nobody sends is not missed', () => {
    const course = new Course();
    course.run(5, all);
    const verdict = course.run(60, { any: true }, { expectAudio: false, expectVideo: false });
    expect(verdict).toMatchObject({ path: 'connected', audioMissing: false, videoMissing: false });
    expect(course.repairs).toEqual([]);
  });

  it('that begins late is not called missing at once', () => {
    const course = new Course();
    course.run(20, { any: true }, { expectAudio: false, expectVideo: false });
    expect(course.run(2, { any: true }, { expectVideo: true }).videoMissing).toBe(false);
  });
});
