import { randomUUID } from 'node:crypto';
import { type Card, codeOf } from './card';
import type { Forge } from './forged-face';
import { type Answer, HttpClient, type WireSample } from './http-client';
import { PATIENCE_MS } from './patience';
import type { Typist } from './typist';
import { wireSample } from './wire-sample';

export interface Person {
  name: string;
  email: string;
  password: string;
}

export interface Registration {
  biometrics?: 'granted' | 'declined';
  /** Looks into the camera as well, with these numbers. */
  face?: Forge;
  /** Agrees to be checked through his sessions. */
  checks?: boolean;
}

/** What asks for a look. */
type Looked = { challenge: string; actions: Parameters<Forge>[0] };

/** A customer who speaks to the bank by HTTP alone, with typing samples of a rhythm of their own. For load, crash and attack tests. */
export class RemoteCustomer {
  readonly person: Person;
  readonly typist: Typist;
  readonly client: HttpClient;
  card: Card | undefined;

  constructor(origin: string, person: Person, typist: Typist) {
    this.person = person;
    this.typist = typist;
    this.client = new HttpClient(origin);
  }

  secret(field = 'password') {
    return wireSample(this.typist.plan(this.person.password), { mode: 'secret', field });
  }

  code(coordinates: readonly string[]): string {
    if (!this.card) throw new Error(`${this.person.name} has no card`);
    return codeOf(this.card, coordinates);
  }

  /** Registers in one go; each step can be watched or broken by the test. */
  async register(options: Registration = {}): Promise<Answer> {
    const submitted = await this.submitRegistration(options);
    if (submitted.status !== 200) return submitted;
    return this.confirmRegistration(submitted);
  }

  async submitRegistration({
    biometrics = 'granted',
    face,
    checks = false,
    idempotencyKey = randomUUID(),
  }: Registration & { idempotencyKey?: string } = {}) {
    const consent = { terms: '2026-11', biometrics, ...(face ? { face: 'granted' } : {}), ...(checks ? { session: 'granted' } : {}) };
    const started = await this.client.post('/auth/register/start', { consent });
    const {
      registration,
      passwordEntries,
      texts,
      face: asked,
    } = started.body as unknown as {
      registration: string;
      passwordEntries: number;
      texts: Array<{ id: string; text: string }>;
      face: Looked;
    };
    const looked = face && (await this.client.post('/auth/register/face', { challenge: asked.challenge, sample: face(asked.actions) }));
    const { name, email, password } = this.person;
    const body = {
      registration,
      identifier: email,
      email,
      profile: { name },
      password,
      entries: Array.from({ length: passwordEntries }, () => this.secret()),
      texts: texts.map(({ id, text }) => ({
        id,
        typed: text,
        typing: wireSample(this.typist.plan(text), { mode: 'text', field: 'text' }),
      })),
      ...(looked ? { face: looked.body.face } : {}),
    };
    const answer = await this.client.post('/auth/register', body, { 'idempotency-key': idempotencyKey });
    this.card = answer.body.card as Card | undefined;
    return answer;
  }

  async confirmRegistration(submitted: Answer, emailCode?: string): Promise<Answer> {
    const idempotencyKey = randomUUID();
    const { registration, coordinates } = submitted.body as unknown as { registration: string; coordinates: string[] };
    const body = { registration, emailCode: emailCode ?? (await this.mailedCode()), code: this.code(coordinates) };
    return this.client.post('/auth/register/confirm', body, { 'idempotency-key': idempotencyKey });
  }

  async mails(): Promise<Array<{ id: string; at: number; to: string; subject: string; text: string }>> {
    const answer = await this.client.get(`/api/mailbox?email=${encodeURIComponent(this.person.email)}`);
    return answer.body.mails as Array<{ id: string; at: number; to: string; subject: string; text: string }>;
  }

  /** The newest six-digit code in the mailbox; mail leaves in the background, so it is asked for a few times. */
  async mailedCode(): Promise<string> {
    for (const deadline = performance.now() + PATIENCE_MS; performance.now() < deadline; ) {
      for (const mail of await this.mails()) {
        const code = /\b(\d{6})\b/.exec(mail.text)?.[1];
        if (code) return code;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`no code came by mail for ${this.person.email}`);
  }

  async login({
    idempotencyKey = randomUUID(),
    password = this.person.password,
    typing = this.secret(),
  }: {
    idempotencyKey?: string;
    password?: string;
    typing?: WireSample | null;
  } = {}): Promise<Answer> {
    const started = await this.client.post('/auth/login/start', {});
    const body = { challenge: started.body.challenge, identifier: this.person.email, password, typing };
    return this.client.post('/auth/login', body, { 'idempotency-key': idempotencyKey });
  }

  /** Answers what asked for a look into the camera. */
  showFace(asked: Answer, face: Forge): Promise<Answer> {
    const { challenge, actions } = asked.body as unknown as Looked;
    return this.client.post('/auth/step-up/face', { challenge, sample: face(actions) }, { 'idempotency-key': randomUUID() });
  }

  /** Logs in, and answers the matrix code where it is asked for, also in place of the face. */
  async signIn(): Promise<Answer> {
    const asked = await this.login();
    const outcome = asked.body.next === 'face' ? await this.client.post('/auth/step-up/use-code', {}) : asked;
    return outcome.body.status === 'step-up' ? this.answerCard(outcome) : outcome;
  }

  /** Answers what asked for a code of the card. */
  answerCard(asked: Answer): Promise<Answer> {
    const { challenge, coordinates } = asked.body as unknown as { challenge: string; coordinates: string[] };
    return this.client.post('/auth/step-up', { challenge, code: this.code(coordinates) }, { 'idempotency-key': randomUUID() });
  }

  /** Registers, and signs in with the card until typing carries a sign-in alone. */
  async becomeReady(options: Registration = {}): Promise<void> {
    const registered = await this.register(options);
    if (registered.status !== 201) throw new Error(`${this.person.name} could not register: ${registered.body.error?.code}`);
    for (;;) {
      const { typing } = (await this.client.get('/auth/security')).body as unknown as { typing: { state: string; learned: number } };
      if (typing.state === 'ready') return;
      const outcome = await this.signIn();
      if (outcome.body.status !== 'signed-in') throw new Error(`${this.person.name} could not sign in: ${outcome.body.error?.code}`);
    }
  }

  async account(): Promise<{ id: string; number: string; balance: number }> {
    const { status, body } = await this.client.get('/api/accounts');
    if (status !== 200) throw new Error(`${this.person.name} may not see accounts: ${body.error?.code}`);
    const [account] = body.accounts as Array<{ id: string; number: string; balance: number }>;
    if (!account) throw new Error(`${this.person.name} has no account`);
    return account;
  }
}
