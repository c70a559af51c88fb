import pg from 'pg';
import { describe, expect, it } from 'vitest';
import type { JobRunner } from './job-runner';
import type { LogEvent } from './log';
import { type PostgresJobsOptions, postgresJobs } from './postgres';
import { databaseOfEachTest } from './testing-postgres-database';
import { type ManualTime, manualTime } from './testing-timer';

const INTERVAL_MS = 2_000;
const NAMES = ['mail', 'retention'];

const database = databaseOfEachTest();

interface Server {
  runner: JobRunner;
  time: ManualTime;
  events: LogEvent[];
  ran: string[];
  /** Closed, whatever is run stays at work. */
  gate: { close(): void; open(): void };
  /** Resolves when so many rounds were begun here. */
  begun(count: number): Promise<void>;
  /** One look at what there is to do. */
  look(): Promise<void>;
}

async function server(options: PostgresJobsOptions = {}): Promise<Server> {
  const time = manualTime();
  const ran: string[] = [];
  const events: LogEvent[] = [];
  let open = Promise.resolve();
  let release = (): void => undefined;
  let listeners: Array<() => void> = [];
  const where = options.pool === undefined ? { connectionString: database.url } : {};
  const runner = postgresJobs({ ...where, timer: time.timer, ...options });
  const made: Server = {
    runner,
    time,
    events,
    ran,
    gate: {
      close: () => {
        open = new Promise((resolve) => {
          release = resolve;
        });
      },
      open: () => release(),
    },
    async begun(count) {
      while (ran.length < count) {
        await new Promise<void>((resolve) => {
          listeners.push(resolve);
        });
      }
    },
    async look() {
      const before = time.waiting;
      time.advance(INTERVAL_MS);
      // The next look is set when this one has ended.
      while (time.waiting < before) {
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
  await runner.start({
    names: NAMES,
    intervalMs: INTERVAL_MS,
    run: async (name) => {
      ran.push(name);
      for (const listener of listeners) {
        listener();
      }
      listeners = [];
      await open;
    },
    log: (event) => events.push(event),
  });
  database.atEnd(() => {
    made.gate.open();
    return runner.stop();
  });
  return made;
}

/** Lets time pass where the rounds are kept: so much since everything that is there. */
const age = (seconds: number) =>
  database.ask(
    `update tacit_jobs.job set started_on = started_on - $1::int * interval '1s', completed_on = completed_on - $1::int * interval '1s', singleton_on = singleton_on - $1::int * interval '1s', start_after = start_after - $1::int * interval '1s'`,
    [seconds],
  );
const states = async (name: string): Promise<unknown[]> =>
  (await database.ask('select state from tacit_jobs.job where name = $1 order by state', [name])).map(({ state }) => state);
/** Until what was begun has been written down as done. */
async function settled(name: string): Promise<void> {
  while ((await states(name)).some((state) => state !== 'completed')) {
    // The database answers in a moment.
  }
}

describe('jobs on PostgreSQL', () => {
  it('run once in an interval, on one of two servers, and again in the next', async () => {
    const [one, two] = await Promise.all([server(), server()]);
    await Promise.all([one.look(), two.look()]);
    await Promise.all([one.look(), two.look()]);
    await Promise.all(NAMES.map(settled));
    const rounds = one.ran.length + two.ran.length;
    // The wall clock may step into the next interval meanwhile.
    expect([...one.ran, ...two.ran].sort()).toEqual(NAMES.flatMap((name) => Array.from({ length: rounds / NAMES.length }, () => name)));
    const before = rounds;
    await age(3_600);
    await two.look();
    await Promise.all(NAMES.map(settled));
    expect(one.ran.length + two.ran.length).toBe(before + NAMES.length);
    expect([one.events, two.events]).toEqual([[], []]);
  });

  it('never run side by side, however long a round takes, and leave no queue of rounds behind', async () => {
    const [one, two] = await Promise.all([server(), server()]);
    one.gate.close();
    await one.look();
    await one.begun(2);
    for (let interval = 0; interval < 4; interval++) {
      await age(10);
      await two.look();
    }
    expect([one.ran.length, two.ran.length]).toEqual([2, 0]);
    expect(await states('mail')).toEqual(['created', 'active']);
    one.gate.open();
  });

  it('are taken up by another server when the one that was at them has been dead for a lease', async () => {
    const dead = await server();
    dead.gate.close();
    await dead.look();
    await dead.begun(2);
    const other = await server();
    await age(50);
    await other.look();
    expect(other.ran).toEqual([]);
    await age(20);
    // Every fifth look clears away what is over.
    for (let look = 0; look < 5; look++) {
      await other.look();
    }
    await other.begun(2);
    expect(other.ran.sort()).toEqual(NAMES);
  });

  it('can be woken, at once, on a server that has nothing to do with the cause', async () => {
    const [one, two] = await Promise.all([server(), server()]);
    await one.look();
    await settled('mail');
    await age(3_600);
    const before = one.ran.length + two.ran.length;
    two.runner.wake('mail');
    two.runner.wake('mail');
    two.runner.wake('no-such-job');
    await two.begun(1);
    await settled('mail');
    expect([one.ran.length + two.ran.length, two.ran]).toEqual([before + 1, ['mail']]);
  });

  it('do not lose a wake-up that comes while the job is at work', async () => {
    const one = await server();
    one.gate.close();
    one.runner.wake('mail');
    await one.begun(1);
    await age(3_600);
    one.runner.wake('mail');
    while (!(await states('mail')).includes('created')) {
      // The wake-up is on its way.
    }
    one.gate.open();
    await age(10);
    while ((await states('mail')).includes('active')) {
      // The first round is being written down.
    }
    await one.look();
    await one.begun(2);
    expect(one.ran.filter((name) => name === 'mail').length).toBeGreaterThanOrEqual(2);
  });

  it('wait at stop for what is at work, and begin nothing after', async () => {
    const one = await server();
    one.gate.close();
    one.runner.wake('mail');
    await one.begun(1);
    let stopped = false;
    const stopping = one.runner.stop().then(() => {
      stopped = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(stopped).toBe(false);
    one.gate.open();
    await stopping;
    expect(await states('mail')).toEqual(['completed']);
    one.runner.wake('mail');
    one.time.advance(60_000);
    await one.runner.stop();
    expect(one.ran).toEqual(['mail']);
    await expect(one.runner.start({ names: [], intervalMs: 1, run: async () => undefined, log: () => undefined })).rejects.toMatchObject({
      code: 'ERR_STORE_CLOSED',
    });
  });

  it('begin nothing where they are stopped before they have started', async () => {
    const pool = new pg.Pool({ connectionString: database.url });
    const time = manualTime();
    const runner = postgresJobs({ pool, timer: time.timer });
    const starting = runner.start({ names: NAMES, intervalMs: INTERVAL_MS, run: async () => undefined, log: () => undefined });
    await runner.stop();
    await starting;
    expect(time.waiting).toBe(0);
    await pool.end();
  });

  it('outlive a database that goes away and comes back, and say so by its code', async () => {
    const one = await server();
    await database.kill();
    await one.look();
    await age(10);
    await one.look();
    await one.begun(2);
    expect(one.events.length).toBeGreaterThan(0);
    for (const event of one.events) {
      expect(event).toMatchObject({ level: 'warn', code: expect.stringMatching(/^(57P01|CONNECTION_LOST|ECONNRESET)$/) });
    }
  });

  it('are refused a start where there is no database, without a word on where that was', async () => {
    const runner = postgresJobs({ connectionString: 'postgres://tacit:secret@127.0.0.1:1/nowhere' });
    const failure = await runner
      .start({ names: NAMES, intervalMs: 1_000, run: async () => undefined, log: () => undefined })
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'ERR_STORE_FAILED', cause: { code: 'ECONNREFUSED' } });
    await runner.stop();
  });

  it.each([
    ['a schema out of bounds', { schema: 'a-b' }, RangeError],
    ['a schema that differs by case alone', { schema: 'Tacit_jobs' }, RangeError],
    ['a schema that is no string', { schema: 5 as unknown as string }, TypeError],
    ['a lease out of bounds', { leaseMs: 999 }, RangeError],
  ])('refuses %s', (_name, options, kind) => {
    expect(() => postgresJobs({ connectionString: 'postgres://h/d', ...options })).toThrow(kind);
  });
});
