import { evaluateFixedText, type GateName, parseTypingRecord, type TypingRecord } from '@tacit-auth/models/evaluation';
import { readLines } from '@tacit-internal/bench-shared/read-lines';
import type { AnyDetector } from './detectors';
import { type ReportRow, reportRow } from './report';

/** Most samples of a file: they lie in memory together. */
const MOST_RECORDS = 500_000;

/** Records of a file in the generic typing format; says which line is wrong. */
export async function readTypingFile(file: string): Promise<TypingRecord[]> {
  const records: TypingRecord[] = [];
  let number = 0;
  for await (const line of readLines(file)) {
    number++;
    if (number > MOST_RECORDS) throw new RangeError(`${file} holds more than ${MOST_RECORDS} samples`);
    try {
      records.push(parseTypingRecord(line));
    } catch (cause) {
      throw new Error(`${file}, sample ${number}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    }
  }
  return records;
}

interface TypingFileRun {
  readonly file: string;
  readonly name: string;
  readonly detector: AnyDetector;
  readonly enrol: number;
  readonly adaptive: GateName | null;
  readonly seed: number;
  readonly onProgress?: (share: number) => void;
}

/** One row for the whole file, then one for each text where there are several. */
export async function runTypingFile({ file, name, detector, enrol, adaptive, seed, onProgress }: TypingFileRun): Promise<ReportRow[]> {
  const records = await readTypingFile(file);
  const evaluation = evaluateFixedText({
    records,
    detector,
    enrol,
    seed,
    ...(adaptive === null ? {} : { adaptive }),
    onProgress: ({ done, total }) => onProgress?.(done / (total + 1)),
  });
  const mode = adaptive === null ? 'fixed' : `fixed adaptive gate=${adaptive}`;
  const head = { suite: 'typing-jsonl', detector: name, condition: mode, enrol };
  const groups = evaluation.groups.length > 1 ? evaluation.groups : [];
  return [
    reportRow(head, evaluation.figures, evaluation.decisions),
    ...groups.map(({ group, figures, decisions }) =>
      reportRow({ ...head, condition: `${mode} group=${(group ?? 'null').replaceAll(/\s+/g, '_')}` }, figures, decisions),
    ),
  ];
}
