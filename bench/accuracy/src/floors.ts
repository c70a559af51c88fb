import type { CrossRates } from './face/cross-pairs';
import type { Report, ReportRow, TravelSummary } from './report';
import type { SessionRow } from './session/session-figures';

/** A figure that must stay within bounds. Exactly one of `row`, `travel`, `cross` and `session` says where it stands. */
export interface Floor {
  readonly row?: { readonly suite: string; readonly detector: string; readonly condition: string; readonly enrol: number };
  readonly travel?: { readonly detector: string; readonly cut_off: string; readonly enrol: number | 'all' };
  /** All pairs of faces, in one light, of some of the people: at the shipped threshold for `target`. */
  readonly cross?: { readonly lighting: string; readonly people: string };
  /** Streams in which somebody takes over, at the threshold chosen for so many false alarms in 10,000. */
  readonly session?: { readonly detector: string; readonly condition: string; readonly target_per_10k: number };
  /** A field of the row; with `target`, of what the shipped threshold for that false match rate did. */
  readonly figure: string;
  readonly target?: number;
  /** What it was, to four places, when the bounds were set. */
  readonly measured?: number;
  readonly least?: number;
  readonly most?: number;
  /** The row is of a model that not every installation has trained, or of a run that takes too long for a check: it need not be measured. */
  readonly if_measured?: boolean;
}

export interface JudgedFloor {
  readonly what: string;
  readonly bound: string;
  /** `undefined` where the run did not measure it. */
  readonly value: number | undefined;
  readonly verdict: 'kept' | 'broken' | 'not measured';
}

type Judged = Pick<Report, 'rows' | 'travel_summary' | 'face' | 'session'>;

/** Every floor against a report. One that the run did not measure counts as broken, unless it need not be, or `partial`: a run of some suites. */
export function judgeFloors(floors: readonly Floor[], report: Judged, partial: boolean): JudgedFloor[] {
  return floors.map((floor): JudgedFloor => {
    const { least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY, if_measured = false } = floor;
    const found = placeOf(report, floor);
    const judged = { what: describe(floor), bound: boundOf(floor) };
    if (found === undefined) return { ...judged, value: undefined, verdict: partial || if_measured ? 'not measured' : 'broken' };
    const value = numberOf(found, floor);
    return { ...judged, value, verdict: value !== undefined && value >= least && value <= most ? 'kept' : 'broken' };
  });
}

function placeOf(report: Judged, floor: Floor): Place | undefined {
  if (floor.cross !== undefined) return crossOf(report, floor);
  if (floor.session !== undefined) return sessionOf(report, floor);
  return floor.row === undefined ? travelOf(report, floor) : rowOf(report, floor);
}

type Place = ReportRow | TravelSummary | CrossRates | SessionRow;

function rowOf({ rows }: Judged, { row }: Floor): ReportRow | undefined {
  return rows.find(
    (each) => each.suite === row?.suite && each.detector === row.detector && each.condition === row.condition && each.enrol === row.enrol,
  );
}

function travelOf(report: Judged, { travel }: Floor): TravelSummary | undefined {
  return report.travel_summary.find(
    (each) => each.detector === travel?.detector && each.cut_off === travel.cut_off && each.enrol === travel.enrol,
  );
}

function crossOf({ face }: Judged, { cross, target }: Floor): CrossRates | undefined {
  const row = face?.cross.find(({ lighting, people }) => lighting === cross?.lighting && people === cross.people);
  return row?.at.find(({ target_fmr }) => target_fmr === target);
}

function sessionOf(report: Judged, { session }: Floor): SessionRow | undefined {
  return report.session?.rows.find(
    (each) => each.detector === session?.detector && each.condition === session.condition && each.target_per_10k === session.target_per_10k,
  );
}

function numberOf(row: Place, { figure, target }: Floor): number | undefined {
  const of = target === undefined || !('at_targets' in row) ? row : row.at_targets.find(({ target_fmr }) => target_fmr === target);
  const value: unknown = Object.entries(of ?? {}).find(([name]) => name === figure)?.[1];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function describe({ row, travel, cross, session, figure, target }: Floor): string {
  const shipped = target === undefined ? '' : ` at the shipped threshold for ${target}`;
  if (row !== undefined) return `${row.suite} ${row.condition} n=${row.enrol} ${row.detector} ${figure}${shipped}`;
  if (cross !== undefined) return `face ${cross.lighting}, all pairs of people '${cross.people}' ${figure}${shipped}`;
  if (session !== undefined) return `session ${session.condition} ${session.detector} at ${session.target_per_10k} in 10,000 ${figure}`;
  return `threshold on other sets, ${travel?.cut_off} n=${travel?.enrol} ${travel?.detector} ${figure}`;
}

function boundOf({ least, most }: Floor): string {
  return [least === undefined ? '' : `>= ${least}`, most === undefined ? '' : `<= ${most}`].filter((part) => part !== '').join(' and ');
}

/** How many floors were kept, and by name those that were not, or that nothing is known of. */
export function floorSummary(judged: readonly JudgedFloor[]): string {
  const of = (verdict: JudgedFloor['verdict']) => judged.filter((floor) => floor.verdict === verdict);
  const named = (verdict: JudgedFloor['verdict']) =>
    of(verdict).map(({ what, bound, value }) => {
      const why =
        verdict === 'not measured' ? '' : value === undefined ? ': it was not measured' : `: ${value.toPrecision(4)} is not ${bound}`;
      return `  ${verdict}: ${what}${why}`;
    });
  const counts = `Of ${judged.length} floors ${of('kept').length} kept, ${of('broken').length} broken, ${of('not measured').length} not measured.`;
  return [counts, ...named('broken'), ...named('not measured')].join('\n');
}

/** @throws TypeError or RangeError for a list that holds anything but floors. */
export function parseFloors(text: string): Floor[] {
  const list: unknown = JSON.parse(text);
  if (!Array.isArray(list)) throw new TypeError('floors must be a list');
  for (const floor of list as Partial<Floor>[]) {
    const places = [floor.row, floor.travel, floor.cross, floor.session].filter((place) => place !== undefined);
    if (places.length !== 1) throw new RangeError('a floor must name one row, one threshold, one table of all pairs or one session');
    if (floor.travel !== undefined && floor.target !== undefined)
      throw new RangeError('a floor on a threshold has its target in the cut-off');
    if (typeof floor.figure !== 'string') throw new TypeError('a floor must name a figure');
    if (![floor.least, floor.most].some((bound) => typeof bound === 'number')) throw new RangeError('a floor must have a bound');
  }
  return list as Floor[];
}
