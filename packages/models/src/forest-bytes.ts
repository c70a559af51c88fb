import { assertForest, FOREST_LIMITS, type Forest } from './forest-trees';
import { ModelError } from './model-error';

/** `TCTF`, the first bytes of every stored forest. */
const MARK = 0x54435446;
const VERSION = 1;
const HEADER = 16;

/**
 * Bytes of a forest, big-endian: mark, version (8 bits), bytes of a code (8 bits: 1 where every code fits, else 2), features, labels and trees (16 bits
 * each), nodes (32 bits); the code of each node in preorder, from which the shape of every tree follows; the thresholds of the inner nodes as float32.
 *
 * @throws TypeError or RangeError if `forest` is no forest.
 */
export function serializeForest(forest: Forest): Uint8Array {
  assertForest(forest, 'forest');
  const { features, labels, roots, code, threshold } = forest;
  const wide = codeWidth(features, labels) === 2;
  const bytes = new Uint8Array(bodyEnd(features, labels, roots.length, code.length));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MARK);
  view.setUint8(4, VERSION);
  view.setUint8(5, wide ? 2 : 1);
  view.setUint16(6, features);
  view.setUint16(8, labels);
  view.setUint16(10, roots.length);
  view.setUint32(12, code.length);
  let at = HEADER;
  let thresholdAt = HEADER + (wide ? 2 : 1) * code.length;
  for (let node = 0; node < code.length; node++) {
    if (wide) {
      view.setUint16(at, code[node]);
    } else {
      view.setUint8(at, code[node]);
    }
    at += wide ? 2 : 1;
    if (code[node] < features) {
      view.setFloat32(thresholdAt, threshold[node]);
      thresholdAt += 4;
    }
  }
  return bytes;
}

/**
 * The forest of {@link serializeForest}, voting identically. Counts and length are checked before anything is allocated.
 *
 * @throws ModelError ERR_PROFILE_FORMAT, _VERSION, _SIZE or _VALUE for anything that is not a whole forest of a known version.
 */
export function parseForest(data: Uint8Array): Forest {
  if (!(data instanceof Uint8Array)) {
    throw new ModelError('ERR_PROFILE_FORMAT', 'data must be a Uint8Array');
  }
  if (data.byteLength < HEADER) {
    throw new ModelError('ERR_PROFILE_SIZE', 'data is shorter than the header of a forest');
  }
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (view.getUint32(0) !== MARK) {
    throw new ModelError('ERR_PROFILE_FORMAT', 'data does not begin with the mark of a forest');
  }
  if (view.getUint8(4) !== VERSION) {
    throw new ModelError('ERR_PROFILE_VERSION', `only version ${VERSION} of a forest can be read`, { field: 'version' });
  }
  const features = checkedCount(view.getUint16(6), 1, FOREST_LIMITS.maxFeatures, 'features');
  const labels = checkedCount(view.getUint16(8), 1, FOREST_LIMITS.maxLabels, 'labels');
  const trees = checkedCount(view.getUint16(10), 1, FOREST_LIMITS.maxTrees, 'trees');
  const nodes = checkedCount(view.getUint32(12), trees, FOREST_LIMITS.maxNodes, 'nodes');
  const width = codeWidth(features, labels);
  if (view.getUint8(5) !== width) {
    throw new ModelError('ERR_PROFILE_VALUE', 'codes must be as wide as features and labels call for', { field: 'width' });
  }
  // Every inner node has two children, so that a tree has one leaf more than inner nodes.
  if ((nodes - trees) % 2 !== 0 || data.byteLength !== bodyEnd(features, labels, trees, nodes)) {
    throw new ModelError('ERR_PROFILE_SIZE', 'data has more or fewer bytes than its counts call for');
  }
  return readTrees(view, features, labels, trees, nodes, width);
}

function readTrees(view: DataView, features: number, labels: number, trees: number, nodes: number, width: 1 | 2): Forest {
  const roots = new Uint32Array(trees);
  const code = new Uint16Array(nodes);
  const threshold = new Float32Array(nodes);
  const right = new Uint32Array(nodes);
  // Inner nodes whose right child is still to come.
  const waiting = new Uint32Array((nodes - trees) / 2);
  let inner = 0;
  let node = 0;
  for (let tree = 0; tree < trees; tree++) {
    roots[tree] = node;
    let depth = 0;
    for (let whole = false; !whole; node++) {
      if (node >= nodes) {
        throw new ModelError('ERR_PROFILE_SIZE', 'a tree has no end', { field: 'codes' });
      }
      const value = width === 2 ? view.getUint16(HEADER + 2 * node) : view.getUint8(HEADER + node);
      if (value >= features + labels) {
        throw new ModelError('ERR_PROFILE_VALUE', 'codes must name a feature or a label', { field: 'codes' });
      }
      code[node] = value;
      if (value < features) {
        if (inner >= waiting.length) {
          throw new ModelError('ERR_PROFILE_SIZE', 'there are more inner nodes than thresholds', { field: 'codes' });
        }
        threshold[node] = view.getFloat32(HEADER + width * nodes + 4 * inner++);
        if (!Number.isFinite(threshold[node])) {
          throw new ModelError('ERR_PROFILE_VALUE', 'thresholds must be finite', { field: 'thresholds' });
        }
        waiting[depth++] = node;
      } else if (depth === 0) {
        whole = true;
      } else {
        right[waiting[--depth]] = node + 1;
      }
    }
  }
  if (node !== nodes) {
    throw new ModelError('ERR_PROFILE_SIZE', 'there are nodes outside the trees', { field: 'codes' });
  }
  return { features, labels, roots, code, threshold, right };
}

function codeWidth(features: number, labels: number): 1 | 2 {
  return features + labels <= 256 ? 1 : 2;
}

function bodyEnd(features: number, labels: number, trees: number, nodes: number): number {
  return HEADER + codeWidth(features, labels) * nodes + 2 * (nodes - trees);
}

function checkedCount(value: number, minimum: number, maximum: number, field: string): number {
  if (value < minimum || value > maximum) {
    throw new ModelError('ERR_PROFILE_SIZE', `${field} must be ${minimum} to ${maximum}`, { field });
  }
  return value;
}
