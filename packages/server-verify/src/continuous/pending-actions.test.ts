import { assertPointerActions, isInsufficient, type PointerActions, parsePointerSample, pointerActions } from '@tacit-auth/features';
import { pointerDetector } from '@tacit-auth/models';
import { expect, it } from 'vitest';
import { appended, LEAST_ACTIONS, MOST_PENDING_BYTES, packActions, unpackActions } from './pending-actions';
import { testPointerPopulation, worker } from './testing-evidence';

function actionsOf(seed: number, moves: number): PointerActions {
  const actions = pointerActions(parsePointerSample(worker(seed).stretch({ moves })));
  if (isInsufficient(actions)) {
    throw new Error(actions.reason);
  }
  return actions;
}

it('comes back from bytes as it was, to the last digit that a score could tell', () => {
  const actions = actionsOf(1, LEAST_ACTIONS - 1);
  const bytes = packActions(actions);
  expect(actions.kinds).toHaveLength(LEAST_ACTIONS - 1);
  expect(bytes).toHaveLength(MOST_PENDING_BYTES);
  const back = unpackActions(bytes, actions);
  assertPointerActions(back);
  expect(back.kinds).toEqual(actions.kinds);
  for (const [i, at] of back.end.entries()) {
    expect(at).toBeCloseTo((actions.end[i] as number) - (actions.start[0] as number), 0);
  }
  for (const [i, number] of back.features.entries()) {
    const before = actions.features[i] as number;
    expect(Number.isNaN(number) ? Number.isNaN(before) : Math.abs(number - before) <= 1e-4 * Math.abs(before)).toBe(true);
  }
});

it('scores as one stretch what came in parts, whichever of them waited in the store', () => {
  const detector = pointerDetector({ population: testPointerPopulation() });
  const profile = detector.fit([actionsOf(1, 80)]);
  const [first, second] = [actionsOf(1, 7), actionsOf(2, 7)];
  const stored = unpackActions(packActions(first), first);
  const blocks = [appended(first, second), appended(stored, second)];
  if (isInsufficient(profile)) {
    throw new Error(profile.reason);
  }
  const [direct, later] = blocks.map((block) => {
    assertPointerActions(block);
    expect(block.kinds).toHaveLength(14);
    return detector.score(profile, [block]);
  });
  expect(direct).toMatchObject({ status: 'scored' });
  expect((later as { llr: number }).llr).toBeCloseTo((direct as { llr: number }).llr, 2);
});

it('puts a rest between samples, however long the second was under way', () => {
  const [first, second] = [actionsOf(1, 3), actionsOf(1, 3)];
  const both = appended(first, second);
  expect((both.start[3] as number) - (both.end[2] as number)).toBeCloseTo(1_000, 6);
  expect((both.end[5] as number) - (both.start[3] as number)).toBeCloseTo((second.end[2] as number) - (second.start[0] as number), 6);
});

it('refuses bytes of no whole number of actions', () => {
  const actions = actionsOf(1, 3);
  expect(() => unpackActions(packActions(actions).subarray(1), actions)).toThrow(RangeError);
});
