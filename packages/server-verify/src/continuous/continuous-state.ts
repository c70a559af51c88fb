import type { PointerActions, PointerDevice } from '@tacit-auth/features';
import { parseTrustState, type TrustState } from '@tacit-auth/models';
import { z } from 'zod';
import { defineRecordKind } from '../record-kind';
import { type Beginning, type Beginnings, NO_BEGINNINGS } from './beginnings';
import type { RiskLevel } from './judge-types';
import type { Lesson, Lessons } from './lesson';
import {
  beginningHeader,
  fieldsOf,
  lessonHeader,
  packBeginning,
  packLesson,
  trustOf,
  unpackBeginning,
  unpackLesson,
} from './packed-lessons';
import { packIntegers, unpackIntegers } from './packed-numbers';
import { MOST_PENDING_BYTES, packActions, unpackActions } from './pending-actions';

/** Most streams of one session: pages that can not share one have one each. */
export const MOST_STREAMS = 4;
/** Most windows and samples that are remembered, so that none counts twice. */
export const MOST_DIGESTS = 64;
/** Most bytes of a session's record as it is stored. */
export const MOST_STATE_BYTES = 4_096;
/** What sealing adds, at most. */
const SEAL_BYTES = 64;
/** Points of history that stay where there is little room. */
const LEAST_POINTS = 16;

export interface Stream {
  readonly id: string;
  /** The highest number that took effect. */
  readonly last: number;
  /** Whether it is of one page alone, which no other may go on with. */
  readonly own: boolean;
}

/** One more; the oldest goes where there are too many, and one that pages share only where there is no other. */
export function withStream(streams: readonly Stream[], added: Stream): Stream[] {
  const dropped = streams.length < MOST_STREAMS ? undefined : (streams.find(({ own }) => own) ?? streams[0]);
  return [...streams.filter((each) => each !== dropped), added];
}

/** All that is kept of a session while it is checked. Never changed in place. */
export interface ContinuousState {
  /** Ms since the epoch, as all times. */
  readonly startedAt: number;
  /** When something new last came, not made by a script. */
  readonly lastAt: number | null;
  readonly streams: readonly Stream[];
  /** Which populations its evidence was made with. */
  readonly population: string;
  /** Whether a factor that the customer alone holds has passed in it. */
  readonly vouched: boolean;
  /** Version of the template that its lessons go on from; 0 where there was none. */
  readonly base: number;
  /** What there was to compare with when evidence last came. */
  readonly template: 'none' | 'young' | 'ready';
  readonly trust: TrustState;
  /** The highest level since a factor passed, and since when. */
  readonly level: RiskLevel;
  readonly levelSince: number;
  /** The highest risk by what was typed and pointed at, ever. */
  readonly peak: number;
  /** Whether there was an alarm since a factor passed: nothing is learned then. */
  readonly barred: boolean;
  /** Evidence that somebody else goes on than who began, while there is no template to tell by. */
  readonly own: number;
  readonly counts: {
    readonly batches: number;
    readonly keys: number;
    readonly actions: number;
    readonly scored: number;
    readonly replayed: number;
    readonly untrusted: number;
  };
  /** The same two since a factor passed. */
  readonly suspicions: { readonly replayed: number; readonly untrusted: number };
  readonly confidence: { readonly sum: number; readonly least: number; readonly of: number };
  readonly asked: { readonly stepUps: number; readonly locks: number; readonly terminated: boolean; readonly confirmed: number };
  /** What it may still send: keys, pointer events, and when that was. */
  readonly budget: { readonly keys: number; readonly events: number; readonly at: number };
  /** Of windows and samples seen, the newest last. */
  readonly digests: readonly number[];
  /** Seconds since the start, times 256, and risk in 255ths. */
  readonly points: readonly number[];
  /** What the session teaches. */
  readonly lessons: Lessons;
  /** What it began with since a factor passed. */
  readonly beginnings: Beginnings;
  /** Actions of the pointer, too few to be judged. */
  readonly pending: PointerActions | null;
}

const count = z.int().min(0);
const time = z.number().min(0);

/** As it is stored: JSON, and behind it the numbers that it tells the lengths of. */
const header = z.object({
  // The first had points of four bytes, trust as it is, and no beginnings.
  v: z.union([z.literal(1), z.literal(2)]),
  at: z.tuple([time, time.nullable(), time]),
  st: z.array(z.tuple([z.string(), count, z.literal(true).optional()])).max(MOST_STREAMS),
  po: z.string(),
  vo: z.boolean(),
  ba: count,
  te: z.enum(['none', 'young', 'ready']),
  tr: z.unknown().transform((value) => parseTrustState(Array.isArray(value) ? trustOf(value) : value)),
  le: z.enum(['low', 'medium', 'high']),
  pe: z.number().min(0).max(1),
  br: z.boolean(),
  ow: z.number().min(0),
  co: z.tuple([count, count, count, count, count, count]),
  su: z.tuple([count, count]),
  cf: z.tuple([z.number().min(0), z.number().min(0).max(1), count]),
  as: z.tuple([count, count, z.boolean(), count]),
  bu: z.tuple([z.number().min(0), z.number().min(0), time]),
  nd: count,
  np: count,
  // Bytes of each of them.
  wp: z.union([z.literal(3), z.literal(4)]).default(4),
  ft: lessonHeader.nullable(),
  pt: lessonHeader.nullable(),
  // Of records that were written before there was such a thing: it begins now.
  bf: beginningHeader.nullish(),
  bp: beginningHeader.nullish(),
  pa: z.object({ d: z.enum(['mouse', 'touch', 'pen']), g: z.number(), b: count.max(MOST_PENDING_BYTES) }).nullable(),
});
type Header = z.input<typeof header>;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

function encodeState(given: ContinuousState): Uint8Array {
  let state = given;
  let { points, digests } = state;
  for (;;) {
    const bytes = encodeWith(state, points, digests);
    const isLeast = points.length <= LEAST_POINTS && state.beginnings === NO_BEGINNINGS && digests.length === 0;
    if (bytes.length <= MOST_STATE_BYTES - SEAL_BYTES || isLeast) {
      return bytes;
    }
    // Nothing is compared with a beginning that there is no room for.
    if (points.length <= LEAST_POINTS && state.beginnings !== NO_BEGINNINGS) {
      state = { ...state, beginnings: NO_BEGINNINGS };
      continue;
    }
    // Populations with embeddings of great length leave less room for what is remembered beside them.
    if (points.length > LEAST_POINTS) {
      points = thinned(points);
    } else {
      digests = digests.slice(Math.ceil(digests.length / 2));
    }
  }
}

/** Of two points the one of higher risk, so that no alarm is lost. The last one stays. */
export function thinned(points: readonly number[]): number[] {
  const kept: number[] = [];
  for (let i = 0; i < points.length; i += 2) {
    const [first, second] = [points[i] as number, points[i + 1]];
    kept.push(
      second === undefined || i + 2 >= points.length ? (second ?? first) : riskOfPoint(second) > riskOfPoint(first) ? second : first,
    );
  }
  return kept;
}

const riskOfPoint = (point: number): number => point % 256;

function encodeWith(state: ContinuousState, points: readonly number[], digests: readonly number[]): Uint8Array {
  const { counts, suspicions, confidence, asked, budget, pending, beginnings } = state;
  const freeText = packLesson(state.lessons.freeText);
  const pointer = packLesson(state.lessons.pointer);
  const width = points.every((point) => point < 2 ** 24) ? 3 : 4;
  const typed = packBeginning(beginnings.freeText);
  const pointed = packBeginning(beginnings.pointer);
  const actions = pending === null ? new Uint8Array(0) : packActions(pending);
  const json: Header = {
    v: 2,
    at: [state.startedAt, state.lastAt, state.levelSince],
    st: state.streams.map(({ id, last, own }) => (own ? [id, last, true] : [id, last])),
    po: state.population,
    vo: state.vouched,
    ba: state.base,
    te: state.template,
    tr: fieldsOf(state.trust),
    le: state.level,
    pe: rounded(state.peak),
    br: state.barred,
    ow: rounded(state.own),
    co: [counts.batches, counts.keys, counts.actions, counts.scored, counts.replayed, counts.untrusted],
    su: [suspicions.replayed, suspicions.untrusted],
    cf: [rounded(confidence.sum), rounded(confidence.least), confidence.of],
    as: [asked.stepUps, asked.locks, asked.terminated, asked.confirmed],
    bu: [rounded(budget.keys), rounded(budget.events), budget.at],
    nd: digests.length,
    np: points.length,
    wp: width,
    ft: freeText.header,
    pt: pointer.header,
    bf: typed.header,
    bp: pointed.header,
    pa: pending === null ? null : { d: pending.device, g: pending.gridMs, b: actions.length },
  };
  const head = encoder.encode(JSON.stringify(json));
  const length = packIntegers([head.length]);
  return Buffer.concat([
    length,
    head,
    packIntegers(digests),
    packIntegers(points, width),
    freeText.bytes,
    pointer.bytes,
    actions,
    typed.bytes,
    pointed.bytes,
  ]);
}

const rounded = (number: number): number => Math.round(number * 1e6) / 1e6;

interface Decoded {
  readonly head: z.output<typeof header>;
  readonly tail: Uint8Array;
}

function decodeState(bytes: Uint8Array): Decoded {
  const [length = 0] = unpackIntegers(bytes.subarray(0, 4));
  return { head: header.parse(JSON.parse(decoder.decode(bytes.subarray(4, 4 + length)))), tail: bytes.subarray(4 + length) };
}

function parseState(value: unknown): ContinuousState {
  const { head, tail } = value as Decoded;
  let at = 0;
  const next = (length: number): Uint8Array => {
    at += length;
    if (at > tail.length) {
      throw new RangeError('the record is shorter than it says');
    }
    return tail.subarray(at - length, at);
  };
  const digests = unpackIntegers(next(4 * head.nd));
  const points = unpackIntegers(next(head.wp * head.np), head.wp);
  const lesson = (of: z.output<typeof lessonHeader> | null): Lesson | null => of && unpackLesson(of, next(of.b));
  const freeText = lesson(head.ft);
  const pointer = lesson(head.pt);
  const pending = head.pa && unpackActions(next(head.pa.b), { device: head.pa.d satisfies PointerDevice, gridMs: head.pa.g });
  const beginning = (of: z.output<typeof beginningHeader> | null | undefined): Beginning | null =>
    of ? unpackBeginning(of, next(of.b)) : null;
  const beginnings = { freeText: beginning(head.bf), pointer: beginning(head.bp) };
  const [startedAt, lastAt, levelSince] = head.at;
  const [batches, keys, actions, scored, replayed, untrusted] = head.co;
  const [sum, least, of] = head.cf;
  const [stepUps, locks, terminated, confirmed] = head.as;
  return {
    startedAt,
    lastAt,
    streams: head.st.map(([id, last, own]) => ({ id, last, own: own === true })),
    population: head.po,
    vouched: head.vo,
    base: head.ba,
    template: head.te,
    trust: head.tr,
    level: head.le,
    levelSince,
    peak: head.pe,
    barred: head.br,
    own: head.ow,
    counts: { batches, keys, actions, scored, replayed, untrusted },
    suspicions: { replayed: head.su[0], untrusted: head.su[1] },
    confidence: { sum, least, of },
    asked: { stepUps, locks, terminated, confirmed },
    budget: { keys: head.bu[0], events: head.bu[1], at: head.bu[2] },
    digests,
    points,
    lessons: { freeText, pointer },
    beginnings,
    pending,
  };
}

/** Under the root key: it is read with the session, many times a minute, and before a customer's own key may be touched. */
export const continuousKind = defineRecordKind<ContinuousState>({
  kind: 'continuous',
  sealedWith: 'root',
  parse: parseState,
  bytes: { encode: encodeState, decode: decodeState },
});
