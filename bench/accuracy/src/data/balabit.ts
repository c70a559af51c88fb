import { readdirSync } from 'node:fs';
import { numberIn, readCsv, readLines } from '@tacit-internal/bench-shared/read-lines';
import { eachLine, PointerLines, type PointerRecording } from './pointer-recording';

export interface BalabitSession {
  readonly session: string;
  readonly recording: PointerRecording;
}

export interface BalabitTestSession extends BalabitSession {
  /** Whether somebody else sat at the account. */
  readonly illegal: boolean;
}

/** Accounts of which there are training sessions, by number. */
export function balabitUsers(folder: string): string[] {
  return readdirSync(`${folder}/balabit/train`)
    .flatMap((name) => /^user(\d+)\.csv\.gz$/.exec(name)?.[1] ?? [])
    .toSorted((a, b) => Number(a) - Number(b))
    .map((number) => `user${number}`);
}

/** A. Fulop et al., Balabit Mouse Dynamics Challenge (2016): a person's long sessions of work on a remote desktop. */
export function readBalabitTraining(folder: string, user: string): Promise<BalabitSession[]> {
  return readSessions(`${folder}/balabit/train/${user}.csv.gz`);
}

/** Labelled test sessions at a person's account, by whoever. @throws RangeError for a session without a label. */
export async function readBalabitTest(folder: string, user: string): Promise<BalabitTestSession[]> {
  const illegal = new Map<string, boolean>();
  for await (const row of readCsv(`${folder}/balabit/test_labels.csv`)) {
    if (row('user') === user) illegal.set(row('session'), numberIn(row, 'is_illegal') === 1);
  }
  const sessions = await readSessions(`${folder}/balabit/test/${user}.csv.gz`);
  return sessions.map((each) => {
    const label = illegal.get(each.session);
    if (label === undefined) throw new RangeError(`balabit ${user} ${each.session} has no label`);
    return { ...each, illegal: label };
  });
}

/** Sessions of a file in which a line `#session_ID` begins each. */
async function readSessions(path: string): Promise<BalabitSession[]> {
  const sessions: { session: string; lines: PointerLines }[] = [];
  await eachLine(path, readLines(path), (line) => {
    if (line.startsWith('#')) {
      sessions.push({ session: line.slice(1), lines: new PointerLines() });
      return;
    }
    const current = sessions.at(-1);
    if (current === undefined) throw new RangeError('events come after the name of their session');
    current.lines.add(line);
  });
  return sessions.map(({ session, lines }) => ({ session, recording: lines.recording() }));
}
