import type { ScoredUser } from '@tacit-auth/models/evaluation';
import { describe, expect, it } from 'vitest';
import { travelRows, travelSummaries } from './travel';

function user(name: string, genuine: readonly number[], impostor: readonly number[], threshold: number): ScoredUser {
  const below = (scores: readonly number[]) => scores.filter((score) => score < threshold).length;
  return {
    user: name,
    genuine: Float64Array.from(genuine),
    impostor: Float64Array.from(impostor),
    refused: { genuine: 0, impostor: 0 },
    decisions: [{ targetFmr: 0.01, genuineRejected: below(genuine), impostorAccepted: impostor.length - below(impostor) }],
  };
}
const head = (condition: string, enrol: number) => ({ suite: 'travel', detector: 'd', condition, enrol });
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

describe('a threshold on other sets', () => {
  // 200 impostors with scores 0 to 199: the cut-off that keeps 99 % out is 198.
  const gathered = [
    { head: head('cmu even novice', 5), users: [user('a', [250], upTo(100), 150)] },
    { head: head('cmu even practised', 5), users: [user('a', [250], upTo(200).slice(100), 150)] },
    { head: head('phrase', 5), users: [user('p', [190, 210], [100, 160, 199, 300], 150), user('q', [140, 250], [1, 2, 3, 4], 150)] },
    { head: head('other', 9), users: [user('p', [190], [100, 160], 150)] },
    { head: head('cmu odd novice', 40), users: [user('o', [100, 190], [10, 20, 30, 160], 150)] },
    { head: { ...head('x', 5), suite: 'phrases' }, users: [user('p', [1], [1], 0)] },
  ];
  const rows = travelRows(gathered, { seed: 1, resamples: 100 });

  it('are what the shipped threshold did', () => {
    const row = rows.find(({ set, cut_off }) => set === 'phrase' && cut_off === 'target=0.01');
    expect(row).toMatchObject({ fmr: 3 / 8, fnmr: 1 / 4, users: 2, genuine: 4, impostor: 8 });
  });

  it('are what the cut-off of the even CMU people does, with as many entries enrolled', () => {
    const row = rows.find(({ set, cut_off }) => set === 'phrase' && cut_off === 'cmu-even');
    expect(row).toMatchObject({ fmr: 2 / 8, fnmr: 2 / 4 });
    // No CMU row with ten entries stands beside the set of nine.
    expect(rows.filter(({ set }) => set === 'other').map(({ cut_off }) => cut_off)).toEqual(['target=0.01']);
    expect(rows.some(({ set }) => set === 'x')).toBe(false);
  });

  it('are summed up over the other sets: nobody of CMU counts there, whose text the cut-offs know', () => {
    const summaries = travelSummaries(rows);
    expect(summaries.find(({ cut_off, enrol }) => cut_off === 'target=0.01' && enrol === 'all')).toMatchObject({
      sets: 2,
      fmr_mean: (3 / 8 + 1 / 2) / 2,
      fmr_worst: 1 / 2,
      fnmr_mean: 1 / 8,
    });
    expect(summaries.map(({ cut_off, enrol, sets }) => `${cut_off} ${enrol} ${sets}`)).toEqual([
      'target=0.01 5 1',
      'target=0.01 10 1',
      'target=0.01 all 2',
      'cmu-even 5 1',
      'cmu-even all 1',
    ]);
    expect(summaries.find(({ cut_off, enrol }) => cut_off === 'target=0.01' && enrol === 10)).toMatchObject({ sets: 1, fmr_worst: 1 / 2 });
  });
});
