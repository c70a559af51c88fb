import type { Keyring } from '@tacit-auth/crypto';
import type { AlertSink } from './alert-sinks';
import type { LogEvent } from './log';
import type { MatrixCodeVerdict } from './matrix-card';
import type { MatrixCardView } from './matrix-card-view';
import type { PolicyOptions } from './policy';
import type { Store } from './store';
import { seededRandom, TEST_START, testKeyring } from './testing-context';
import { testStore } from './testing-stores';
import type { Typist } from './testing-typists';
import type { TypingResult } from './typing-result';
import { createVerifier, type Verifier } from './verifier';
import { verifierContext } from './verifier-internals';
import type { VerifyTypingOptions } from './verifier-typing';

export interface TestVerifierOptions {
  store?: Store;
  keys?: Keyring;
  policy?: PolicyOptions;
  seed?: number;
  alertSinks?: readonly AlertSink[];
}

/** A started verifier over a clock that stands still, seeded randomness and no timer, with shorthands for what tests do all the time. */
export async function testVerifier(options: TestVerifierOptions = {}) {
  const random = seededRandom(options.seed ?? 1);
  const store = options.store ?? testStore();
  const events: LogEvent[] = [];
  let now = TEST_START;
  const verifier = createVerifier({
    store,
    keys: options.keys ?? testKeyring(random),
    clock: () => now,
    random,
    log: (event) => events.push(event),
    timer: { set: () => undefined, clear: () => undefined },
    ...(options.policy === undefined ? {} : { policy: options.policy }),
    ...(options.alertSinks === undefined ? {} : { alertSinks: options.alertSinks }),
  });
  await verifier.start();
  const ctx = verifierContext(verifier);

  return {
    verifier,
    ctx,
    store,
    events,
    advance(ms: number): void {
      now += ms;
    },
    challenge: async (subject: string, purpose = 'login') => (await verifier.issueChallenge({ subject, purpose })).challenge,

    /** A consenting, active customer with so many entries learned at enrolment. */
    async enrol(subject: string, typist: Typist, entries = 5): Promise<void> {
      await verifier.recordConsent({ subject, biometrics: 'granted', version: '2026-01' });
      const { challenge } = await verifier.issueChallenge({ subject, purpose: 'enrol-typing' });
      const result = await verifier.enrolTyping({ subject, challenge, samples: typist.samples(entries) });
      if (result.status !== 'enrolled') {
        throw new Error(`the enrolment was refused: ${result.reason}`);
      }
      await verifier.activate({ subject });
    },

    /** Gives the customer a card that is in use at once. */
    async giveCard(subject: string): Promise<MatrixCardView> {
      const { challenge } = await verifier.issueChallenge({ subject, purpose: 'enrol-card' });
      const result = await verifier.enrolMatrixCard({ subject, challenge, pending: false });
      if (result.status !== 'issued') {
        throw new Error('the card was issued before');
      }
      return result.card;
    },

    async type(subject: string, sample: unknown, more: Partial<VerifyTypingOptions> = {}): Promise<TypingResult> {
      const { challenge } = await verifier.issueChallenge({ subject, purpose: more.purpose ?? 'login' });
      return verifier.verifyTyping({ subject, challenge, sample, ...more });
    },

    /** Answers the card's question, rightly unless `code` says otherwise. */
    async answer(
      subject: string,
      card: MatrixCardView,
      more: { heldSample?: string | undefined; code?: string } = {},
    ): Promise<MatrixCodeVerdict> {
      const asked = await verifier.issueMatrixChallenge({ subject });
      if (asked.status !== 'asked') {
        throw new Error(`no code can be asked: ${asked.status}`);
      }
      return verifier.verifyMatrixCode({
        subject,
        challenge: asked.challenge,
        code: more.code ?? codeOf(card, asked.coordinates),
        ...(more.heldSample === undefined ? {} : { heldSample: more.heldSample }),
      });
    },
  };
}

export type TestVerifier = Awaited<ReturnType<typeof testVerifier>>;

/** What the owner of a card types for these cells. */
export function codeOf(card: MatrixCardView, coordinates: readonly string[]): string {
  return coordinates.map((cell) => card.cells[card.rows.indexOf(cell[1] ?? '')]?.[card.columns.indexOf(cell[0] ?? '')]).join('');
}

/** The whole content of a store, for comparing what changed. */
export async function contentOf(store: Store, kind: string): Promise<Array<{ id: string; version: number; body: string }>> {
  const records = await store.transaction((tx) => tx.listKind(kind, { limit: 1_000 }));
  return records.map(({ id, version, body }) => ({ id, version, body: Buffer.from(body).toString('base64url') }));
}

export type { Verifier };
