/** The schema of {@link TrustState}. A change of meaning is a new number. */
export const SESSION_TRUST_SCHEMA = 'session-trust/2';
/** The one before it, which knew nothing of a session's own beginning: read, and never written. */
const EARLIER_SCHEMA = 'session-trust/1';

/** What brings evidence in the course of a session. */
export const TRUST_PARTS = ['freeText', 'pointer', 'context'] as const;
export type TrustPart = (typeof TRUST_PARTS)[number];

/** Most that one window counts either way, in nats, before its weight. */
export const TRUST_CLIP = 4;

/** Bounds of a state and of what is added to it. */
export const SESSION_TRUST_LIMITS = Object.freeze({
  /** Largest doubt of a part, in nats. */
  mostDoubt: 10_000,
  /** Most that a customer reaches beside his session's own beginning, in nats, and most windows by which that is known. */
  mostUsual: 100,
  mostSeen: 20,
  /** Most keys or actions of a session. */
  mostAmount: 1_000_000_000,
  /** Most days of a template. */
  mostDays: 100_000,
  /** Latest time that is one, in ms since the epoch. */
  latest: 8_640_000_000_000_000,
});

/** How old a template is beside a session: made in this very sitting, on one or two other days, on three and more. */
export const TEMPLATE_AGES = ['sitting', 'day', 'days'] as const;
export type TemplateAge = (typeof TEMPLATE_AGES)[number];

/** What one part has brought so far. */
export interface TrustPartState {
  /** Keys or actions since the beginning. */
  readonly amount: number;
  /** Evidence against the customer since it last was none, in nats: the part's own cumulative sum. */
  readonly doubt: number;
  /** The same of what was compared with the session's own beginning: see `TRUST_OWN`. */
  readonly own: number;
  /** What the customer reaches there himself, in nats, and of how many windows that is. */
  readonly usual: number;
  readonly seen: number;
  /** Of the template that the latest evidence was compared with. */
  readonly template: TemplateAge;
}

/** What is kept of a session between two windows. Plain data under 400 bytes as JSON, with nothing of what was typed or pointed at. */
export interface TrustState {
  readonly schema: typeof SESSION_TRUST_SCHEMA;
  /** When evidence was last counted, in ms since the epoch. */
  readonly at: number;
  readonly freeText: TrustPartState;
  readonly pointer: TrustPartState;
  /** Doubt by the circumstances as they were last told, as a share of the threshold of medium risk. */
  readonly context: number;
  /** Doubt by idling before the latest evidence, as such a share, as far as evidence has not taken it back. */
  readonly idle: number;
}

/** Nothing is known beside a session's own beginning. */
export const NO_BEGINNING = Object.freeze({ own: 0, usual: 0, seen: 0 });

const NOTHING: TrustPartState = Object.freeze({ amount: 0, doubt: 0, ...NO_BEGINNING, template: 'sitting' });

export function newTrustState(at: number): TrustState {
  return { schema: SESSION_TRUST_SCHEMA, at, freeText: NOTHING, pointer: NOTHING, context: 0, idle: 0 };
}

/**
 * The state that was stored: a copy with nothing else in it. One of the schema before goes on with the doubts that it has, and with none beside the session's own beginning.
 *
 * @throws TypeError or RangeError for what is no state.
 */
export function parseTrustState(value: unknown): TrustState {
  const stored =
    (value as { readonly schema?: unknown } | null | undefined)?.schema === EARLIER_SCHEMA ? upgraded(value as EarlierState) : value;
  assertTrustState(stored);
  const { at, context, idle } = stored;
  return { schema: SESSION_TRUST_SCHEMA, at, freeText: partOf(stored.freeText), pointer: partOf(stored.pointer), context, idle };
}

type EarlierState = { readonly [name: string]: unknown; readonly freeText?: object; readonly pointer?: object };

function upgraded({ freeText, pointer, ...rest }: EarlierState): unknown {
  return { ...rest, schema: SESSION_TRUST_SCHEMA, freeText: { ...freeText, ...NO_BEGINNING }, pointer: { ...pointer, ...NO_BEGINNING } };
}

function partOf({ amount, doubt, own, usual, seen, template }: TrustPartState): TrustPartState {
  return { amount, doubt, own, usual, seen, template };
}

export function assertTrustState(value: unknown): asserts value is TrustState {
  const state = value as Partial<TrustState> | null | undefined;
  if (typeof state !== 'object' || state === null || state.schema !== SESSION_TRUST_SCHEMA) {
    throw new TypeError(`state must be of schema ${SESSION_TRUST_SCHEMA}`);
  }
  assertTime(state.at, 'state.at');
  assertPart(state.freeText, 'state.freeText');
  assertPart(state.pointer, 'state.pointer');
  assertNumber(state.context, 'state.context', 0, 1);
  assertNumber(state.idle, 'state.idle', 0, 1);
}

function assertPart(value: unknown, name: string): void {
  const part = value as Partial<TrustPartState> | null | undefined;
  if (typeof part !== 'object' || part === null || !TEMPLATE_AGES.includes(part.template as TemplateAge)) {
    throw new TypeError(`${name} must be the state of a part`);
  }
  assertNumber(part.amount, `${name}.amount`, 0, SESSION_TRUST_LIMITS.mostAmount);
  assertNumber(part.doubt, `${name}.doubt`, 0, SESSION_TRUST_LIMITS.mostDoubt);
  assertNumber(part.own, `${name}.own`, 0, SESSION_TRUST_LIMITS.mostDoubt);
  assertNumber(part.usual, `${name}.usual`, 0, SESSION_TRUST_LIMITS.mostUsual);
  assertNumber(part.seen, `${name}.seen`, 0, SESSION_TRUST_LIMITS.mostSeen);
}

export function assertTime(value: unknown, name: string): asserts value is number {
  assertNumber(value, name, 0, SESSION_TRUST_LIMITS.latest);
}

export function assertNumber(value: unknown, name: string, least: number, most: number): asserts value is number {
  if (typeof value !== 'number') {
    throw new TypeError(`${name} must be a number`);
  }
  if (!(value >= least && value <= most)) {
    throw new RangeError(`${name} must be from ${least} to ${most}`);
  }
}
