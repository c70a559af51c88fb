import { useReducer } from 'react';
import { Navigate } from 'react-router';
import { PageHeading } from '../../components/page';
import { preferences } from '../../lib/preferences';
import { useSession } from '../../session/session-context';
import { CardStep } from './card-step';
import { ConsentStep } from './consent-step';
import { DetailsStep } from './details-step';
import { DoneStep } from './done-step';
import { EntriesStep } from './entries-step';
import { FaceStep } from './face-step';
import { PasswordStep } from './password-step';
import { SubmitStep } from './submit-step';
import { TextsStep } from './texts-step';
import { initialWizard, nextWizard, type WizardEvent, type WizardState, type WizardStep } from './wizard';
import { WizardProgress } from './wizard-progress';

const TITLES: Record<WizardStep, string> = {
  consent: 'Open an account',
  face: 'Your face',
  details: 'Your details',
  password: 'Choose a password',
  entries: 'Type your password',
  texts: 'Type three short texts',
  submit: 'One moment, please',
  card: 'Your matrix card',
  done: 'Welcome to Fernhill',
};

export interface StepProps {
  state: WizardState;
  dispatch: (event: WizardEvent) => void;
}

export function RegisterPage() {
  const { session, apply } = useSession();
  const [state, dispatch] = useReducer(nextWizard, initialWizard);
  const { step } = state;

  if (step === 'consent' && session?.state === 'full') {
    return <Navigate to="/accounts" replace />;
  }
  const title = step === 'texts' && state.started?.texts.length !== 3 ? 'Type some short texts' : TITLES[step];
  return (
    <div className="narrow">
      <WizardProgress state={state} />
      <PageHeading title={title} step={step} />
      {step === 'consent' ? <ConsentStep state={state} dispatch={dispatch} /> : null}
      {step === 'face' ? <FaceStep state={state} dispatch={dispatch} /> : null}
      {step === 'details' ? <DetailsStep state={state} dispatch={dispatch} /> : null}
      {step === 'password' ? <PasswordStep state={state} dispatch={dispatch} /> : null}
      {step === 'entries' ? <EntriesStep state={state} dispatch={dispatch} /> : null}
      {step === 'texts' ? <TextsStep state={state} dispatch={dispatch} /> : null}
      {step === 'submit' ? <SubmitStep state={state} dispatch={dispatch} /> : null}
      {step === 'card' && state.pending ? (
        <CardStep
          pending={state.pending}
          onEnded={(text) => dispatch({ type: 'restart', text })}
          onConfirmed={(outcome) => {
            preferences.setTyping(state.biometrics === 'granted');
            dispatch({ type: 'confirmed' });
            apply(outcome);
          }}
        />
      ) : null}
      {step === 'done' ? <DoneStep biometrics={state.biometrics ?? 'declined'} hasFace={state.wantsFace === true} /> : null}
    </div>
  );
}
