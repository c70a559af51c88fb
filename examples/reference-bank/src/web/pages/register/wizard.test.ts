import { describe, expect, it } from 'vitest';
import type { RegistrationStarted } from '../../api/types';
import type { TypingSample } from '../../lib/typing-sample';
import { initialWizard, nextWizard, registrationForm, shownSteps, type WizardEvent } from './wizard';

const started: RegistrationStarted = {
  registration: 'r1',
  passwordEntries: 5,
  texts: [{ id: 'a', text: 'Text' }],
  face: null,
  expiresAt: 9,
};
const sample: TypingSample = {
  version: 1,
  mode: 'secret',
  field: 'password',
  keys: [[null, 0, 900]],
  flags: {},
  clockStep: 1,
  device: 'keyboard',
};
const details = { name: 'Ada Byron', email: 'ada@example.test' };
const granted: WizardEvent = { type: 'started', biometrics: 'granted', checks: 'declined', started };
const declined: WizardEvent = {
  type: 'started',
  biometrics: 'declined',
  checks: 'declined',
  started: { ...started, passwordEntries: 0, texts: [] },
};
const typed: WizardEvent[] = [
  { type: 'details', details },
  { type: 'password', password: 'a good long password' },
  { type: 'entries', entries: [sample] },
  { type: 'texts', texts: [{ id: 'a', typed: 'Text', typing: { ...sample, mode: 'text' } }] },
];
const run = (...events: WizardEvent[]) => events.reduce(nextWizard, initialWizard);

describe('nextWizard', () => {
  it('goes through every step with typing recognition', () => {
    const steps = [granted, ...typed].map((_, index, events) => run(...events.slice(0, index + 1)).step);
    expect(steps).toEqual(['details', 'password', 'entries', 'texts', 'submit']);
    expect(shownSteps(run(granted))).toEqual(['consent', 'details', 'password', 'entries', 'texts', 'card']);
  });

  it('keeps what was chosen for the checks, for whoever comes back to the choice', () => {
    const checked: WizardEvent = { ...granted, checks: 'granted' };
    expect(run(checked, { type: 'back' })).toMatchObject({ step: 'consent', wantsChecks: true });
    expect(run(checked, { type: 'back' }, granted)).toMatchObject({ wantsChecks: false });
  });

  const asked = { challenge: 'c', actions: [{ kind: 'turn' as const, to: 'left' as const }], expiresAt: 9 };
  const withFace: WizardEvent = { ...granted, started: { ...started, face: asked } };
  const seen: WizardEvent = { type: 'face', face: 'sealed' };

  it('looks at the face first where that was wanted, and sends it sealed', () => {
    expect(run(withFace)).toMatchObject({ step: 'face', wantsFace: true, face: null });
    const state = run(withFace, seen, ...typed);
    expect(state.step).toBe('submit');
    expect(shownSteps(state)).toEqual(['consent', 'face', 'details', 'password', 'entries', 'texts', 'card']);
    expect(registrationForm(state).face).toBe('sealed');
    expect(registrationForm(run(granted, ...typed))).not.toHaveProperty('face');
  });

  it('goes back to the choice where the camera is refused, with nothing of the face or of that start', () => {
    for (const before of [[withFace], [withFace, seen], [withFace, seen, ...typed]]) {
      expect(run(...before, { type: 'face-left' })).toMatchObject({
        step: 'consent',
        biometrics: 'granted',
        wantsFace: 'left',
        started: null,
        face: null,
        entries: [],
        texts: [],
      });
    }
    const without = run(withFace, { type: 'face-left' }, granted, ...typed);
    expect(without).toMatchObject({ step: 'submit', wantsFace: false });
    expect(registrationForm(without)).not.toHaveProperty('face');
  });

  it('keeps the face while one goes back and forth, and forgets it with a new start', () => {
    const back = run(withFace, seen, { type: 'back' });
    expect(back).toMatchObject({ step: 'face', face: 'sealed' });
    expect(nextWizard(back, { type: 'forward' })).toMatchObject({ step: 'details', face: 'sealed' });
    expect(nextWizard(back, withFace)).toMatchObject({ step: 'face', face: null });
  });

  it('asks for no typing without it', () => {
    const state = run(declined, ...typed.slice(0, 2));
    expect(state.step).toBe('submit');
    expect(shownSteps(state)).toEqual(['consent', 'details', 'password', 'card']);
    expect(registrationForm(state)).toMatchObject({ entries: [], texts: [], identifier: details.email });
  });

  it('leaves out the texts where the bank asks for none', () => {
    expect(run({ ...granted, started: { ...started, texts: [] } }, ...typed.slice(0, 3)).step).toBe('submit');
  });

  it('drops what was typed when the consent changes, and keeps the details', () => {
    const state = run(granted, ...typed, declined);
    expect(state).toMatchObject({ step: 'details', entries: [], texts: [], details });
    expect(registrationForm({ ...state, entries: [sample] }).entries).toEqual([]);
  });

  it('drops the entries of another password', () => {
    const again = [granted, ...typed, { type: 'back' }, { type: 'back' }, { type: 'back' }] as const;
    expect(run(...again, { type: 'password', password: 'a good long password' }).entries).toEqual([sample]);
    expect(run(...again, { type: 'password', password: 'another long password' }).entries).toEqual([]);
  });

  it.each([
    ['ERR_PASSWORD_WEAK', 'password', 'password'],
    ['ERR_ENROLMENT_QUALITY', 'entries[2]', 'entries'],
    ['ERR_ENROLMENT_QUALITY', 'texts[0]', 'texts'],
    ['ERR_FIELD_INVALID', 'email', 'details'],
    ['ERR_FIELD_INVALID', 'profile.name', 'details'],
    ['ERR_CHALLENGE_EXPIRED', undefined, 'consent'],
    ['ERR_ENROLMENT_FACE', 'face', 'consent'],
    ['ERR_NETWORK', undefined, 'submit'],
  ])('leads back from %s at %s to the step %s', (code, field, step) => {
    const state = run(granted, ...typed, { type: 'refused', code, refusal: { text: 'No.', field } });
    expect(state.step).toBe(step);
    expect(state.refusal).toEqual({ text: 'No.', field });
  });

  it('never leads to a step that its path does not have', () => {
    expect(
      run(declined, ...typed.slice(0, 2), { type: 'refused', code: 'ERR_ENROLMENT_QUALITY', refusal: { text: 'No.', field: 'entries' } })
        .step,
    ).toBe('submit');
  });

  it('forgets the password with the answer, and does not go back from the card', () => {
    const pending = { registration: 'r2', coordinates: ['A1'], card: { id: 'c', columns: [], rows: [], cells: [], svg: '', text: '' } };
    const state = run(granted, ...typed, { type: 'registered', pending }, { type: 'back' });
    expect(state).toMatchObject({ step: 'card', password: '', entries: [], texts: [], pending });
    expect(nextWizard(state, { type: 'confirmed' })).toMatchObject({ step: 'done', pending: null });
  });
});
