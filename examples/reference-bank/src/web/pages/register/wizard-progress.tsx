import { shownSteps, type WizardState, type WizardStep } from './wizard';

const NAMES: Partial<Record<WizardStep, string>> = {
  consent: 'Your choice',
  face: 'Face',
  details: 'Details',
  password: 'Password',
  entries: 'Practice',
  texts: 'Texts',
  card: 'Card',
};

/** Where in the registration one is. */
export function WizardProgress({ state }: { state: WizardState }) {
  const steps = shownSteps(state);
  // The submit belongs to the step before the card; after the last step all are behind.
  const current = state.step === 'done' ? steps.length : steps.indexOf(state.step === 'submit' ? 'card' : state.step);
  return (
    <nav className="wizard-progress" aria-label="Registration">
      <p className="wizard-count">{current < steps.length ? `Step ${current + 1} of ${steps.length}` : 'All done'}</p>
      <ol>
        {steps.map((step, index) => (
          <li
            key={step}
            className={
              index < current ? 'wizard-mark wizard-mark-done' : index === current ? 'wizard-mark wizard-mark-current' : 'wizard-mark'
            }
            aria-current={index === current ? 'step' : undefined}
          >
            <span>{NAMES[step]}</span>
            {index < current ? <span className="visually-hidden"> (done)</span> : null}
          </li>
        ))}
      </ol>
    </nav>
  );
}
