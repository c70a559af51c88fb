import { type DecisionRates, decisionRates, rocCurve, type ScoredUser } from '@tacit-auth/models/evaluation';
import { type Figures, joined } from './assemble';
import type { RowHead } from './jobs';
import { TRAVEL, TRAVEL_SIZES } from './plan';
import type { TravelRow, TravelSummary } from './report';

interface Gathered {
  readonly head: RowHead;
  readonly users: readonly ScoredUser[];
}

/** The people whom the cut-off of {@link cutOffOn} is set on, and on whom numbers of the default detector were fitted. */
const FITTED = 'cmu even';
/** Beginning of the names of all sets of the text that those people type. */
const FITTED_TEXT = 'cmu ';
/** Sets of ten entries a person enrol nine where ten are asked for. */
const enrolmentAsked = (enrol: number): number => (enrol === 9 ? 10 : enrol);

/**
 * Does a threshold travel? Each set under the detector's shipped thresholds, and under the one cut-off that lets in 1 % of impostors, half of them
 * novices, on the even-numbered CMU people with templates of as many entries.
 */
export function travelRows(gathered: readonly Gathered[], figures: Figures): TravelRow[] {
  const travelling = gathered.filter(({ head }) => head.suite === TRAVEL);
  return travelling.flatMap(({ head, users }) => {
    const row = (cutOff: string, { fmr, fmrCi, fnmr, fnmrCi }: DecisionRates): TravelRow => ({
      detector: head.detector,
      enrol: head.enrol,
      cut_off: cutOff,
      set: head.condition,
      users: users.length,
      genuine: users.reduce((sum, { genuine }) => sum + genuine.length, 0),
      impostor: users.reduce((sum, { impostor }) => sum + impostor.length, 0),
      fmr,
      fmr_ci: fmrCi,
      fnmr,
      fnmr_ci: fnmrCi,
    });
    const even = travelling.filter(
      (other) =>
        other.head.detector === head.detector && other.head.enrol === enrolmentAsked(head.enrol) && other.head.condition.startsWith(FITTED),
    );
    const shipped = decisionRates(users, figures).map((rates) => row(`target=${rates.targetFmr}`, rates));
    if (even.length === 0) return shipped;
    const cutOff = cutOffOn(even.flatMap((set) => set.users));
    return [
      ...shipped,
      ...decisionRates(
        users.map((user) => judged(user, cutOff)),
        figures,
      ).map((rates) => row('cmu-even', rates)),
    ];
  });
}

/** The least score that keeps 99 % of the impostors out. */
function cutOffOn(users: readonly ScoredUser[]): number {
  const points = rocCurve(joined(users, 'genuine'), joined(users, 'impostor'));
  return points.find(({ fmr }) => fmr <= 0.01)?.threshold ?? Number.POSITIVE_INFINITY;
}

function judged(user: ScoredUser, cutOff: number): ScoredUser {
  const accepted = (scores: Float64Array) => scores.filter((score) => score >= cutOff).length;
  const decision = {
    targetFmr: 0.01,
    genuineRejected: user.genuine.length - accepted(user.genuine),
    impostorAccepted: accepted(user.impostor),
  };
  return { ...user, decisions: [decision] };
}

/** Mean and worst over the other sets. CMU is left out, people of odd number too: theirs is the text that numbers of the calibration come from. */
export function travelSummaries(rows: readonly TravelRow[]): TravelSummary[] {
  const outside = rows.filter(({ set }) => !set.startsWith(FITTED_TEXT));
  const keys = [...new Set(outside.map(({ detector, cut_off }) => `${detector}\n${cut_off}`))];
  return keys.flatMap((key) => {
    const own = outside.filter(({ detector, cut_off }) => `${detector}\n${cut_off}` === key);
    return [...TRAVEL_SIZES, 'all' as const].flatMap((enrol) => summary(own, enrol));
  });
}

function summary(rows: readonly TravelRow[], enrol: number | 'all'): TravelSummary[] {
  const own = rows.filter((row) => enrol === 'all' || enrolmentAsked(row.enrol) === enrol);
  const [first] = own;
  if (first === undefined) return [];
  const mean = (pick: (row: TravelRow) => number) => own.reduce((sum, row) => sum + pick(row), 0) / own.length;
  return [
    {
      detector: first.detector,
      enrol,
      cut_off: first.cut_off,
      sets: own.length,
      fmr_mean: mean(({ fmr }) => fmr),
      fmr_worst: Math.max(...own.map(({ fmr }) => fmr)),
      fnmr_mean: mean(({ fnmr }) => fnmr),
    },
  ];
}
