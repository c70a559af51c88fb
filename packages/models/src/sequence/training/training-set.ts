import { type FixedTextVector, isInsufficient, type SequenceOptions, type SequenceWindow, sequenceWindowsFrom } from '@tacit-auth/features';
import type { CheckedOptions, DrawImpostor } from './training-options';

/** One entry by a background person. */
export interface TrainingEntry {
  readonly vector: FixedTextVector;
  /** Which sitting it belongs to. Entries of one sitting are never on both sides of the split. */
  readonly session: number | string;
  /** `KeyboardEvent.code` of its keys, where they differ from those of the option `keys`. */
  readonly keys?: readonly (string | null)[];
}

/** A person whom the network is taught to tell from the others; never one whom it is tested on. */
export interface TrainingPerson {
  readonly entries: readonly TrainingEntry[];
}

export type EntryOptions = Required<SequenceOptions> & { readonly keys: readonly (string | null)[] | undefined };

export interface LabelledWindow {
  readonly window: SequenceWindow;
  readonly label: number;
}

/** Windows of an entry of the training data. @throws RangeError where the entry makes none: the data is the caller's to clean. */
export function windowsOf(entry: Pick<TrainingEntry, 'vector' | 'keys'>, options: EntryOptions, name: string): SequenceWindow[] {
  const { keys: shared, ...size } = options;
  const keys = entry.keys ?? shared;
  const windows = sequenceWindowsFrom(entry.vector, keys === undefined ? size : { ...size, keys });
  if (isInsufficient(windows)) {
    throw new RangeError(`${name} cannot train: ${windows.reason}`);
  }
  return windows;
}

export interface Split {
  readonly training: LabelledWindow[];
  readonly validation: readonly LabelledWindow[];
  readonly classes: number;
  /** Nobody of them trains. */
  readonly calibration: readonly TrainingPerson[];
}

/**
 * People who calibrate, and windows of the others that train and that validate. Of each person whole sessions are held back for validation: the nearest
 * whole number to the share of them, at least one and never all. A person of one session trains only.
 */
export function splitPeople(options: CheckedOptions, random: () => number): Split {
  const { entryOptions, drawImpostor } = options;
  const order = [...options.people.keys()];
  shuffle(order, random);
  const calibrating = Math.max(2, Math.round(options.calibrationShare * order.length));
  const chosen = new Set(order.slice(0, calibrating));
  const calibration = options.people.filter((_, index) => chosen.has(index));
  const people = options.people.filter((_, index) => !chosen.has(index));
  if (people.length < 2) {
    throw new RangeError('people must be enough that two are left when those for calibration are taken away');
  }
  const heldBack = sessionsHeldBack(people, options.validationShare, random);
  const training: LabelledWindow[] = [];
  const validation: LabelledWindow[] = [];
  for (const [label, { entries }] of people.entries()) {
    for (const [index, entry] of entries.entries()) {
      const side = heldBack[label].has(entry.session) ? validation : training;
      side.push(...windowsOf(entry, entryOptions, `entry ${index} of a person`).map((window) => ({ window, label })));
    }
  }
  if (validation.length === 0) {
    throw new RangeError('people must have at least one person with entries of two sessions');
  }
  if (drawImpostor === undefined) {
    return { training, validation, classes: people.length, calibration };
  }
  let drawn = 0;
  for (const side of [training, validation]) {
    drawn = addImpostors(side, people.length, entryOptions, drawImpostor, drawn);
  }
  return { training, validation, classes: people.length + 1, calibration };
}

/** One more class, of as many windows as there are. Returns how many have been drawn in all. */
function addImpostors(side: LabelledWindow[], label: number, options: EntryOptions, draw: DrawImpostor, drawn: number): number {
  const wanted = 2 * side.length;
  let next = drawn;
  while (side.length < wanted) {
    const windows = windowsOf({ vector: draw(next) }, options, `entry ${next} of drawImpostor`);
    side.push(...windows.slice(0, wanted - side.length).map((window) => ({ window, label })));
    next++;
  }
  return next;
}

function sessionsHeldBack(people: readonly TrainingPerson[], share: number, random: () => number): Set<number | string>[] {
  return people.map(({ entries }) => {
    const sessions = [...new Set(entries.map(({ session }) => session))];
    shuffle(sessions, random);
    const count = Math.min(Math.max(1, Math.round(share * sessions.length)), sessions.length - 1);
    return new Set(sessions.slice(0, count));
  });
}

/** Fisher and Yates, in place. */
export function shuffle<T>(items: T[], random: () => number): void {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [items[i], items[j]] = [items[j], items[i]];
  }
}

/** Weights that make every class count alike: windows / (classes x windows of the class). */
export function balancedWeights(windows: readonly LabelledWindow[], classes: number): Float32Array {
  const counts = new Float64Array(classes);
  for (const { label } of windows) {
    counts[label]++;
  }
  return Float32Array.from(counts, (count) => (count === 0 ? 0 : windows.length / (classes * count)));
}
