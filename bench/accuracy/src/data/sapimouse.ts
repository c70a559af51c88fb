import { existsSync, readdirSync } from 'node:fs';
import { readLines } from '@tacit-internal/bench-shared/read-lines';
import { eachLine, PointerLines, type PointerRecording } from './pointer-recording';

export interface SapimousePerson {
  readonly user: string;
  /** The first session, of three minutes. */
  readonly enrolment: PointerRecording;
  /** The second, of one minute. */
  readonly test: PointerRecording;
}

const FILE = /^user(\d+)_3min\.csv\.gz$/;

/** The folder that holds recordings in this form: `DIR/sapimouse`, or `DIR` itself. `undefined` where there are none. */
export function sapimouseFolder(folder: string): string | undefined {
  return [`${folder}/sapimouse`, folder].find((each) => existsSync(each) && readdirSync(each).some((name) => FILE.test(name)));
}

/** Numbers of the people in a folder of {@link sapimouseFolder}, rising. @throws RangeError where somebody has one session alone. */
export function sapimouseUsers(folder: string): string[] {
  const users = readdirSync(folder)
    .flatMap((name) => FILE.exec(name)?.[1] ?? [])
    .toSorted((a, b) => Number(a) - Number(b));
  for (const user of users) {
    if (!existsSync(`${folder}/user${user}_1min.csv.gz`)) throw new RangeError(`${folder} has no user${user}_1min.csv.gz`);
  }
  return users;
}

/** M. Antal et al., SACI 2021: two recordings of people who clicked and dragged on a page in their own browsers. */
export async function readSapimousePerson(folder: string, user: string): Promise<SapimousePerson> {
  return {
    user,
    enrolment: await readRecording(`${folder}/user${user}_3min.csv.gz`),
    test: await readRecording(`${folder}/user${user}_1min.csv.gz`),
  };
}

async function readRecording(path: string): Promise<PointerRecording> {
  const lines = new PointerLines();
  await eachLine(path, readLines(path), (line) => lines.add(line));
  return lines.recording();
}
