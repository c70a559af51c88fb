import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Progress } from '@tacit-internal/bench-shared/progress';
import { digestOf, digestSources, type SourceDigest } from '@tacit-internal/bench-shared/public-data';
import { runJobs, workerThread } from '@tacit-internal/bench-shared/run-jobs';
import { attemptCurves, detCurves, firstDays, gather, learningSummaries, oddRowsOf, rowsOf } from './assemble';
import { TextSets } from './data/text-sets';
import { DETECTORS, type DetectorOptions, detectorNamed } from './detectors';
import { faceFiles } from './face/face-sets';
import { measureFace } from './face/measure-face';
import { freeTextFiles } from './free-text/free-text-sets';
import { measureFreeText } from './free-text/measure-free-text';
import { measureFreeTextFile } from './free-text/measure-free-text-file';
import type { Job, JobResult } from './jobs';
import { MissingDetector } from './missing-detector';
import { type Options, type TypingFileOptions, WINDOW_DETECTORS } from './options';
import { CALIBRATE_EVERY, nameOf, planJobs, type Suite, workOf } from './plan';
import { measurePointer } from './pointer/measure-pointer';
import { pointerFiles } from './pointer/pointer-sets';
import { REPORT_SCHEMA, type Report, type ReportRow } from './report';
import { measureSession, SESSION_FILES } from './session/measure-session';
import { complexityRows, crossTypings } from './studies';
import { travelRows, travelSummaries } from './travel';
import { setFiles } from './windows/digest-files';

export const RESAMPLES = 2_000;
const PACKAGES = ['features', 'models'].map((name) => `@tacit-auth/${name}`);

/** What the options ask for, where every detector were there. */
export function plannedJobs(options: Options): Job[] {
  return planJobs({ ...options, detectors: askedDetectors(options) });
}

/** Of those that judge fixed text. */
function askedDetectors({ detectors }: Options): readonly string[] {
  const known = DETECTORS.map(({ name }) => name);
  return detectors.length === 0 ? known : detectors.filter((name) => known.includes(name));
}

/** Measures what the options ask for. */
export async function measure(options: Options): Promise<Report> {
  const { data, train, seed, check, quick, trainData, threads } = options;
  const detectorOptions = { data, train };
  const faceData = measuresFaces(options) ? await faceFiles(data, check) : [];
  const freeTextData = measures(options, 'free-text') ? await setFiles(data, freeTextFiles(data, check), check) : [];
  const pointerData = measures(options, 'pointer') ? await setFiles(data, pointerFiles(data, check), check) : [];
  const sessionData = measures(options, 'session') ? await setFiles(data, SESSION_FILES, check) : [];
  const { names, leftOut } = await presentDetectors(options, detectorOptions);
  const jobs = planJobs({ ...options, detectors: names });
  const results = await runAll(jobs, options, detectorOptions);
  const figures = { seed, resamples: RESAMPLES };
  const gathered = gather(results.flatMap(({ scores }) => scores));
  const rows = rowsOf(gathered, figures);
  const travel = travelRows(gathered, figures);
  const sets = new TextSets(data);
  const windows = { data, trainData, seed, resamples: RESAMPLES, threads, small: check, quick, detectors: options.detectors };
  const freeText = measures(options, 'free-text') ? await measureFreeText(windows) : undefined;
  const pointer = measures(options, 'pointer') ? await measurePointer(windows) : undefined;
  const session = measures(options, 'session') ? await measureSession(windows) : undefined;
  const face = measuresFaces(options) ? await measureFace({ data, seed, resamples: RESAMPLES, small: check || quick }) : undefined;
  return {
    ...(await emptyReport(options)),
    data: [...(await digestSources(data)), ...onceEach([...freeTextData, ...pointerData, ...sessionData]), ...faceData],
    left_out: leftOut,
    rows: [...rows, ...(freeText?.rows ?? []), ...(pointer?.rows ?? []), ...(face?.rows ?? [])],
    rows_odd: oddRowsOf(gathered, figures),
    travel,
    travel_summary: travelSummaries(travel),
    curves: [...attemptCurves(gathered, figures), ...firstDays(results, figures)],
    learning: learningSummaries(results),
    cross_typing: await crossTypings(jobs, results, sets),
    complexity: await complexityRows(rows, sets),
    det: detCurves(gathered),
    ...(freeText === undefined ? {} : { free_text: freeText }),
    ...(pointer === undefined ? {} : { pointer }),
    ...(session === undefined ? {} : { session }),
    ...(face === undefined ? {} : { face }),
  };
}

/** The face matcher is the default one and has no other beside it. */
function measuresFaces({ suites, detectors }: Options): boolean {
  return suites.includes('face') && (detectors.length === 0 || detectors.includes('default'));
}

/** Several suites read the same files. */
function onceEach(digests: readonly SourceDigest[]): SourceDigest[] {
  return [...new Map(digests.map((digest) => [digest.name, digest])).values()];
}

/** Whether a suite on windows of a session is asked for, with any of its detectors. */
function measures({ suites, detectors }: Options, suite: Suite): boolean {
  return suites.includes(suite) && (detectors.length === 0 || detectors.some((name) => WINDOW_DETECTORS.includes(name)));
}

/** Runs the protocol for files in the generic format: rows of fixed text, or of free text. */
export async function measureTypingFile(options: Options, file: TypingFileOptions): Promise<Report> {
  const { data, train, trainData, seed, threads } = options;
  const names = options.detectors.length === 0 ? ['default'] : options.detectors;
  const digest = { name: 'typing-jsonl', file: file.file, sha256: await digestOf(file.file) };
  const report = { ...(await emptyReport(options)), data: [digest] };
  if (file.kind === 'free') {
    const freeText = await measureFreeTextFile({ ...file, trainData, seed, threads, resamples: RESAMPLES });
    return { ...report, rows: freeText.rows, free_text: freeText };
  }
  const { enrol, adaptive } = file;
  const jobs = names.map((detector): Job => ({ kind: 'typing-jsonl', file: file.file, detector, enrol, adaptive, seed }));
  const results = await runAll(jobs, options, { data, train });
  return { ...report, rows: results.flatMap(({ rows }) => rows as readonly ReportRow[]) };
}

async function emptyReport({ seed, quick }: Options): Promise<Report> {
  return {
    schema: REPORT_SCHEMA,
    version: builtVersion(),
    seed,
    resamples: RESAMPLES,
    quick,
    data: [],
    left_out: [],
    calibrate_every: CALIBRATE_EVERY,
    rows: [],
    rows_odd: [],
    travel: [],
    travel_summary: [],
    curves: [],
    learning: [],
    cross_typing: [],
    complexity: [],
    det: [],
  };
}

async function runAll(jobs: readonly Job[], { threads }: Options, options: DetectorOptions): Promise<JobResult[]> {
  const progress = new Progress(jobs.reduce((sum, job) => sum + workOf(job), 0));
  return runJobs({
    jobs,
    threads,
    start: () => workerThread<Job, JobResult>(new URL('./run-job.ts', import.meta.url).href, options),
    onProgress: (job, share) => progress.add(share * workOf(job), nameOf(job)),
  });
}

/** The detectors asked for, and used, that this installation has, and a line about each that it has not. */
async function presentDetectors(options: Options, detectorOptions: DetectorOptions): Promise<{ names: string[]; leftOut: string[] }> {
  const used = new Set(plannedJobs(options).map(({ detector }) => detector));
  const names: string[] = [];
  const leftOut: string[] = [];
  for (const name of askedDetectors(options).filter((each) => used.has(each))) {
    try {
      await detectorNamed(name).load(detectorOptions);
      names.push(name);
    } catch (error) {
      if (!(error instanceof MissingDetector)) throw error;
      leftOut.push(`${name}: ${error.message}`);
    }
  }
  return { names, leftOut };
}

/** A loader that maps packages to their sources would measure something that nobody installs. */
function builtVersion(): string {
  const hash = createHash('sha256');
  for (const name of PACKAGES) {
    const entry = import.meta.resolve(name);
    if (!entry.endsWith('/dist/index.js')) throw new Error(`${name} does not resolve to its build`);
    const folder = fileURLToPath(new URL('.', entry));
    for (const file of readdirSync(folder)
      .filter((each) => each.endsWith('.js'))
      .toSorted())
      hash.update(file).update(readFileSync(`${folder}${file}`));
  }
  return hash.digest('hex').slice(0, 16);
}
