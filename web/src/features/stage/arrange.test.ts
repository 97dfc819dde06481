// Who takes the stage.
import { describe, expect, test } from 'vitest';
import { bringSpeakersForward, planStage, type StageInput } from './arrange';

const base: StageInput = { others: ['a', 'b', 'c'], presenters: [], pinned: null, layout: 'grid', activeSpeaker: null, recentSpeakers: [] };

describe('the stage', () => {
  test('is a grid of everybody', () => expect(planStage(base)).toEqual({ kind: 'grid', tiles: ['a', 'b', 'c'] }));
  test('belongs to oneself when alone', () => expect(planStage({ ...base, others: [] })).toEqual({ kind: 'alone' }));
  test('goes to the newest screen, with every camera beside it', () =>
    expect(planStage({ ...base, presenters: ['a', 'c'] })).toEqual({ kind: 'screen', presenter: 'c', film: ['a', 'b', 'c'] }));
  test('follows the voice in spotlight', () =>
    expect(planStage({ ...base, layout: 'spotlight', activeSpeaker: 'b' })).toEqual({ kind: 'spotlight', main: 'b', film: ['a', 'c'] }));
  test('keeps the last voice through silence', () =>
    expect(planStage({ ...base, layout: 'spotlight', recentSpeakers: ['gone', 'c'] })).toMatchObject({ main: 'c' }));
  test('obeys a pin before the voice', () => expect(planStage({ ...base, pinned: 'c', activeSpeaker: 'a' })).toMatchObject({ main: 'c' }));
  test('forgets a pin on somebody who left', () => expect(planStage({ ...base, pinned: 'gone' }).kind).toBe('grid'));
});

describe('pages', () => {
  test('bring a speaker forward in place of a silent one and move nobody else', () =>
    expect(bringSpeakersForward(['a', 'b', 'c', 'd', 'e'], ['e', 'b'], 3)).toEqual(['a', 'b', 'e', 'd', 'c']));
  test('leave a single page alone', () => expect(bringSpeakersForward(['a', 'b'], ['b'], 4)).toEqual(['a', 'b']));
});
