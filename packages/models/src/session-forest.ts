import { type Insufficient, insufficient, SESSION_POINTER_FEATURES, type SessionVector } from '@tacit-auth/features';
import { llrBySamples, type SampleCalibration, thresholdBySamples } from './forest-calibration';
import { anomalyScore, growIsolationForest } from './forest-isolation';
import { assertSeed } from './forest-training';
import { assertCount, assertForest, FOREST_LIMITS, type Forest } from './forest-trees';
import { ModelError } from './model-error';
import { checkedNumber, createProfileBytes, openProfileBytes, STORED_DETECTOR } from './profile-bytes';
import { SESSION_FOREST_CALIBRATIONS } from './session-forest-calibration';
import {
  assertWindows,
  featuresOf,
  type Halves,
  halvesOf,
  isDegenerate,
  isOfProfile,
  LARGEST_SESSION_NUMBER,
  rowsOf,
} from './session-forest-rows';
import type { WindowDetector, WindowScore } from './window-detector';

export const SESSION_FOREST_SCHEMA = 'session-forest-profile/1';

/** Above these risks the classical systems asked for a further factor, and took note. */
export const SESSION_RISK_GRADES = Object.freeze({ high: 0.7, medium: 0.5 });

export interface SessionForestOptions {
  /** 1 to 1000, 100 by default. */
  readonly trees?: number;
  /** Any 32-bit integer, 42 by default. */
  readonly seed?: number;
}

/** The newest windows that a profile of 2 KB holds, and the trees that were grown on them. Plain data. */
export interface SessionForestProfile {
  readonly schema: typeof SESSION_FOREST_SCHEMA;
  /** The halves that every window had; the others' numbers are not looked at. */
  readonly hasTyping: boolean;
  readonly hasPointer: boolean;
  /** Windows that are kept. */
  readonly windows: number;
  /** Their numbers, window after window, oldest first. */
  readonly rows: Float32Array;
  readonly seed: number;
  readonly forest: Forest;
  /** The decision function is minus the anomaly score minus this: the score that a tenth of the kept windows fall below. */
  readonly offset: number;
}

/** What the classical systems made of a window. */
export interface SessionRisk {
  readonly status: 'judged';
  /** min(max(0.5 - decision, 0), 1). */
  readonly risk: number;
  readonly grade: 'low' | 'medium' | 'high';
}

/** The share of the enrolled windows that the classical systems took for outliers. */
const CONTAMINATION = 0.1;
const LEAST_WINDOWS = 5;
const MOST_BYTES = 2_048;
const BODY_HEADER = 6;
const HEADER = createProfileBytes({ detector: 0, version: 0, keys: 0, samples: 0 }, 0).bytes.length;
const VERSION = 1;

/**
 * Isolation forest per customer on session vectors (F. T. Liu, K. M. Ting, Z.-H. Zhou, "Isolation Forest", ICDM 2008), as the classical systems had it:
 * 100 trees, contamination .1. Needs no population and is for comparison: on public data it is far behind the detectors that have one. `raw` is the
 * mean decision over the windows; its calibration is of single windows, and of each half alone. Windows are told apart by the halves that they have:
 * one without a half of the profile is passed over.
 *
 * A stored profile holds windows and seed, from which `parse` grows the same trees again.
 *
 * @throws TypeError or RangeError for wrong options.
 */
export function sessionForest(options: SessionForestOptions = {}): WindowDetector<SessionForestProfile, SessionVector> {
  const { trees = 100, seed = 42 } = options;
  assertCount(trees, 'trees', 1, FOREST_LIMITS.maxTrees);
  assertSeed(seed);

  return Object.freeze<WindowDetector<SessionForestProfile, SessionVector>>({
    id: 'session-forest/1',
    minimumEnrolment: LEAST_WINDOWS,

    fit(windows) {
      assertWindows(windows);
      const usable = windows.filter((window) => !isDegenerate(window));
      const halves = { hasTyping: usable.every(({ hasTyping }) => hasTyping), hasPointer: usable.every(({ hasPointer }) => hasPointer) };
      if (usable.length < LEAST_WINDOWS) {
        return insufficient(
          usable.length < windows.length ? 'degenerate-input' : 'too-few-windows',
          `${usable.length} of at least ${LEAST_WINDOWS} windows`,
        );
      }
      if (!halves.hasTyping && !halves.hasPointer) {
        return insufficient('too-few-windows', 'the windows have no half in common');
      }
      return grown(halves, rowsOf(usable, halves), trees, seed);
    },

    score(profile, windows): WindowScore | Insufficient {
      assertProfile(profile);
      const decisions = decisionsOf(profile, windows);
      if (!Array.isArray(decisions)) {
        return decisions as Insufficient;
      }
      const raw = decisions.reduce((sum, each) => sum + each, 0) / decisions.length;
      const calibration = calibrationOf(profile);
      return {
        status: 'scored',
        llr: llrBySamples(calibration, profile.windows, raw),
        raw,
        calibration: calibration.id,
        evidence: { enrolled: profile.windows, probe: decisions.length },
      };
    },

    update(profile, windows) {
      assertProfile(profile);
      assertWindows(windows);
      const usable = windows.filter((window) => isOfProfile(profile, window));
      if (usable.length === 0) {
        return profile;
      }
      const added = rowsOf(usable, profile);
      const all = new Float32Array(profile.rows.length + added.length);
      all.set(profile.rows);
      all.set(added, profile.rows.length);
      return grown(profile, all, profile.forest.roots.length, profile.seed);
    },

    threshold(profile, targetFmr, evidence) {
      assertProfile(profile);
      assertCount(evidence?.probe, 'evidence.probe', 1, Number.MAX_SAFE_INTEGER);
      return thresholdBySamples(calibrationOf(profile), profile.windows, targetFmr);
    },

    serialize(profile) {
      assertProfile(profile);
      const { rows, windows, forest } = profile;
      const { bytes, body } = createProfileBytes(
        { detector: STORED_DETECTOR.sessionForest, version: VERSION, keys: featuresOf(profile), samples: windows },
        BODY_HEADER + 4 * rows.length,
      );
      body.setUint32(0, profile.seed);
      body.setUint16(4, forest.roots.length);
      for (let i = 0; i < rows.length; i++) {
        body.setFloat32(BODY_HEADER + 4 * i, rows[i]);
      }
      return bytes;
    },

    parse(data) {
      const { keys, body } = openProfileBytes(data, {
        detector: STORED_DETECTOR.sessionForest,
        version: VERSION,
        minSamples: LEAST_WINDOWS,
        maxSamples: mostWindows(SESSION_POINTER_FEATURES.length),
        bodyLength: (features, windows) => BODY_HEADER + 4 * features * windows,
      });
      const halves = halvesOf(keys);
      if (halves === undefined) {
        throw new ModelError('ERR_PROFILE_VALUE', 'keys must be the count of numbers of a half or of both', { field: 'keys' });
      }
      if (data.byteLength > MOST_BYTES) {
        throw new ModelError('ERR_PROFILE_SIZE', `data must have at most ${MOST_BYTES} bytes`);
      }
      const rows = new Float32Array((body.byteLength - BODY_HEADER) / 4);
      for (let i = 0; i < rows.length; i++) {
        rows[i] = checkedNumber(
          body.getFloat32(BODY_HEADER + 4 * i),
          -Math.fround(LARGEST_SESSION_NUMBER),
          Math.fround(LARGEST_SESSION_NUMBER),
          'rows',
        );
      }
      return grown(halves, rows, checkedNumber(body.getUint16(4), 1, FOREST_LIMITS.maxTrees, 'trees'), body.getUint32(0));
    },
  });
}

/**
 * The classical risk of one window.
 *
 * Insufficient: `too-few-events` for a window without a half of the profile; `degenerate-input`.
 *
 * @throws TypeError or RangeError for what is no profile or no window.
 */
export function sessionRisk(profile: SessionForestProfile, window: SessionVector): SessionRisk | Insufficient {
  assertProfile(profile);
  const decisions = decisionsOf(profile, [window]);
  if (!Array.isArray(decisions)) {
    return decisions as Insufficient;
  }
  const risk = Math.min(Math.max(0.5 - decisions[0], 0), 1);
  const { high, medium } = SESSION_RISK_GRADES;
  return { status: 'judged', risk, grade: risk > high ? 'high' : risk > medium ? 'medium' : 'low' };
}

function decisionsOf(profile: SessionForestProfile, windows: readonly SessionVector[]): readonly number[] | Insufficient {
  assertWindows(windows);
  const usable = windows.filter((window) => isOfProfile(profile, window));
  if (usable.length === 0) {
    return windows.some(isDegenerate)
      ? insufficient('degenerate-input')
      : insufficient('too-few-events', 'no window has the halves that the profile has');
  }
  const features = featuresOf(profile);
  const rows = rowsOf(usable, profile);
  return usable.map((_, i) => decisionOf(profile, rows.subarray(i * features, (i + 1) * features)));
}

function decisionOf({ forest, windows, offset }: Pick<SessionForestProfile, 'forest' | 'windows' | 'offset'>, row: Float32Array): number {
  return -anomalyScore(forest, row, windows) - offset;
}

function grown({ hasTyping, hasPointer }: Halves, all: Float32Array, trees: number, seed: number): SessionForestProfile {
  const features = featuresOf({ hasTyping, hasPointer });
  const windows = Math.min(all.length / features, mostWindows(features));
  const rows = all.slice(all.length - windows * features);
  const forest = growIsolationForest(rows, features, trees, windows, seed);
  const scores = Float64Array.from(
    { length: windows },
    (_, i) => -anomalyScore(forest, rows.subarray(i * features, (i + 1) * features), windows),
  );
  scores.sort();
  // By linear interpolation, as in the implementation that the classical systems used.
  const rank = (windows - 1) * CONTAMINATION;
  const below = Math.floor(rank);
  const offset = scores[below] + (rank - below) * (scores[Math.min(below + 1, windows - 1)] - scores[below]);
  return { schema: SESSION_FOREST_SCHEMA, hasTyping, hasPointer, windows, rows, seed, forest, offset };
}

/** As many as fit into a stored profile; the oldest leave first. */
function mostWindows(features: number): number {
  return Math.floor((MOST_BYTES - HEADER - BODY_HEADER) / (4 * features));
}

/** Of both halves together nothing was measured: the one that claims less is taken. */
function calibrationOf({ hasTyping }: Halves): SampleCalibration {
  return SESSION_FOREST_CALIBRATIONS[hasTyping ? 'typing' : 'pointer'];
}

function assertProfile(value: unknown): asserts value is SessionForestProfile {
  const profile = value as Partial<SessionForestProfile> | null | undefined;
  if (
    typeof profile !== 'object' ||
    profile === null ||
    profile.schema !== SESSION_FOREST_SCHEMA ||
    !(profile.rows instanceof Float32Array)
  ) {
    throw new TypeError(`profile must be a profile of schema ${SESSION_FOREST_SCHEMA}`);
  }
  const { hasTyping, hasPointer, windows, rows, seed, forest, offset } = profile;
  if (typeof hasTyping !== 'boolean' || typeof hasPointer !== 'boolean') {
    throw new TypeError('profile must say which halves it has');
  }
  assertForest(forest, 'profile.forest');
  assertSeed(seed);
  const features = featuresOf({ hasTyping, hasPointer });
  assertCount(windows, 'profile.windows', LEAST_WINDOWS, mostWindows(Math.max(features, 1)));
  if (rows.length !== windows * features || forest.features !== features || forest.labels !== windows + 1) {
    throw new RangeError('profile.rows and profile.forest must be of its windows and halves');
  }
  if (!(typeof offset === 'number' && offset >= -1 && offset <= 0)) {
    throw new RangeError('profile.offset must be from -1 to 0');
  }
}
