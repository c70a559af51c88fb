import { insufficient } from '@tacit-auth/features';
import type { WindowDetector, WindowScore } from '@tacit-auth/models';
import { describe, expect, it } from 'vitest';
import { erased, WindowScores } from './window-scores';

/** Scores a window as its own number; none below 0. Thresholds rise with evidence, and there is none for .05 of one window. */
const detector = erased<string, number>({
  id: 'made-up/1',
  minimumEnrolment: 1,
  fit: () => 'profile',
  score: (_profile, windows): WindowScore | ReturnType<typeof insufficient> =>
    windows.some((window) => window < 0)
      ? insufficient('too-few-keys')
      : {
          status: 'scored',
          llr: windows.reduce((sum, window) => sum + window, 0),
          raw: 0,
          calibration: 'c',
          evidence: { enrolled: 5, probe: windows.length },
        },
  update: (profile) => profile,
  threshold: (_profile, target, { probe }) => {
    if (target === 0.05 && probe === 1) throw new RangeError('outside');
    return 2 * probe;
  },
  serialize: () => new Uint8Array(0),
  parse: () => 'profile',
} satisfies WindowDetector<string, number>);

describe('WindowScores', () => {
  it('keeps scores, what was refused, and what the thresholds for that much evidence made of them', () => {
    const scores = new WindowScores(detector, 'profile');
    scores.add('genuine', [1]);
    scores.add('genuine', [3]);
    scores.add('genuine', [3, 2]);
    scores.add('genuine', [3, -1]);
    scores.add('genuine', []);
    scores.add('impostor', [2]);
    scores.add('impostor', [1]);
    expect(scores.of('u')).toEqual({
      user: 'u',
      genuine: Float64Array.of(1, 3, 5),
      impostor: Float64Array.of(2, 1),
      refused: { genuine: 2, impostor: 0 },
      decisions: [
        { targetFmr: 0.01, genuineRejected: 1, impostorAccepted: 1 },
        { targetFmr: 0.05, genuineRejected: 2, impostorAccepted: 0 },
      ],
    });
  });

  it('refuses everything where nothing could be enrolled', () => {
    const scores = new WindowScores(detector, insufficient('no-population'));
    scores.add('genuine', [9]);
    scores.add('impostor', [9]);
    expect(scores.of('u')).toMatchObject({ genuine: new Float64Array(0), refused: { genuine: 1, impostor: 1 }, decisions: [] });
  });

  it('lets errors of the detector through', () => {
    const broken = erased<string, number>({
      ...(detector as unknown as WindowDetector<string, number>),
      threshold: () => {
        throw new TypeError('broken');
      },
    });
    expect(() => new WindowScores(broken, 'profile').add('genuine', [1])).toThrow(TypeError);
  });
});
