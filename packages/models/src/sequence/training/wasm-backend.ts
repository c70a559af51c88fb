import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';

/**
 * Runs `work` on a backend of TensorFlow.js, and gives the thread its former backend back. The `wasm` backend lacks the kernel that the gradient of an
 * embedding needs; it is added here.
 */
export async function onBackend<T>(name: string, work: () => Promise<T>): Promise<T> {
  const before: string | undefined = tf.getBackend();
  if (tf.findBackendFactory(name) === null || !(await tf.setBackend(name))) {
    throw new RangeError('backend must be one of TensorFlow.js that is registered and can start in this thread');
  }
  registerUnsortedSegmentSum();
  try {
    return await work();
  } finally {
    if (before !== undefined && before !== name) {
      await tf.setBackend(before);
    }
  }
}

/** Sums the rows of `x` that share a segment. Rows of a negative segment are left out, as the definition has it. */
export function registerUnsortedSegmentSum(): void {
  if (tf.getKernel(tf.UnsortedSegmentSum, 'wasm') !== undefined) {
    return;
  }
  tf.registerKernel({
    kernelName: tf.UnsortedSegmentSum,
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs, backend }) => {
      const wasm = backend as BackendWasm;
      const { x, segmentIds } = inputs as { x: tf.TensorInfo; segmentIds: tf.TensorInfo };
      const { numSegments } = attrs as unknown as tf.UnsortedSegmentSumAttrs;
      const shape = x.shape.slice(segmentIds.shape.length);
      const width = tf.util.sizeFromShape(shape);
      // Memory is taken before the views are made: taking it may move the heap.
      const sums = wasm.makeOutput([numSegments, ...shape], x.dtype);
      const to = wasm.typedArrayFromHeap(sums);
      const from = wasm.typedArrayFromHeap(x);
      const segments = wasm.typedArrayFromHeap(segmentIds);
      to.fill(0);
      for (let row = 0; row < segments.length; row++) {
        const segment = segments[row];
        if (segment < 0) {
          continue;
        }
        for (let column = 0; column < width; column++) {
          to[segment * width + column] += from[row * width + column];
        }
      }
      return sums;
    },
  });
}
