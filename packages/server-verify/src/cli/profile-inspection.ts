import { fixedTextVectorFrom } from '@tacit-auth/features';
import { type Detector, ModelError } from '@tacit-auth/models';
import { CliError } from './cli-error';
import type { CliFiles } from './cli-streams';
import { DETECTOR_NAMES, withDetector } from './detectors';
import { readBytes } from './read-bytes';

/** What is known of a profile, without anything biometric in it. */
export interface ProfileInspection {
  /** The detector that reads it. */
  readonly detector: string;
  /** Version of the stored form. */
  readonly format: number;
  readonly bytes: number;
  /** Entries, each once, however often the profile counts it to give it more weight. */
  readonly samples: number;
  /** How often they count, all together; null where the detector has no counts. */
  readonly counts: number | null;
  readonly keys: number;
  /** Whether entries have hold times; null where the detector does not say. */
  readonly hasHolds: boolean | null;
  /** Id of the calibration that scores are made by. */
  readonly calibration: string;
  /** Null where the detector has one state only. */
  readonly calibrationState: string | null;
}

/** Longer than any profile of a known detector. */
const MOST_BYTES = 4_194_304;
/** Where a stored profile keeps the version of its form. */
const FORMAT_BYTE = 5;

/** @throws CliError where the file is no profile that a known detector reads */
export async function inspectProfile(file: string, files: CliFiles): Promise<ProfileInspection> {
  const data = await readBytes(file, { most: MOST_BYTES, what: 'profile' }, files);
  let last: ModelError | undefined;
  for (const name of DETECTOR_NAMES) {
    const found = withDetector(name, 1, (detector) => inspectWith(detector, data));
    if (!(found instanceof ModelError)) {
      return found;
    }
    last = found;
    // Any other error says that the bytes are this detector's, or no profile at all.
    if (found.code !== 'ERR_PROFILE_DETECTOR') {
      break;
    }
  }
  const known = last?.code === 'ERR_PROFILE_DETECTOR' ? `; known are ${DETECTOR_NAMES.join(', ')}` : '';
  throw new CliError(`${file}: ${last?.message}${known}`);
}

function inspectWith<P>(detector: Detector<P>, data: Uint8Array): ProfileInspection | ModelError {
  let profile: P;
  try {
    profile = detector.parse(data);
  } catch (error) {
    if (error instanceof ModelError) {
      return error;
    }
    throw error;
  }
  const { samples, keys, holds, counts, calibration } = profile as {
    samples: number;
    keys: number;
    holds?: unknown;
    counts?: unknown;
    calibration?: { state?: unknown };
  };
  // Any entry will do: the calibration does not depend on it.
  const score = detector.score(profile, fixedTextVectorFrom({ hold: flat(keys, 100), pressPress: flat(keys - 1, 150) }));
  const state = calibration?.state;
  return {
    detector: detector.id,
    format: data[FORMAT_BYTE] as number,
    bytes: data.byteLength,
    samples,
    counts: counts instanceof Uint8Array ? counts.reduce((sum, times) => sum + times, 0) : null,
    keys,
    hasHolds: typeof holds === 'boolean' ? holds : null,
    calibration: score.status === 'scored' ? score.calibration : 'unknown',
    calibrationState: typeof state === 'string' ? state : null,
  };
}

function flat(count: number, time: number): Float64Array {
  return new Float64Array(count).fill(time);
}
