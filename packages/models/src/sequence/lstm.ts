/** The recurrent part of an LSTM in the order in which a step reads it, as float64. */
export interface PackedLstm {
  readonly units: number;
  /** For each unit and each unit before it the weights of the four gates side by side. */
  readonly recurrent: Float64Array;
}

/** State of an LSTM between two keys. */
export interface LstmState {
  hidden: Float64Array;
  /** Hidden state under way; swapped with `hidden` after each step. */
  next: Float64Array;
  readonly cell: Float64Array;
}

/** @param recurrent `units` rows of 4 x `units` columns, gates in the order input, forget, cell, output. */
export function packLstm(recurrent: Float32Array, units: number): PackedLstm {
  const packed = new Float64Array(recurrent.length);
  for (let from = 0; from < units; from++) {
    for (let gate = 0; gate < 4; gate++) {
      for (let to = 0; to < units; to++) {
        packed[4 * (to * units + from) + gate] = recurrent[from * 4 * units + gate * units + to];
      }
    }
  }
  return { units, recurrent: packed };
}

export function lstmState(units: number): LstmState {
  return { hidden: new Float64Array(units), next: new Float64Array(units), cell: new Float64Array(units) };
}

export function clearLstm(state: LstmState): void {
  state.hidden.fill(0);
  state.cell.fill(0);
}

/**
 * One step: gates = input + hidden x recurrent; cell = forget x cell + input x tanh(candidate); hidden = output x tanh(cell); the gates go through a
 * logistic function (S. Hochreiter, J. Schmidhuber, Neural Computation 9(8), 1997, with the forget gate of F. Gers et al., 2000).
 *
 * @param inputs the part of the gates that comes from the input, biases included: 4 x `units` numbers from `at`.
 */
export function lstmStep({ units, recurrent }: PackedLstm, state: LstmState, inputs: Float64Array, at: number): void {
  const { hidden, next, cell } = state;
  let weight = 0;
  for (let unit = 0; unit < units; unit++) {
    let input = inputs[at + unit];
    let forget = inputs[at + units + unit];
    let candidate = inputs[at + 2 * units + unit];
    let output = inputs[at + 3 * units + unit];
    for (let from = 0; from < units; from++) {
      const value = hidden[from];
      input += value * recurrent[weight];
      forget += value * recurrent[weight + 1];
      candidate += value * recurrent[weight + 2];
      output += value * recurrent[weight + 3];
      weight += 4;
    }
    const memory = logistic(forget) * cell[unit] + logistic(input) * Math.tanh(candidate);
    cell[unit] = memory;
    next[unit] = logistic(output) * Math.tanh(memory);
  }
  state.hidden = next;
  state.next = hidden;
}

function logistic(value: number): number {
  return 1 / (1 + Math.exp(-value));
}
