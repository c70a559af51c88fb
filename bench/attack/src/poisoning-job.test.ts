import { fixedTextVectorFrom } from '@tacit-auth/features';
import { populationTypist } from '@tacit-auth/models';
import { describe, expect, it } from 'vitest';
import { madeUpPeople } from './people.test-support';
import { nearestImpostor, type PoisoningOptions, RULES, runPoisoning } from './poisoning-job';

const people = madeUpPeople(8);
/** Somebody who types as the owner does, but for a press here and there. */
const twin = (() => {
  const typist = populationTypist({ keys: 11, seed: 3 });
  return Array.from({ length: 600 }, typist)
    .slice(200)
    .map(({ hold, pressPress }) =>
      fixedTextVectorFrom({ hold, pressPress: pressPress.map((time, at) => (at % 3 === 0 ? 1.35 * time : time)) }),
    );
})();

function rule(name: string) {
  const found = RULES.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no rule ${name}`);
  return found;
}

const options: PoisoningOptions = {
  rule: rule('release all'),
  condition: 'product',
  poisoned: true,
  owner: people[3] ?? [],
  attacker: twin,
  seed: 1,
  person: 3,
};

describe('runPoisoning', () => {
  const all = runPoisoning(options);

  it('the attacker tries before every second login, and what he gets in is learned where all is released', () => {
    expect(all.tries).toBeGreaterThan(75);
    expect(all.tries).toBeLessThan(125);
    expect(all.letIn).toBeGreaterThan(0);
    expect(all.quarantined).toBeLessThanOrEqual(all.letIn);
    expect(all.learned).toBeGreaterThan(0);
  });

  it('where he does not try nothing of his is learned, though the same entries are asked for', () => {
    const clean = runPoisoning({ ...options, poisoned: false });
    expect(clean).toMatchObject({ tries: all.tries, letIn: 0, quarantined: 0, learned: 0 });
    expect(clean.accepted).toBeLessThan(all.accepted);
    expect(clean.template).not.toBe(all.template);
  });

  it.each([
    ['verified only, once each', 'product'],
    ['product rule', 'product-step-up'],
  ] as const)('%s, %s: his tries change nothing', (name, condition) => {
    const poisoned = runPoisoning({ ...options, condition, rule: rule(name) });
    const clean = runPoisoning({ ...options, condition, rule: rule(name), poisoned: false });
    expect(poisoned.learned).toBe(0);
    expect([poisoned.accepted, poisoned.refused]).toEqual([clean.accepted, clean.refused]);
    expect(poisoned.template).toBe(clean.template);
    expect(poisoned.quarantined).toBeGreaterThan(0);
  });

  it('a failed step-up drops the quarantine: less of what he got into it is learned', () => {
    const stepUp = runPoisoning({ ...options, condition: 'product-step-up' });
    expect(stepUp.learned / stepUp.quarantined).toBeLessThan(all.learned / all.quarantined);
  });

  it('depends on the seed alone', () => {
    expect(runPoisoning(options)).toEqual(all);
    expect(runPoisoning({ ...options, seed: 2 })).not.toEqual(all);
  });
});

describe('nearestImpostor', () => {
  it('is the one who types most like the owner, and never the owner', () => {
    const crowd = [...people.slice(0, 3), options.owner, twin];
    expect(nearestImpostor(crowd, 3)).toBe(4);
    expect(nearestImpostor(crowd, 4)).toBe(3);
  });
});
