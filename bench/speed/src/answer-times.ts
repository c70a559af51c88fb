import { createFlows, type Flows, type Verifier } from '@tacit-auth/server-verify';
import { createHttpHandler } from '@tacit-auth/server-verify/http';
import { BenchBrowser, clientAddress, ORIGIN, textOf } from './bench-browser';
import { benchVerifier, codeOf } from './bench-server';
import { withStore } from './bench-store';
import { comparePairs } from './measure';
import type { AnswerTimes } from './report';
import { createTypist } from './seeded-typist';

const PASSWORD = 'four-lanterns-and-a-mill';
const WRONG_PASSWORD = 'five-lanterns-and-a-mill';
const WARM_UP = 10;
/** The largest that a policy may allow. The throttle is part of what is timed and must not cut in, so a customer gets fewer attempts than this. */
const FAILURES = 100;
const ATTEMPTS_A_CUSTOMER = 80;

interface Bank {
  browser: BenchBrowser;
  verifier: Verifier;
  flows: Flows;
}

/**
 * What somebody outside can time: whether a sign-in name exists. Real Argon2id, the SQLite store, the whole HTTP handler; only the submit is timed,
 * and the two sides take turns.
 */
export async function measureAnswerTimes(options: { loginPairs: number; registrationPairs: number }): Promise<AnswerTimes[]> {
  return withStore('sqlite', async (store) => {
    const verifier = benchVerifier(store, { policy: { throttle: { failures: FAILURES, cap: 1_000 } } });
    const flows = createFlows({ verifier, origin: ORIGIN });
    await verifier.start();
    const bank: Bank = { verifier, flows, browser: new BenchBrowser(createHttpHandler({ flows, origin: ORIGIN, clientAddress })) };
    // Loads the word lists behind the check of passwords, which a server does once.
    await verifier.runJobs();
    const customers = Math.ceil((options.loginPairs + WARM_UP) / ATTEMPTS_A_CUSTOMER);
    for (let i = 0; i < customers; i += 1) await registerCustomer(bank, memberName(i));
    const login = await loginPairs(bank, options.loginPairs, customers);
    const registration = await registrationPairs(bank, options.registrationPairs, customers);
    await verifier.close();
    return [login, registration];
  });
}

const memberName = (i: number): string => `member-${i}`;
const strangerName = (i: number): string => `nobody-${i}`;

async function loginPairs(bank: Bank, pairs: number, customers: number): Promise<AnswerTimes> {
  const { browser } = bank;
  const typist = createTypist(31);
  const attempt = (name: (i: number) => string) => async (run: number) => {
    const challenge = textOf(await browser.expect(200, '/login/start', {}), 'challenge');
    const body = { challenge, identifier: name(run % customers), password: WRONG_PASSWORD, typing: typist.next() };
    return () => browser.expect(401, '/login', body);
  };
  const known = attempt(memberName);
  const unknown = attempt(strangerName);
  await comparePairs(WARM_UP, known, unknown);
  const compared = await comparePairs(pairs, known, unknown);
  return { name: 'login', first: 'wrong password', second: 'unknown customer', pairs, ...compared };
}

async function registrationPairs(bank: Bank, pairs: number, customers: number): Promise<AnswerTimes> {
  let attempts = 0;
  const attempt = (name: () => string) => async () => {
    attempts += 1;
    const body = await registrationBody(bank, name(), `visitor-${attempts}@mail.example`);
    return () => bank.browser.expect(200, '/register', body);
  };
  // The owner of a taken name gets a mail, and only so many: the names take turns.
  const taken = attempt(() => memberName(attempts % customers));
  // As long as a taken one, and never the same twice.
  const free = attempt(() => `m${String(attempts).padStart(memberName(0).length - 1, '0')}`);
  await comparePairs(WARM_UP, taken, free);
  const compared = await comparePairs(pairs, taken, free);
  return { name: 'registration', first: 'taken name', second: 'free name', pairs, ...compared };
}

async function registrationBody({ browser }: Bank, identifier: string, email: string): Promise<Record<string, unknown>> {
  const started = await browser.expect(200, '/register/start', { consent: { terms: 'bench-1', biometrics: 'granted' } });
  const seed = Number.parseInt(email.replace(/\D/g, ''), 10);
  const typist = createTypist(seed, { keys: PASSWORD.length });
  const asked = started.texts as { id: string; text: string }[];
  const texts = asked.map(({ id, text }) => {
    const typing = { ...createTypist(seed, { keys: text.length }).next(), mode: 'text', field: 'text' };
    return { id, typed: text, typing };
  });
  return {
    registration: textOf(started, 'registration'),
    identifier,
    email,
    profile: { name: 'Maria Muster' },
    password: PASSWORD,
    entries: typist.take(Number(started.passwordEntries)),
    texts,
  };
}

/** A registration to its end: the mail's code and the card's. */
async function registerCustomer(bank: Bank, identifier: string): Promise<void> {
  const { browser, flows, verifier } = bank;
  const email = `${identifier}@mail.example`;
  const submitted = await browser.expect(200, '/register', await registrationBody(bank, identifier, email));
  await flows.runJobs();
  const mail = (await verifier.mailbox({ limit: 50 })).find(({ to }) => to === email);
  const emailCode = mail === undefined ? undefined : /\b\d{6}\b/.exec(mail.text)?.[0];
  if (emailCode === undefined) throw new Error('no mail with a code arrived');
  const code = codeOf(submitted.card as Parameters<typeof codeOf>[0], submitted.coordinates as string[]);
  await browser.expect(201, '/register/confirm', { registration: textOf(submitted, 'registration'), emailCode, code });
}
