import type { TypingSample } from '@tacit-auth/features';
import { createFlows } from '@tacit-auth/server-verify';
import { createHttpHandler } from '@tacit-auth/server-verify/http';
import { BenchBrowser, clientAddress, ORIGIN, textOf } from './bench-browser';
import { benchClock, benchVerifier, enrolCustomer } from './bench-server';
import { type StoreKind, withStore } from './bench-store';
import { measureAsync } from './measure';
import type { LoginRate } from './report';
import { createTypist } from './seeded-typist';

const SUBJECT = 'customer-1';
const IDENTIFIER = 'anna@bank.example';
const PASSWORD = 'two boats on the bay';
const SAMPLES = 100;
/** So that the replay history is full before anything is timed. */
const EARLIER_LOGINS = 200;

/**
 * Whole logins through the HTTP handler, challenge and submit, one at a time in one process: a template of 100 samples, default policy (one login
 * in ten asks for the code), and an application that checks passwords itself, by comparing texts.
 */
export async function measureHttpLogins(kind: StoreKind): Promise<LoginRate> {
  return withStore(kind, async (store) => {
    const clock = benchClock();
    const verifier = benchVerifier(store, { clock: () => clock.now });
    const flows = createFlows({
      verifier,
      origin: ORIGIN,
      verifyPassword: async (given) =>
        given.password === PASSWORD && 'identifier' in given && given.identifier === IDENTIFIER ? { subject: SUBJECT } : null,
    });
    await verifier.start();
    const typist = createTypist(21);
    await enrolCustomer({ verifier, clock }, SUBJECT, typist, SAMPLES);
    const browser = new BenchBrowser(createHttpHandler({ flows, origin: ORIGIN, clientAddress }));

    async function login({ at, typing }: { at: number; typing: TypingSample }): Promise<unknown> {
      clock.now = at;
      const challenge = textOf(await browser.expect(200, '/login/start', {}), 'challenge');
      return (await browser.expect(200, '/login', { challenge, identifier: IDENTIFIER, password: PASSWORD, typing })).status;
    }
    const prepare = () => ({ at: clock.next(), typing: typist.next() });

    for (let i = 0; i < EARLIER_LOGINS; i += 1) await login(prepare());
    // What a server's jobs would have cleared away by now.
    await verifier.runJobs();
    const outcomes: unknown[] = [];
    const measured = await measureAsync(`login over HTTP, ${kind} store`, async (input) => outcomes.push(await login(input)), { prepare });
    await verifier.close();
    const signedIn = outcomes.filter((outcome) => outcome === 'signed-in').length / outcomes.length;
    return { store: kind, login: measured, perSecond: 1e6 / measured.wallUs, signedIn };
  });
}
