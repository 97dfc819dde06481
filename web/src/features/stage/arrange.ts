// Who is shown where: pure decisions, apart from pixels.

export interface StageInput {
  /** Remote participants in the order of joining. */
  readonly others: readonly string[];
  /** Remote participants who share a screen, in the order of joining. */
  readonly presenters: readonly string[];
  readonly pinned: string | null;
  readonly layout: 'grid' | 'spotlight';
  readonly activeSpeaker: string | null;
  readonly recentSpeakers: readonly string[];
}

export type StagePlan =
  | { readonly kind: 'alone' }
  | { readonly kind: 'grid'; readonly tiles: readonly string[] }
  | { readonly kind: 'spotlight'; readonly main: string; readonly film: readonly string[] }
  | { readonly kind: 'screen'; readonly presenter: string; readonly film: readonly string[] };

export function planStage(input: StageInput): StagePlan {
  const { others, presenters, pinned, layout } = input;
  if (others.length === 0) return { kind: 'alone' };
  // The newest screen takes the stage; a pin may choose another of several.
  const presenter = presenters.includes(pinned ?? '') ? pinned : presenters.at(-1);
  if (presenter) return { kind: 'screen', presenter, film: others };
  const isHere = (id: string | null): id is string => id !== null && others.includes(id);
  if (layout === 'spotlight' || isHere(pinned)) {
    const heard = [input.activeSpeaker, ...input.recentSpeakers].find(isHere);
    const main = isHere(pinned) ? pinned : (heard ?? others[0]!);
    return { kind: 'spotlight', main, film: others.filter((id) => id !== main) };
  }
  return { kind: 'grid', tiles: others };
}

/**
 * Brings who spoke lately onto the first page, in place of those who have been silent there, and moves nobody else:
 * tiles that jump about are worse than a face one page away.
 */
export function bringSpeakersForward(tiles: readonly string[], recentSpeakers: readonly string[], perPage: number): readonly string[] {
  if (tiles.length <= perPage) return tiles;
  const ordered = [...tiles];
  const kept = new Set(recentSpeakers.slice(0, perPage));
  for (const speaker of kept) {
    const at = ordered.indexOf(speaker);
    if (at < perPage) continue;
    const out = ordered.findLastIndex((id, index) => index < perPage && !kept.has(id));
    if (out < 0) break;
    ordered[at] = ordered[out]!;
    ordered[out] = speaker;
  }
  return ordered;
}
