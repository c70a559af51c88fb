import { ProbeScores } from '@tacit-auth/models/evaluation';
import type { Person, TextSet } from './data/text-set';
import type { DetectorChoice, DetectorFactory } from './detectors';
import { isInsufficientProfile } from './detectors';
import type { Range, ScoresOf, StaticTrial } from './jobs';

interface StaticRun {
  readonly trial: StaticTrial;
  readonly set: TextSet;
  readonly choice: DetectorChoice;
  readonly factory: DetectorFactory;
  /** Places of the customers among the people of the trial. */
  readonly owners: readonly number[];
  /** The first so many people take part. */
  readonly people: number;
  readonly seed: number;
  readonly onProgress?: (share: number) => void;
}

/** Who takes part in a trial, in the order of the file. */
export function peopleOf(set: TextSet, trial: Pick<StaticTrial, 'people'>, limit: number): readonly Person[] {
  const wanted = trial.people === undefined ? undefined : trial.people === 'even' ? 0 : 1;
  return set.people.filter((_, place) => wanted === undefined || place % 2 === wanted).slice(0, limit);
}

/** Who may be known to the detector, and who attacks. */
interface Roles {
  readonly words: string;
  readonly background: readonly Person[];
  readonly impostors: readonly Person[];
}

function rolesFor(others: DetectorChoice['others'], people: readonly Person[], owner: number): Roles[] {
  const rest = people.filter((_, place) => place !== owner);
  if (others === 'none') return [{ words: '', background: [], impostors: rest }];
  const ownHalf = people.filter((_, place) => place % 2 === owner % 2 && place !== owner);
  const otherHalf = people.filter((_, place) => place % 2 !== owner % 2);
  if (others === 'trained') return [{ words: 'unknown', background: otherHalf, impostors: ownHalf }];
  return [
    { words: 'known', background: rest, impostors: rest },
    { words: 'unknown', background: ownHalf, impostors: otherHalf },
  ];
}

/** Scores some customers of a trial against their own later entries and against the impostors'. */
export function runStatic({ trial, set, choice, factory, owners, people: limit, seed, onProgress }: StaticRun): ScoresOf[] {
  const people = peopleOf(set, trial, limit);
  const results: ScoresOf[] = [];
  for (const [i, place] of owners.entries()) {
    onProgress?.(i / owners.length);
    const owner = people[place];
    if (owner === undefined) throw new RangeError('no such person');
    for (const { words, background, impostors } of rolesFor(choice.others, people, place)) {
      const enrolment = slice(owner, trial.enrol);
      const enrolled = people
        .filter((person) => person === owner || background.includes(person))
        .map((person) => ({ user: person.user, entries: slice(person, trial.enrol) }));
      const name = JSON.stringify([trial, words, words === 'unknown' ? place % 2 : null]);
      const detector = factory({ enrolled: { name, people: enrolled }, owner: owner.user, keys: set.keys, seed });
      const profile = detector.fit(enrolment);
      for (const attack of trial.impostors) {
        const scores = new ProbeScores();
        const probes = impostors.flatMap((person) => slice(person, attack.entries));
        for (const [kind, entries] of [
          ['genuine', slice(owner, trial.genuine)],
          ['impostor', probes],
        ] as const) {
          for (const entry of entries) {
            if (isInsufficientProfile(profile)) scores.refuse(kind);
            else scores.add(kind, detector, profile, entry);
          }
        }
        const condition = [trial.words, attack.words, words].filter((word) => word !== '').join(' ');
        const head = { suite: trial.suite, detector: choice.name, condition, enrol: trial.enrol[1] - trial.enrol[0] };
        results.push({ head, user: scores.of(owner.user) });
      }
    }
  }
  return results;
}

export function slice({ entries }: Person, [from, to]: Range): Person['entries'] {
  return entries.slice(from, to);
}
