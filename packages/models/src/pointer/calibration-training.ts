import { POINTER_FEATURES, type PointerActions } from '@tacit-auth/features';
import { logisticRegression } from '../linear-algebra/logistic-regression';
import { bounded, POINTER_CALIBRATED_ENROLMENTS, POINTER_CALIBRATED_PROBES, POINTER_CALIBRATED_RATES } from './calibration';
import { embedded, type Projecting } from './embedding';
import type { PointerCalibrationCell } from './population';
import type { PointerTrainingPerson } from './training-people';
import { type Side, twoCovarianceRatio } from './two-covariance';

/** People who are compared with each other, and projections that have not seen them. */
export interface UnseenGroup {
  readonly people: readonly PointerTrainingPerson[];
  readonly known: Projecting;
}

/** Most probes of a person at one amount of evidence, and strangers' templates that each is held against. */
const MOST_PROBES = 12;
const STRANGERS = 40;
/** A cell with fewer genuine probes than this is taken from its neighbour with less evidence. */
const LEAST_GENUINE = 30;
/** People with so much less than a cell's enrolment still count for it. */
const NEARLY = 0.75;

interface Sides {
  readonly templates: readonly (Side | undefined)[];
  readonly probes: readonly (readonly Side[])[];
}

/** The calibration for each amount of evidence, and how far the windows of unseen people lie from everybody, sorted. */
export function trainPointerCalibration(groups: readonly UnseenGroup[]): { cells: PointerCalibrationCell[]; remoteness: Float64Array } {
  const remoteness: number[] = [];
  const sides = groups.map(({ people, known }) => ({ known, people: people.map((person) => sidesOf(person, known, remoteness)) }));
  const cells = POINTER_CALIBRATED_PROBES.flatMap((_, probe) =>
    POINTER_CALIBRATED_ENROLMENTS.map((__, enrolment) => cellOf(sides, probe, enrolment)),
  );
  const width = POINTER_CALIBRATED_ENROLMENTS.length;
  const whole = cells.map((_, place) => {
    for (let probe = Math.floor(place / width); probe >= 0; probe--) {
      for (let enrolment = place % width; enrolment >= 0; enrolment--) {
        const cell = cells[probe * width + enrolment];
        if (cell !== undefined) {
          return cell;
        }
      }
    }
    throw new RangeError('people must have actions enough to compare them with themselves: two sessions of 60 and more');
  });
  return { cells: whole, remoteness: Float64Array.from(remoteness).sort() };
}

/** Templates of the first sessions and probes of the later ones; of a single session, of its halves. */
function sidesOf({ sessions }: PointerTrainingPerson, known: Projecting, remoteness: number[]): Sides {
  const [only] = sessions;
  const half = Math.floor(only.kinds.length / 2);
  const [early, late] =
    sessions.length > 1
      ? [sessions.slice(0, Math.ceil(sessions.length / 2)), sessions.slice(Math.ceil(sessions.length / 2))]
      : [[slice(only, 0, half)], [slice(only, half, only.kinds.length)]];
  const sideOf = (blocks: readonly PointerActions[]): Side | undefined => {
    const { mean, actions, windows, farthest } = embedded(blocks, known);
    if (windows > 0) {
      remoteness.push(farthest);
    }
    return windows === 0 ? undefined : { mean, actions };
  };
  const templates = POINTER_CALIBRATED_ENROLMENTS.map((wanted) => {
    const blocks: PointerActions[] = [];
    let left: number = wanted;
    for (const session of early) {
      if (left > 0 && session.kinds.length > 0) {
        blocks.push(slice(session, 0, Math.min(left, session.kinds.length)));
        left -= session.kinds.length;
      }
    }
    return left > (1 - NEARLY) * wanted ? undefined : sideOf(blocks);
  });
  const probes = POINTER_CALIBRATED_PROBES.map((count) => {
    const places = late.flatMap((session) =>
      Array.from({ length: Math.floor(session.kinds.length / count) }, (_, i) => ({ session, from: i * count })),
    );
    const kept = places.length <= MOST_PROBES ? places : places.filter((_, i) => i % Math.ceil(places.length / MOST_PROBES) === 0);
    return kept.flatMap(({ session, from }) => sideOf([slice(session, from, from + count)]) ?? []);
  });
  return { templates, probes };
}

function cellOf(
  groups: readonly { known: Projecting; people: readonly Sides[] }[],
  probe: number,
  enrolment: number,
): PointerCalibrationCell | undefined {
  const raw: number[] = [];
  const labels: number[] = [];
  for (const { known, people } of groups) {
    const between = { between: known.between, centre: new Float32Array(known.between.length) };
    for (const [person, { templates, probes }] of people.entries()) {
      // A person without a template of his own would be a stranger alone.
      for (const side of templates[enrolment] === undefined ? [] : probes[probe]) {
        for (let step = 0; step <= Math.min(STRANGERS, people.length - 1); step++) {
          const template = people[(person + step) % people.length].templates[enrolment];
          if (template !== undefined) {
            raw.push(twoCovarianceRatio(template, side, between));
            labels.push(step === 0 ? 1 : 0);
          }
        }
      }
    }
  }
  const genuine = labels.filter((label) => label === 1).length;
  if (genuine < LEAST_GENUINE || genuine === labels.length) {
    return undefined;
  }
  const line = logisticRegression({ rows: Float64Array.from(raw), width: 1, labels: Uint8Array.from(labels) });
  const slope = Math.max(Math.fround(line.weights[0]), 0);
  const offset = Math.fround(line.bias);
  const strangers = Float64Array.from(raw.filter((_, i) => labels[i] === 0).map((score) => bounded(slope * score + offset))).sort();
  // The least ratio that at most so many strangers reach.
  const thresholds = Float32Array.from(POINTER_CALIBRATED_RATES, (rate) => {
    return strangers[Math.min(strangers.length - 1, Math.ceil((1 - rate) * strangers.length))];
  });
  return { slope, offset, thresholds };
}

/** The actions `from` to `to`, exclusive. */
export function slice(actions: PointerActions, from: number, to: number): PointerActions {
  const width = POINTER_FEATURES.length;
  return {
    ...actions,
    kinds: actions.kinds.subarray(from, to),
    start: actions.start.subarray(from, to),
    end: actions.end.subarray(from, to),
    features: actions.features.subarray(from * width, to * width),
  };
}
