import { fixedTextVector, isInsufficient } from '@tacit-auth/features';
import { appendToReplayHistory, CHECK_IDS, type CheckId, checkTyping, defaultDetector, replayHistory } from '@tacit-auth/models';
import { seededUniforms } from '@tacit-auth/models/evaluation';
import { TARGETS } from './attack-job';
import { eventsOf, wireSample } from './key-events';
import { HISTORY, NOW, type People, TEMPLATE_SIZES } from './people';

/** Clock steps in ms: the best that a browser gives, its usual one, and that of a page drawn 60 times a second. */
export const CLOCKS = [0.1, 1, 16] as const;
/** Entries after the template that show how often its owner is refused by the score. */
const SCORED = 50;

/** A person's own entries. */
export interface GenuineCounts {
  /** Entries judged by the checks on each clock, and those that some check, and each check, refused. */
  readonly clocks: readonly {
    readonly step: number;
    readonly entries: number;
    readonly checked: number;
    readonly byCheck: Readonly<Record<CheckId, number>>;
  }[];
  /** For each template, entries after it, and those that the score refused, target by target. */
  readonly templates: readonly { readonly size: number; readonly entries: number; readonly refused: readonly number[] }[];
}

/** What the checks and the score say of a person's own entries from {@link NOW} on; checks as the server runs them, entry after entry. */
export function runGenuine(people: People, person: number, seed: number): GenuineCounts {
  const own = people[person]!;
  const clocks = CLOCKS.map((step, at) => {
    const phase = seededUniforms(seed, 0x63_6c_00 + 1_000 * person + at);
    const byCheck = Object.fromEntries(CHECK_IDS.map((id) => [id, 0])) as Record<CheckId, number>;
    let history = replayHistory(new Float64Array(0));
    let checked = 0;
    own.forEach((entry, i) => {
      const sample = wireSample(eventsOf(entry), { step, phase: phase() });
      const vector = fixedTextVector(sample);
      if (isInsufficient(vector)) throw new RangeError(`person ${person}, entry ${i}: ${vector.reason}`);
      if (i >= NOW) {
        const { failed } = checkTyping({ sample, vector, history });
        for (const id of failed) byCheck[id]++;
        checked += failed.length > 0 ? 1 : 0;
      }
      history = appendToReplayHistory(history, vector, HISTORY);
    });
    return { step, entries: own.length - NOW, checked, byCheck };
  });
  const templates = TEMPLATE_SIZES.map((size) => {
    const profile = defaultDetector.fit(own.slice(NOW - size, NOW));
    if (isInsufficient(profile)) throw new RangeError(`no template: ${profile.reason}`);
    const probes = own.slice(NOW, NOW + SCORED).map((entry) => defaultDetector.score(profile, entry));
    const refused = TARGETS.map((target) => {
      const threshold = defaultDetector.threshold(profile, target);
      return probes.filter((score) => score.status !== 'scored' || score.llr < threshold).length;
    });
    return { size, entries: probes.length, refused };
  });
  return { clocks, templates };
}
