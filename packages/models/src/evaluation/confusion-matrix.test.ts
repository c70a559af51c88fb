import { describe, expect, it } from 'vitest';
import { confusionMatrix } from './confusion-matrix';
import { falseMatchRate, falseNonMatchRate } from './rates';

const genuine = Float64Array.of(0.9, 0.8, 0.4, 0.7);
const impostor = Float64Array.of(0.1, 0.5, 0.3, 0.2, 0.4);

describe('confusionMatrix', () => {
  it('counts decisions at the threshold, which accepts', () => {
    const matrix = confusionMatrix(genuine, impostor, 0.4);
    expect(matrix).toEqual({
      genuineAccepted: 4,
      genuineRejected: 0,
      impostorAccepted: 2,
      impostorRejected: 3,
      accuracy: 7 / 9,
      balancedAccuracy: 0.8,
      precision: 4 / 6,
      recall: 1,
      fmr: falseMatchRate(impostor, 0.4),
      fnmr: falseNonMatchRate(genuine, 0.4),
    });
  });

  it('has no precision where nobody is accepted', () => {
    expect(confusionMatrix(genuine, impostor, 2)).toMatchObject({ precision: Number.NaN, recall: 0, fmr: 0, fnmr: 1, accuracy: 5 / 9 });
  });

  it('asserts its arguments', () => {
    expect(() => confusionMatrix([1] as never, impostor, 0)).toThrow(TypeError);
    expect(() => confusionMatrix(genuine, impostor, Number.NaN)).toThrow('threshold');
  });
});
