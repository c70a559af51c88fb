import {
  type FeatureSample,
  featureCsv,
  featureRows,
  type ParsedTypingSample,
  parseTypingSample,
  TYPING_LIMITS,
  toTenths,
} from '@tacit-auth/features';
import type { TypingRecord } from '@tacit-auth/models/evaluation';
import { EXIT } from './cli-error';
import type { Command } from './command';
import { assertOtherFile, STDOUT } from './output-file';
import { fileError, readRecords } from './read-records';

/** Written at once. */
const PIECE = 65_536;

export const exportFeaturesCommand: Command = {
  name: 'export-features',
  usage: 'FILE [options]',
  summary: 'every feature of a file of typing samples, as CSV',
  details: `FILE has one sample a line, plain or gzip, or is - for standard input; see tacit evaluate --help.

Each row is one number of one sample: schema, user, category, type, key_from, key_to, value, extra,
index, session. The session is named by group, session and index of the sample. Times are in ms.`,
  options: { output: { value: 'FILE', help: 'write to a file; - for standard output (default)' } },
  operands: [1, 1],
  examples: ['export-features entries.jsonl.gz --output features.csv', 'export-features entries.jsonl | gzip > features.csv.gz'],
  async run(given, { stdin, stdout, stderr, files }) {
    const [file] = given.operands as readonly [string];
    const path = given.text('output') ?? STDOUT;
    await assertOtherFile(file, path, 'output', files);
    let leftOut = 0;
    async function* pieces(): AsyncGenerator<string> {
      let piece = [...featureCsv([])].join('');
      let place = 0;
      for await (const record of readRecords(file, { stdin, files })) {
        const sample = sampleOf(record);
        if (sample === undefined) {
          leftOut++;
          continue;
        }
        const samples: FeatureSample[] = [{ sample, session: sessionOf(record, place++) }];
        for (const line of featureCsv(featureRows({ user: record.user, samples }), { header: false })) {
          piece += line;
          if (piece.length >= PIECE) {
            yield piece;
            piece = '';
          }
        }
      }
      yield piece;
    }
    if (path === STDOUT) {
      for await (const piece of pieces()) {
        stdout.write(piece);
        await stdout.drained();
      }
    } else {
      await files.write(path, pieces()).catch((error: unknown) => {
        throw fileError(error, path);
      });
    }
    if (leftOut > 0) {
      const { maxKeys } = TYPING_LIMITS;
      const what = `they have no keys, more than ${maxKeys}, or last more than an hour`;
      stderr.write(`tacit export-features: ${leftOut} ${leftOut === 1 ? 'sample' : 'samples'} left out: ${what}\n`);
      return EXIT.incomplete;
    }
    return EXIT.done;
  },
};

/** A record as a sample; undefined where it is longer than one may be. */
function sampleOf({ keys }: TypingRecord): ParsedTypingSample | undefined {
  const { maxKeys, maxTime, maxHold, maxKeyLength } = TYPING_LIMITS;
  const origin = keys[0]?.[1] ?? 0;
  const name = new RegExp(`^[A-Za-z0-9]{1,${maxKeyLength}}$`);
  const strokes = keys.map(([key, press, release]): [string | null, number, number | null] => {
    const start = toTenths(press - origin);
    const end = release === null ? null : toTenths(release - origin);
    const seen = end !== null && end >= start && end - start <= maxHold && end <= maxTime;
    return [key !== null && name.test(key) ? key : null, start, seen ? end : null];
  });
  if (strokes.length === 0 || strokes.length > maxKeys || strokes.at(-1)![1] > maxTime) {
    return undefined;
  }
  return parseTypingSample({
    version: 1,
    mode: strokes.some(([key]) => key !== null) ? 'text' : 'secret',
    field: 'file',
    keys: strokes,
    flags: {},
    // Nobody measured the clock. Its step is 1 ms where every time is a whole number of them, as far as can be seen.
    clockStep: strokes.every(([, press, release]) => press % 10 === 0 && (release ?? 0) % 10 === 0) ? 10 : 1,
    device: 'unknown',
  });
}

/** Names a sample so that a spreadsheet takes it for text: neither a number nor a date. */
function sessionOf({ group, session, index }: TypingRecord, place: number): string {
  const name = `s${session ?? 0}-e${index ?? place}`;
  return group === null ? name : `${group} ${name}`;
}
