import { useState } from 'react';
import { Button } from '../../components/button';
import { DeedError } from '../../components/deed-error';
import { Dialog } from '../../components/dialog';
import { saveFile } from '../../lib/download';
import { useCardDeed } from '../../lib/use-card-deed';
import { useSession } from '../../session/session-context';

/** Export and erasure. */
export function DataSection() {
  const { auth, leave } = useSession();
  const [isWarning, setWarning] = useState(false);
  const exporting = useCardDeed((confirmation, idempotencyKey) => auth.exportData(confirmation, { idempotencyKey }));
  const erasing = useCardDeed((confirmation, idempotencyKey) => auth.erase(confirmation, { idempotencyKey }));

  async function exportData(): Promise<void> {
    const data = await exporting.run({
      binding: 'export',
      title: 'Export my data',
      lead: 'You get a file with everything that we keep about you. Store it in a safe place.',
      submitLabel: 'Export',
    });
    if (data !== null) {
      saveFile(JSON.stringify(data, null, 2), { name: 'my-fernhill-data.json', type: 'application/json' });
    }
  }

  async function erase(): Promise<void> {
    setWarning(false);
    const erased = await erasing.run({
      binding: 'erase',
      title: 'Erase my account',
      lead: 'This cannot be undone. After this code your account is gone.',
      submitLabel: 'Erase everything now',
    });
    if (erased !== null) {
      leave('erased');
    }
  }

  return (
    <section className="panel stack" aria-labelledby="data-title">
      <h2 id="data-title">My data</h2>
      <DeedError text={exporting.error} />
      <DeedError text={erasing.error} />
      <div className="row">
        <div className="row-text">
          <p>
            <strong>Export</strong>
          </p>
          <p className="muted">Everything we keep about you, as one JSON file.</p>
        </div>
        <Button look="secondary" busy={exporting.pending} onClick={() => void exportData()}>
          Export my data
        </Button>
      </div>
      <div className="row">
        <div className="row-text">
          <p>
            <strong>Erase</strong>
          </p>
          <p className="muted">Closes your account and destroys the key to all your data.</p>
        </div>
        <Button look="danger" busy={erasing.pending} onClick={() => setWarning(true)}>
          Erase my account
        </Button>
      </div>
      {isWarning ? (
        <Dialog title="Erase your account?" lead="This cannot be undone, not by you and not by us." onDismiss={() => setWarning(false)}>
          <ul className="plain-list">
            <li>You cannot sign in any more, and your card stops working.</li>
            <li>Your name, e-mail address, sign-in history, typing template and face are erased for good.</li>
            <li>Your balance is forfeited. Transfer it to somewhere else first.</li>
          </ul>
          <div className="actions">
            <Button look="secondary" onClick={() => setWarning(false)}>
              Keep my account
            </Button>
            <Button look="danger" onClick={() => void erase()}>
              Go on to erase
            </Button>
          </div>
        </Dialog>
      ) : null}
      {exporting.dialog}
      {erasing.dialog}
    </section>
  );
}
