import { isInsufficient, parsePointerSample, pointerActions } from '@tacit-auth/features';
import type { PointerPopulation } from '@tacit-auth/models';
import { trainPointerPopulation } from '@tacit-auth/models/population-training';
import { simulatedPerson } from './simulated-person';

/** Nobody of these takes part in a proof. */
const FIRST_SEED = 50_000;
const PEOPLE = 30;
const TARGETS = 80;

/** A population of the pointer from other simulated people, two days each: none is shipped. */
export function populationOfOthers(): PointerPopulation {
  return trainPointerPopulation({
    people: Array.from({ length: PEOPLE }, (_, i) => ({
      user: `person ${i}`,
      sessions: [1, 2].map((day) => actionsOf(FIRST_SEED + i, day)),
    })),
    source: 'simulated',
  });
}

function actionsOf(seed: number, day: number) {
  const deeds = simulatedPerson(seed, day).point({ x: 400, y: 300 }, TARGETS, 0);
  const first = Math.round(10 * (deeds[0]?.at ?? 0));
  const events = deeds.map(({ kind, at, x, y }) => [kind, Math.round(10 * at) - first, 10 * Math.round(x), 10 * Math.round(y)]);
  const sample = { version: 1, device: 'mouse', pixelRatio: 1_000, viewport: [1_280, 800], events, flags: {}, clockStep: 1 };
  const actions = pointerActions(parsePointerSample(sample));
  if (isInsufficient(actions)) throw new Error(`the simulation makes no actions: ${actions.reason}`);
  return actions;
}
