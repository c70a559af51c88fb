import type { FaceAction, FaceSample } from '@tacit-auth/features';
import type { MatrixCardView } from './matrix-card-view';
import type { Answer, Browser } from './testing-browser';
import { createFace, type Face } from './testing-face';
import { answerOf, type Bank, type Customer, type LoginOptions, login, PASSWORD, typedText } from './testing-flows';
import { createTypist } from './testing-typists';

export interface FaceCustomer extends Customer {
  face: Face;
}

/** What asks for a look into the camera. */
export interface FaceAsked {
  challenge: string;
  actions: FaceAction[];
}

export const askedFor = (answer: Answer): FaceAsked => answer.body as unknown as FaceAsked;

/** Everything up to the body of `POST /register`, with a face that was judged. */
export async function prepareFaceRegistration(
  bank: Bank,
  { seed = 1, browser = bank.browser() }: { seed?: number; browser?: Browser } = {},
) {
  const typist = createTypist(seed, { keys: PASSWORD.length });
  const face = createFace(seed);
  const started = await browser.post('/register/start', { consent: { terms: '2026-01', biometrics: 'granted', face: 'granted' } });
  const {
    registration,
    texts,
    face: asked,
  } = started.body as unknown as {
    registration: string;
    texts: Array<{ id: string; text: string }>;
    face: FaceAsked;
  };
  const looked = await browser.post('/register/face', { challenge: asked.challenge, sample: face.look(asked.actions) });
  const body = {
    registration,
    identifier: 'ada',
    email: 'ada@mail.test',
    profile: { name: 'Ada L' },
    password: PASSWORD,
    entries: Array.from({ length: 5 }, () => typist.sample()),
    texts: texts.map(({ id, text }, i) => ({ id, typed: text, typing: typedText(text, seed * 100 + i) })),
    face: looked.body.face as string,
  };
  return { typist, face, browser, asked, looked, body };
}

/** A customer with a face, registered and signed in in the browser. */
export async function registerWithFace(bank: Bank, options: { seed?: number; browser?: Browser } = {}): Promise<FaceCustomer> {
  const { typist, face, browser, body } = await prepareFaceRegistration(bank, options);
  const submitted = await browser.post('/register', body);
  if (submitted.status !== 200) {
    throw new Error(`registration refused: ${JSON.stringify(submitted.body)}`);
  }
  const { registration, card, coordinates } = submitted.body as unknown as {
    registration: string;
    card: MatrixCardView;
    coordinates: string[];
  };
  const [emailCode] = await bank.codesFor(body.email);
  const confirmed = await browser.post('/register/confirm', { registration, emailCode, code: answerOf(card, coordinates) });
  if (confirmed.status !== 201) {
    throw new Error(`confirmation refused: ${JSON.stringify(confirmed.body)}`);
  }
  return { identifier: body.identifier, email: body.email, password: PASSWORD, card, typist, face, browser };
}

/** Answers what asked for a face. */
export function showFace(
  customer: FaceCustomer,
  asked: Answer,
  sample: (actions: readonly FaceAction[]) => FaceSample = customer.face.look,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const { challenge, actions } = askedFor(asked);
  return customer.browser.post('/step-up/face', { challenge, sample: sample(actions) }, headers);
}

/** One sign-in with password and face, up to what comes of it. */
export async function loginWithFace(customer: FaceCustomer, options: LoginOptions & { face?: Face } = {}): Promise<Answer> {
  const { face = customer.face, ...rest } = options;
  const asked = await login(customer, rest);
  return showFace(customer, asked, face.look);
}
