import { existsSync } from 'node:fs';
import { type PointerActions, pointerActionsFrom } from '@tacit-auth/features';
import { BenchError } from '@tacit-internal/bench-shared/bench-error';
import { balabitUsers, readBalabitTest, readBalabitTraining } from '../data/balabit';
import type { PointerRecording } from '../data/pointer-recording';
import { readSapimousePerson, sapimouseFolder, sapimouseUsers } from '../data/sapimouse';
import type { SetFiles } from '../windows/digest-files';
import { durationOf, rateClassOf } from './pointer-cuts';

export const POINTER_SETS = ['sapimouse', 'balabit'] as const;
export type PointerSetName = (typeof POINTER_SETS)[number];

/** Grids of time: of browsers, and of remote desktops some of which tell a place every 100 ms only. */
export const GRIDS: Readonly<Record<PointerSetName, number>> = { sapimouse: 16, balabit: 100 };

/** The sets' files, with the SHA-256 of those that the floors were set on; folders by their packed tables. */
export const POINTER_FILES: readonly SetFiles[] = [
  { name: 'sapimouse', file: 'sapimouse/', sha256: '41f39009aca41c2a4cefb967a58c3129cdb4bfb5a490cfb3963e11014800bd1e' },
  { name: 'balabit training', file: 'balabit/train/', sha256: 'abb03b96b2b3d8ca03c5693a79245fa8ee7fe6bf2d927c0056e714952fc89bb3' },
  { name: 'balabit test', file: 'balabit/test/', sha256: '5ec39874bd7166fa79e08b660bf19f121f694f89d67812e36f5ef513b06a015f' },
  { name: 'balabit labels', file: 'balabit/test_labels.csv', sha256: '8eba2d8046826fd727a606db1f84947cd7f3139f115c61e465a7130f1a247ad9' },
];

/** What a folder has of the sets; a check needs all. @throws BenchError for a folder that has none. */
export function pointerFiles(data: string, check: boolean): SetFiles[] {
  if (check) return [...POINTER_FILES];
  const there = POINTER_FILES.filter(({ file }) => existsSync(`${data}/${file}`));
  if (there.length === 0 && sapimouseFolder(data) === undefined) throw new BenchError(`${data} holds no recordings of pointers.\n`);
  return there;
}

/** The sets that a folder has. */
export function pointerSetsIn(data: string): PointerSetName[] {
  return POINTER_SETS.filter((set) => (set === 'balabit' ? existsSync(`${data}/balabit/train`) : sapimouseFolder(data) !== undefined));
}

export interface PointerSession {
  readonly actions: PointerActions;
  /** In ms. */
  readonly duration: number;
  /** Whether somebody else sat there; where that is labelled. */
  readonly illegal?: boolean;
}

export interface PointerPerson {
  readonly user: string;
  readonly enrolment: readonly PointerSession[];
  readonly test: readonly PointerSession[];
  /** Class of the device's event rate. */
  readonly rate: number;
}

export function usersOf(data: string, set: PointerSetName): string[] {
  if (set === 'balabit') return balabitUsers(data);
  const folder = sapimouseFolder(data);
  return folder === undefined ? [] : sapimouseUsers(folder);
}

/** Reads people of the sets, each once on each grid. */
export class PointerSets {
  readonly #read = new Map<string, Promise<PointerPerson>>();

  get(data: string, set: PointerSetName, user: string, gridMs: number): Promise<PointerPerson> {
    const key = JSON.stringify([data, set, user, gridMs]);
    const reading = this.#read.get(key) ?? readPerson(data, set, user, gridMs);
    this.#read.set(key, reading);
    return reading;
  }

  /** One after the other: a person's events are many, and only their actions stay. */
  async people(data: string, set: PointerSetName, users: readonly string[], gridMs: number): Promise<PointerPerson[]> {
    const people: PointerPerson[] = [];
    for (const user of users) people.push(await this.get(data, set, user, gridMs));
    return people;
  }
}

async function readPerson(data: string, set: PointerSetName, user: string, gridMs: number): Promise<PointerPerson> {
  if (set === 'balabit') {
    const training = await readBalabitTraining(data, user);
    const test = await readBalabitTest(data, user);
    return {
      user,
      enrolment: training.map(({ recording }) => sessionOf(recording, gridMs)),
      test: test.map(({ recording, illegal }) => ({ ...sessionOf(recording, gridMs), illegal })),
      rate: rateClassOf(training.map(({ recording }) => recording)),
    };
  }
  const { enrolment, test } = await readSapimousePerson(sapimouseFolder(data) ?? data, user);
  return { user, enrolment: [sessionOf(enrolment, gridMs)], test: [sessionOf(test, gridMs)], rate: rateClassOf([enrolment, test]) };
}

function sessionOf(recording: PointerRecording, gridMs: number): PointerSession {
  return { actions: pointerActionsFrom({ events: recording, gridMs, device: 'mouse' }), duration: durationOf(recording) };
}
