import PgBoss from 'pg-boss';
import { assertObject } from './arguments';
import { TacitServerError } from './errors';
import { type JobRounds, type JobRunner, platformTimer, type Timer } from './job-runner';
import type { Log } from './log';
import { type PostgresFailure, postgresFailure, storeError } from './postgres-errors';
import { type OpenedPool, openPool, type PostgresPool, type PostgresPoolOptions } from './postgres-pool';
import { PostgresLease } from './postgres-transaction';
import { assertNumberBetween } from './store-checks';

export interface PostgresJobsOptions extends PostgresPoolOptions {
  /** The schema that keeps the rounds: 1-50 characters of `[a-z0-9_]`, beginning with a letter. One for each installation in a database. Default `tacit_jobs`. */
  schema?: string;
  /**
   * How long a round may take before the server that runs it counts as dead and another takes it up, in ms: 1,000-3,600,000. Default 60,000.
   */
  leaseMs?: number;
  /** Where waiting comes from. Default: the timer of the platform. */
  timer?: Timer;
}

/** Longest wait between two looks for a round to be done. */
const MAX_LOOK_MS = 2_000;
/** A look in so many clears away what is over and frees what a dead server holds. */
const LOOKS_PER_MAINTENANCE = 5;
/** Rounds that are over are kept for a while: while its row is there, no second one is begun in the same interval. */
const KEPT_SECONDS = 300;
/** By these words pg-boss knows that another server was first to set up its schema. */
const RACES: Readonly<Record<string, string>> = {
  '42710': 'already exists',
  '42P06': 'already exists',
  '42P07': 'already exists',
  '23505': 'already exists',
  '22012': 'division by zero',
};
const MAX_TRIES = 10;
/** How long the database may take to answer before the connection counts as lost: rounds on this server would wait for as long. */
const ANSWER_MS = 30_000;
/** Two tries to put the same round on the list: one of them is told so, and nothing is wrong. */
const THERE_ALREADY = '23505';

/**
 * Runs jobs on as many servers as share a database, by pg-boss: of each job one round at a time, on one of them, and one in each interval. What a server
 * was at when it was killed is taken up by another when its lease has run out.
 *
 * @throws TypeError, RangeError for options. `start` rejects with TacitServerError `ERR_STORE_FAILED` or `ERR_STORE_BUSY` where the database can not be reached
 */
export function postgresJobs(options: PostgresJobsOptions): JobRunner {
  const given: unknown = options;
  assertObject(given, 'options');
  const { schema = 'tacit_jobs', leaseMs = 60_000, timer = platformTimer } = options;
  assertSchema(schema);
  assertNumberBetween(leaseMs, 'leaseMs', 1_000, 3_600_000);
  let log: Log = () => undefined;
  const opened = openPool({ maxConnections: 3, ...options }, (event) => log(event));
  let runner: Running | undefined;
  let stopped = false;

  return {
    async start(rounds) {
      if (stopped) {
        throw new TacitServerError('ERR_STORE_CLOSED');
      }
      if (runner === undefined) {
        log = rounds.log;
        runner = new Running(opened, rounds, { schema, leaseMs, timer });
        await runner.start().catch((error: unknown) => {
          runner = undefined;
          throw storeError(postgresFailure(error));
        });
      }
    },
    wake(name) {
      runner?.wake(name);
    },
    async stop() {
      stopped = true;
      await runner?.stop();
      runner = undefined;
      if (opened.owned && !ended.has(opened)) {
        ended.add(opened);
        await opened.pool.end();
      }
    },
  };
}

const ended = new WeakSet<OpenedPool>();

/** From `start` to `stop`. */
class Running {
  readonly #rounds: JobRounds;
  readonly #timer: Timer;
  readonly #lookMs: number;
  readonly #boss: PgBoss;
  /** What every round is put on the list with. */
  readonly #sending: { expireInSeconds: number; retryLimit: number };
  readonly #intervalSeconds: number;
  readonly #working = new Map<string, Promise<void>>();
  readonly #waking = new Map<string, Promise<void>>();
  #handle: unknown;
  #looking: Promise<void> | undefined;
  #looks = 0;
  #stopped = false;

  constructor({ pool }: OpenedPool, rounds: JobRounds, { schema, leaseMs, timer }: { schema: string; leaseMs: number; timer: Timer }) {
    this.#rounds = rounds;
    this.#timer = timer;
    this.#lookMs = Math.min(rounds.intervalMs, MAX_LOOK_MS);
    this.#intervalSeconds = Math.max(1, Math.round(rounds.intervalMs / 1_000));
    this.#sending = { expireInSeconds: Math.ceil(leaseMs / 1_000), retryLimit: 2 };
    const seconds = Math.max(KEPT_SECONDS, 2 * this.#intervalSeconds);
    this.#boss = new PgBoss({
      schema,
      db: {
        executeSql: (text, values) => executeFor(pool, text, values),
      },
      archiveCompletedAfterSeconds: seconds,
      archiveFailedAfterSeconds: seconds,
      deleteAfterSeconds: seconds,
      // What it would do by timers of its own is done at looks.
      supervise: false,
      schedule: false,
    });
    this.#boss.on('error', (error) => this.#note(error));
  }

  async start(): Promise<void> {
    await this.#boss.start();
    const there = new Set((await this.#boss.getQueues()).map(({ name }) => name));
    for (const name of this.#rounds.names) {
      if (!there.has(name)) {
        // At most one round waits, and at most one is at work.
        await this.#boss.createQueue(name, { name, policy: 'stately' });
      }
    }
    this.#schedule();
  }

  wake(name: string): void {
    if (this.#stopped || !this.#rounds.names.includes(name) || this.#waking.has(name)) {
      return;
    }
    const waking = this.#send(name)
      .catch((error: unknown) => this.#note(error))
      .finally(() => this.#waking.delete(name));
    this.#waking.set(name, waking);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer.clear(this.#handle);
    await Promise.all([this.#looking, ...this.#waking.values()]);
    await Promise.all(this.#working.values());
    await this.#boss.stop({ graceful: false, close: false });
  }

  async #send(name: string): Promise<void> {
    // One a second at most; a second one waits for the next second.
    await this.#boss.send(name, {}, { ...this.#sending, singletonSeconds: 1, singletonNextSlot: true });
    await this.#take(name);
  }

  #schedule(): void {
    if (this.#stopped) {
      return;
    }
    this.#handle = this.#timer.set(() => {
      this.#looking = this.#look()
        .catch((error: unknown) => this.#note(error))
        .finally(() => {
          this.#looking = undefined;
          this.#schedule();
        });
    }, this.#lookMs);
  }

  async #look(): Promise<void> {
    if (this.#looks++ % LOOKS_PER_MAINTENANCE === 0) {
      await this.#boss.maintain();
    }
    await this.#boss.insert(this.#rounds.names.map((name) => ({ name, ...this.#sending, singletonSeconds: this.#intervalSeconds })));
    for (const name of this.#rounds.names) {
      await this.#take(name);
    }
  }

  /** Does the round of a job that waits, if no other server is at one. */
  async #take(name: string): Promise<void> {
    if (this.#stopped || this.#working.has(name)) {
      return;
    }
    const [round] = await this.#boss.fetch(name);
    if (round === undefined) {
      return;
    }
    const work = this.#rounds
      .run(name)
      .then(async () => {
        await this.#boss.complete(name, round.id);
      })
      .catch((error: unknown) => this.#note(error))
      .finally(() => this.#working.delete(name));
    this.#working.set(name, work);
  }

  #note(error: unknown): void {
    const { code }: PostgresFailure = postgresFailure(error);
    if (code !== THERE_ALREADY) {
      this.#rounds.log({ level: 'warn', event: 'jobs-failed', code });
    }
  }
}

/** Runs a statement of pg-boss, or a script with a transaction of its own; again where it met another server's, such as two that set up the same queue. */
async function executeFor(pool: PostgresPool, text: string, values: unknown[] | undefined): Promise<{ rows: unknown[] }> {
  for (let tries = 1; ; tries++) {
    try {
      return await PostgresLease.during(pool, ANSWER_MS, async (lease) => {
        // A script that breaks off leaves the connection inside its transaction.
        if (/^\s*begin\b/i.test(text)) {
          await lease.turn(text);
          return { rows: [] };
        }
        return { rows: (await lease.query({ text, ...(values === undefined ? {} : { values }) })).rows };
      });
    } catch (error) {
      const { code, message, trouble } = postgresFailure(error);
      if (trouble !== 'contention' || tries === MAX_TRIES) {
        throw Object.assign(new Error(RACES[code] ?? message), { code });
      }
    }
  }
}

function assertSchema(schema: unknown): asserts schema is string {
  if (typeof schema !== 'string') {
    throw new TypeError('schema must be a string');
  }
  // PostgreSQL folds what is not quoted: two names that differ by case alone would be one, and each installation would do the rounds of the other.
  if (!/^[a-z][a-z0-9_]{0,49}$/.test(schema)) {
    throw new RangeError('schema must be 1-50 characters of a-z 0-9 _, beginning with a letter');
  }
}
