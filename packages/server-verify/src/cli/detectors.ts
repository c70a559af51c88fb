import { type Detector, defaultDetector, isolationForest, oneClassSvm, scaledManhattan } from '@tacit-auth/models';

export const DETECTOR_NAMES = ['default', 'scaled-manhattan', 'isolation-forest', 'one-class'] as const;
export type DetectorName = (typeof DETECTOR_NAMES)[number];

/** Does something with the detector of a name; its kind of profile stays between the two. */
export function withDetector<Result>(name: DetectorName, seed: number, use: <P>(detector: Detector<P>) => Result): Result {
  switch (name) {
    case 'default':
      return use(defaultDetector);
    case 'scaled-manhattan':
      return use(scaledManhattan);
    case 'isolation-forest':
      return use(isolationForest({ seed }));
    case 'one-class':
      return use(oneClassSvm());
  }
}
