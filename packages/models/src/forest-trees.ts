/** Bounds on every forest, trained or parsed. */
export const FOREST_LIMITS = Object.freeze({
  maxTrees: 1000,
  maxFeatures: 1024,
  /** Most classes, or sizes that a leaf may tell. */
  maxLabels: 4096,
  /** Most training rows: row numbers and ranks are 16 bits each. */
  maxSamples: 65_535,
  /** Most numbers in the training rows together, 128 MiB as float32. */
  maxNumbers: 33_554_432,
  /** Most nodes of all trees together; 10 bytes each in memory. */
  maxNodes: 4_194_304,
});

/**
 * Binary trees over rows of numbers, as flat arrays of plain data. The nodes of a tree lie in preorder: the left child of an inner node follows it.
 * Thresholds are float32, and rows are compared as float32, so that a stored forest votes as the trained one did.
 */
export interface Forest {
  /** Numbers in a row. */
  readonly features: number;
  /** Leaves hold labels from 0 to `labels - 1`: a class, or another small number that the method gives a meaning. */
  readonly labels: number;
  /** First node of each tree. */
  readonly roots: Uint32Array;
  /** Inner node: the feature that it looks at. Leaf: `features` + label. */
  readonly code: Uint16Array;
  /** Inner node: rows with a value <= threshold go left. Leaf: 0. */
  readonly threshold: Float32Array;
  /** Inner node: its right child. Leaf: 0. */
  readonly right: Uint32Array;
}

/** Trees under construction, node by node in preorder. */
export class ForestBuilder {
  readonly #features: number;
  readonly #labels: number;
  readonly #roots: number[] = [];
  #code: Uint16Array;
  #threshold: Float32Array;
  #right: Uint32Array;
  #nodes = 0;

  constructor(features: number, labels: number, expectedNodes = 1024) {
    this.#features = features;
    this.#labels = labels;
    const room = Math.min(expectedNodes, FOREST_LIMITS.maxNodes);
    this.#code = new Uint16Array(room);
    this.#threshold = new Float32Array(room);
    this.#right = new Uint32Array(room);
  }

  /** The next node begins a tree. */
  beginTree(): void {
    this.#roots.push(this.#nodes);
  }

  /** Adds an inner node and returns its number, for {@link setRight}. */
  addInner(feature: number, threshold: number): number {
    this.#makeRoom();
    this.#code[this.#nodes] = feature;
    this.#threshold[this.#nodes] = threshold;
    return this.#nodes++;
  }

  addLeaf(label: number): void {
    this.#makeRoom();
    this.#code[this.#nodes++] = this.#features + label;
  }

  /** Says that the next node is the right child of an inner one. */
  setRight(parent: number): void {
    this.#right[parent] = this.#nodes;
  }

  /** The forest. The builder is not to be used any more. */
  finish(): Forest {
    return {
      features: this.#features,
      labels: this.#labels,
      roots: Uint32Array.from(this.#roots),
      code: this.#code.slice(0, this.#nodes),
      threshold: this.#threshold.slice(0, this.#nodes),
      right: this.#right.slice(0, this.#nodes),
    };
  }

  #makeRoom(): void {
    if (this.#nodes < this.#code.length) {
      return;
    }
    if (this.#nodes >= FOREST_LIMITS.maxNodes) {
      throw new RangeError(`a forest may have at most ${FOREST_LIMITS.maxNodes} nodes: train on fewer rows or fewer trees`);
    }
    const room = Math.min(2 * this.#nodes, FOREST_LIMITS.maxNodes);
    this.#code = grown(this.#code, new Uint16Array(room));
    this.#threshold = grown(this.#threshold, new Float32Array(room));
    this.#right = grown(this.#right, new Uint32Array(room));
  }
}

function grown<T extends Uint16Array | Float32Array | Uint32Array>(old: T, larger: T): T {
  larger.set(old);
  return larger;
}

/** The leaf that a float32 row falls into, as a node number. */
export function leafOf(forest: Forest, root: number, row: Float32Array): number {
  const { features, code, threshold, right } = forest;
  let node = root;
  while (code[node] < features) {
    node = row[code[node]] <= threshold[node] ? node + 1 : right[node];
  }
  return node;
}

/**
 * Checks a forest at a public door: kinds and sizes, not each node, so that it costs little at every score. `parseForest` checks the nodes.
 *
 * @throws TypeError for another shape; RangeError for sizes that disagree or are out of bounds.
 */
export function assertForest(value: unknown, name: string): asserts value is Forest {
  const forest = value as Partial<Forest> | null | undefined;
  if (typeof forest !== 'object' || forest === null) {
    throw new TypeError(`${name} must be a forest`);
  }
  const { features, labels, roots, code, threshold, right } = forest;
  if (
    !(roots instanceof Uint32Array) ||
    !(code instanceof Uint16Array) ||
    !(threshold instanceof Float32Array) ||
    !(right instanceof Uint32Array)
  ) {
    throw new TypeError(`${name} must hold its nodes as typed arrays`);
  }
  assertCount(features, `${name}.features`, 1, FOREST_LIMITS.maxFeatures);
  assertCount(labels, `${name}.labels`, 1, FOREST_LIMITS.maxLabels);
  assertCount(roots.length, `${name}.roots.length`, 1, FOREST_LIMITS.maxTrees);
  if (code.length < roots.length || threshold.length !== code.length || right.length !== code.length) {
    throw new RangeError(`${name} must have a code, a threshold and a right child for each node`);
  }
}

/** @throws TypeError if `value` is not a number; RangeError if it is not an integer in bounds. */
export function assertCount(value: unknown, name: string, minimum: number, maximum: number): asserts value is number {
  if (typeof value !== 'number') {
    throw new TypeError(`${name} must be a number`);
  }
  if (!Number.isInteger(value) || value < minimum || value > maximum) {
    throw new RangeError(`${name} must be an integer from ${minimum} to ${maximum}`);
  }
}
