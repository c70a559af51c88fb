import { randomBytes } from 'node:crypto';
import type { SessionGrant, StoreRecord } from '@tacit-auth/server-verify';
import { type LoadServer, startLoadServer } from './load-server';
import { ORIGIN } from './origin';
import { seededPerson } from './people';
import { type PreparedSession, prepareSessions } from './prepared-sessions';
import { percentile } from './statistics';

/** Sessions that are at work, whatever is stored beside them. */
const ACTIVE = 50;
const WARM_ROUNDS = 10;
const ROUNDS = 30;
/** What a session has in the store. */
const KINDS = ['session', 'continuous', 'session-template', 'data-key', 'customer'] as const;
/** As the server's own pseudonyms. */
const PSEUDONYM_BYTES = 32;
const ROWS_A_TRANSACTION = 20_000;

/** Cost of one window of typing beside so many stored sessions, the median over rounds, in ms. */
export interface StoredCost {
  stored: number;
  /** CPU time of the process, all threads. */
  cpu: number;
  /** Median absolute deviation. */
  spread: number;
  /** Wall-clock time from the first submit of a round to its last answer, by window: a group shares one durable write. */
  wall: number;
}

/** Measures, in this process and without sockets, what a window costs: the same sessions at work, beside ever more that are only stored. */
export async function measureStored(counts: readonly number[], say: (text: string) => void): Promise<StoredCost[]> {
  const server = await startLoadServer();
  try {
    const sessions = await prepareSessions(server, ACTIVE, () => undefined);
    const workers = await Promise.all(sessions.map((session) => workerOf(server, session)));
    const samples = await samplesOf(server);
    const costs: StoredCost[] = [];
    let stored = ACTIVE;
    for (const count of counts) {
      await fill(server, samples, count - stored, say);
      stored = count;
      for (let round = 0; round < WARM_ROUNDS; round++) await oneRound(workers);
      const rounds: Array<{ cpu: number; wall: number }> = [];
      for (let round = 0; round < ROUNDS; round++) rounds.push(await oneRound(workers));
      const cpus = rounds.map(({ cpu }) => cpu);
      const cpu = percentile(cpus, 0.5);
      costs.push({
        stored,
        cpu,
        spread: percentile(
          cpus.map((each) => Math.abs(each - cpu)),
          0.5,
        ),
        wall: percentile(
          rounds.map(({ wall }) => wall),
          0.5,
        ),
      });
      say(`${stored} stored sessions: ${cpu.toFixed(2)} ms of CPU a window`);
    }
    return costs;
  } finally {
    await server.close();
  }
}

/** Sends one window. */
type Worker = () => Promise<void>;

async function workerOf({ flows, handler }: LoadServer, { person, cookie, stream }: PreparedSession): Promise<Worker> {
  const grant = await handler.requireSession(new Request(`${ORIGIN}/`, { headers: { cookie } }));
  if (grant instanceof Response) throw new Error(`no session: ${grant.status}`);
  const session: SessionGrant = grant;
  const self = seededPerson(person, 3);
  let seq = 0;
  return async () => {
    seq += 1;
    await flows.continuous.submit({ session, batch: { version: 1, stream, seq, floor: seq - 1, typing: [self.window(50)], pointer: [] } });
  };
}

async function oneRound(workers: readonly Worker[]): Promise<{ cpu: number; wall: number }> {
  const before = process.cpuUsage();
  const began = performance.now();
  await Promise.all(workers.map((work) => work()));
  const { user, system } = process.cpuUsage(before);
  return { cpu: (user + system) / 1_000 / workers.length, wall: (performance.now() - began) / workers.length };
}

/** The records of one session, of which copies are stored. */
async function samplesOf({ store }: LoadServer): Promise<StoreRecord[]> {
  const found = await Promise.all(KINDS.map((kind) => store.transaction((tx) => tx.listKind(kind, { limit: 1 }))));
  return found.flat();
}

/**
 * Copies under customers of their own. Nobody opens them: what they cost is their place in the store. Pseudonyms are random, and so is the place of each; they are
 * written in their order, for in any other most rows would be of pages that were put away meanwhile.
 */
async function fill({ store }: LoadServer, samples: readonly StoreRecord[], count: number, say: (text: string) => void): Promise<void> {
  const subjects = Array.from({ length: Math.max(0, count) }, () => randomBytes(PSEUDONYM_BYTES).toString('base64url')).sort();
  const sessionsAtOnce = Math.floor(ROWS_A_TRANSACTION / samples.length);
  for (let done = 0; done < subjects.length; done += sessionsAtOnce) {
    await store.transaction(async (tx) => {
      for (const subject of subjects.slice(done, done + sessionsAtOnce)) {
        for (const { version: _, ...record } of samples) await tx.insert({ ...record, subject });
      }
    });
    if ((done / sessionsAtOnce) % 5 === 4) say(`${done + sessionsAtOnce} of ${subjects.length} more sessions stored`);
  }
}
