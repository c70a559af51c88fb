import { type SubmitEvent, useState } from 'react';
import { messageFor } from '../../api/messages';
import type { Biometrics } from '../../api/types';
import { Button } from '../../components/button';
import { ChecksFacts } from '../../components/checks-facts';
import { ErrorSummary, type FormProblem } from '../../components/error-summary';
import { FaceFacts } from '../../components/face-facts';
import { Notice } from '../../components/notice';
import { usePending } from '../../lib/use-submit';
import { useSession } from '../../session/session-context';
import { type Choice, ChoiceCards } from './choice-cards';
import type { StepProps } from './register-page';

const CHOICES: readonly Choice[] = [
  {
    value: 'granted',
    title: 'Use typing recognition',
    text: 'We learn the rhythm in which you type your password, and check it quietly when you sign in. Most of the time the password is then enough.',
  },
  {
    value: 'declined',
    title: 'Go without typing recognition',
    text: 'Nothing about your typing is measured or kept. You sign in with your password and a code from your matrix card.',
  },
];

const FACES: readonly Choice[] = [
  { value: 'declined', title: 'Without my face', text: 'No camera is used, and nothing about your face is measured or kept.' },
  {
    value: 'granted',
    title: 'Use my face as well',
    text: 'When you sign in, you look into the camera after your password. Or you take your card instead, at any time.',
  },
];

const CHECKS: readonly Choice[] = [
  { value: 'declined', title: 'Not while I am signed in', text: 'Nothing is measured after you have signed in.' },
  {
    value: 'granted',
    title: 'Check that it is still me',
    text: 'We look at how you type and move the pointer while you are signed in, ask you when it does not look like you, and lock out whoever is not you.',
  },
];

export function ConsentStep({ state, dispatch }: StepProps) {
  const { auth } = useSession();
  const [biometrics, setBiometrics] = useState<Biometrics | null>(state.biometrics);
  const [face, setFace] = useState<Biometrics>(state.wantsFace === true ? 'granted' : 'declined');
  const [checks, setChecks] = useState<Biometrics>(state.wantsChecks ? 'granted' : 'declined');
  const [hasAgreed, setAgreed] = useState(state.biometrics !== null);
  const [problems, setProblems] = useState<FormProblem[]>(state.refusal ? [{ text: state.refusal.text }] : []);
  const { pending, run } = usePending();
  const choiceProblem = problems.find(({ id }) => id === 'biometrics-granted')?.text;
  const termsProblem = problems.find(({ id }) => id === 'terms')?.text;

  function onSubmit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    const missing: FormProblem[] = [
      ...(biometrics === null ? [{ id: 'biometrics-granted', text: 'Choose how you want to sign in.' }] : []),
      ...(hasAgreed ? [] : [{ id: 'terms', text: 'Accept the terms to open an account.' }]),
    ];
    setProblems(missing);
    if (biometrics === null || missing.length > 0) {
      return;
    }
    void run(async () => {
      try {
        // The face and the checks count beside typing only.
        const isGranted = biometrics === 'granted';
        const consent = { biometrics, face: isGranted ? face : 'declined', session: isGranted ? checks : 'declined' } as const;
        dispatch({ type: 'started', biometrics, checks: consent.session, started: await auth.registerStart(consent) });
      } catch (failure) {
        setProblems([{ text: messageFor(failure) }]);
      }
    });
  }

  return (
    <>
      <p className="lead">Five minutes, an e-mail address, and a printer or a pen. First, a choice that is yours alone.</p>
      {state.wantsFace === 'left' ? (
        <Notice tone="info" live="status">
          Your face is not used, and nothing of it was kept. Please choose again, and go on.
        </Notice>
      ) : null}
      <ErrorSummary problems={problems} />
      <form className="form" noValidate onSubmit={onSubmit}>
        <fieldset className="field" aria-describedby={choiceProblem ? 'biometrics-error' : 'biometrics-hint'}>
          <legend>How do you want to sign in?</legend>
          <p className="hint" id="biometrics-hint">
            Both ways are equally safe and cost nothing. You can change this at any time under My security.
          </p>
          {choiceProblem ? (
            <p className="field-error" id="biometrics-error">
              <span className="visually-hidden">Error: </span>
              {choiceProblem}
            </p>
          ) : null}
          <ChoiceCards name="biometrics" choices={CHOICES} value={biometrics} onChange={setBiometrics} />
        </fieldset>
        <details className="panel panel-soft">
          <summary>What is measured, and what happens to it</summary>
          <ul className="plain-list">
            <li>We measure when keys go down and up in the password field, to a tenth of a millisecond. We never record which keys.</li>
            <li>From that we make a template. It is encrypted, kept by the bank alone, and used for nothing but recognising you.</li>
            <li>While you register you also type a few short texts of ours. These are kept for 90 days.</li>
            <li>If you withdraw your consent, template and samples are erased at once.</li>
          </ul>
        </details>
        {biometrics === 'granted' ? (
          <>
            <fieldset className="field" aria-describedby="face-hint">
              <legend>Shall we look at your face as well?</legend>
              <p className="hint" id="face-hint">
                This is a choice of its own. You need a camera for it. You can add your face later, or delete it, under My security.
              </p>
              <ChoiceCards name="face" choices={FACES} value={face} onChange={setFace} />
            </fieldset>
            <details className="panel panel-soft">
              <summary>What the camera is used for</summary>
              <FaceFacts />
            </details>
            <fieldset className="field" aria-describedby="checks-hint">
              <legend>Shall we check that it is still you?</legend>
              <p className="hint" id="checks-hint">
                A choice of its own as well. You can change it at any time under My security.
              </p>
              <ChoiceCards name="checks" choices={CHECKS} value={checks} onChange={setChecks} />
            </fieldset>
            <details className="panel panel-soft">
              <summary>What is measured while you are signed in</summary>
              <ChecksFacts />
            </details>
          </>
        ) : null}
        <div className={termsProblem ? 'field field-wrong' : 'field'}>
          {termsProblem ? (
            <p className="field-error" id="terms-error">
              <span className="visually-hidden">Error: </span>
              {termsProblem}
            </p>
          ) : null}
          <label className="check">
            <input
              id="terms"
              type="checkbox"
              checked={hasAgreed}
              aria-invalid={termsProblem ? true : undefined}
              aria-describedby={termsProblem ? 'terms-error' : undefined}
              onChange={(event) => setAgreed(event.target.checked)}
            />
            <span>I accept the terms of this demonstration bank</span>
          </label>
          <details className="terms">
            <summary>Read the terms</summary>
            <p>
              Fernhill Bank is a demonstration. It keeps no real money. What you enter is stored on the server that runs it, encrypted where
              it is personal, and is gone when you erase your account. Keep your matrix card to yourself.
            </p>
          </details>
        </div>
        <div className="actions">
          <Button type="submit" busy={pending}>
            Continue
          </Button>
        </div>
      </form>
    </>
  );
}
