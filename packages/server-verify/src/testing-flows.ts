import type { ParsedTypingSample, TypingSample } from '@tacit-auth/features';
import type { AlertSink } from './alert-sinks';
import { type Alert, listAlerts } from './alerts';
import type { SettingsDeed } from './confirmations';
import { assembleFlows, type Flows, type FlowsOptions, type FlowsParts } from './flows';
import type { FlowClient } from './flows/types';
import { createHttpHandler, type HttpHandler } from './http';
import type { JobRunner, Timer } from './job-runner';
import type { LogEvent } from './log';
import type { MatrixCardView } from './matrix-card-view';
import type { Notifications } from './notifications';
import type { PasswordHasher } from './password-store';
import type { PolicyOptions } from './policy';
import type { Store } from './store';
import { type Answer, type Browser, createBrowser, ORIGIN } from './testing-browser';
import { seededRandom, TEST_START, testKeyring } from './testing-context';
import { testStore } from './testing-stores';
import { createTypist, type Typist } from './testing-typists';
import { createVerifier, type Verifier } from './verifier';
import { verifierContext } from './verifier-internals';

export const PASSWORD = 'copper-anvil-93';

/** Counts what it does; a hash is the password backwards, for tests alone. */
export interface CountingHasher extends PasswordHasher {
  verified: string[];
  hashed: number;
}

export function countingHasher(): CountingHasher {
  const mangle = (password: string) => `$test$${[...password].reverse().join('')}`;
  return {
    verified: [],
    hashed: 0,
    dummyHash: '$test$',
    async hash(password) {
      this.hashed++;
      return mangle(password);
    },
    async verify(password, hash) {
      this.verified.push(hash === this.dummyHash ? 'dummy' : 'stored');
      return mangle(password) === hash;
    },
    needsRehash: () => false,
  };
}

export interface HostCalls {
  registered: string[];
  discarded: string[];
  erased: string[];
  /** What the next calls of a name throw. */
  failing: Set<'onRegister' | 'onDiscard' | 'onErase'>;
}

export interface Bank {
  verifier: Verifier;
  flows: Flows;
  http: HttpHandler;
  hasher: CountingHasher;
  host: HostCalls;
  events: LogEvent[];
  advance(ms: number): void;
  /** The codes of six digits in the mails to an address, the newest first. */
  codesFor(address: string): Promise<string[]>;
  mailsFor(address: string): Promise<Array<{ subject: string; text: string }>>;
  /** The subjects of the mails to an address that came since the last time this was asked. */
  newMailsFor(address: string): Promise<string[]>;
  browser(address?: string): Browser;
}

export interface BankOptions {
  store?: Store;
  policy?: PolicyOptions;
  seed?: number;
  random?: (length: number) => Uint8Array;
  /** Default: one that stands still, and that `advance` moves. */
  clock?: () => number;
  alertSinks?: readonly AlertSink[];
  flows?: Partial<FlowsOptions>;
  parts?: FlowsParts;
  /** Default: one that never fires, so that nothing happens but what a test does. */
  timer?: Timer;
  notifications?: Notifications;
  jobs?: JobRunner;
  /** Of an earlier bank on the same store, which this one takes over from. */
  startAt?: number;
  host?: HostCalls;
}

export function hostCalls(): HostCalls {
  return { registered: [], discarded: [], erased: [], failing: new Set() };
}

/** A verifier, its flows and HTTP on a memory store, a clock that stands still and seeded randomness. Started. */
export async function openBank(options: BankOptions = {}): Promise<Bank> {
  let now = options.startAt ?? TEST_START;
  const random = options.random ?? seededRandom(options.seed ?? 5);
  const events: LogEvent[] = [];
  const host = options.host ?? hostCalls();
  const verifier = createVerifier({
    store: options.store ?? testStore(),
    keys: testKeyring(seededRandom(99)),
    clock: options.clock ?? (() => now),
    random,
    log: (event) => events.push(event),
    // Jobs run when a test says so.
    timer: options.timer ?? { set: () => 0, clear: () => undefined },
    ...(options.notifications === undefined ? {} : { notifications: options.notifications }),
    ...(options.jobs === undefined ? {} : { jobs: options.jobs }),
    ...(options.policy === undefined ? {} : { policy: options.policy }),
    ...(options.alertSinks === undefined ? {} : { alertSinks: options.alertSinks }),
  });
  const hasher = countingHasher();
  const call =
    (name: 'onRegister' | 'onDiscard' | 'onErase', list: string[]) =>
    async ({ subject }: { subject: string }) => {
      if (host.failing.has(name)) {
        throw new Error('the host is down');
      }
      list.push(subject);
    };
  const given: FlowsOptions = {
    verifier,
    origin: ORIGIN,
    passwordHasher: hasher,
    host: {
      onRegister: call('onRegister', host.registered),
      onDiscard: call('onDiscard', host.discarded),
      onErase: call('onErase', host.erased),
      exportData: ({ subject }) => ({ accounts: [subject] }),
    },
    ...options.flows,
  };
  const flows = assembleFlows(given, options.parts);
  await verifier.start();
  const http = createHttpHandler({
    flows,
    origin: ORIGIN,
    clientAddress: (_request, info) => String(info),
    log: (event) => events.push(event),
  });
  const mailsFor = async (address: string) => {
    await flows.runJobs();
    return (await verifier.mailbox({ limit: 1_000 })).filter(({ to }) => to === address);
  };
  const seen = new Set<string>();
  return {
    verifier,
    flows,
    http,
    hasher,
    host,
    events,
    advance: (ms) => {
      now += ms;
    },
    mailsFor,
    async newMailsFor(address) {
      const fresh = (await mailsFor(address)).filter(({ id }) => !seen.has(id));
      for (const { id } of fresh) {
        seen.add(id);
      }
      return fresh.map(({ subject }) => subject);
    },
    codesFor: async (address) => (await mailsFor(address)).flatMap(({ text }) => text.match(/\b\d{6}\b/g) ?? []),
    browser: (address = '203.0.113.7') =>
      createBrowser(http, address, () => {
        now++;
      }),
  };
}

/** How many entries of the bank's first customer wait in quarantine: what no customer is shown. */
export async function quarantinedOf({ verifier, host }: Bank): Promise<number> {
  return (await verifier.inspectTyping({ subject: host.registered[0] ?? '' }))?.quarantined ?? 0;
}

/** The bank's alerts, the newest first: all of them, or what is still open. */
export async function alertsOf({ verifier }: Bank, options: { open?: boolean } = {}): Promise<Alert[]> {
  const ctx = verifierContext(verifier);
  return ctx.store.transaction((tx) => listAlerts(ctx, tx, { limit: 100, ...options }));
}

/** The code that a card gives for cells. */
export function answerOf(card: Pick<MatrixCardView, 'cells'>, coordinates: readonly string[]): string {
  return coordinates.map((cell) => card.cells[Number(cell[1]) - 1]![cell.charCodeAt(0) - 65]!).join('');
}

/** Same length, certainly wrong. */
export function wrongAnswer(right: string): string {
  return [...right].map((letter) => (letter === 'A' ? 'B' : 'A')).join('');
}

export interface Customer {
  identifier: string;
  email: string;
  password: string;
  card: MatrixCardView;
  typist: Typist;
  browser: Browser;
}

/** A text typed as it reads, with times of its own. */
export function typedText(text: string, seed: number): TypingSample {
  return { ...createTypist(seed, { keys: text.length }).sample(), mode: 'text', field: 'text' };
}

export interface RegisterOptions {
  identifier?: string;
  /** Default: the identifier at mail.test. */
  email?: string;
  biometrics?: 'granted' | 'declined';
  /** Whether sessions may be checked. Default: nothing is said of it. */
  session?: 'granted' | 'declined';
  seed?: number;
  browser?: Browser;
}

/** Everything up to the answer of `POST /register`. */
export async function submitRegistration(bank: Bank, options: RegisterOptions = {}) {
  const { identifier = 'ada', biometrics = 'granted', seed = 1, browser = bank.browser() } = options;
  const { email = `${identifier}@mail.test` } = options;
  const session = options.session === undefined ? {} : { session: options.session };
  const typist = createTypist(seed, { keys: PASSWORD.length });
  const started = await browser.post('/register/start', { consent: { terms: '2026-01', biometrics, ...session } });
  const { registration, texts } = started.body as unknown as { registration: string; texts: Array<{ id: string; text: string }> };
  const granted = biometrics === 'granted';
  const body = {
    registration,
    identifier,
    email,
    profile: { name: 'Ada L' },
    password: PASSWORD,
    entries: granted ? Array.from({ length: 5 }, () => typist.sample()) : [],
    texts: texts.map(({ id, text }, i) => ({ id, typed: text, typing: typedText(text, seed * 100 + i) })),
  };
  const submitted = await browser.post('/register', body);
  return { identifier, email, typist, browser, body, submitted, password: PASSWORD };
}

/** A registered customer, signed in in his browser. */
export async function registerCustomer(bank: Bank, options: RegisterOptions = {}): Promise<Customer> {
  const { identifier, email, typist, browser, submitted, password } = await submitRegistration(bank, options);
  if (submitted.status !== 200) {
    throw new Error(`registration refused: ${JSON.stringify(submitted.body)}`);
  }
  const { registration, card, coordinates } = submitted.body as unknown as {
    registration: string;
    card: MatrixCardView;
    coordinates: string[];
  };
  const [emailCode] = await bank.codesFor(email);
  const confirmed = await browser.post('/register/confirm', { registration, emailCode, code: answerOf(card, coordinates) });
  if (confirmed.status !== 201) {
    throw new Error(`confirmation refused: ${JSON.stringify(confirmed.body)}`);
  }
  return { identifier, email, password, card, typist, browser };
}

export interface LoginOptions {
  password?: string;
  identifier?: string;
  typing?: TypingSample | ParsedTypingSample | null;
  headers?: Record<string, string>;
}

/** One sign-in in the customer's browser, up to the answer of `POST /login`. */
export async function login(customer: Customer, options: LoginOptions = {}): Promise<Answer> {
  const { browser, typist } = customer;
  const { challenge } = (await browser.post('/login/start')).body as unknown as { challenge: string };
  const typing = options.typing === undefined ? typist.sample() : options.typing;
  const { identifier = customer.identifier, password = customer.password } = options;
  return browser.post('/login', { challenge, identifier, password, typing }, options.headers);
}

export function isStepUp(answer: Answer): boolean {
  return (answer.body as { status?: string }).status === 'step-up';
}

/** Answers the step-up that a sign-in asked for. */
export function stepUp(customer: Customer, asked: Answer): Promise<Answer> {
  const { challenge, coordinates } = asked.body as unknown as { challenge: string; coordinates: string[] };
  return customer.browser.post('/step-up', { challenge, code: answerOf(customer.card, coordinates) });
}

/** A sign-in with the code, whatever it takes. */
export async function signIn(customer: Customer): Promise<void> {
  const answer = await login(customer);
  const done = isStepUp(answer) ? await stepUp(customer, answer) : answer;
  if (done.status !== 200) {
    throw new Error(`sign-in refused: ${JSON.stringify(done.body)}`);
  }
}

/** Signs in until typing carries a login alone. */
export async function trainTemplate(bank: Bank, customer: Customer): Promise<void> {
  for (let i = 0; i < bank.verifier.policy.typing.readyAt; i++) {
    await signIn(customer);
    await bank.verifier.runJobs();
    bank.advance(60_000);
  }
}

export const testClient = (browser = 'b'.repeat(22), address = '203.0.113.9'): FlowClient => ({ browser, address });

/** A confirmation of one deed of the settings, by matrix code. */
export async function confirmation(customer: Customer, deed: SettingsDeed): Promise<string> {
  const asked = await customer.browser.post('/step-up/start', { purpose: 'settings', binding: deed });
  return (await stepUp(customer, asked)).body.confirmation as string;
}
