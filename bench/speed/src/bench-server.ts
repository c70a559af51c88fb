import { envKey, generateKey, keyring } from '@tacit-auth/crypto';
import { createVerifier, type PolicyOptions, type Store, type Verifier } from '@tacit-auth/server-verify';
import type { Typist } from './seeded-typist';

/** Hours between two logins of the bench's customer: within the weekly cap on learning, so that each login does all the work there is. */
const STEP_MS = 17 * 3_600_000;
const START = Date.UTC(2026, 0, 5, 9);
const ENROLLED = 50;
/** One for all verifiers of a run, so that one can be started again on the store of another. */
const BENCH_KEY = generateKey({ id: 'bench' });

export interface BenchServer {
  verifier: Verifier;
  clock: BenchClock;
}

export interface BenchClock {
  now: number;
  /** The time of the next login. */
  next(): number;
}

export function benchClock(): BenchClock {
  let upcoming = START;
  const clock: BenchClock = {
    now: START,
    next() {
      upcoming += STEP_MS;
      return upcoming;
    },
  };
  return clock;
}

/** A verifier whose jobs run only when they are called, so that they never fall into a measurement. */
export function benchVerifier(store: Store, options: { clock?: () => number; policy?: PolicyOptions } = {}): Verifier {
  return createVerifier({
    store,
    keys: keyring({ provider: envKey('BENCH_KEY', { env: { BENCH_KEY } }) }),
    timer: { set: () => undefined, clear: () => undefined },
    ...options,
  });
}

/** Enrols a customer and has the template learn, sample by sample under the matrix code, until it holds `samples`. */
export async function enrolCustomer({ verifier, clock }: BenchServer, subject: string, typist: Typist, samples: number): Promise<void> {
  clock.now = clock.next();
  await verifier.recordConsent({ subject, biometrics: 'granted', version: 'bench-1' });
  const enrolment = await verifier.issueChallenge({ subject, purpose: 'enrol-typing' });
  const entries = typist.take(Math.min(samples, ENROLLED));
  const enrolled = await verifier.enrolTyping({ subject, challenge: enrolment.challenge, samples: entries, pending: false });
  if (enrolled.status !== 'enrolled') throw new Error(`enrolment failed: ${enrolled.reason}`);
  const cardChallenge = await verifier.issueChallenge({ subject, purpose: 'enrol-card' });
  const issued = await verifier.enrolMatrixCard({ subject, challenge: cardChallenge.challenge, pending: false });
  if (issued.status !== 'issued') throw new Error('no card was issued');
  await verifier.activate({ subject });
  for (let learned = entries.length; learned < samples; ) {
    learned = await learnOne({ verifier, clock }, subject, typist, issued.card);
  }
  await verifier.runJobs();
}

async function learnOne(
  { verifier, clock }: BenchServer,
  subject: string,
  typist: Typist,
  card: { columns: readonly string[]; rows: readonly string[]; cells: readonly (readonly string[])[] },
): Promise<number> {
  clock.now = clock.next();
  const { challenge } = await verifier.issueChallenge({ subject });
  const { heldSample, template, ...result } = await verifier.verifyTyping({ subject, challenge, sample: typist.next(), hold: true });
  if (heldSample === undefined) throw new Error(`an entry was not held: ${result.decision} ${result.reasons.join(' ')}`);
  const asked = await verifier.issueMatrixChallenge({ subject });
  if (asked.status !== 'asked') throw new Error(`no code was asked for: ${asked.status}`);
  const verdict = await verifier.verifyMatrixCode({
    subject,
    challenge: asked.challenge,
    code: codeOf(card, asked.coordinates),
    heldSample,
  });
  if (!verdict.matched) throw new Error(`the code did not match: ${verdict.reason}`);
  return template.learned + 1;
}

/** What a customer reads off a card, cell by cell. */
export function codeOf(
  card: { columns: readonly string[]; rows: readonly string[]; cells: readonly (readonly string[])[] },
  coordinates: readonly string[],
): string {
  return coordinates
    .map((coordinate) => {
      const cell = card.cells[card.rows.indexOf(coordinate.slice(1))]?.[card.columns.indexOf(coordinate.slice(0, 1))];
      if (cell === undefined) throw new RangeError(`the card has no cell ${coordinate}`);
      return cell;
    })
    .join('');
}
