import { contextScore } from '@tacit-auth/models';
import { z } from 'zod';
import type { Context } from './context';

const HOURS = 24;
/** Browsers and networks that are told apart; the ones seen least give way. */
const MOST_KNOWN = 16;
/** Sign-ins from which the old ones count half. */
const MOST_COUNTED = 200;

/** Where and when a customer has signed in with a code of the card, as counts under pseudonyms. */
export interface ContextCounts {
  /** Sign-ins. */
  of: number;
  browsers: Array<[pseudonym: string, seen: number]>;
  networks: Array<[pseudonym: string, seen: number]>;
  /** By hour of the day, UTC. */
  hours: number[];
}

const known = z.array(z.tuple([z.string(), z.int().min(0)]));

export const contextCounts = z.object({
  of: z.int().min(0),
  browsers: known,
  networks: known,
  hours: z.array(z.int().min(0)).length(HOURS),
});

export const noCounts = (): ContextCounts => ({ of: 0, browsers: [], networks: [], hours: new Array<number>(HOURS).fill(0) });

/** Where a sign-in comes from. */
export interface SignInPlace {
  /** The pseudonym of the browser's cookie, as sessions hold it. */
  browser: string;
  /** The client's address, as the throttle counts it. */
  address: string;
}

/** The part of an address that a household keeps when its provider gives it another: half of an IPv4 address, three groups of IPv6. */
function networkOf(ctx: Pick<Context, 'pseudonym'>, address: string): string {
  const prefix = address.includes(':') ? address.split(':').slice(0, 3).join(':') : address.split('.').slice(0, 2).join('.');
  return ctx.pseudonym('sign-in-network', prefix);
}

const hourOf = ({ clock }: Pick<Context, 'clock'>): number => new Date(clock()).getUTCHours();

/** The counts with one more sign-in that an independent factor vouches for. */
export function withSignIn(
  ctx: Pick<Context, 'clock' | 'pseudonym'>,
  counts: ContextCounts,
  { browser, address }: SignInPlace,
): ContextCounts {
  const { of, browsers, networks, hours } = counts.of >= MOST_COUNTED ? halved(counts) : counts;
  const now = hourOf(ctx);
  return {
    of: of + 1,
    browsers: counted(browsers, browser),
    networks: counted(networks, networkOf(ctx, address)),
    hours: hours.map((count, hour) => (hour === now ? count + 1 : count)),
  };
}

function halved({ of, browsers, networks, hours }: ContextCounts): ContextCounts {
  const half = (count: number) => Math.floor(count / 2);
  const halves = (seen: Array<[string, number]>) => seen.map(([name, count]): [string, number] => [name, half(count)]);
  return { of: half(of), browsers: halves(browsers), networks: halves(networks), hours: hours.map(half) };
}

function counted(seen: ReadonlyArray<[string, number]>, name: string): Array<[string, number]> {
  const count = (seen.find(([other]) => other === name)?.[1] ?? 0) + 1;
  const others = seen.filter(([other]) => other !== name).sort((a, b) => b[1] - a[1]);
  return [[name, count], ...others.slice(0, MOST_KNOWN - 1)];
}

/** What browser, network and hour say for or against the customer; undefined where they can say nothing. */
export function contextEvidence(
  ctx: Pick<Context, 'clock' | 'pseudonym'>,
  { of, browsers, networks, hours }: ContextCounts,
  { browser, address }: SignInPlace,
): { llr: number } | undefined {
  const count = (seen: ReadonlyArray<[string, number]>, name: string) => ({ seen: seen.find(([other]) => other === name)?.[1] ?? 0, of });
  const score = contextScore({
    browser: count(browsers, browser),
    network: count(networks, networkOf(ctx, address)),
    hour: { counts: hours, now: hourOf(ctx) },
  });
  return score.status === 'scored' ? score : undefined;
}
