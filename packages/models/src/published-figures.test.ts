import type { FixedTextVector, Insufficient } from '@tacit-auth/features';
import { describe, expect, it } from 'vitest';
import { defaultDetector } from './default-detector';
import type { Detector } from './detector';
import { equalErrorRate } from './evaluation';
import { cmuPasswords } from './public-data.mjs';
import { scaledManhattan } from './scaled-manhattan';
import { entries, pressTimes, simulatedPerson } from './simulated-people';

interface Protocol {
  readonly enrol: readonly [from: number, to: number];
  readonly genuine: readonly [from: number, to: number];
  /** Entries of every other person. */
  readonly impostor: readonly [from: number, to: number];
}

/** Mean over people of each one's equal error rate. */
function meanEqualErrorRate<P extends object>(
  detector: Detector<P>,
  people: readonly (readonly FixedTextVector[])[],
  protocol: Protocol,
): number {
  let sum = 0;
  for (const owner of people) {
    const profile: P | Insufficient = detector.fit(owner.slice(...protocol.enrol));
    if ('status' in profile) {
      throw new Error('expected a profile');
    }
    const llrs = (probes: readonly FixedTextVector[]) =>
      Float64Array.from(probes, (probe) => {
        const score = detector.score(profile as P, probe);
        return score.status === 'scored' ? score.llr : Number.NaN;
      });
    const others = people.filter((person) => person !== owner).flatMap((person) => person.slice(...protocol.impostor));
    sum += equalErrorRate(llrs(owner.slice(...protocol.genuine)), llrs(others));
  }
  return sum / people.length;
}

const STATIC: Protocol = { enrol: [0, 200], genuine: [200, 400], impostor: [0, 5] };
const AFTER_FIVE: Protocol = { enrol: [195, 200], genuine: [200, 400], impostor: [0, 5] };
const PRACTISED: Protocol = { ...AFTER_FIVE, impostor: [195, 200] };

const cmu = cmuPasswords();
if (cmu === undefined) {
  it('published figures (public data not present: set TACIT_DATA): on simulated people the default detector errs less than the reference', () => {
    const people = Array.from({ length: 12 }, (_, seed) => entries(simulatedPerson(seed + 300, 11), 60));
    const protocol: Protocol = { enrol: [0, 5], genuine: [5, 60], impostor: [0, 10] };
    const reference = meanEqualErrorRate(scaledManhattan, people, protocol);
    expect(reference).toBeLessThan(0.2);
    expect(meanEqualErrorRate(defaultDetector, people, protocol)).toBeLessThan(reference);
  });
} else {
  describe('published figures on the CMU password set, 51 people', () => {
    const people = [...cmu.values()];

    it('scaled Manhattan, 200 entries enrolled: .0962', () => {
      expect(Math.abs(meanEqualErrorRate(scaledManhattan, people, STATIC) - 0.0962)).toBeLessThan(0.0005);
    });

    it('default detector, 5 entries enrolled: .0392 against novices, .0655 against the practised', () => {
      expect(Math.abs(meanEqualErrorRate(defaultDetector, people, AFTER_FIVE) - 0.0392)).toBeLessThan(0.0002);
      expect(Math.abs(meanEqualErrorRate(defaultDetector, people, PRACTISED) - 0.0655)).toBeLessThan(0.0002);
    });

    it('default detector, 200 entries enrolled: .0328', () => {
      expect(Math.abs(meanEqualErrorRate(defaultDetector, people, STATIC) - 0.0328)).toBeLessThan(0.0002);
    });

    it('default detector, 5 entries of press-press times alone: .1063 against novices', () => {
      const presses = people.map((entries) => entries.map(pressTimes));
      expect(Math.abs(meanEqualErrorRate(defaultDetector, presses, AFTER_FIVE) - 0.1063)).toBeLessThan(0.0002);
    });
  });
}
