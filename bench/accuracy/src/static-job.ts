import { ProbeScores } from '@tacit-auth/models/evaluation';
import type { Person, TextSet } from '@tacit-internal/bench-shared/text-set';
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
  const half = trial.people !== undefined;
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
        const all = new ProbeScores();
        const odd = isOdd(place) && !half && choice.others === 'none' ? new ProbeScores() : undefined;
        const probe = (kind: 'genuine' | 'impostor', person: Person, range: Range) => {
          const scores = odd !== undefined && isOdd(people.indexOf(person)) ? [all, odd] : [all];
          for (const entry of slice(person, range)) {
            const score = isInsufficientProfile(profile) ? profile : detector.score(profile, entry);
            for (const each of scores) each.keep(kind, detector, profile, score);
          }
          for (let i = droppedIn(person, range); i > 0; i--) for (const each of scores) each.refuse(kind);
        };
        probe('genuine', owner, trial.genuine);
        for (const person of impostors) probe('impostor', person, attack.entries);
        const condition = [trial.words, attack.words, words].filter((word) => word !== '').join(' ');
        const head = { suite: trial.suite, detector: choice.name, condition, enrol: trial.enrol[1] - trial.enrol[0] };
        results.push({ head, user: all.of(owner.user), ...(odd === undefined ? {} : { odd: odd.of(owner.user) }) });
      }
    }
  }
  return results;
}

export function slice({ entries }: Person, [from, to]: Range): Person['entries'] {
  return entries.slice(from, to);
}

/** Entries that were typed within a range, or between two of its entries, and cannot be compared. */
function droppedIn({ dropped = [] }: Person, [from, to]: Range): number {
  return dropped.filter((before) => before >= from && before < to).length;
}

export function isOdd(place: number): boolean {
  return place % 2 === 1;
}
