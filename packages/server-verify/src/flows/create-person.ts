import { assertObject, assertText } from '../arguments';
import { audit, OPERATORS } from '../audit-log';
import { canonicalJson } from '../canonical-json';
import { writeConsent } from '../consent';
import { activate, type Customer, type CustomerRole, customerOf, ensureCustomer } from '../customers';
import { errorCode, TacitServerError } from '../errors';
import { findLoginName, isRegistrable, loginNameId, normaliseIdentifier, takeLoginName } from '../login-names';
import { isMailAddress } from '../mail-address';
import { issueCard } from '../matrix-card';
import type { MatrixCardView } from '../matrix-card-view';
import type { Stored } from '../record-kind';
import { signInKind } from '../sign-ins';
import type { StoreTransaction } from '../store';
import { assertPassword } from './enrolment-input';
import type { FlowContext } from './flow-context';
import { discardAtHost, settleRegistration } from './registration-job';
import { REGISTRATION_ID, type Registration, registrationKind } from './registration-record';
import type { BiometricsState } from './types';

export interface NewPerson {
  /** What the person signs in with, such as the e-mail address. */
  identifier: string;
  email: string;
  name: string;
  password: string;
}

export interface CreatedPerson {
  /** The id under which the host knows the person from now on. */
  subject: string;
  card: MatrixCardView;
}

export interface PersonKind {
  role: CustomerRole;
  profile: unknown;
  biometrics: BiometricsState;
  consentVersion: string;
}

interface Begun {
  subject: string;
  hostSubject: string;
}

/**
 * Makes a person whom the host vouches for, in three steps: the name is taken and the person noted as `confirming`; the host commits; everything takes
 * effect in one transaction. Whatever cuts it off in between, the same call again goes on with the same subject, and where none comes within
 * `policy.registration.lifetimeMs` the job of registrations discards it here and at the host.
 */
export async function createPerson(flow: FlowContext, options: NewPerson, kind: PersonKind): Promise<CreatedPerson> {
  const { ctx, host, passwords } = flow;
  assertObject(options, 'options');
  const { identifier, email, name, password } = options;
  assertText(identifier, 'identifier', 3, 128);
  assertText(email, 'email', 3, 254);
  assertText(name, 'name', 1, 100);
  assertText(password, 'password', 1, 128);
  const normalised = normaliseIdentifier(identifier);
  if (!isRegistrable(normalised)) {
    throw new TacitServerError('ERR_FIELD_INVALID', { field: 'identifier' });
  }
  if (!isMailAddress(email)) {
    throw new TacitServerError('ERR_FIELD_INVALID', { field: 'email', message: 'Give one e-mail address.' });
  }
  await assertPassword(ctx.policy, password, [normalised, email, name]);
  const hash = await passwords.hash(password);
  const person = { email, name, role: kind.role, profile: kind.profile };
  const begun = await ctx.store.transaction((tx) => begin(flow, tx, normalised, person));
  try {
    // The host commits first: an active customer is one that the host knows.
    await host.onRegister?.({ subject: begun.hostSubject, profile: kind.profile, role: kind.role });
  } catch (error) {
    await discard(flow, begun).catch((failure: unknown) => {
      // The job does it in its time.
      ctx.log({ level: 'error', event: 'registration-discard-failed', code: errorCode(failure) });
    });
    throw error;
  }
  const card = await ctx.store.transaction((tx) => complete(flow, tx, begun, kind, hash));
  if (card === undefined) {
    // Discarded while the host was at it, which may have been told so before it committed.
    await discardAtHost(flow, begun.hostSubject);
    throw new TacitServerError('ERR_REGISTRATION_ENDED');
  }
  return { subject: begun.hostSubject, card };
}

async function begin(
  flow: FlowContext,
  tx: StoreTransaction,
  identifier: string,
  person: Pick<Customer, 'email' | 'name' | 'role' | 'profile'>,
): Promise<Begun> {
  const { ctx } = flow;
  const owner = await findLoginName(ctx, tx, identifier);
  if (owner.known) {
    if (!(await isSamePerson(flow, tx, owner.subject, person))) {
      throw new TacitServerError('ERR_FIELD_INVALID', { field: 'identifier', message: 'Somebody has this sign-in name already.' });
    }
    return { subject: owner.subject, hostSubject: owner.hostSubject };
  }
  const hostSubject = ctx.newId();
  const { subject } = await ensureCustomer(ctx, tx, { hostSubject, ...person, loginNames: [loginNameId(ctx, identifier)] });
  await takeLoginName(ctx, tx, identifier, { subject, hostSubject });
  const now = ctx.clock();
  const value: Registration = {
    state: 'confirming',
    hostSubject,
    identifier,
    passwordHash: '',
    emailCode: '',
    tries: 0,
    decoy: false,
    browser: '',
    answer: null,
    expiresAt: now + ctx.policy.registration.lifetimeMs,
    outcome: null,
  };
  // Its card has been seen by nobody, so no job completes it: it is looked at when its time is over.
  await registrationKind.insert(ctx, tx, { subject, id: REGISTRATION_ID, value, at: now, due: value.expiresAt });
  return { subject, hostSubject };
}

/** Whether the name was taken by an earlier call with the same person, not long ago, whose card has not been used. */
async function isSamePerson(
  { ctx }: FlowContext,
  tx: StoreTransaction,
  subject: string,
  person: Pick<Customer, 'email' | 'name' | 'role' | 'profile'>,
): Promise<boolean> {
  const begun = await registrationKind.get(ctx, tx, subject, REGISTRATION_ID);
  const known = await customerOf(ctx, tx, subject);
  if (begun === undefined || known === undefined || !isMadeByHost(begun) || begun.value.expiresAt <= ctx.clock()) {
    return false;
  }
  const { email, name, role, profile } = known.value;
  // As it is once it was stored: a host's parser may give more than JSON holds.
  const given: unknown = JSON.parse(JSON.stringify(person));
  return canonicalJson({ email, name, role, profile }) === canonicalJson(given) && (await signInKind.count(tx, subject)) === 0;
}

/** A registration by its owner is bound to his browser. */
function isMadeByHost({ value }: Stored<Registration>): boolean {
  return value.browser === '';
}

/** Undefined where it was discarded meanwhile. Done once more, it draws another card in place of one that may not have arrived. */
async function complete(
  flow: FlowContext,
  tx: StoreTransaction,
  { subject }: Begun,
  { role, biometrics, consentVersion }: PersonKind,
  hash: string,
): Promise<MatrixCardView | undefined> {
  const { ctx } = flow;
  const begun = await registrationKind.get(ctx, tx, subject, REGISTRATION_ID);
  if (begun === undefined || begun.value.expiresAt <= ctx.clock()) {
    return undefined;
  }
  await writeConsent(ctx, tx, { subject, biometrics, version: consentVersion });
  await flow.passwords.save(tx, subject, hash);
  const { card } = await issueCard(ctx, tx, { subject, pending: true });
  await activate(ctx, tx, subject, { late: true });
  if (begun.value.state !== 'done') {
    await registrationKind.put(ctx, tx, { ...begun, value: { ...begun.value, state: 'done' } });
    await audit(ctx, tx, { chain: OPERATORS, type: role === 'operator' ? 'operator-created' : 'registered', detail: { subject } });
  }
  return card;
}

/** The host refused. Its time is over at once, so that no other call completes it, and the job goes on where this fails. */
async function discard(flow: FlowContext, { subject }: Begun): Promise<void> {
  const { ctx } = flow;
  const ended = await ctx.store.transaction(async (tx): Promise<Stored<Registration> | undefined> => {
    const begun = await registrationKind.get(ctx, tx, subject, REGISTRATION_ID);
    if (begun?.value.state !== 'confirming') {
      return undefined;
    }
    const now = ctx.clock();
    const value = { ...begun.value, expiresAt: now };
    await registrationKind.put(ctx, tx, { ...begun, value, due: now });
    return { ...begun, value, due: now };
  });
  if (ended !== undefined) {
    await settleRegistration(flow, ended);
  }
}
