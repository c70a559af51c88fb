import { TextSets } from './data/text-sets';
import type { AnyDetector, DetectorFactory, DetectorOptions } from './detectors';
import { MissingDetector } from './missing-detector';
import { progressLine, trainedDetectors, UntrainedError } from './network/trained-detectors';

/** The dual-branch network, trained on half of the CMU people for the other half; from the cache, or anew where that was asked for. */
export async function loadNetwork({ data, train }: DetectorOptions): Promise<DetectorFactory> {
  const { people, keys } = await new TextSets(data).get('cmu');
  try {
    const trained = await trainedDetectors({ people, keys, train, onProgress: (progress) => sayNowAndThen(progressLine(progress)) });
    // Profiles only ever go back to the detector that made them.
    return ({ owner }) => trained.detectorFor(owner) as unknown as AnyDetector;
  } catch (error) {
    if (!(error instanceof UntrainedError)) throw error;
    throw new MissingDetector('no trained weights are cached, and --train was not given');
  }
}

let said = 0;

function sayNowAndThen(line: string): void {
  const now = performance.now();
  if (now - said < 10_000) return;
  said = now;
  process.stderr.write(`${line}\n`);
}
