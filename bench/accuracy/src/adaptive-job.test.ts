import { fixedTextVectorFrom } from '@tacit-auth/features';
import { defaultDetector, populationTypist } from '@tacit-auth/models';
import type { Gate } from '@tacit-auth/models/evaluation';
import { expect, it } from 'vitest';
import { countingGate, runAdaptive } from './adaptive-job';
import { learningSummaries } from './assemble';
import type { AnyDetector } from './detectors';
import { NO_RESULT } from './jobs';

const [own, other] = [60, 90].map((hold) => fixedTextVectorFrom({ hold: [hold, hold], pressPress: [100] }));
if (own === undefined || other === undefined) throw new Error('two entries');
const attempt = (vector: typeof own, genuine: boolean) => ({
  profile: null,
  vector,
  score: { status: 'scored' as const, llr: 0, raw: 0, calibration: '', evidence: { samples: 5, keys: 2 } },
  day: 0,
  genuine,
});

it('counts what was learned: each attempt, and as often as it counts', () => {
  // Learns another's entry at its second attempt and its third, and the own with weight.
  let attempts = 0;
  const gate: Gate<unknown> = {
    learn: ({ vector, genuine }) => {
      attempts++;
      if (genuine) return [{ vector, times: 3 }];
      return attempts > 1 ? [{ vector, times: 1 }] : [];
    },
  };
  const counted = countingGate(gate, new Set([own]));
  for (const [vector, genuine] of [
    [other, false],
    [other, false],
    [other, false],
    [own, true],
  ] as const)
    counted.gate.learn(attempt(vector, genuine));
  const record = counted.record();
  expect(record).toEqual({ own: 1, foreign: 2, ownTimes: 3, foreignTimes: 2, ownOffered: 1, foreignOffered: 3 });
  const head = { suite: 's', detector: 'd', condition: ' gate=x', enrol: 5 };
  const clean = { own: 5, foreign: 0, ownTimes: 5, foreignTimes: 0, ownOffered: 10, foreignOffered: 1 };
  const learning = [record, clean].map((each) => ({ head, record: each }));
  expect(learningSummaries([{ ...NO_RESULT, learning }])).toEqual([
    {
      ...head,
      condition: 'gate=x',
      users: 2,
      own_learned: 6 / 11,
      own_learned_least: 0.5,
      foreign_learned: 2 / 4,
      foreign_share: 2 / 10,
      foreign_share_most: 2 / 5,
    },
  ]);
});

it('asks for the code after a refusal under product-step-up, and there alone', () => {
  const people = Array.from({ length: 2 }, (_, seed) => {
    const typist = populationTypist({ keys: 6, seed });
    return { user: `u${seed}`, entries: Array.from({ length: 400 }, typist) };
  });
  const learned = (gate: 'product' | 'product-step-up') => {
    const { learning, scores } = runAdaptive({
      set: { id: 's', text: 'abcdef', keys: [null, null, null, null, null, null], people },
      name: 'default',
      detector: defaultDetector as unknown as AnyDetector,
      gate,
      weeklyCap: 30,
      mostReleased: null,
      calibrateEvery: 1,
      owners: [0],
      people: 2,
      seed: 1,
    });
    expect(scores.map(({ head }) => head.condition)).toEqual([`novice gate=${gate}`, `practised gate=${gate}`]);
    return learning[0]?.record ?? { own: Number.NaN, foreign: Number.NaN };
  };
  const [product, stepUp] = [learned('product'), learned('product-step-up')];
  // One login in ten is verified, and refused entries beside these.
  expect(stepUp.own).toBeGreaterThan(1.3 * product.own);
  expect([product.foreign, stepUp.foreign]).toEqual([0, 0]);
});
