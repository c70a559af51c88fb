import { numberIn, readCsv } from '@tacit-internal/bench-shared/read-lines';
import { FreeTextPeople, type FreeTextPerson, recordingOf, type Stroke } from './free-text-people';
import { keyClassOfName } from './key-names';

/**
 * J. V. Monaco, C. Tappert, Pattern Recognition 76 (2018): what Pace University recorded, as `user,session,keyname,timepress,timerelease` on a clock of
 * about 15.6 ms.
 */
async function readPaceSessions(path: string): Promise<FreeTextPerson[]> {
  const sessions = new Map<string, { readonly user: string; readonly session: string; readonly strokes: Stroke[] }>();
  for await (const row of readCsv(path)) {
    const [user, session] = [row('user'), row('session')];
    const id = `${user} ${session}`;
    const known = sessions.get(id) ?? { user, session, strokes: [] };
    sessions.set(id, known);
    known.strokes.push([keyClassOfName(row('keyname')), numberIn(row, 'timepress'), numberIn(row, 'timerelease')]);
  }
  const people = new FreeTextPeople();
  // Stable: people in order of the file.
  for (const { user, session, strokes } of [...sessions.values()].toSorted((a, b) => Number(a.session) - Number(b.session))) {
    people.add(user, recordingOf(session, strokes));
  }
  const order = [...new Set([...sessions.values()].map(({ user }) => user))];
  return people.list().toSorted((a, b) => order.indexOf(a.user) - order.indexOf(b.user));
}

export const VILLANI_FILE = 'villani-freetext/free_text.csv.gz';

/** M. Villani et al., CVPRW 2006: 55 people who composed letters in six sessions of 500 keys on different days. */
export function readVillaniFreetext(folder: string): Promise<FreeTextPerson[]> {
  return readPaceSessions(`${folder}/${VILLANI_FILE}`);
}

export const FABLE_FILE = 'monaco-fable/fixed_text.csv';

/** 60 people who copied the beginning of a fable in four sessions of 100 keys. */
export function readMonacoFable(folder: string): Promise<FreeTextPerson[]> {
  return readPaceSessions(`${folder}/${FABLE_FILE}`);
}

/** The two sets of Pace University. */
export type PaceSet = 'villani-freetext' | 'monaco-fable';

/**
 * People who are in both sets, under numbers of their own in each: number in the fable, number in villani-freetext. Part of the fables were copied by people who also wrote
 * the letters, and each set was numbered anew. Found with a population of other people (Aalto's): all windows of each fable against a profile of each
 * person's letters, centred. In each of these 34 pairs that person scores highest, in all but two by 3 and more nats, and but for the first the numbers rise together, as those
 * of people do who are numbered in one order; no other of 3,200 pairs scores above 1.
 */
export const SAME_PACE_PERSON: ReadonlyMap<string, string> = new Map(
  [
    [0, 27],
    [24, 1],
    [25, 2],
    [26, 3],
    [27, 4],
    [28, 5],
    [29, 8],
    [30, 11],
    [31, 13],
    [32, 15],
    [33, 16],
    [34, 17],
    [36, 20],
    [37, 21],
    [38, 24],
    [39, 26],
    [40, 28],
    [41, 29],
    [42, 30],
    [43, 31],
    [44, 32],
    [45, 36],
    [46, 37],
    [47, 38],
    [48, 39],
    [49, 40],
    [51, 44],
    [52, 45],
    [53, 46],
    [54, 47],
    [55, 49],
    [56, 50],
    [58, 53],
    [59, 54],
  ].map(([fable, letters]) => [String(fable), String(letters)]),
);

/** One name for a person, whichever of the two sets a number is of. */
export function pacePersonOf(set: PaceSet, user: string): string {
  const letters = set === 'monaco-fable' ? SAME_PACE_PERSON.get(user) : user;
  return letters === undefined ? `monaco-fable ${user}` : `villani-freetext ${letters}`;
}
