import type { Keyring } from '@tacit-auth/crypto';
import { type AlertSink, assertAlertSinks } from './alert-sinks';
import { assertFunction, assertObject } from './arguments';
import { createContext } from './context';
import { inProcessNotifications } from './in-process-notifications';
import { inProcessJobs, type JobRunner, platformTimer, type Timer } from './job-runner';
import type { Log } from './log';
import type { MailSink } from './mail-sinks';
import type { Notifications } from './notifications';
import { definePolicy, type PolicyOptions } from './policy';
import type { Store } from './store';

export interface VerifierOptions {
  /** Where records are kept. The verifier owns it from now on: `close` closes it. */
  store: Store;
  /** Wraps the keys under which records are sealed. */
  keys: Keyring;
  /** What differs from the defaults. */
  policy?: PolicyOptions;
  /** Ms since the epoch. Default: the clock of the platform. */
  clock?: () => number;
  /** Cryptographically secure bytes. Default: the generator of the platform. */
  random?: (length: number) => Uint8Array;
  /** Default: nothing is logged. */
  log?: Log;
  /** Where mail goes. Default: a mailbox in the store, read by `mailbox`; for demonstrations and tests only. */
  mail?: MailSink;
  /**
   * Where alerts go, beside the operators' list: {@link webhookSink}, {@link mailAlertSink} or your own, at most 16. Each alert is queued for each of them in
   * the transaction that raises it, and tried again where one does not take it. Default: none.
   */
  alertSinks?: readonly AlertSink[];
  /** Where the waiting between rounds of jobs comes from. Default: the timer of the platform. */
  timer?: Timer;
  /** Ms between two rounds of jobs, 100 to 3,600,000. Default 5,000. */
  jobIntervalMs?: number;
  /** Who runs the jobs. Default: this process. Many servers on one store take `postgresJobs`. */
  jobs?: JobRunner;
  /** How servers tell each other of changes. Default: within this process. Many servers on one store take `postgresNotifications`. */
  notifications?: Notifications;
}

/** @throws TypeError, RangeError for options out of bounds; the message names them */
export function readVerifierOptions(options: VerifierOptions) {
  assertObject(options, 'options');
  const { store, keys, mail, timer = platformTimer, jobIntervalMs = 5_000, log } = options;
  const { clock = Date.now, random = platformRandom, notifications = inProcessNotifications(), alertSinks = [] } = options;
  assertObject(store, 'store');
  assertFunction(store.transaction, 'store.transaction');
  assertObject(keys, 'keys');
  assertFunction(keys.unwrapDataKey, 'keys.unwrapDataKey');
  assertFunction(clock, 'clock');
  assertFunction(random, 'random');
  if (log !== undefined) {
    assertFunction(log, 'log');
  }
  if (mail !== undefined) {
    assertObject(mail, 'mail');
    assertFunction(mail.deliver, 'mail.deliver');
  }
  assertAlertSinks(alertSinks);
  assertObject(timer, 'timer');
  if (typeof jobIntervalMs !== 'number') {
    throw new TypeError('jobIntervalMs must be a number');
  }
  if (!(jobIntervalMs >= 100 && jobIntervalMs <= 3_600_000)) {
    throw new RangeError('jobIntervalMs must be from 100 to 3600000');
  }
  const jobs = options.jobs ?? inProcessJobs({ timer });
  assertObject(jobs, 'jobs');
  assertFunction(jobs.start, 'jobs.start');
  assertObject(notifications, 'notifications');
  assertFunction(notifications.publish, 'notifications.publish');
  const ctx = createContext({
    store,
    keyring: keys,
    clock,
    random,
    policy: definePolicy(options.policy),
    alertSinks: alertSinks.map(({ name }) => name),
    notifications,
    wakeJob: (name) => jobs.wake(name),
    ...(log === undefined ? {} : { log }),
  });
  return { ctx, mail, alertSinks, timer, jobs, jobIntervalMs };
}

function platformRandom(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length));
}
