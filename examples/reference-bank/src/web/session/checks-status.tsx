import { useState } from 'react';
import { Button } from '../components/button';
import { ChecksFacts } from '../components/checks-facts';
import { Dialog } from '../components/dialog';
import { Icon, type IconName } from '../components/icons';
import { type ChecksState, useChecks } from './session-checks';

const WORDS: Readonly<Record<Exclude<ChecksState, 'off'>, { label: string; spoken?: string; icon: IconName; text: string }>> = {
  on: { label: 'Checks on', icon: 'check', text: 'We are checking that it is still you.' },
  checking: {
    label: 'Still learning',
    icon: 'keyboard',
    text: 'We do not know yet how you type and point, or have not seen enough of it today.',
  },
  paused: {
    label: 'Checks paused',
    spoken: 'Checks paused: no connection',
    icon: 'pause',
    text: 'We can not be reached at the moment. What is measured waits in this browser, sealed, and is checked as soon as there is a connection again.',
  },
  confirm: { label: 'Please confirm', icon: 'lock', text: 'Please show that it is you, at the top of the page.' },
};

/** One word about the checks of this session, and what they measure behind it. Nothing where there are none. */
export function ChecksStatus() {
  const { state } = useChecks();
  const [isOpen, setOpen] = useState(false);
  if (state === 'off') {
    return null;
  }
  const { label, spoken = label, icon, text } = WORDS[state];
  return (
    <>
      <button
        type="button"
        className={`checks-status checks-${state}`}
        aria-label={`${spoken}: what is measured`}
        onClick={() => setOpen(true)}
      >
        <Icon name={icon} />
        <span>{label}</span>
      </button>
      <span className="visually-hidden" role="status">
        {state === 'confirm' ? '' : spoken}
      </span>
      {isOpen ? (
        <Dialog title="What is measured" lead={text} onDismiss={() => setOpen(false)}>
          <ChecksFacts />
          <div className="actions">
            <Button onClick={() => setOpen(false)}>Close</Button>
          </div>
        </Dialog>
      ) : null}
    </>
  );
}
