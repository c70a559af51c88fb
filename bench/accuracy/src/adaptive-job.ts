import type { FixedTextVector } from '@tacit-auth/features';
import { type DefaultProfile, defaultDetector } from '@tacit-auth/models';
import {
  type Gate,
  type GateName,
  ProbeScores,
  productGate,
  seededUniforms,
  simulateLearning,
  timingGate,
} from '@tacit-auth/models/evaluation';
import type { Person, TextSet } from '@tacit-internal/bench-shared/text-set';
import { type AnyDetector, isInsufficientProfile } from './detectors';
import type { BlockScores, JobResult, LearningRecord, RowHead, ScoresOf } from './jobs';
import { NO_RESULT } from './jobs';
import { isOdd } from './static-job';

/** Entries that enrol, and from which genuine entries count in the rows. */
const ENROL = 5;
const TEST_FROM = 200;
const LAST = 400;
/** Impostors meet the template as it stands after so many entries. */
const SNAPSHOTS = [200, 250, 300, 350];
/** The first-days curve: blocks of entries, and the entry at which impostors meet the template. */
const BLOCKS = [{ from: 5, to: 50, at: 28 }, ...[50, 100, 150, 200, 250, 300, 350].map((from) => ({ from, to: from + 50, at: from + 25 }))];
const IMPOSTORS = [
  { words: 'novice', entries: [0, 5] },
  { words: 'practised', entries: [195, 200] },
] as const;

interface AdaptiveRun {
  readonly set: TextSet;
  readonly name: string;
  readonly detector: AnyDetector;
  readonly gate: GateName;
  readonly weeklyCap: number;
  readonly mostReleased: number | null;
  readonly calibrateEvery: number;
  readonly owners: readonly number[];
  readonly people: number;
  readonly seed: number;
  readonly onProgress?: (share: number) => void;
}

/** Lets some customers' templates learn for 395 logins, and scores everything on the way. */
export function runAdaptive(run: AdaptiveRun): JobResult {
  const people = run.set.people.slice(0, run.people);
  const parts = run.owners.map((place, i) => {
    run.onProgress?.(i / run.owners.length);
    return simulate(run, people, place);
  });
  return {
    ...NO_RESULT,
    scores: parts.flatMap(({ scores }) => scores),
    blocks: parts.flatMap(({ blocks }) => blocks),
    learning: parts.map(({ learning }) => learning),
  };
}

interface Simulated {
  readonly scores: ScoresOf[];
  readonly blocks: BlockScores[];
  readonly learning: { readonly head: RowHead; readonly record: LearningRecord };
}

function simulate(run: AdaptiveRun, people: readonly Person[], place: number): Simulated {
  const { detector, gate, seed } = run;
  const owner = people[place];
  if (owner === undefined) throw new RangeError('no such person');
  const others = people.filter((person) => person !== owner);
  const probes = IMPOSTORS.map(({ entries: [from, to] }) =>
    others.flatMap((person) => person.entries.slice(from, to).map((entry) => ({ entry, odd: isOdd(people.indexOf(person)) }))),
  );
  const enrolled = detector.fit(owner.entries.slice(0, ENROL));
  if (isInsufficientProfile(enrolled)) throw new Error(`${run.name} cannot enrol on ${ENROL} entries`);
  const counted = countingGate(gateFor(run, enrolled, seededUniforms(seed, 2 * place + 1)), new Set(owner.entries));
  const rows = IMPOSTORS.map(() => new ProbeScores());
  const odd = isOdd(place) ? IMPOSTORS.map(() => new ProbeScores()) : [];
  const curve = BLOCKS.map(() => IMPOSTORS.map(() => new ProbeScores()));
  const attempts = simulateLearning({
    detector,
    profile: enrolled,
    genuine: owner.entries.slice(ENROL, LAST),
    drawImpostor: (random) => drawImpostor(others, random),
    gate: counted.gate,
    random: seededUniforms(seed, 2 * place),
    calibrateEvery: run.calibrateEvery,
  });
  const meet = (scores: readonly ProbeScores[], profile: unknown, oddScores: readonly ProbeScores[] = []) => {
    probes.forEach((each, i) => {
      for (const { entry, odd: oddProbe } of each) {
        const score = detector.score(profile, entry);
        scores[i]?.keep('impostor', detector, profile, score);
        if (oddProbe) oddScores[i]?.keep('impostor', detector, profile, score);
      }
    });
  };
  for (const { genuine, index, profile, score } of attempts) {
    if (!genuine) continue;
    const entry = index + ENROL;
    if (SNAPSHOTS.includes(entry)) meet(rows, profile, odd);
    if (entry >= TEST_FROM) for (const scores of [...rows, ...odd]) scores.keep('genuine', detector, profile, score);
    BLOCKS.forEach(({ from, to, at }, b) => {
      if (entry === at) meet(curve[b] ?? [], profile);
      if (entry >= from && entry < to) for (const scores of curve[b] ?? []) scores.keep('genuine', detector, profile, score);
    });
  }
  const head = (words: string): RowHead => ({
    suite: 'cmu-adaptive',
    detector: run.name,
    condition: `${words} gate=${gate}${run.mostReleased === null ? '' : ` release=${run.mostReleased}`}`,
    enrol: ENROL,
  });
  return {
    scores: rows.map((scores, i) => {
      const oddUser = odd[i]?.of(owner.user);
      return { head: head(IMPOSTORS[i]?.words ?? ''), user: scores.of(owner.user), ...(oddUser === undefined ? {} : { odd: oddUser }) };
    }),
    blocks: curve.flatMap((block, b) =>
      block.map((scores, i) => ({
        head: head(IMPOSTORS[i]?.words ?? ''),
        user: scores.of(owner.user),
        from: (BLOCKS[b]?.from ?? 0) + 1,
        attempts: BLOCKS[b]?.to ?? 0,
      })),
    ),
    learning: { head: head(''), record: counted.record() },
  };
}

/** Half novices (entries 1-5), half practised (196-200), of a person drawn at random. */
function drawImpostor(others: readonly Person[], random: () => number): FixedTextVector | undefined {
  const person = others[Math.floor(random() * others.length)];
  const from = random() < 0.5 ? 0 : 195;
  return person?.entries[from + Math.floor(random() * 5)];
}

function gateFor({ gate, detector, weeklyCap, mostReleased }: AdaptiveRun, enrolled: unknown, random: () => number): Gate<unknown> {
  if (gate === 'timing') return timingGate<unknown>();
  if ((detector as unknown) !== defaultDetector) throw new RangeError('the product learns with the default detector');
  // Only the default detector comes this far, so every profile is one of its own.
  return productGate({
    enrolled: enrolled as DefaultProfile,
    random,
    stepUp: gate === 'product-step-up',
    policy: { weeklyCap },
    release: mostReleased === null ? {} : { mostReleased },
  }) as unknown as Gate<unknown>;
}

/** Counts, for the report, whose entries a gate lets in. The gate itself is told nothing. */
export function countingGate(
  gate: Gate<unknown>,
  own: ReadonlySet<FixedTextVector>,
): { gate: Gate<unknown>; record: () => LearningRecord } {
  const counts = { own: 0, foreign: 0, ownTimes: 0, foreignTimes: 0, ownOffered: 0, foreignOffered: 0 };
  return {
    gate: {
      learn(attempt) {
        counts[attempt.genuine ? 'ownOffered' : 'foreignOffered']++;
        const learned = gate.learn(attempt);
        for (const { vector, times } of learned) {
          const whose = own.has(vector) ? 'own' : 'foreign';
          counts[whose]++;
          counts[`${whose}Times`] += times;
        }
        return learned;
      },
    },
    record: () => ({ ...counts }),
  };
}
