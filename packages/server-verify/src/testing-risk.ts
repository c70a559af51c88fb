import type { EvidenceOpening } from '@tacit-auth/features';
import type { RiskAction, RiskChange, RiskLevel, RiskReason } from './continuous/judge-types';
import { reactToRisk } from './flows/session-risk';
import type { SessionGrant } from './flows/types';
import type { MatrixCardView } from './matrix-card-view';
import type { Stored } from './record-kind';
import { liveSession, type StoredSession, sessionKind } from './sessions';
import type { Answer, Browser } from './testing-browser';
import {
  answerOf,
  type Bank,
  type BankOptions,
  type Customer,
  confirmation,
  login,
  openBank,
  PASSWORD,
  registerCustomer,
  stepUp,
  trainTemplate,
} from './testing-flows';
import { verifierContext } from './verifier-internals';

/** Typing carries a sign-in after five entries, and hardly ever is the code asked for besides. Sessions do not idle. */
export const WATCHED = {
  typing: { readyAt: 5, codeEveryNth: 1_000_000 },
  session: { idleMs: 3_600_000, accessMs: 3_600_000 },
} as const;

/** The session behind a browser's cookies, as one of the application's routes is given it. */
export async function grantFor(bank: Bank, browser: Browser): Promise<SessionGrant> {
  const grant = await bank.http.requireSession(browser.request('/x'));
  if (grant instanceof Response) {
    throw new Error(`no session: ${grant.status}`);
  }
  return grant;
}

/** A bank that watches sessions, and a customer who is signed in. */
export async function signedIn(options: BankOptions = {}) {
  const bank = await openBank({ policy: WATCHED, ...options });
  const ada = await registerCustomer(bank);
  return { bank, ada, grant: await grantFor(bank, ada.browser) };
}

/** The same where the customer's typing carries sign-ins, signed in by it. */
export async function signedInByTyping() {
  const bank = await openBank({ policy: WATCHED });
  const ada = await registerCustomer(bank);
  await trainTemplate(bank, ada);
  const { body } = await login(ada);
  if (body.status !== 'signed-in') {
    throw new Error(`sign-in refused: ${JSON.stringify(body)}`);
  }
  return { bank, ada, grant: await grantFor(bank, ada.browser) };
}

/** The record of a session, whatever became of it. */
export async function sessionOf(bank: Bank, { subject, id }: Pick<SessionGrant, 'subject' | 'id'>): Promise<Stored<StoredSession>> {
  const ctx = verifierContext(bank.verifier);
  const found = await ctx.store.transaction((tx) => sessionKind.get(ctx, tx, ctx.subjectOf(subject), id));
  if (found === undefined) {
    throw new Error('no such session');
  }
  return found;
}

const LEVELS: Readonly<Record<RiskAction, RiskLevel>> = { none: 'low', 'step-up': 'medium', lock: 'high', terminate: 'high' };

/** What the judge of evidence does when it finds somebody else in a session. */
export async function doubt(
  bank: Bank,
  { subject, id }: Pick<SessionGrant, 'subject' | 'id'>,
  action: RiskAction,
  { to = LEVELS[action], reasons = ['typing-differs'] }: { to?: RiskLevel; reasons?: readonly RiskReason[] } = {},
): Promise<void> {
  const ctx = verifierContext(bank.verifier);
  const change: RiskChange = { from: 'low', to, action, reasons };
  await ctx.store.transaction(async (tx) => {
    const session = await liveSession(ctx, tx, { subject: ctx.subjectOf(subject), id });
    if (session !== undefined) {
      await reactToRisk(ctx)(tx, session, change);
    }
  });
}

/** A customer who has agreed to be checked, in a session in which the checks are on. */
export async function watchedCustomer(
  bank: Bank,
  options: { identifier?: string; seed?: number } = {},
): Promise<{ customer: Customer; opening: EvidenceOpening }> {
  const customer = await registerCustomer(bank, options);
  const deed = await confirmation(customer, 'consent:session-granted');
  const consented = await customer.browser.post('/consent', { session: 'granted', confirmation: deed });
  if (consented.status !== 200) {
    throw new Error(`consent refused: ${JSON.stringify(consented.body)}`);
  }
  const opened = await customer.browser.post('/continuous/open');
  return { customer, opening: opened.body as unknown as EvidenceOpening };
}

/** An operator who is signed in in a browser of his own. */
export async function signedInOperator(bank: Bank, identifier = 'olga'): Promise<Customer> {
  const password = 'hammer-violet-27';
  const { card } = await bank.flows.operators.createOperator({
    identifier,
    email: `${identifier}@bank.test`,
    name: 'Olga O',
    password,
  });
  const operator = { identifier, email: `${identifier}@bank.test`, password, card, browser: bank.browser('192.0.2.44') } as Customer;
  const { challenge } = (await operator.browser.post('/login/start')).body as unknown as { challenge: string };
  const asked = await operator.browser.post('/login', { challenge, identifier, password, typing: null });
  const done = await stepUp(operator, asked);
  if (done.status !== 200) {
    throw new Error(`sign-in refused: ${JSON.stringify(done.body)}`);
  }
  return operator;
}

/** The right code, to show that it is the customer who is at the session. */
export async function vouch({ browser, card }: { browser: Browser; card: Pick<MatrixCardView, 'cells'> }) {
  const asked = await browser.post('/step-up/start', { purpose: 'session' });
  const { challenge, coordinates } = asked.body as unknown as { challenge: string; coordinates: string[] };
  return browser.post('/step-up', { challenge, code: answerOf(card, coordinates) });
}

/** Every deed that only the customer himself may do, as a client sends it that knows of no state. */
export function sensitiveDeeds(given: string): ReadonlyArray<readonly [path: string, body: object]> {
  return [
    ['/password/start', {}],
    ['/password', { challenge: 'x', current: PASSWORD, password: 'another-anvil-94', entries: [], code: 'AAAAAA' }],
    ['/enrol/start', {}],
    ['/enrol', { challenge: 'x', password: PASSWORD, entries: [], code: 'AAAAAA' }],
    ['/consent', { biometrics: 'declined', confirmation: given }],
    ['/consent', { face: 'declined', confirmation: given }],
    ['/consent', { session: 'declined', confirmation: given }],
    ['/face/start', { confirmation: given }],
    ['/face/delete', { confirmation: given }],
    ['/sign-ins/confirm', { confirmation: given }],
    ['/sign-ins/dispute', { confirmation: given, signIn: 'x' }],
    ['/sessions/end', { session: 'x' }],
    ['/export', { confirmation: given }],
    ['/erase', { confirmation: given }],
  ];
}

/** Password and typing in the dialog of a locked session. */
export async function reauthenticate(customer: Customer, typing = customer.typist.sample()): Promise<Answer> {
  const { challenge } = (await customer.browser.post('/reauthenticate/start')).body as unknown as { challenge: string };
  return customer.browser.post('/reauthenticate', { challenge, password: customer.password, typing });
}

/** The entries of the audit log of the bank's first customer, the oldest first. */
export const auditOf = async ({ verifier, host }: Bank) =>
  (await verifier.exportSubject({ subject: host.registered[0] ?? '' })).audit.flatMap((entry) => (entry.erased ? [] : [entry]));
