import type { FixedTextVector } from '@tacit-auth/features';
import {
  type GaussianProfile,
  gaussianTypist,
  matchedTypist,
  populationTypist,
  shuffledTypist,
  timingStatistics,
} from '@tacit-auth/models';
import { type Clock, eventsOf, FINE_CLOCK, inOrder, type KeyEvents, moved } from './key-events';
import type { Victim } from './people';

/** Random numbers of one attack on one victim. */
export interface Draws {
  uniform(): number;
  normal(): number;
  /** An integer that seeds a typist. */
  seed(): number;
}

/** One entry that an attacker sends. */
export interface Attempt {
  readonly events: KeyEvents;
  readonly clock: Clock;
}

export interface Attack {
  /** What it is, in few words; its key in the report. */
  readonly name: string;
  readonly group: string;
  /** What the attacker knows, and does. */
  readonly means: string;
  /** Tries at each victim where tries are drawn; others follow from the entries. */
  attempts(victim: Victim, draws: Draws): Iterable<Attempt>;
}

const TRIES = 100;
/** More where a low rate has to be shown. */
const MANY_TRIES = 250;

const sent = (events: KeyEvents, clock: Clock = FINE_CLOCK): Attempt => ({ events, clock });

function* repeated(times: number, attempt: () => Attempt): Generator<Attempt> {
  for (let i = 0; i < times; i++) yield attempt();
}

function* typed(times: number, typist: () => FixedTextVector): Generator<Attempt> {
  for (let i = 0; i < times; i++) yield sent(eventsOf(typist()));
}

function one<T>(list: readonly T[], { uniform }: Draws): T {
  return list[Math.floor(uniform() * list.length)]!;
}

/** A recording of any earlier entry, each event moved by normal noise. */
function jittered(deviation: number): Attack {
  return {
    name: `replay, ${deviation} ms jitter`,
    group: 'Replays of an entry that the server has seen',
    means: `a recording, each press and release moved by normal noise of ${deviation} ms`,
    attempts: ({ history }, draws) => repeated(TRIES, () => sent(moved(eventsOf(one(history, draws)), () => deviation * draws.normal()))),
  };
}

/** A recording of any earlier entry on a coarse clock. */
function rounded(step: number): Attack {
  return {
    name: `rounded replay, ${step} ms`,
    group: 'Replays of an entry that the server has seen',
    means: `a recording, times cut off to a grid of ${step} ms, which is claimed as the clock`,
    attempts: ({ history }, draws) => repeated(TRIES, () => sent(eventsOf(one(history, draws)), { step, phase: draws.uniform() })),
  };
}

/** Two recorded entries, event by event halfway between them. */
function meanOfTwo(history: readonly FixedTextVector[], draws: Draws): KeyEvents {
  const first = Math.floor(draws.uniform() * history.length);
  const second = (first + 1 + Math.floor(draws.uniform() * (history.length - 1))) % history.length;
  const [a, b] = [eventsOf(history[first]!), eventsOf(history[second]!)];
  const mean = (own: Float64Array, other: Float64Array) => own.map((time, i) => (time + other[i]!) / 2);
  return { press: mean(a.press, b.press), release: mean(a.release, b.release) };
}

const REPLAYS: readonly Attack[] = [
  {
    name: 'exact replay',
    group: 'Replays of an entry that the server has seen',
    means: 'a recording, event by event; every entry of the history once',
    *attempts({ history }) {
      for (const vector of history) yield sent(eventsOf(vector));
    },
  },
  jittered(1),
  jittered(5),
  jittered(20),
  {
    name: 'stretched replay, 5 %',
    group: 'Replays of an entry that the server has seen',
    means: 'a recording, all times 5 % longer or 5 % shorter',
    attempts: ({ history }, draws) =>
      repeated(TRIES, () => {
        const factor = draws.uniform() < 0.5 ? 1.05 : 0.95;
        const { press, release } = eventsOf(one(history, draws));
        return sent(inOrder({ press: press.map((time) => factor * time), release: release.map((time) => factor * time) }));
      }),
  },
  rounded(16),
  rounded(25),
  rounded(33),
  {
    name: 'mean of two recorded entries',
    group: 'Replays of an entry that the server has seen',
    means: 'two recordings, each press and release halfway between theirs',
    attempts: ({ history }, draws) => repeated(TRIES, () => sent(meanOfTwo(history, draws))),
  },
  {
    name: 'unseen recording',
    group: 'What the victim gave away elsewhere',
    means: 'a recording that never reached the server: the victim at another keyboard, or cut off on the way',
    *attempts({ unseen }) {
      for (const vector of unseen) yield sent(eventsOf(vector));
    },
  },
];

/** Mean and deviation of each time over entries. */
function perKey(entries: readonly FixedTextVector[], kind: 'hold' | 'pressPress'): { mean: Float64Array; deviation: Float64Array } {
  const mean = new Float64Array(entries[0]![kind].length);
  const deviation = mean.slice();
  for (const entry of entries) {
    for (let i = 0; i < mean.length; i++) mean[i]! += entry[kind][i]! / entries.length;
  }
  for (const entry of entries) {
    for (let i = 0; i < mean.length; i++) deviation[i]! += (entry[kind][i]! - mean[i]!) ** 2 / (entries.length - 1);
  }
  return { mean, deviation: deviation.map(Math.sqrt) };
}

/** Entries about the victim's own averages: each time of the mean, and `spread` of it. */
function averages({ known }: Victim, draws: Draws, spread: (deviation: number) => number): () => Attempt {
  const hold = perKey(known, 'hold');
  const press = perKey(known, 'pressPress');
  const drawn = ({ mean, deviation }: typeof hold, least: number) =>
    mean.map((time, i) => Math.max(time + spread(deviation[i]!) * draws.normal(), least));
  return () => {
    const holds = drawn(hold, 8);
    const presses = drawn(press, 8);
    const times = new Float64Array(holds.length);
    for (let i = 1; i < times.length; i++) times[i] = times[i - 1]! + presses[i - 1]!;
    return sent({ press: times, release: times.map((time, i) => time + holds[i]!) });
  };
}

const AVERAGES: readonly Attack[] = [
  {
    name: 'per-key averages',
    group: 'What the victim gave away elsewhere',
    means: "the victim's mean for each key, over his last 100 entries: one try",
    attempts: (victim, draws) =>
      repeated(
        1,
        averages(victim, draws, () => 0),
      ),
  },
  {
    name: 'per-key averages, 5 ms jitter',
    group: 'What the victim gave away elsewhere',
    means: 'the same, each time moved by normal noise of 5 ms',
    attempts: (victim, draws) =>
      repeated(
        TRIES,
        averages(victim, draws, () => 5),
      ),
  },
  {
    name: 'per-key averages and deviations',
    group: 'What the victim gave away elsewhere',
    means: "normal times about the victim's mean, with his deviation, for each key",
    attempts: (victim, draws) =>
      repeated(
        TRIES,
        averages(victim, draws, (deviation) => deviation),
      ),
  },
  {
    name: "victim's times shuffled",
    group: 'What the victim gave away elsewhere',
    means: 'an entry of the victim, its times dealt out anew among the keys',
    attempts: ({ known }, draws) => typed(TRIES, shuffledTypist({ samples: known, seed: draws.seed() })),
  },
  {
    name: "victim's statistics matched",
    group: 'What the victim gave away elsewhere',
    means: "log-normal times with the victim's mean and deviation of holds and of press-press times, all keys alike",
    attempts: ({ keys, known }, draws) => typed(TRIES, matchedTypist({ keys, statistics: timingStatistics(known), seed: draws.seed() })),
  },
];

function constant(name: string, means: string, { deviation = 0, clock = FINE_CLOCK }: { deviation?: number; clock?: Clock }): Attack {
  return {
    name,
    group: 'Scripts that know the password',
    means,
    attempts: ({ keys }, { uniform, normal }) =>
      repeated(TRIES, () => {
        const hold = 40 + 120 * uniform();
        const pressPress = 60 + 340 * uniform();
        const press = Float64Array.from({ length: keys }, (_, i) => i * pressPress);
        return sent(
          moved({ press, release: press.map((time) => time + hold) }, () => deviation * normal()),
          clock,
        );
      }),
  };
}

function gaussian(profile: GaussianProfile): Attack {
  return {
    name: `Gaussian, ${profile}`,
    group: 'Scripts that know the password',
    means: profile === 'random-keys' ? 'uniform times from a wide range' : `normal holds and flights of the ${profile} profile`,
    attempts: ({ keys }, draws) => typed(MANY_TRIES, gaussianTypist({ keys, profile, seed: draws.seed() })),
  };
}

const SCRIPTS: readonly Attack[] = [
  constant('constant bot', 'one hold and one press-press time for all keys, drawn for each try', {}),
  constant('constant bot, 25 ms clock', 'the same, on a grid of 25 ms, which is claimed as the clock', { clock: { step: 25, phase: 0 } }),
  constant('constant bot, 5 ms jitter', 'the same, each event moved by normal noise of 5 ms', { deviation: 5 }),
  ...(['fast', 'slow', 'erratic', 'average', 'random-keys'] as const).map(gaussian),
  {
    name: 'population model',
    group: 'Scripts that know the password',
    means: 'a new person for each try, drawn from constants of typing at large',
    attempts: ({ keys }, draws) =>
      repeated(MANY_TRIES, () => sent(eventsOf(populationTypist({ keys, seed: draws.seed(), text: draws.seed() })()))),
  },
];

const PEOPLE: readonly Attack[] = [
  {
    name: 'digraph model of this text',
    group: 'What other people who type the same password give away',
    means: "a new person for each try, about other people's usual time of each key",
    attempts: ({ keys, usual }, draws) =>
      repeated(MANY_TRIES, () => sent(eventsOf(populationTypist({ keys, seed: draws.seed(), usual })()))),
  },
  {
    name: 'dictionary of centroids',
    group: 'What other people who type the same password give away',
    means: 'the 100 k-means centroids of the entries of half of the other people, once each',
    *attempts({ centroids }) {
      for (const vector of centroids) yield sent(eventsOf(vector));
    },
  },
  {
    name: "population's statistics matched",
    group: 'What other people who type the same password give away',
    means: "log-normal times with the population's mean and deviation of holds and of press-press times, all keys alike",
    attempts: ({ keys, others }, draws) => typed(TRIES, matchedTypist({ keys, statistics: timingStatistics(others), seed: draws.seed() })),
  },
  {
    name: 'people, new to the password',
    group: 'People, for comparison',
    means: 'the first 5 entries of each of the others',
    *attempts({ novices }) {
      for (const vector of novices) yield sent(eventsOf(vector));
    },
  },
  {
    name: 'people, practised',
    group: 'People, for comparison',
    means: 'entries 196-200 of each of the others',
    *attempts({ practised }) {
      for (const vector of practised) yield sent(eventsOf(vector));
    },
  },
];

/** In the order of the report. */
export const ATTACKS: readonly Attack[] = [...REPLAYS, ...AVERAGES, ...SCRIPTS, ...PEOPLE];
