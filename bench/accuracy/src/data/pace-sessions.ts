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
