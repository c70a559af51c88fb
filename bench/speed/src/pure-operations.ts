import { importDataKey, open, type SealAlgorithm, seal } from '@tacit-auth/crypto';
import { fixedTextVector, parseTypingSample, rhythm, summaryOfEight } from '@tacit-auth/features';
import { calibrateInSteps, checkTyping, defaultDetector, updateUncalibrated } from '@tacit-auth/models';
import { type Measurement, measure } from './measure';
import { createTypist } from './seeded-typist';
import { enough, vectorOf } from './vectors';

const PROBES = 512;
const RECORD_BYTES = 1_024;
const ALGORITHMS: readonly SealAlgorithm[] = ['xchacha20-poly1305', 'aes-256-gcm'];

export const scoreName = (samples: number): string => `score against ${samples} samples`;

export const UPDATE_NAME = 'update without calibration, 100 samples';

/** What a login is made of, each on its own: no store, no server. */
export function measurePureOperations(): Measurement[] {
  return [...sampleOperations(), ...detectorOperations(), ...sealOperations()];
}

function sampleOperations(): Measurement[] {
  const wire = createTypist(1).take(PROBES);
  const texts = wire.map((sample) => JSON.stringify(sample));
  const parsed = wire.map((sample) => parseTypingSample(sample));
  const history = createTypist(1)
    .take(PROBES + 200)
    .slice(PROBES)
    .map(vectorOf);
  const at = <T>(values: readonly T[], run: number) => values[run % PROBES]!;
  return [
    measure('parse a typing sample from JSON', (run) => parseTypingSample(at(texts, run))),
    measure('fixed-text vector', (run) => fixedTextVector(at(parsed, run))),
    measure('fixed-text vector, eight numbers and rhythm', (run) => {
      const vector = enough(fixedTextVector(at(parsed, run)));
      return [summaryOfEight(vector), rhythm(vector)];
    }),
    measure('bot and replay checks, history of 200', (run) => {
      const sample = at(parsed, run);
      return checkTyping({ sample, vector: enough(fixedTextVector(sample)), history });
    }),
  ];
}

function detectorOperations(): Measurement[] {
  const typist = createTypist(2);
  const probes = typist.take(PROBES).map(vectorOf);
  const probe = (run: number) => probes[run % PROBES]!;
  const enrolled = typist.take(100).map(vectorOf);
  const scores = [10, 20, 100].map((samples) => {
    const profile = enough(defaultDetector.fit(enrolled.slice(-samples)));
    return measure(scoreName(samples), (run) => defaultDetector.score(profile, probe(run)));
  });
  const profile = enough(defaultDetector.fit(enrolled));
  const bytes = defaultDetector.serialize(profile);
  const uncalibrated = updateUncalibrated(profile, probe(0));
  return [
    ...scores,
    measure(UPDATE_NAME, (run) => updateUncalibrated(profile, probe(run))),
    measure('update with calibration, 100 samples', (run) => defaultDetector.update(profile, probe(run))),
    measure('calibration in steps, 100 samples', () => Array.from(calibrateInSteps(uncalibrated)).length),
    measure('serialize a profile of 100 samples', () => defaultDetector.serialize(profile)),
    measure('parse a profile of 100 samples', () => defaultDetector.parse(bytes)),
    measure('parse and score, profile of 100 samples', (run) => defaultDetector.score(defaultDetector.parse(bytes), probe(run))),
  ];
}

function sealOperations(): Measurement[] {
  const context = { subject: 'customer-1', purpose: 'typing-template', version: 1 };
  const plaintext = Uint8Array.from({ length: RECORD_BYTES }, (_, i) => i & 255);
  return ALGORITHMS.flatMap((algorithm) => {
    // AES-GCM counts the records of a key and stops in time; a key each keeps the counts apart.
    const key = importDataKey(new Uint8Array(32).fill(7));
    const sealed = seal({ key, context, plaintext, algorithm });
    return [
      measure(`seal 1 KiB, ${algorithm}`, () => seal({ key, context, plaintext, algorithm })),
      measure(`open 1 KiB, ${algorithm}`, () => open({ key, context, sealed })),
    ];
  });
}
