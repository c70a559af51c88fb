import { logisticRegression } from '../linear-algebra/logistic-regression';
import { CALIBRATED_KEYS, CALIBRATED_RATES, CALIBRATED_WINDOWS, fused, LARGEST_LLR, MANY_WINDOWS } from './calibration';
import { PAIR_FEATURES, pairFeatures, type Side, WINDOW_KEYS } from './pair-features';
import type { CalibrationCell, FreeTextPopulation, FusionWeights } from './population';

/** Embeddings of one person's windows, made by projections that have not seen the person. */
export interface EmbeddedPerson {
  /** In order of time. */
  readonly windows: readonly {
    readonly embedding: Float64Array;
    readonly keys: number;
    readonly sitting: number;
    readonly short: Float64Array | undefined;
  }[];
}

/** People who are compared with each other, and what their embeddings were made with. */
export interface EmbeddedGroup {
  readonly people: readonly EmbeddedPerson[];
  readonly known: Pick<FreeTextPopulation, 'projections' | 'shortWindow'>;
}

/** Most probes of a person at one amount of evidence, and strangers' templates that each is held against. */
const MOST_PROBES = 10;
const STRANGERS = 12;
/** A cell with fewer genuine probes than this is taken from its neighbour with less evidence. */
const LEAST_GENUINE = 60;
/** Place of the first amount of enrolment that has the weights of many windows. */
const FIRST_OF_MANY = CALIBRATED_WINDOWS.findIndex((windows) => windows >= MANY_WINDOWS);
/** Keys of a short window. */
export const SHORT_KEYS = 25;

interface Pairs {
  readonly rows: Float64Array;
  readonly labels: Uint8Array;
}

/** Weights and calibration, from comparisons of people that the projections have not seen. */
export function trainCalibration(groups: readonly EmbeddedGroup[]): Pick<FreeTextPopulation, 'fusion' | 'calibration'> {
  const whole = new Map(CALIBRATED_WINDOWS.map((windows) => [windows as number, pairsOf(groups, WINDOW_KEYS, windows)]));
  const few = weightsOf(CALIBRATED_WINDOWS.filter((windows) => windows < MANY_WINDOWS).map((windows) => whole.get(windows)!));
  const many = weightsOf(CALIBRATED_WINDOWS.filter((windows) => windows >= MANY_WINDOWS).map((windows) => whole.get(windows)!)) ?? few;
  if (few === undefined || many === undefined) {
    throw new RangeError('people must have windows enough to compare them with themselves');
  }
  const cells: (CalibrationCell | undefined)[] = CALIBRATED_KEYS.flatMap((keys) =>
    CALIBRATED_WINDOWS.map((windows) => {
      const pairs = keys === WINDOW_KEYS ? whole.get(windows)! : pairsOf(groups, keys, windows);
      return cellOf(pairs, windows < MANY_WINDOWS ? few : many);
    }),
  );
  const calibration = cells.map((_, place) => {
    const keys = Math.floor(place / CALIBRATED_WINDOWS.length);
    const windows = place % CALIBRATED_WINDOWS.length;
    // A line belongs to the weights whose scores it was drawn through: none is taken from across `MANY_WINDOWS`.
    const least = many === few || CALIBRATED_WINDOWS[windows] < MANY_WINDOWS ? 0 : FIRST_OF_MANY;
    // Less evidence first; more of the probe where there is none of less.
    const nearest = CALIBRATED_KEYS.map((_keys, at) => (at <= keys ? keys - at : at));
    for (const at of nearest) {
      for (let fewer = windows; fewer >= least; fewer--) {
        const cell = cells[at * CALIBRATED_WINDOWS.length + fewer];
        if (cell !== undefined) {
          return cell;
        }
      }
    }
    throw new RangeError('people must have windows enough to compare them with themselves');
  });
  return { fusion: { few, many }, calibration };
}

function weightsOf(parts: readonly Pairs[]): FusionWeights | undefined {
  const rows = concatenated(parts.map((part) => part.rows));
  const labels = Uint8Array.from(parts.flatMap((part) => Array.from(part.labels)));
  if (labels.reduce((sum, label) => sum + label, 0) < LEAST_GENUINE) {
    return undefined;
  }
  const { weights, bias } = logisticRegression({ rows, width: PAIR_FEATURES.length, labels });
  return Float64Array.from([...weights, bias], Math.fround);
}

function cellOf({ rows, labels }: Pairs, weights: FusionWeights): CalibrationCell | undefined {
  const raw = Float64Array.from(labels, (_, pair) => fused(rows, weights, pair * PAIR_FEATURES.length));
  const genuine = labels.reduce((sum, label) => sum + label, 0);
  if (genuine < LEAST_GENUINE) {
    return undefined;
  }
  const line = logisticRegression({ rows: raw, width: 1, labels });
  const slope = Math.max(Math.fround(line.weights[0]), 0);
  const offset = Math.fround(line.bias);
  const strangers = raw
    .filter((_, pair) => labels[pair] === 0)
    .map((score) => Math.min(Math.max(slope * score + offset, -LARGEST_LLR), LARGEST_LLR))
    .sort();
  // The least ratio that at most so many strangers reach.
  const thresholds = Float64Array.from(CALIBRATED_RATES, (rate) => {
    const place = Math.min(strangers.length - 1, Math.ceil((1 - rate) * strangers.length));
    return Math.fround(strangers[place]);
  });
  return { slope, offset, thresholds };
}

/** Comparisons of each person's probes with his own template and with those of others in the group. */
function pairsOf(groups: readonly EmbeddedGroup[], keys: number, windows: number): Pairs {
  const rows: Float64Array[] = [];
  const labels: number[] = [];
  for (const { people, known } of groups) {
    const sides = people.map((person) => sidesOf(person, keys, windows));
    const templates = sides.flatMap((side, person) => (side === undefined ? [] : [{ person, template: side.template }]));
    for (const [place, { person }] of templates.entries()) {
      sides[person]!.probes.forEach((probe, number) => {
        for (let step = 0; step <= STRANGERS; step++) {
          // Strides that are prime to most numbers of people spread the strangers over all of them.
          const other = step === 0 ? place : (place + step * (7 + 6 * number)) % templates.length;
          if (step > 0 && other === place) {
            continue;
          }
          const row = new Float64Array(PAIR_FEATURES.length);
          pairFeatures(templates[other].template, probe, known, row);
          rows.push(row);
          labels.push(step === 0 ? 1 : 0);
        }
      });
    }
  }
  return { rows: concatenated(rows), labels: Uint8Array.from(labels) };
}

/**
 * The first windows as a template, and the later ones as probes: of other sittings than the template's where there are any, as in use.
 */
function sidesOf({ windows: all }: EmbeddedPerson, keys: number, windows: number): { template: Side; probes: Side[] } | undefined {
  const enrolled = all.slice(0, windows);
  if (enrolled.length < windows) {
    return undefined;
  }
  const sittings = new Set(enrolled.map(({ sitting }) => sitting));
  const rest = all.slice(windows);
  const elsewhere = rest.filter(({ sitting }) => !sittings.has(sitting));
  const later = elsewhere.length > 0 ? elsewhere : rest;
  const probes: Side[] = [];
  if (keys < WINDOW_KEYS) {
    for (const { short } of later) {
      if (short !== undefined) {
        probes.push({ mean: short, windows: 1, keysOfWindow: SHORT_KEYS });
      }
    }
  } else {
    const size = keys / WINDOW_KEYS;
    for (let start = 0; start + size <= later.length; start += size) {
      probes.push(sideOf(later.slice(start, start + size)));
    }
  }
  const kept =
    probes.length <= MOST_PROBES
      ? probes
      : Array.from({ length: MOST_PROBES }, (_, i) => probes[Math.floor((i * probes.length) / MOST_PROBES)]);
  return { template: sideOf(enrolled), probes: kept };
}

/** The mean of windows, each weighing as its keys. */
function sideOf(windows: EmbeddedPerson['windows']): Side {
  const mean = new Float64Array(windows[0].embedding.length);
  const keys = windows.reduce((sum, window) => sum + window.keys, 0);
  for (const window of windows) {
    for (let i = 0; i < mean.length; i++) {
      mean[i] += (window.embedding[i] * window.keys) / keys;
    }
  }
  return { mean, windows: windows.length, keysOfWindow: keys / windows.length };
}

function concatenated(parts: readonly Float64Array[]): Float64Array {
  const out = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
