import { type Insufficient, insufficient } from './insufficient';
import { keyClassOf, keyRoleOf } from './key-classes';
import { assertMoments, joinMoments, type Moments, momentsOf } from './moments';
import { assertParsedTypingSample, type ParsedTypingSample, TYPING_LIMITS } from './typing-sample';
import { toMilliseconds } from './units';

/** The schema of {@link NGraphs}. A change of meaning is a new number. */
export const N_GRAPHS_SCHEMA = 'n-graphs/1';

/** The bounds that {@link nGraphs} and {@link mergeNGraphs} work with. */
export const N_GRAPH_LIMITS = Object.freeze({
  /** Most distinct n-graphs that are kept; those typed least often go first. */
  maxGraphs: 4_096,
  /** Longest press-press time in ms between two keys of a run, unless given: a longer one is a pause for thought, not a movement. */
  longestGap: 2_000,
});

/** Latencies of one run of keys, in ms. A release that was never seen is missing from the count of its measures. */
export interface NGraph {
  /** The n keys in order: codes, or class ids as decimal digits. */
  readonly keys: readonly string[];
  /** Press of the last key - press of the first. */
  readonly downDown: Moments;
  /** Of digraphs only: release of the second key - release of the first; negative where the second comes up first. */
  readonly upUp: Moments | null;
  /** Of digraphs only: press of the second key - release of the first, the flight time; negative under roll-over. */
  readonly upDown: Moments | null;
  /** Of digraphs only: release of the second key - press of the first. */
  readonly downUp: Moments | null;
}

/** How a person types runs of n keys, over one sample or many. Plain JSON. */
export interface NGraphs {
  readonly schema: typeof N_GRAPHS_SCHEMA;
  readonly n: 2 | 3 | 4;
  readonly keyedBy: 'codes' | 'classes';
  /** The most often typed first, then by name. */
  readonly graphs: readonly NGraph[];
}

export interface NGraphOptions {
  /** Keys of a run: 2 digraphs, 3 trigraphs, 4 four-graphs. */
  n: 2 | 3 | 4;
  /** `codes` tells every key from the others; `classes` the 39 classes of `keyClassOf` only. Default `codes`. */
  keyedBy?: 'codes' | 'classes';
  /** Longest press-press time in ms between two keys of a run. Default `N_GRAPH_LIMITS.longestGap`. */
  longestGap?: number;
}

const NOT_TYPED = ['pasted', 'dropped', 'autofilled', 'composed'] as const;

interface Stroke {
  readonly name: string;
  readonly press: number;
  readonly release: number | null;
}

/**
 * The n-graphs of a free text: every run of n keys that write characters, one after the other, each with a known code. Shift, CapsLock and AltGraph
 * are left out without ending a run; corrections, cursor keys, Enter, Tab, commands (keys while Control, Alt or Meta is down), keys without a
 * code and pauses beyond `longestGap` end it. The ControlLeft that
 * Windows sends with AltGr is part of AltGr.
 *
 * Insufficient: `pasted`, `dropped`, `autofilled`, `composed` by flag; `too-few-keys` where there is no such run, as in every sample of `secret` mode.
 *
 * @throws TacitError `ERR_SAMPLE_UNPARSED`; TypeError or RangeError for wrong options.
 */
export function nGraphs(sample: ParsedTypingSample, options: NGraphOptions): NGraphs | Insufficient {
  assertParsedTypingSample(sample);
  const { n, keyedBy, longestGap } = readOptions(options);
  for (const flag of NOT_TYPED) {
    if (sample.flags[flag]) {
      return insufficient(flag);
    }
  }
  const found = new Map<string, NGraph>();
  for (const run of runsOf(sample, longestGap)) {
    for (let end = n; end <= run.length; end++) {
      const strokes = run.slice(end - n, end);
      addGraph(found, graphOf(strokes, keyedBy));
    }
  }
  if (found.size === 0) {
    return insufficient('too-few-keys', `no run of ${n} keys with known codes`);
  }
  return { schema: N_GRAPHS_SCHEMA, n, keyedBy, graphs: mostTyped(found) };
}

/**
 * The n-graphs of several samples, or of a profile and a new sample, together. The order of merging changes nothing but rounding, as long as
 * no more than `N_GRAPH_LIMITS.maxGraphs` come together.
 *
 * @param parts at least one; what {@link nGraphs} or this function returned, or the same from JSON.
 * @throws TypeError for another shape or for parts of different `n` or `keyedBy`; RangeError for numbers out of range.
 */
export function mergeNGraphs(parts: readonly NGraphs[]): NGraphs {
  if (!Array.isArray(parts)) {
    throw new TypeError('parts must be an array');
  }
  const [first] = parts as readonly NGraphs[];
  if (first === undefined) {
    throw new RangeError('parts must not be empty');
  }
  const found = new Map<string, NGraph>();
  for (const [index, part] of (parts as readonly NGraphs[]).entries()) {
    assertNGraphs(part, `parts[${index}]`);
    if (part.n !== first.n || part.keyedBy !== first.keyedBy) {
      throw new TypeError(`parts[${index}] must have the n and keyedBy of parts[0]`);
    }
    for (const graph of part.graphs) {
      addGraph(found, graph);
    }
  }
  return { schema: N_GRAPHS_SCHEMA, n: first.n, keyedBy: first.keyedBy, graphs: mostTyped(found) };
}

/**
 * Checks that a value has the shape of {@link NGraphs} and is within its bounds: for a profile that was kept as JSON.
 *
 * @throws TypeError for another shape or schema; RangeError for too many graphs or numbers out of range.
 */
export function assertNGraphs(value: unknown, name = 'nGraphs'): asserts value is NGraphs {
  const { schema, n, keyedBy, graphs } = fieldsOf(value, name);
  if (schema !== N_GRAPHS_SCHEMA || !isLength(n) || !isKeyedBy(keyedBy) || !Array.isArray(graphs)) {
    throw new TypeError(`${name} must be n-graphs of schema ${N_GRAPHS_SCHEMA}`);
  }
  if (graphs.length > N_GRAPH_LIMITS.maxGraphs) {
    throw new RangeError(`${name}.graphs must hold at most ${N_GRAPH_LIMITS.maxGraphs} entries`);
  }
  for (let i = 0; i < graphs.length; i++) {
    const place = `${name}.graphs[${i}]`;
    const graph = fieldsOf(graphs[i], place);
    const { keys } = graph;
    if (!Array.isArray(keys) || keys.length !== n || !keys.every((key) => typeof key === 'string' && KEY.test(key))) {
      throw new TypeError(`${place}.keys must be ${n} codes or class ids`);
    }
    assertMoments(graph.downDown, `${place}.downDown`);
    for (const measure of ['upUp', 'upDown', 'downUp'] as const) {
      const moments = graph[measure];
      if (moments === null) {
        continue;
      }
      if (n !== 2) {
        throw new TypeError(`${place}.${measure} must be null but for digraphs`);
      }
      assertMoments(moments, `${place}.${measure}`);
    }
  }
}

const KEY = new RegExp(`^[A-Za-z0-9]{1,${TYPING_LIMITS.maxKeyLength}}$`);

function isLength(n: unknown): n is NGraphs['n'] {
  return n === 2 || n === 3 || n === 4;
}

function isKeyedBy(value: unknown): value is NGraphs['keyedBy'] {
  return value === 'codes' || value === 'classes';
}

function fieldsOf(value: unknown, name: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) {
    throw new TypeError(`${name} must be an object`);
  }
  return value as Record<string, unknown>;
}

function readOptions(options: NGraphOptions): Required<NGraphOptions> {
  const { n, keyedBy = 'codes', longestGap = N_GRAPH_LIMITS.longestGap } = fieldsOf(options, 'options') as unknown as NGraphOptions;
  if (!isLength(n)) {
    throw typeof n === 'number' ? new RangeError('n must be 2, 3 or 4') : new TypeError('n must be a number');
  }
  if (!isKeyedBy(keyedBy)) {
    throw new TypeError("keyedBy must be 'codes' or 'classes'");
  }
  if (typeof longestGap !== 'number') {
    throw new TypeError('longestGap must be a number');
  }
  const longest = toMilliseconds(TYPING_LIMITS.maxTime);
  if (!(longestGap >= 0 && longestGap <= longest)) {
    throw new RangeError(`longestGap must be from 0 to ${longest} ms`);
  }
  return { n, keyedBy, longestGap };
}

/** The unbroken runs of character keys of a sample. */
function* runsOf(sample: ParsedTypingSample, longestGap: number): Generator<Stroke[]> {
  let run: Stroke[] = [];
  let previous = 0;
  let commandUntil = 0;
  let commandNext = false;
  for (const [index, [name, press, release]] of sample.keys.entries()) {
    const role = name === null ? 'break' : isAltGraph(sample, index) ? 'modifier' : keyRoleOf(name);
    if (role === 'modifier') {
      continue;
    }
    if (role === 'command') {
      commandUntil = Math.max(commandUntil, release ?? 0);
      // Without a release nobody knows how long it was down: it is taken to be meant for the next key.
      commandNext ||= release === null;
    }
    const isCommand = press < commandUntil || commandNext;
    commandNext &&= role === 'command';
    const ends = role !== 'character' || isCommand;
    if (ends || toMilliseconds(press - previous) > longestGap) {
      yield run;
      run = [];
    }
    if (!ends) {
      run.push({ name: name as string, press, release });
    }
    previous = press;
  }
  yield run;
}

/** Whether a stroke is the Control that Windows sends in front of AltGr: still down when AltGr goes down, and nothing was typed under it alone. */
function isAltGraph({ keys }: ParsedTypingSample, index: number): boolean {
  const [name, , release] = keys[index]!;
  if (name !== 'ControlLeft') {
    return false;
  }
  let next = index + 1;
  while (next < keys.length && isShift(keys[next]![0])) {
    next++;
  }
  const follower = keys[next];
  return follower?.[0] === 'AltRight' && (release === null || release > follower[1]);
}

function isShift(name: string | null): boolean {
  return name !== null && name !== 'AltRight' && keyRoleOf(name) === 'modifier';
}

function graphOf(strokes: readonly Stroke[], keyedBy: NGraphs['keyedBy']): NGraph {
  const first = strokes[0]!;
  const last = strokes.at(-1)!;
  const isDigraph = strokes.length === 2;
  const latency = (from: number | null, to: number | null): Moments | null =>
    isDigraph && from !== null && to !== null ? momentsOf(toMilliseconds(to - from)) : null;
  return {
    keys: strokes.map(({ name }) => (keyedBy === 'codes' ? name : String(keyClassOf(name)))),
    downDown: momentsOf(toMilliseconds(last.press - first.press)),
    upUp: latency(first.release, last.release),
    upDown: latency(first.release, last.press),
    downUp: latency(first.press, last.release),
  };
}

function addGraph(found: Map<string, NGraph>, graph: NGraph): void {
  const name = graph.keys.join(' ');
  const known = found.get(name);
  found.set(name, known === undefined ? graph : joinGraphs(known, graph));
}

function joinGraphs(a: NGraph, b: NGraph): NGraph {
  const join = (x: Moments | null, y: Moments | null): Moments | null => (x === null ? y : y === null ? x : joinMoments(x, y));
  return {
    keys: a.keys,
    downDown: joinMoments(a.downDown, b.downDown),
    upUp: join(a.upUp, b.upUp),
    upDown: join(a.upDown, b.upDown),
    downUp: join(a.downUp, b.downUp),
  };
}

function mostTyped(found: ReadonlyMap<string, NGraph>): NGraph[] {
  return [...found]
    .sort(([nameA, a], [nameB, b]) => b.downDown.count - a.downDown.count || (nameA < nameB ? -1 : 1))
    .slice(0, N_GRAPH_LIMITS.maxGraphs)
    .map(([, graph]) => graph);
}
