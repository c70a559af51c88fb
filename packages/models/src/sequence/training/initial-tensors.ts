import {
  DUAL_BRANCH_TENSORS,
  type DualBranchTensor,
  type DualBranchTensors,
  type DualBranchUnits,
  dualBranchShapes,
} from '../dual-branch-weights';

/** @param uniform numbers from 0 to 1. */
export function initialTensors(units: DualBranchUnits, uniform: () => number): DualBranchTensors {
  const shapes = dualBranchShapes(units);
  const entries = DUAL_BRANCH_TENSORS.map((name): [DualBranchTensor, Float32Array] => {
    const [rows, columns] = shapes[name];
    if (name === 'embedding') {
      return [name, uniformWithin(0.05, rows * columns, uniform)];
    }
    if (name.endsWith('Recurrent')) {
      return [name, orthonormalRows(rows, columns, uniform)];
    }
    if (name.endsWith('Kernel')) {
      return [name, glorot(rows, columns, uniform)];
    }
    const bias = new Float32Array(columns);
    if (name !== 'denseBias') {
      // The forget gate begins open, so that early keys are remembered (R. Jozefowicz et al., ICML 2015).
      bias.fill(1, columns / 4, columns / 2);
    }
    return [name, bias];
  });
  return Object.fromEntries(entries) as { [Name in DualBranchTensor]: Float32Array };
}

export function initialHead(inputs: number, classes: number, uniform: () => number): { kernel: Float32Array; bias: Float32Array } {
  return { kernel: glorot(inputs, classes, uniform), bias: new Float32Array(classes) };
}

/** X. Glorot, Y. Bengio, AISTATS 2010. */
function glorot(inputs: number, outputs: number, uniform: () => number): Float32Array {
  return uniformWithin(Math.sqrt(6 / (inputs + outputs)), inputs * outputs, uniform);
}

function uniformWithin(limit: number, size: number, uniform: () => number): Float32Array {
  return Float32Array.from({ length: size }, () => limit * (2 * uniform() - 1));
}

/** Rows of length 1 at right angles to each other, by Gram and Schmidt; there are fewer rows than columns. */
function orthonormalRows(rows: number, columns: number, uniform: () => number): Float32Array {
  const matrix = Float32Array.from({ length: rows * columns }, () => normal(uniform));
  for (let row = 0; row < rows; row++) {
    const current = matrix.subarray(row * columns, (row + 1) * columns);
    for (let before = 0; before < row; before++) {
      const other = matrix.subarray(before * columns, (before + 1) * columns);
      const share = dot(current, other);
      for (let i = 0; i < columns; i++) {
        current[i] -= share * other[i];
      }
    }
    const length = Math.sqrt(dot(current, current));
    for (let i = 0; i < columns; i++) {
      current[i] /= length;
    }
  }
  return matrix;
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    sum += a[i] * b[i];
  }
  return sum;
}

/** Box and Muller. 1 - u lies in (0, 1], so that the logarithm is finite. */
function normal(uniform: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}
