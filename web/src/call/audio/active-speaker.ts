// Who speaks: smoothed levels with hysteresis, so that a cough does not take the stage. Pure: time is an argument.

const speaking = 0.3;
const takeOver = 1.25;
const takeOverMs = 500;
const shortestTurnMs = 1_500;
const forgetMs = 4_000;

export class ActiveSpeaker {
  readonly #smoothed = new Map<string, number>();
  #current: string | null = null;
  #since = -Infinity;
  #heardAt = -Infinity;
  #challenger: string | null = null;
  #challengedAt = 0;
  #recent: string[] = [];

  get current(): string | null {
    return this.#current;
  }

  /** Latest first. */
  get recent(): readonly string[] {
    return this.#recent;
  }

  next(levels: Readonly<Record<string, number>>, now: number): string | null {
    for (const id of this.#smoothed.keys()) if (levels[id] === undefined) this.#smoothed.delete(id);
    for (const [id, level] of Object.entries(levels)) {
      const before = this.#smoothed.get(id) ?? 0;
      // quick to rise, slow to fall
      this.#smoothed.set(id, before + (level - before) * (level > before ? 0.6 : 0.2));
    }
    const [loudest, level] = this.#loudest();
    if (this.#current !== null && !this.#smoothed.has(this.#current)) this.#current = null;
    const own = this.#current === null ? 0 : (this.#smoothed.get(this.#current) ?? 0);
    if (own >= speaking) this.#heardAt = now;
    if (loudest === null || level < speaking) {
      this.#challenger = null;
      if (now - this.#heardAt > forgetMs) this.#current = null;
      return this.#current;
    }
    if (loudest === this.#current) this.#challenger = null;
    else this.#challenge(loudest, level, own, now);
    return this.#current;
  }

  #challenge(id: string, level: number, own: number, now: number): void {
    if (this.#challenger !== id) {
      this.#challenger = id;
      this.#challengedAt = now;
    }
    const free = this.#current === null || own < speaking;
    const louder = level > own * takeOver && now - this.#since >= shortestTurnMs;
    if (!(free || louder) || now - this.#challengedAt < (free ? takeOverMs / 2 : takeOverMs)) return;
    this.#current = id;
    this.#since = this.#heardAt = now;
    this.#challenger = null;
    this.#recent = [id, ...this.#recent.filter((other) => other !== id)].slice(0, 12);
  }

  #loudest(): [string | null, number] {
    let best: [string | null, number] = [null, 0];
    for (const [id, level] of this.#smoothed) if (level > best[1]) best = [id, level];
    return best;
  }
}
