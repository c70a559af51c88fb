import {
  decisionRates,
  detCurve,
  falseMatchRate,
  falseNonMatchRate,
  learningCurve,
  type ScoredUser,
  verificationFigures,
} from '@tacit-auth/models/evaluation';
import type { BlockScores, JobResult, LearningRecord, RowHead, ScoresOf } from './jobs';
import { LEARNING_CURVE, MAIN_DETECTORS, TRAVEL } from './plan';
import { type Curve, type DetPlotCurve, type LearningSummary, type ReportRow, reportRow } from './report';
import { CLASSICAL_THRESHOLD } from './summary-detector';

export interface Figures {
  readonly seed: number;
  readonly resamples: number;
}

/** All that is known of a row before its figures. */
export interface Gathered {
  readonly head: RowHead;
  readonly users: ScoredUser[];
  /** The same of the people of odd number alone; empty where they are not told apart. */
  readonly odd: ScoredUser[];
}

/** Scores of the same row together, in the order in which they were planned. */
export function gather(scores: readonly ScoresOf[]): Gathered[] {
  const rows = new Map<string, Gathered>();
  for (const { head, user, odd } of scores) {
    const key = JSON.stringify([head.suite, head.detector, head.condition, head.enrol]);
    const row = rows.get(key) ?? { head, users: [], odd: [] };
    rows.set(key, row);
    row.users.push(user);
    if (odd !== undefined) row.odd.push(odd);
  }
  return [...rows.values()];
}

export function isRow({ suite }: RowHead): boolean {
  return suite !== TRAVEL && suite !== LEARNING_CURVE;
}

export function rowsOf(gathered: readonly Gathered[], figures: Figures): ReportRow[] {
  return gathered
    .filter(({ head }) => isRow(head))
    .map(({ head, users }) => ({
      ...reportRow(head, verificationFigures(users, figures), decisionRates(users, figures)),
      ...(head.detector === 'random-forest-summary' ? { at_classical: classicalRates(users) } : {}),
    }));
}

/** CMU rows of the main detectors for the people of odd number alone, as customers and as impostors. */
export function oddRowsOf(gathered: readonly Gathered[], figures: Figures): ReportRow[] {
  const main = gathered.filter(
    ({ head, odd }) => head.suite.startsWith('cmu-') && odd.length > 0 && MAIN_DETECTORS.includes(head.detector),
  );
  return rowsOf(
    main.map(({ head, odd }) => ({ head, users: odd, odd: [] })),
    figures,
  );
}

/** Rates at the share of the trees that the classical systems ask for. */
function classicalRates(users: readonly ScoredUser[]): { fmr: number; fnmr: number } {
  return {
    fmr: falseMatchRate(joined(users, 'impostor'), CLASSICAL_THRESHOLD),
    fnmr: falseNonMatchRate(joined(users, 'genuine'), CLASSICAL_THRESHOLD),
  };
}

/** Curves over the number of enrolled entries: one for each detector and impostor. */
export function attemptCurves(gathered: readonly Gathered[], figures: Figures): Curve[] {
  return curvesOf(
    gathered
      .filter(({ head }) => head.suite === LEARNING_CURVE)
      .map((row) => ({ ...row, head: { ...row.head, enrol: 0 }, from: 1, attempts: row.head.enrol })),
    figures,
  );
}

/** Curves over the first days of adaptive templates. */
export function firstDays(results: readonly JobResult[], figures: Figures): Curve[] {
  const blocks = new Map<string, { head: RowHead; users: ScoredUser[]; from: number; attempts: number }>();
  for (const { head, user, from, attempts } of results.flatMap((result): readonly BlockScores[] => result.blocks)) {
    const key = JSON.stringify([head, attempts]);
    const block = blocks.get(key);
    if (block === undefined) blocks.set(key, { head, users: [user], from, attempts });
    else block.users.push(user);
  }
  return curvesOf([...blocks.values()], figures);
}

interface Step extends Pick<Gathered, 'head' | 'users'> {
  readonly from: number;
  readonly attempts: number;
}

function curvesOf(steps: readonly Step[], figures: Figures): Curve[] {
  const curves = new Map<string, { head: RowHead; steps: Step[] }>();
  for (const step of steps) {
    const key = JSON.stringify(step.head);
    const curve = curves.get(key);
    if (curve === undefined) curves.set(key, { head: step.head, steps: [step] });
    else curve.steps.push(step);
  }
  return [...curves.values()].map(({ head, steps: own }) => ({
    ...head,
    points: learningCurve(own, figures).map((point) => {
      const step = own.find(({ attempts }) => attempts === point.attempts);
      const atTarget = decisionRates(step?.users ?? [], { ...figures, resamples: 100 }).find(({ targetFmr }) => targetFmr === 0.01);
      return {
        from: step?.from ?? 0,
        attempts: point.attempts,
        eer_user: point.eer_user,
        eer_user_ci: point.eer_user_ci,
        eer_global: point.eer_global,
        fnmr_at_fmr_1pct: point.fnmr_at_fmr_1pct,
        fmr_at_threshold: atTarget?.fmr ?? null,
        fnmr_at_threshold: atTarget?.fnmr ?? null,
      };
    }),
  }));
}

export function learningSummaries(results: readonly JobResult[]): LearningSummary[] {
  const groups = new Map<string, { head: RowHead; records: LearningRecord[] }>();
  for (const { head, record } of results.flatMap(({ learning }) => learning)) {
    const key = JSON.stringify(head);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { head, records: [record] });
    else group.records.push(record);
  }
  return [...groups.values()].map(({ head, records }) => {
    const total = (pick: (record: LearningRecord) => number) => records.reduce((sum, record) => sum + pick(record), 0);
    return {
      ...head,
      condition: head.condition.trim(),
      users: records.length,
      own_learned: total(({ own }) => own) / total(({ ownOffered }) => ownOffered),
      own_learned_least: Math.min(...records.map(({ own, ownOffered }) => own / ownOffered)),
      foreign_learned:
        total(({ foreign }) => foreign) /
        Math.max(
          total(({ foreignOffered }) => foreignOffered),
          1,
        ),
      foreign_share:
        total(({ foreignTimes }) => foreignTimes) /
        Math.max(
          total(({ ownTimes, foreignTimes }) => ownTimes + foreignTimes),
          1,
        ),
      foreign_share_most: Math.max(...records.map(({ ownTimes, foreignTimes }) => foreignTimes / Math.max(ownTimes + foreignTimes, 1))),
    };
  });
}

/** Least distance, in normal deviates, between points that are kept for drawing. */
const DRAWN_APART = 0.03;

/** DET curves of all scores of a row together; none of a row of which nothing could be judged. */
export function detCurves(gathered: readonly Gathered[]): DetPlotCurve[] {
  return gathered
    .filter(({ head }) => isRow(head))
    .map(({ head, users }) => ({ head, genuine: joined(users, 'genuine'), impostor: joined(users, 'impostor') }))
    .filter(({ genuine, impostor }) => genuine.length > 0 && impostor.length > 0)
    .map(({ head, genuine, impostor }) => {
      const points: [number, number][] = [];
      let lastX = Number.NaN;
      let lastY = Number.NaN;
      for (const { fmr, fnmr, fmrDeviate, fnmrDeviate } of detCurve(genuine, impostor)) {
        if (Math.hypot(fmrDeviate - lastX, fnmrDeviate - lastY) < DRAWN_APART) continue;
        points.push([round(fmr), round(fnmr)]);
        lastX = fmrDeviate;
        lastY = fnmrDeviate;
      }
      return { ...head, points };
    });
}

function round(rate: number): number {
  return Number(rate.toPrecision(4));
}

export function joined(users: readonly ScoredUser[], kind: 'genuine' | 'impostor'): Float64Array {
  return Float64Array.from(users.flatMap((user) => [...user[kind]]));
}
