import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { seededUniforms } from '@tacit-auth/models/evaluation';

/** A folder for one test file's data, removed by the function that comes with it. */
export function dataFolder(): { folder: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'tacit-accuracy-'));
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}

export function writeData(folder: string, file: string, text: string): string {
  const path = join(folder, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, file.endsWith('.gz') ? gzipSync(text) : text);
  return path;
}

const KEYS = ['period', 't', 'i', 'e', 'five', 'Shift.r', 'o', 'a', 'n', 'l', 'Return'];

/** A file in the form of the CMU set, by made-up people. */
export function writeCmu(folder: string, people: number, entries: number): void {
  const columns = KEYS.flatMap((key, i) => [
    `H.${key}`,
    ...(i + 1 < KEYS.length ? [`DD.${key}.${KEYS[i + 1]}`, `UD.${key}.${KEYS[i + 1]}`] : []),
  ]);
  const lines = [['subject', 'sessionIndex', 'rep', ...columns].join(',')];
  for (let person = 0; person < people; person++) {
    const own = seededUniforms(1, person);
    const typical = columns.map(() => 0.06 + 0.2 * own());
    for (let entry = 0; entry < entries; entry++) {
      const times = typical.map((time) => (time * (0.85 + 0.3 * own())).toFixed(4));
      lines.push([`s${String(person).padStart(3, '0')}`, Math.floor(entry / 50) + 1, (entry % 50) + 1, ...times].join(','));
    }
  }
  writeData(folder, 'cmu/DSL-StrongPasswordData.csv', `${lines.join('\n')}\n`);
}
