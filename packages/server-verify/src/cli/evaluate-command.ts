import { evaluateFixedText, type FixedTextEvaluation } from '@tacit-auth/models/evaluation';
import { CliError, EXIT, UsageError } from './cli-error';
import { bold, mayColour } from './cli-streams';
import type { Command } from './command';
import { DETECTOR_NAMES, withDetector } from './detectors';
import { evaluationJson } from './evaluation-json';
import { evaluationTable } from './evaluation-table';
import { holdRecords } from './held-records';
import { assertOtherFile, STDOUT } from './output-file';
import { startProgress } from './progress';
import { fileError, readRecords, STDIN } from './read-records';

const GATES = ['product', 'product-step-up', 'timing'] as const;

export const evaluateCommand: Command = {
  name: 'evaluate',
  usage: 'FILE --enrol N [options]',
  summary: 'how well a detector tells people apart on a file of typing samples',
  details: `FILE has one sample a line, in time order per user, plain or gzip, or is - for standard input:
  {"user":"7","group":"a phrase or null","session":0,"index":3,"keys":[["KeyA",press_ms,release_ms],...]}

Of each user and group the first N samples enrol, and the rest are genuine probes. Impostors are the
first 2 probes of every other user of the group. Rates come with 95 % intervals over people.`,
  options: {
    enrol: { value: 'N', help: 'samples that enrol, 1 to 1000' },
    kind: { value: 'KIND', help: 'fixed: every user typed the same text in each group (default)' },
    detector: { value: 'NAME', help: `${DETECTOR_NAMES.join(', ')} (default: default)` },
    adaptive: { help: 'let templates learn while they are tested, one attempt in ten being\nan impostor' },
    gate: {
      value: 'NAME',
      help: 'what may be learned: product, product-step-up or timing (default: product,\nfor other detectors timing)',
    },
    seed: { value: 'S', help: 'integer; the same seed gives the same figures (default 1)' },
    json: { value: 'FILE', help: 'write the figures as JSON too; - for standard output instead of the table' },
  },
  operands: [1, 1],
  examples: ['evaluate entries.jsonl.gz --enrol 5', 'evaluate entries.jsonl --enrol 5 --adaptive --json figures.json'],
  async run(given, { stdin, stdout, stderr, env, files }) {
    const [file] = given.operands as readonly [string];
    const enrol = given.integer('enrol', 1, 1_000);
    if (enrol === undefined) {
      throw new UsageError('--enrol is missing: the number of samples that enrol, such as --enrol 5');
    }
    given.choice('kind', ['fixed']);
    const detector = given.choice('detector', DETECTOR_NAMES) ?? 'default';
    const chosen = given.choice('gate', GATES);
    if (chosen !== undefined && !given.has('adaptive')) {
      throw new UsageError('--gate needs --adaptive');
    }
    if (chosen !== undefined && chosen !== 'timing' && detector !== 'default') {
      throw new UsageError(`--gate ${chosen} needs --detector default; other detectors learn by --gate timing`);
    }
    const gate = given.has('adaptive') ? (chosen ?? (detector === 'default' ? 'product' : 'timing')) : undefined;
    const seed = given.integer('seed', -2_147_483_648, 4_294_967_295) ?? 1;
    const json = given.text('json');

    for (const output of [STDOUT, json ?? STDOUT]) {
      await assertOtherFile(file, output, 'json', files);
    }

    const { records, withoutKeys } = await holdRecords(readRecords(file, { stdin, files }), file);
    if (withoutKeys > 0) {
      stderr.write(`tacit evaluate: ${withoutKeys} ${withoutKeys === 1 ? 'sample' : 'samples'} left out: they have no keys\n`);
    }
    if (records.length === 0) {
      throw new CliError(`${file}: no samples with keys; see tacit evaluate --help for the format`);
    }
    const progress = startProgress(stderr, `evaluating ${records.length} samples`);
    const evaluation: FixedTextEvaluation = withDetector(detector, seed, (found) =>
      evaluateFixedText({
        records,
        detector: found,
        enrol,
        seed,
        ...(gate === undefined ? {} : { adaptive: gate }),
        onProgress: ({ done, total }) => progress.step(done, total),
      }),
    );
    progress.end();

    const run = { detector, seed, samples: records.length };
    if (json !== undefined) {
      const text = `${JSON.stringify(evaluationJson(evaluation, run), null, 2)}\n`;
      if (json === STDIN) {
        stdout.write(text);
      } else {
        await files.write(json, text).catch((error: unknown) => {
          throw fileError(error, json);
        });
      }
    }
    if (json !== STDIN) {
      const colour = mayColour(stdout, env);
      stdout.write(evaluationTable(evaluation, run, (heading) => bold(heading, colour)));
    }
    if (evaluation.figures.users === 0) {
      stderr.write(`tacit evaluate: no figures: ${whyNone(evaluation, enrol)}\n`);
      return EXIT.incomplete;
    }
    return withoutKeys > 0 ? EXIT.incomplete : EXIT.done;
  },
};

function whyNone({ groups }: FixedTextEvaluation, enrol: number): string {
  if (groups.some(({ users, holds }) => users.length > 1 && !holds)) {
    return 'the file tells no releases of keys, which this detector needs; try --detector default';
  }
  return `no two people have more than ${enrol} samples of one text that can be compared`;
}
