import { defaultDetector } from '@tacit-auth/models';
import { trainForest } from './classical-forest';
import { type Measurement, measure, measureOnce } from './measure';
import type { Ratio } from './report';
import { createTypist } from './seeded-typist';
import { enough, vectorOf } from './vectors';

const CUSTOMERS = 51;
const FOREST_ENTRIES = 10;
const TEMPLATE_SIZES = [5, 20, 100];
const PROBES = 256;

/** Our detector against the classical forest, in one process, both from the same timings of an entry. */
export function measureRatios(): Ratio[] {
  const typists = Array.from({ length: CUSTOMERS }, (_, seed) => createTypist(seed));
  const entries = typists.map((typist) => typist.take(FOREST_ENTRIES).map(vectorOf));
  const probes = Array.from({ length: PROBES }, (_, i) => vectorOf(typists[i % CUSTOMERS]!.next()));
  const probe = (run: number) => probes[run % PROBES]!;
  const own = Array.from({ length: Math.max(...TEMPLATE_SIZES) }, () => vectorOf(typists[0]!.next()));

  const { made: forest, measurement: forestTrain } = measureOnce('forest: train after a registration', () => trainForest(entries));
  const forestScore = measure('forest: score one entry', (run) => forest.probability(probe(run), run % CUSTOMERS));

  return TEMPLATE_SIZES.flatMap((samples) => {
    const enrolled = own.slice(-samples);
    const profile = enough(defaultDetector.fit(enrolled));
    return [
      ratio(
        'score',
        samples,
        measure(`score one entry, ${samples} samples`, (run) => defaultDetector.score(profile, probe(run))),
        forestScore,
      ),
      ratio(
        'train',
        samples,
        measure(`train one customer, ${samples} samples`, () => defaultDetector.fit(enrolled)),
        forestTrain,
      ),
    ];
  }).sort((a, b) => a.kind.localeCompare(b.kind));
}

function ratio(kind: Ratio['kind'], samples: number, own: Measurement, classical: Measurement): Ratio {
  return { kind, samples, own, classical, times: classical.medianUs / own.medianUs };
}
