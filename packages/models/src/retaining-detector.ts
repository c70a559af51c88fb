import { type FixedTextVector, type Insufficient, isInsufficient } from '@tacit-auth/features';
import type { Detector, Score } from './detector';
import { assertVector, unfitEntry } from './fixed-text-limits';
import { llrBySamples, type SampleCalibration, thresholdBySamples } from './forest-calibration';
import { createProfileBytes, openProfileBytes } from './profile-bytes';
import {
  assertRetained,
  entryOf,
  MOST_RETAINED,
  type RetainedEntries,
  readRetained,
  retainEntries,
  retainedLength,
  retainOneMore,
  writeRetained,
} from './retained-entries';

/** Entries, and the model that was trained on them. */
export type RetainingProfile<Schema extends string, Model extends object> = RetainedEntries & { readonly schema: Schema } & Model;

/** A method that keeps its entries and is trained on all of them anew at each update. */
export interface RetainingMethod<Schema extends string, Model extends object> {
  readonly id: string;
  readonly schema: Schema;
  readonly minimumEnrolment: number;
  /** Number in STORED_DETECTOR. */
  readonly stored: number;
  readonly version: number;
  readonly calibration: SampleCalibration;
  /** Why nothing can be trained on entries of so many keys, or `undefined`. */
  unfit?(keys: number): Insufficient | undefined;
  train(retained: RetainedEntries): Model;
  /** @throws TypeError or RangeError where the model of a profile is no model of this method for so many keys and samples. */
  assertModel(profile: Partial<Model> & RetainedEntries): void;
  /** The method's own number for an entry of {@link RetainedEntries}, lower = customer. */
  raw(profile: RetainedEntries & Model, entry: Float32Array): number;
  /** What the calibration reads, higher = customer. */
  evidence(raw: number): number;
  modelBytes(profile: RetainedEntries & Model): Uint8Array;
  /** @throws ModelError for anything that is not whole. `data` lies behind the entries. */
  parseModel(data: Uint8Array, retained: RetainedEntries): Model;
}

const HEADER = createProfileBytes({ detector: 0, version: 0, keys: 0, samples: 0 }, 0).bytes.length;

/** The {@link Detector} of a method that keeps up to 256 entries, the newest, and is trained anew at each update. */
export function retainingDetector<Schema extends string, Model extends object>(
  method: RetainingMethod<Schema, Model>,
): Detector<RetainingProfile<Schema, Model>> {
  type Profile = RetainingProfile<Schema, Model>;
  const { id, schema, minimumEnrolment, stored, version, calibration } = method;

  function profileOf(retained: RetainedEntries): Profile {
    return { schema, ...retained, ...method.train(retained) };
  }

  function assertProfile(value: unknown): asserts value is Profile {
    const profile = value as Partial<Profile> | null | undefined;
    if (typeof profile !== 'object' || profile === null || profile.schema !== schema) {
      throw new TypeError(`profile must be a profile of schema ${schema}`);
    }
    assertRetained(profile, minimumEnrolment);
    method.assertModel(profile);
  }

  return Object.freeze({
    id,
    minimumEnrolment,

    fit(samples: readonly FixedTextVector[]): Profile | Insufficient {
      const retained = retainEntries(samples, minimumEnrolment);
      if (isInsufficient(retained)) {
        return retained;
      }
      return method.unfit?.(retained.keys) ?? profileOf(retained);
    },

    score(profile: Profile, sample: FixedTextVector): Score | Insufficient {
      assertProfile(profile);
      assertVector(sample, 'sample');
      const unfit = unfitEntry({ keys: profile.keys, holds: true }, sample);
      if (unfit !== undefined) {
        return unfit;
      }
      const raw = method.raw(profile, entryOf(sample));
      return {
        status: 'scored',
        llr: llrBySamples(calibration, profile.samples, method.evidence(raw)),
        raw,
        calibration: calibration.id,
        evidence: { samples: profile.samples, keys: profile.keys },
      };
    },

    update(profile: Profile, sample: FixedTextVector): Profile {
      assertProfile(profile);
      assertVector(sample, 'sample');
      const unfit = unfitEntry({ keys: profile.keys, holds: true }, sample) ?? method.unfit?.(profile.keys);
      if (unfit !== undefined) {
        throw new RangeError(`sample must be of the profile's text, with hold times: ${unfit.reason}`);
      }
      return profileOf(retainOneMore(profile, sample));
    },

    threshold(profile: Profile, targetFmr: number): number {
      assertProfile(profile);
      return thresholdBySamples(calibration, profile.samples, targetFmr);
    },

    serialize(profile: Profile): Uint8Array {
      assertProfile(profile);
      const { keys, samples } = profile;
      const model = method.modelBytes(profile);
      const own = retainedLength(keys, samples);
      const { bytes, body } = createProfileBytes({ detector: stored, version, keys, samples }, own + model.length);
      writeRetained(body, profile);
      bytes.set(model, bytes.length - model.length);
      return bytes;
    },

    parse(data: Uint8Array): Profile {
      let modelLength = 0;
      const { keys, samples, body } = openProfileBytes(data, {
        detector: stored,
        version,
        minSamples: minimumEnrolment,
        maxSamples: MOST_RETAINED,
        // The model reads its own counts, and checks its own length by them.
        bodyLength: (keyCount, sampleCount) => {
          const own = retainedLength(keyCount, sampleCount);
          modelLength = Math.max(data.byteLength - HEADER - own, 0);
          return own + modelLength;
        },
      });
      const retained = readRetained(body, keys, samples);
      const model = method.parseModel(data.subarray(data.byteLength - modelLength), retained);
      return { schema, ...retained, ...model };
    },
  });
}
