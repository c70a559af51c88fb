/** What a context is made of, in the order in which it is reported. */
export const CONTEXT_PARTS = ['browser', 'network', 'hour'] as const;
export type ContextPart = (typeof CONTEXT_PARTS)[number];

/** How many of the customer's own former sign-ins there were, and how many of them had the very value of now. */
export interface ContextCount {
  readonly seen: number;
  readonly of: number;
}

export interface ContextInput {
  /** Sign-ins by this browser (a cookie of its own, say). */
  readonly browser?: ContextCount;
  /** Sign-ins from this network (its provider or prefix, never a full address). */
  readonly network?: ContextCount;
  /** Sign-ins by hour of the customer's local day, 24 counts, and the hour of now, 0 to 23. */
  readonly hour?: { readonly counts: readonly number[]; readonly now: number };
}

export type ContextScore =
  | {
      readonly status: 'scored';
      /** Natural-log likelihood ratio of all parts, positive = the customer; within {@link CONTEXT_BOUND}. */
      readonly llr: number;
      readonly parts: readonly { readonly part: ContextPart; readonly llr: number }[];
    }
  | { readonly status: 'insufficient'; readonly reason: 'no-parts' };

/** Largest magnitude of the whole: e^2, about seven to one. */
export const CONTEXT_BOUND = 2;

/**
 * How often an impostor would show this very value: he has the customer's browser only with the device itself, its network from the same home or
 * provider, and comes at any hour. Assumptions, set high on purpose: what is assumed too high only makes the evidence for the customer weaker.
 */
const IMPOSTOR_SHARE = Object.freeze({ browser: 0.1, network: 0.15 });
/** Sign-ins that the assumption weighs as much as. */
const PRIOR_WEIGHT = 3;
/** Hours before and after now that count as the same time of the day. */
const HOURS_AROUND = 1;
const MOST_SIGN_INS = 1_000_000;

/**
 * What browser, network and hour say, by the customer's own counts alone: for each, how likely the value of now is for the customer, by how likely it
 * is for an impostor. The customer's chance is the share of the former sign-ins with the value, drawn towards the impostor's as if by three more
 * sign-ins, so that few of them say little, and none nothing. Browser and network come and go together: of the two, the lesser counts half.
 *
 * @throws TypeError or RangeError for counts that are no counts.
 */
export function contextScore({ browser, network, hour }: ContextInput): ContextScore {
  const parts: { part: ContextPart; llr: number }[] = [];
  if (browser !== undefined) {
    parts.push({ part: 'browser', llr: llrOf(checkedCount(browser, 'browser'), IMPOSTOR_SHARE.browser) });
  }
  if (network !== undefined) {
    parts.push({ part: 'network', llr: llrOf(checkedCount(network, 'network'), IMPOSTOR_SHARE.network) });
  }
  if (hour !== undefined) {
    parts.push({ part: 'hour', llr: llrOf(hoursAround(hour), (2 * HOURS_AROUND + 1) / 24) });
  }
  if (parts.length === 0) {
    return { status: 'insufficient', reason: 'no-parts' };
  }
  const [first = 0, second = 0] = parts
    .filter(({ part }) => part !== 'hour')
    .map(({ llr }) => llr)
    .sort((a, b) => Math.abs(b) - Math.abs(a));
  const ofHour = parts.find(({ part }) => part === 'hour')?.llr ?? 0;
  const llr = Math.min(Math.max(first + second / 2 + ofHour, -CONTEXT_BOUND), CONTEXT_BOUND);
  return { status: 'scored', llr, parts };
}

function llrOf({ seen, of }: ContextCount, impostor: number): number {
  const customer = (seen + PRIOR_WEIGHT * impostor) / (of + PRIOR_WEIGHT);
  return Math.log(customer / impostor);
}

function checkedCount(count: ContextCount, name: string): ContextCount {
  if (typeof count !== 'object' || count === null || typeof count.seen !== 'number' || typeof count.of !== 'number') {
    throw new TypeError(`${name} must have the counts seen and of`);
  }
  const { seen, of } = count;
  if (!Number.isInteger(of) || of < 0 || of > MOST_SIGN_INS) {
    throw new RangeError(`${name}.of must be an integer from 0 to ${MOST_SIGN_INS}`);
  }
  if (!Number.isInteger(seen) || seen < 0 || seen > of) {
    throw new RangeError(`${name}.seen must be an integer from 0 to ${name}.of`);
  }
  return count;
}

function hoursAround({ counts, now }: { readonly counts: readonly number[]; readonly now: number }): ContextCount {
  if (!Array.isArray(counts) || typeof now !== 'number') {
    throw new TypeError('hour must have counts and now');
  }
  if (counts.length !== 24) {
    throw new RangeError('hour.counts must be 24 counts');
  }
  if (!Number.isInteger(now) || now < 0 || now > 23) {
    throw new RangeError('hour.now must be an integer from 0 to 23');
  }
  let seen = 0;
  let of = 0;
  for (let i = 0; i < 24; i++) {
    const count: unknown = counts[i];
    if (typeof count !== 'number') {
      throw new TypeError('hour.counts must be numbers');
    }
    of += count;
    const away = Math.abs(i - now);
    seen += Math.min(away, 24 - away) <= HOURS_AROUND ? count : 0;
    if (!Number.isInteger(count) || count < 0 || of > MOST_SIGN_INS) {
      throw new RangeError(`hour.counts must be integers from 0, together at most ${MOST_SIGN_INS}`);
    }
  }
  return { seen, of };
}
