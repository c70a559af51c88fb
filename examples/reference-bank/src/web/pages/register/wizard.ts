import type { Biometrics, RegistrationForm, RegistrationPending, RegistrationStarted, TypedText } from '../../api/types';
import type { TypingSample } from '../../lib/typing-sample';

export type WizardStep = 'consent' | 'face' | 'details' | 'password' | 'entries' | 'texts' | 'submit' | 'card' | 'done';

export interface Details {
  name: string;
  email: string;
}

/** Why the bank sent the person back to a step. */
export interface Refusal {
  text: string;
  /** Path of the property at fault, as the server names it. */
  field: string | undefined;
}

export interface WizardState {
  step: WizardStep;
  biometrics: Biometrics | null;
  /** Whether the face is to be used as well; `left` where that was wanted at first. */
  wantsFace: boolean | 'left';
  /** Whether the checks through sessions are to be on: whoever comes back to the choice finds his own. */
  wantsChecks: boolean;
  started: RegistrationStarted | null;
  /** The face as the bank has sealed it; only the bank can open it. */
  face: string | null;
  details: Details;
  password: string;
  entries: TypingSample[];
  texts: TypedText[];
  refusal: Refusal | null;
  pending: RegistrationPending | null;
}

export type WizardEvent =
  | { type: 'started'; biometrics: Biometrics; checks: Biometrics; started: RegistrationStarted }
  | { type: 'face'; face: string }
  | { type: 'face-left' }
  | { type: 'forward' }
  | { type: 'details'; details: Details }
  | { type: 'password'; password: string }
  | { type: 'entries'; entries: TypingSample[] }
  | { type: 'texts'; texts: TypedText[] }
  | { type: 'back' }
  | { type: 'refused'; code: string; refusal: Refusal }
  | { type: 'registered'; pending: RegistrationPending }
  | { type: 'confirmed' }
  | { type: 'restart'; text: string };

export const initialWizard: WizardState = {
  step: 'consent',
  biometrics: null,
  wantsFace: false,
  wantsChecks: false,
  started: null,
  face: null,
  details: { name: '', email: '' },
  password: '',
  entries: [],
  texts: [],
  refusal: null,
  pending: null,
};

const SHORT: readonly WizardStep[] = ['consent', 'details', 'password', 'submit', 'card', 'done'];
const WHOLE: readonly WizardStep[] = ['consent', 'face', 'details', 'password', 'entries', 'texts', 'submit', 'card', 'done'];

/**
 * The steps of one path: without typing recognition nothing is typed for it, and no face is looked at. A server that asks for no texts gets none. The
 * face comes first of all: whoever goes on without it has lost nothing.
 */
export function stepsOf(state: Pick<WizardState, 'biometrics' | 'started'>): readonly WizardStep[] {
  if (state.biometrics === 'declined') {
    return SHORT;
  }
  const { texts, face } = state.started ?? {};
  return WHOLE.filter((step) => (step !== 'texts' || texts?.length !== 0) && (step !== 'face' || (face ?? null) !== null));
}

/** The steps that people see counted. */
export const shownSteps = (state: Pick<WizardState, 'biometrics' | 'started'>): WizardStep[] =>
  stepsOf(state).filter((step) => step !== 'submit' && step !== 'done');

function move(state: WizardState, by: 1 | -1): WizardState {
  const steps = stepsOf(state);
  const next = steps[steps.indexOf(state.step) + by];
  return next === undefined ? state : { ...state, step: next, refusal: null };
}

export function nextWizard(state: WizardState, event: WizardEvent): WizardState {
  switch (event.type) {
    case 'started':
      // A new start has new texts; what was typed for an earlier one, or under another consent, is dropped.
      return move(
        {
          ...state,
          step: 'consent',
          biometrics: event.biometrics,
          wantsFace: event.started.face !== null,
          wantsChecks: event.checks === 'granted',
          started: event.started,
          face: null,
          entries: [],
          texts: [],
        },
        1,
      );
    case 'face':
      return move({ ...state, face: event.face }, 1);
    case 'forward':
      return move(state, 1);
    case 'face-left':
      // Asked again, as it was at the start: nothing of this registration is kept.
      return { ...state, step: 'consent', wantsFace: 'left', started: null, face: null, entries: [], texts: [], refusal: null };
    case 'details':
      return move({ ...state, details: event.details }, 1);
    case 'password': {
      const entries = event.password === state.password ? state.entries : [];
      return move({ ...state, password: event.password, entries }, 1);
    }
    case 'entries':
      return move({ ...state, entries: event.entries }, 1);
    case 'texts':
      return move({ ...state, texts: event.texts }, 1);
    case 'back':
      // Once registered there is no way back: the card exists.
      return state.pending ? state : move(state, -1);
    case 'refused':
      return { ...state, step: stepOfRefusal(state, event.code, event.refusal.field), refusal: event.refusal };
    case 'registered':
      // The password is not needed again, and is forgotten here.
      return { ...state, step: 'card', password: '', face: null, entries: [], texts: [], refusal: null, pending: event.pending };
    case 'confirmed':
      return { ...state, step: 'done', pending: null, refusal: null };
    case 'restart':
      return { ...initialWizard, details: state.details, refusal: { text: event.text, field: undefined } };
  }
}

const STALE = new Set([
  'ERR_CHALLENGE_USED',
  'ERR_CHALLENGE_INVALID',
  'ERR_CHALLENGE_EXPIRED',
  'ERR_CHALLENGE_MISMATCH',
  'ERR_REGISTRATION_ENDED',
  'ERR_ENROLMENT_FACE',
]);

/** The step that can mend what the bank refused. */
function stepOfRefusal(state: WizardState, code: string, field = ''): WizardStep {
  const steps = stepsOf(state);
  const wanted: WizardStep = STALE.has(code)
    ? 'consent'
    : code === 'ERR_PASSWORD_WEAK' || field === 'password'
      ? 'password'
      : field.startsWith('texts')
        ? 'texts'
        : field.startsWith('entries') || field.startsWith('samples') || code === 'ERR_ENROLMENT_QUALITY' || code === 'ERR_TYPING_AUTOMATED'
          ? 'entries'
          : field.startsWith('profile') || field === 'identifier' || field === 'email'
            ? 'details'
            : 'submit';
  return steps.includes(wanted) ? wanted : 'submit';
}

/** What is sent to the bank: all of it at once, so that half a registration never exists. */
export function registrationForm(state: WizardState): RegistrationForm {
  const { started, face, details, password, entries, texts, biometrics } = state;
  if (started === null || biometrics === null) {
    throw new Error('the registration has not been started');
  }
  const isGranted = biometrics === 'granted';
  return {
    registration: started.registration,
    identifier: details.email,
    email: details.email,
    profile: { name: details.name },
    password,
    entries: isGranted ? entries : [],
    texts: isGranted ? texts : [],
    ...(face === null ? {} : { face }),
  };
}
