import { type FixedTextVector, fixedTextVectorFrom } from '@tacit-auth/features';
import { describe, expect, it } from 'vitest';
import { defaultDetector } from '../default-detector';
import type { DefaultProfile } from '../default-profile';
import { scaledManhattan } from '../scaled-manhattan';
import { seededUniforms } from '../seeded-normals';
import { entries, simulatedPerson } from '../simulated-people';
import { type Gate, productGate, timingGate } from './learning-gates';
import { type LearningSimulation, simulateLearning } from './learning-simulation';

function fitted(samples: readonly FixedTextVector[]): DefaultProfile {
  const profile = defaultDetector.fit(samples);
  if ('status' in profile) {
    throw new Error('expected a profile');
  }
  return profile;
}

const owner = simulatedPerson(1, 9);
const enrolment = entries(owner, 5);
const genuine = entries(owner, 60);
const stranger = entries(simulatedPerson(2, 9), 60);
const profile = fitted(enrolment);

function simulation(
  gate: Gate<DefaultProfile>,
  changes: Partial<LearningSimulation<DefaultProfile>> = {},
): LearningSimulation<DefaultProfile> {
  return {
    detector: defaultDetector,
    profile,
    genuine,
    drawImpostor: (random) => stranger[Math.floor(random() * stranger.length)],
    gate,
    random: seededUniforms(5, 1),
    ...changes,
  };
}

/** A gate that remembers what it was offered and learns all of it. */
function everything(): { gate: Gate<DefaultProfile>; offered: { vector: FixedTextVector; genuine: boolean; day: number }[] } {
  const offered: { vector: FixedTextVector; genuine: boolean; day: number }[] = [];
  return {
    offered,
    gate: {
      learn({ vector, genuine: own, day }) {
        offered.push({ vector, genuine: own, day });
        return [{ vector, times: 1 }];
      },
    },
  };
}

describe('simulateLearning', () => {
  it('scores each attempt by what came before it alone', () => {
    const { gate } = everything();
    const learned = [...enrolment];
    for (const attempt of simulateLearning(simulation(gate, { genuine: genuine.slice(0, 12), impostorShare: 0 }))) {
      expect(attempt.profile).toEqual(fitted(learned));
      const entry = genuine[attempt.index] as FixedTextVector;
      expect(attempt.score).toEqual(defaultDetector.score(fitted(learned), entry));
      learned.push(entry);
    }
    expect(learned).toHaveLength(17);
  });

  it('puts one attempt of a stranger to nine of the customer, in order of time, four logins a day', () => {
    const { gate, offered } = everything();
    const many = Array.from({ length: 40 }, () => genuine).flat();
    const cheap = { detector: scaledManhattan, profile: scaledManhattan.fit(enrolment) as never, gate: gate as never, genuine: many };
    const attempts = [...simulateLearning({ ...simulation(gate), ...cheap } as never)];
    const foreign = offered.filter((each) => !each.genuine);
    expect(attempts).toHaveLength(offered.length);
    expect(Math.abs(foreign.length / offered.length - 0.1)).toBeLessThan(0.02);
    expect(offered.filter((each) => each.genuine).map(({ vector }) => vector)).toEqual(many);
    expect(foreign.every(({ vector }) => stranger.includes(vector))).toBe(true);
    expect(offered.at(-1)?.day).toBe((many.length - 1) / 4);
  });

  it.each([0.1, 0.5])('makes attempts of strangers that share of all attempts: %s', (impostorShare) => {
    const { gate, offered } = everything();
    const many = Array.from({ length: 60 }, () => genuine).flat();
    const cheap = { detector: scaledManhattan, profile: scaledManhattan.fit(enrolment) as never, gate: gate as never, genuine: many };
    for (const _ of simulateLearning({ ...simulation(gate), ...cheap, impostorShare } as never)) {
      // Run to the end.
    }
    expect(Math.abs(offered.filter((each) => !each.genuine).length / offered.length - impostorShare)).toBeLessThan(0.01);
  });

  it('shows every gate the same attempts', () => {
    const strangers = (gate: Gate<DefaultProfile>) =>
      [...simulateLearning(simulation(gate))].filter((attempt) => !attempt.genuine).map(({ index }) => index);
    expect(strangers(timingGate())).toEqual(strangers(everything().gate));
    expect(strangers(timingGate()).length).toBeGreaterThan(0);
  });

  it('lets an entry count as often as the gate says, and counts it once as learned', () => {
    const twice: Gate<DefaultProfile> = { learn: ({ vector }) => [{ vector, times: 2 }] };
    const steps = [...simulateLearning(simulation(twice, { genuine: genuine.slice(0, 3), impostorShare: 0 }))];
    expect(steps.map(({ learned }) => learned)).toEqual([0, 1, 2]);
    expect([...(steps.at(-1)?.profile.counts ?? [])]).toEqual([1, 1, 1, 1, 1, 2, 2]);
    const manhattan = scaledManhattan.fit(enrolment);
    if ('status' in manhattan) throw new Error('expected a profile');
    const other = simulateLearning({
      detector: scaledManhattan,
      profile: manhattan,
      genuine: genuine.slice(0, 2),
      drawImpostor: () => undefined,
      gate: { learn: ({ vector }) => [{ vector, times: 2 }] },
      random: seededUniforms(5, 1),
    });
    const [first] = genuine as [FixedTextVector];
    expect([...other].at(-1)?.profile).toEqual(scaledManhattan.update(scaledManhattan.update(manhattan, first), first));
  });

  it('offers a gate only what was scored', () => {
    const { gate, offered } = everything();
    const entriesWithGap = [genuine[0], { status: 'insufficient', reason: 'corrected' }, genuine[1]] as const;
    const attempts = [...simulateLearning(simulation(gate, { genuine: entriesWithGap as never, impostorShare: 0 }))];
    expect(attempts.map(({ score }) => score.status)).toEqual(['scored', 'insufficient', 'scored']);
    expect(offered).toHaveLength(2);
  });

  it('may calibrate less often, which leaves the entries as they are', () => {
    const last = (every: number) => {
      const steps = simulateLearning(
        simulation(everything().gate, { calibrateEvery: every, genuine: genuine.slice(0, 10), impostorShare: 0 }),
      );
      let step = steps.next();
      while (!step.done) {
        step = steps.next();
      }
      return step.value;
    };
    expect(last(5)).toEqual(last(1));
    expect(last(4).times).toEqual(last(1).times);
    expect(last(4).calibration.state).toBe('pending');
  });

  it('asserts its numbers', () => {
    const run = (changes: Partial<LearningSimulation<DefaultProfile>>) => () => simulateLearning(simulation(timingGate(), changes)).next();
    expect(run({ impostorShare: 1 })).toThrow('impostorShare');
    expect(run({ loginsPerDay: 0 })).toThrow('loginsPerDay');
    expect(run({ calibrateEvery: 0.5 })).toThrow('calibrateEvery');
  });
});

describe('timingGate', () => {
  const score = (raw: number, llr: number) =>
    ({ status: 'scored', raw, llr, calibration: 'c', evidence: { samples: 5, keys: 9 } }) as const;
  const vector = genuine[0] as FixedTextVector;

  it('is wide for a young template of the default detector and narrow for a full one', () => {
    const gate = timingGate<DefaultProfile>();
    const attempt = { profile, vector, day: 0, genuine: false };
    expect(gate.learn({ ...attempt, score: score(2.79, -9) })).toEqual([{ vector, times: 1 }]);
    expect(gate.learn({ ...attempt, score: score(2.81, 9) })).toEqual([]);
    const full = { ...attempt, profile: fitted(Array.from({ length: 20 }, () => enrolment).flat()) };
    expect(gate.learn({ ...full, score: score(0.59, 0) })).toEqual([{ vector, times: 1 }]);
    expect(gate.learn({ ...full, score: score(0.62, 0) })).toEqual([]);
  });

  it('goes by the likelihood ratio for another detector', () => {
    const gate = timingGate<unknown>();
    const attempt = { profile: scaledManhattan.fit(enrolment), vector, day: 0, genuine: true };
    expect(gate.learn({ ...attempt, score: score(9, 0.1) })).toEqual([{ vector, times: 1 }]);
    expect(gate.learn({ ...attempt, score: score(0, -0.1) })).toEqual([]);
  });
});

describe('productGate', () => {
  /** Chances that come out as told, then never. */
  const chances = (values: readonly number[]) => {
    let i = 0;
    return () => values[i++] ?? 0.99;
  };
  const attemptOf = (of: DefaultProfile, vector: FixedTextVector, own: boolean, day = 0) => {
    const score = defaultDetector.score(of, vector);
    if (score.status !== 'scored') {
      throw new Error('expected a score');
    }
    return { profile: of, vector, score, day, genuine: own };
  };
  const grown = fitted([...enrolment, ...genuine.slice(0, 25)]);
  const fits = genuine.slice(25).filter((vector) => {
    const score = defaultDetector.score(grown, vector);
    return score.status === 'scored' && score.llr >= defaultDetector.threshold(grown, 0.01);
  });

  it('learns every genuine login of a young template, and nobody else', () => {
    const gate = productGate({ enrolled: profile, random: chances([]) });
    expect(gate.learn(attemptOf(profile, genuine[0] as FixedTextVector, true))).toEqual([{ vector: genuine[0], times: 1 }]);
    expect(gate.learn(attemptOf(profile, genuine[1] as FixedTextVector, false))).toEqual([]);
  });

  it.each([0, 10])('keeps what typing alone accepted until a factor passes, and then releases at most %i', (mostReleased) => {
    const [first, second, third] = fits as [FixedTextVector, FixedTextVector, FixedTextVector];
    const gate = productGate({
      enrolled: grown,
      random: chances([0.5, 0.5, 0.05]),
      policy: { consensusAtFirst: 4, verifiedWeight: 2 },
      release: { mostReleased },
    });
    expect(gate.learn(attemptOf(grown, first, true))).toEqual([]);
    expect(gate.learn(attemptOf(grown, second, true))).toEqual([]);
    const learned = gate.learn(attemptOf(grown, third, true));
    expect(learned.at(-1)).toEqual({ vector: third, times: 2 });
    expect(learned.slice(0, -1).every(({ vector, times }) => (vector === first || vector === second) && times === 1)).toBe(true);
    expect(learned.length > 1).toBe(mostReleased > 0);
  });

  it('renews the anchor by what a factor verified, so that an owner whose typing has changed is known again', () => {
    const slower = (vector: FixedTextVector) =>
      fixedTextVectorFrom({ hold: vector.hold, pressPress: vector.pressPress.map((time) => 1.8 * time) });
    const changed = [...genuine, ...entries(owner, 30)].map(slower);
    const asked = changed.at(-1) as FixedTextVector;
    const after = (verified: number) => {
      const known = fitted([...genuine.slice(0, 10), ...changed.slice(0, 40)]);
      const actions: string[] = [];
      const gate = productGate({
        enrolled: fitted(genuine),
        random: chances(Array.from({ length: verified }, () => 0.05)),
        policy: { consensusAtFirst: 4, consensusWarmUp: 1_000, consensusWindow: 1_000 },
        onVerdict: (_, action) => actions.push(action),
      });
      for (const vector of changed.slice(0, verified)) gate.learn(attemptOf(known, vector, true));
      gate.learn(attemptOf(known, asked, true));
      return actions.at(-1);
    };
    expect(after(0)).toBe('discard');
    expect(after(40)).toBe('quarantine');
  });

  it('never lets a stranger pass the factor', () => {
    const gate = productGate({ enrolled: grown, random: () => 0, stepUp: true });
    for (const vector of stranger.slice(0, 20)) {
      expect(gate.learn(attemptOf(grown, vector, false))).toEqual([]);
    }
  });

  it("empties the quarantine where somebody else fails the factor, and takes no chance of the customer's for it", () => {
    const [first, second] = fits as [FixedTextVector, FixedTextVector];
    const run = (stepUp: boolean) => {
      const actions: string[] = [];
      const gate = productGate({
        enrolled: grown,
        random: chances([0.5, 0.05]),
        strangers: () => 0,
        stepUp,
        release: 'all',
        policy: { consensusAtFirst: 4, verifiedWeight: 2 },
        onVerdict: (_, action) => actions.push(action),
      });
      const learned = [
        gate.learn(attemptOf(grown, first, true)),
        gate.learn(attemptOf(grown, first, false)),
        gate.learn(attemptOf(grown, second, true)),
      ];
      return { actions, learned: learned.map((entries) => entries.map(({ times }) => times)) };
    };
    expect(run(true)).toEqual({ actions: ['quarantine', 'failed-factor', 'learn'], learned: [[], [], [2]] });
    expect(run(false)).toEqual({ actions: ['quarantine', 'quarantine', 'learn'], learned: [[], [], [1, 1, 2]] });
  });

  it('verifies a refused genuine entry only with step-up', () => {
    const refused = { ...attemptOf(grown, stranger[0] as FixedTextVector, true) };
    expect(productGate({ enrolled: grown, random: chances([]) }).learn(refused)).toEqual([]);
    expect(productGate({ enrolled: grown, random: chances([]), stepUp: true, policy: { verifiedWeight: 1 } }).learn(refused)).toEqual([
      { vector: stranger[0], times: 1 },
    ]);
  });

  it('quarantines no more in a week than the cap allows', () => {
    const gate = productGate({ enrolled: grown, random: chances([0.5, 0.5, 0.5, 0.05]), policy: { consensusAtFirst: 4, weeklyCap: 1 } });
    const [first, second, third] = fits as [FixedTextVector, FixedTextVector, FixedTextVector];
    gate.learn(attemptOf(grown, first, true, 0));
    gate.learn(attemptOf(grown, second, true, 1));
    gate.learn(attemptOf(grown, third, true, 2));
    expect(
      gate.learn(attemptOf(grown, fits[3] as FixedTextVector, true, 3)).filter(({ vector }) => vector !== fits[3]).length,
    ).toBeLessThanOrEqual(1);
  });
});
