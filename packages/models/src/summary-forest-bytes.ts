import { parseForest, serializeForest } from './forest-bytes';
import { ModelError } from './model-error';
import { assertSummaryForest, SUMMARY_FOREST_LIMITS, SUMMARY_FOREST_SCHEMA, SUMMARY_NUMBERS, type SummaryForest } from './summary-forest';

/** `TCTS`, the first bytes of every stored summary forest. */
const MARK = 0x54435453;
const VERSION = 1;
const HEADER = 15;

/**
 * Bytes of a summary forest, big-endian: mark, version (8 bits), threshold (float64), people (16 bits); of each id its length (8 bits) and its UTF-16 units;
 * then the bytes of `serializeForest`.
 *
 * @throws TypeError or RangeError if `model` is no summary forest.
 */
export function serializeSummaryForest(model: SummaryForest): Uint8Array {
  assertSummaryForest(model);
  const { people, threshold, forest } = model;
  const forestBytes = serializeForest(forest);
  const idBytes = people.reduce((sum, id) => sum + 1 + 2 * id.length, 0);
  const bytes = new Uint8Array(HEADER + idBytes + forestBytes.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MARK);
  view.setUint8(4, VERSION);
  view.setFloat64(5, threshold);
  view.setUint16(13, people.length);
  let at = HEADER;
  for (const id of people) {
    view.setUint8(at++, id.length);
    for (let i = 0; i < id.length; i++) {
      view.setUint16(at, id.charCodeAt(i));
      at += 2;
    }
  }
  bytes.set(forestBytes, at);
  return bytes;
}

/**
 * The model of {@link serializeSummaryForest}, judging identically.
 *
 * @throws ModelError ERR_PROFILE_FORMAT, _VERSION, _SIZE or _VALUE for anything that is not a whole model of a known version.
 */
export function parseSummaryForest(data: Uint8Array): SummaryForest {
  if (!(data instanceof Uint8Array)) {
    throw new ModelError('ERR_PROFILE_FORMAT', 'data must be a Uint8Array');
  }
  if (data.byteLength < HEADER) {
    throw new ModelError('ERR_PROFILE_SIZE', 'data is shorter than the header of a summary forest');
  }
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (view.getUint32(0) !== MARK) {
    throw new ModelError('ERR_PROFILE_FORMAT', 'data does not begin with the mark of a summary forest');
  }
  if (view.getUint8(4) !== VERSION) {
    throw new ModelError('ERR_PROFILE_VERSION', `only version ${VERSION} of a summary forest can be read`, { field: 'version' });
  }
  const threshold = view.getFloat64(5);
  if (!(threshold > 0 && threshold <= 1)) {
    throw new ModelError('ERR_PROFILE_VALUE', 'threshold must be above 0 and at most 1', { field: 'threshold' });
  }
  const count = view.getUint16(13);
  if (count < SUMMARY_FOREST_LIMITS.minPeople || count > SUMMARY_FOREST_LIMITS.maxPeople) {
    throw new ModelError('ERR_PROFILE_SIZE', 'people are too few or too many', { field: 'people' });
  }
  const people: string[] = [];
  let at = HEADER;
  for (let person = 0; person < count; person++) {
    const length = at < data.byteLength ? view.getUint8(at++) : 0;
    if (length < 1 || length > SUMMARY_FOREST_LIMITS.maxIdLength || at + 2 * length > data.byteLength) {
      throw new ModelError('ERR_PROFILE_SIZE', 'an id is empty, too long or cut off', { field: 'people' });
    }
    let id = '';
    for (let i = 0; i < length; i++) {
      id += String.fromCharCode(view.getUint16(at));
      at += 2;
    }
    people.push(id);
  }
  if (new Set(people).size !== count) {
    throw new ModelError('ERR_PROFILE_VALUE', 'ids must differ', { field: 'people' });
  }
  const forest = parseForest(data.subarray(at));
  if (forest.features !== SUMMARY_NUMBERS || forest.labels !== count) {
    throw new ModelError('ERR_PROFILE_SIZE', 'the forest is of another count of numbers or people', { field: 'forest' });
  }
  return { schema: SUMMARY_FOREST_SCHEMA, people, threshold, forest };
}
