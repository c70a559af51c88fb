import { SEQUENCE_CHANNELS, SEQUENCE_KEY_IDS, type SequenceWindow } from '@tacit-auth/features';
import type { DualBranchTensors, DualBranchUnits } from './dual-branch-weights';
import { clearLstm, type LstmState, lstmState, lstmStep, packLstm } from './lstm';

const CHANNELS = SEQUENCE_CHANNELS.length;

/**
 * The network made ready to run: a function from one window to the outputs of its dense layer. Padding is never read, which is what masking comes to.
 * The function keeps its working memory between calls; the array that it returns is new.
 */
export function dualBranchNetwork(units: DualBranchUnits, tensors: DualBranchTensors): (window: SequenceWindow) => Float64Array {
  const forward = packLstm(tensors.timesForwardRecurrent, units.times);
  const backward = packLstm(tensors.timesBackwardRecurrent, units.times);
  const keys = packLstm(tensors.keysRecurrent, units.keys);
  const forwardKernel = Float64Array.from(tensors.timesForwardKernel);
  const backwardKernel = Float64Array.from(tensors.timesBackwardKernel);
  const keyGates = gatesOfKeys(units, tensors);
  const timeGates = new Float64Array(4 * units.times);
  const states = { forward: lstmState(units.times), backward: lstmState(units.times), keys: lstmState(units.keys) };
  const joined = new Float64Array(2 * units.times + units.keys);

  return ({ keys: count, times, keyIds }) => {
    clear(states);
    for (let i = 0; i < count; i++) {
      gatesOfTimes(times, i, forwardKernel, tensors.timesForwardBias, timeGates);
      lstmStep(forward, states.forward, timeGates, 0);
      gatesOfTimes(times, count - 1 - i, backwardKernel, tensors.timesBackwardBias, timeGates);
      lstmStep(backward, states.backward, timeGates, 0);
      lstmStep(keys, states.keys, keyGates, keyIds[i] * 4 * units.keys);
    }
    joined.set(states.forward.hidden);
    joined.set(states.backward.hidden, units.times);
    joined.set(states.keys.hidden, 2 * units.times);
    return denseRelu(joined, tensors.denseKernel, tensors.denseBias);
  };
}

function clear(states: { [branch: string]: LstmState }): void {
  for (const state of Object.values(states)) {
    clearLstm(state);
  }
}

/** What each key id gives to the gates: there are few ids, so embedding and kernel are multiplied once for all. */
function gatesOfKeys(units: DualBranchUnits, { embedding, keysKernel, keysBias }: DualBranchTensors): Float64Array {
  const width = 4 * units.keys;
  const gates = new Float64Array(SEQUENCE_KEY_IDS.length * width);
  for (let id = 0; id < SEQUENCE_KEY_IDS.length; id++) {
    for (let column = 0; column < width; column++) {
      let sum = keysBias[column];
      for (let i = 0; i < units.embedding; i++) {
        sum += embedding[id * units.embedding + i] * keysKernel[i * width + column];
      }
      gates[id * width + column] = sum;
    }
  }
  return gates;
}

function gatesOfTimes(times: Float32Array, row: number, kernel: Float64Array, bias: Float32Array, gates: Float64Array): void {
  const width = gates.length;
  const at = row * CHANNELS;
  const [a, b, c, d, e] = [times[at], times[at + 1], times[at + 2], times[at + 3], times[at + 4]];
  for (let column = 0; column < width; column++) {
    gates[column] =
      bias[column] +
      a * kernel[column] +
      b * kernel[width + column] +
      c * kernel[2 * width + column] +
      d * kernel[3 * width + column] +
      e * kernel[4 * width + column];
  }
}

function denseRelu(inputs: Float64Array, kernel: Float32Array, bias: Float32Array): Float64Array {
  const outputs = Float64Array.from(bias);
  for (let i = 0; i < inputs.length; i++) {
    for (let column = 0; column < outputs.length; column++) {
      outputs[column] += inputs[i] * kernel[i * outputs.length + column];
    }
  }
  return outputs.map((value) => Math.max(value, 0));
}
