import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DUAL_BRANCH_TENSORS, type DualBranchWeights } from './dual-branch-weights';
import { simulatedWeights } from './simulated-weights';
import { dualBranchWeightsId, parseDualBranchWeights, serializeDualBranchWeights, WeightsError } from './weights-bytes';

const SOAK = process.env.TACIT_SOAK === '1';
const PUBLISHED = { embedding: 32, times: 32, keys: 32, dense: 32 };

const codeOf = (data: unknown): string => {
  try {
    parseDualBranchWeights(data as Uint8Array);
  } catch (error) {
    expect(error).toBeInstanceOf(WeightsError);
    return (error as WeightsError).code;
  }
  return 'whole';
};

/** Bytes with some of them replaced. */
function changed(bytes: Uint8Array, at: number, ...values: number[]): Uint8Array {
  const copy = bytes.slice();
  copy.set(values, at);
  return copy;
}

describe('weights as bytes', () => {
  const weights = simulatedWeights(1);
  const bytes = serializeDualBranchWeights(weights);

  it('come back whole, also out of the middle of a buffer', () => {
    expect(parseDualBranchWeights(bytes)).toEqual(weights);
    const within = new Uint8Array(bytes.length + 20);
    within.set(bytes, 7);
    expect(parseDualBranchWeights(within.subarray(7, 7 + bytes.length))).toEqual(weights);
  });

  it('take 97 KB at the published size', () => {
    const size = serializeDualBranchWeights(simulatedWeights(1, PUBLISHED)).length;
    expect(size).toBe(15 + 8 * (3 + 2 * 6) + 4 * (2 * (5 + 32 + 1) * 128 + 97 * 32 + (32 + 32 + 1) * 128 + (96 + 1) * 32));
    expect(Math.round(size / 1000)).toBe(97);
  });

  it('are refused with the reason where they are not whole', () => {
    expect(codeOf('bytes')).toBe('ERR_WEIGHTS_FORMAT');
    expect(codeOf(new Uint8Array(14))).toBe('ERR_WEIGHTS_SIZE');
    expect(codeOf(changed(bytes, 0, 0))).toBe('ERR_WEIGHTS_FORMAT');
    expect(codeOf(changed(bytes, 4, 2))).toBe('ERR_WEIGHTS_VERSION');
    expect(codeOf(changed(bytes, 5, 0))).toBe('ERR_WEIGHTS_SIZE');
    expect(codeOf(changed(bytes, 8, 129))).toBe('ERR_WEIGHTS_SIZE');
    expect(codeOf(bytes.subarray(0, -1))).toBe('ERR_WEIGHTS_SIZE');
    expect(codeOf(changed(new Uint8Array(bytes.length + 1), 0, ...bytes))).toBe('ERR_WEIGHTS_SIZE');
    // window of no rows, stride beyond the window
    expect(codeOf(changed(bytes, 9, 0, 0))).toBe('ERR_WEIGHTS_VALUE');
    expect(codeOf(changed(bytes, 11, 0, 51))).toBe('ERR_WEIGHTS_VALUE');
    // a rate and a weight that are not numbers
    expect(codeOf(changed(bytes, 15, 0x7f, 0xf8))).toBe('ERR_WEIGHTS_VALUE');
    expect(codeOf(changed(bytes, bytes.length - 4, 0x7f, 0xc0))).toBe('ERR_WEIGHTS_VALUE');
    expect(codeOf(changed(bytes, bytes.length - 4, 0x7f, 0x7f))).toBe('ERR_WEIGHTS_VALUE');
  });

  it('read as what they are or are refused, whichever byte is damaged', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.nat(255), fc.boolean(), (place, value, fromEnd) => {
        const damaged = changed(bytes, fromEnd ? bytes.length - 1 - place : place, value);
        if (codeOf(damaged) === 'whole') {
          expect(Buffer.compare(serializeDualBranchWeights(parseDualBranchWeights(damaged)), damaged)).toBe(0);
        }
      }),
      { numRuns: SOAK ? 20_000 : 500 },
    );
  });

  it('have an id that every number of them changes', () => {
    expect(dualBranchWeightsId(weights)).toMatch(/^[0-9a-f]{16}$/);
    expect(dualBranchWeightsId(parseDualBranchWeights(bytes))).toBe(dualBranchWeightsId(weights));
    const ids = new Set([dualBranchWeightsId(weights)]);
    for (const name of DUAL_BRANCH_TENSORS) {
      const tensor = weights.tensors[name].slice();
      tensor[tensor.length - 1] += 0.5;
      ids.add(dualBranchWeightsId({ ...weights, tensors: { ...weights.tensors, [name]: tensor } }));
    }
    ids.add(dualBranchWeightsId({ ...weights, window: { length: 50, stride: 24 } }));
    expect(ids.size).toBe(DUAL_BRANCH_TENSORS.length + 2);
  });

  it('are not made of weights that are not whole', () => {
    const broken = (change: object) => () => serializeDualBranchWeights({ ...weights, ...change } as DualBranchWeights);
    expect(() => serializeDualBranchWeights(null as never)).toThrow(TypeError);
    expect(broken({ schema: 'other' })).toThrow(TypeError);
    expect(broken({ units: null })).toThrow(TypeError);
    expect(broken({ units: { ...weights.units, dense: '8' } })).toThrow(/units.dense/);
    expect(broken({ units: { ...weights.units, times: 5 } })).toThrow(/timesForwardKernel must hold 5 x 20 numbers/);
    expect(broken({ tensors: { ...weights.tensors, denseBias: [0] } })).toThrow(/denseBias must be a Float32Array/);
    expect(broken({ window: { length: 2_001, stride: 1 } })).toThrow(RangeError);
    expect(broken({ calibration: { rates: [0.1, 0.01], rows: [] } })).toThrow(/ascending/);
    expect(broken({ calibration: { rates: [0.01, 0.1], rows: [] } })).toThrow(/rows/);
    expect(broken({ calibration: { rates: [0.01, 0.1], rows: [{ samples: 5, offset: 0, slope: 0, cutOffs: [1, 0] }] } })).toThrow(/slope/);
    expect(broken({ calibration: { rates: [0.01, 0.1], rows: [{ samples: 5, offset: 0, slope: -1, cutOffs: [1] }] } })).toThrow(/cut-off/);
    expect(broken({ calibration: { rates: [0.01, 0.1], rows: [null] } })).toThrow(TypeError);
  });
});
