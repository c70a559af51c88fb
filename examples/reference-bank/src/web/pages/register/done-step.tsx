import { Link } from 'react-router';
import type { Biometrics } from '../../api/types';
import { Notice } from '../../components/notice';

export function DoneStep({ biometrics, hasFace }: { biometrics: Biometrics; hasFace: boolean }) {
  return (
    <>
      <Notice tone="good" live="status" title="Your account is open">
        <p>You are signed in. Your card is active.</p>
      </Notice>
      <div className="panel stack">
        <h2>What happens next</h2>
        {hasFace ? (
          <p>
            When you sign in, you look into the camera after your password. We are still getting to know your rhythm: until then we may ask
            for your card as well. Under My security you can delete your face at any time.
          </p>
        ) : biometrics === 'granted' ? (
          <p>
            We are still getting to know your rhythm. For your first sign-ins we ask for your card as well; after about fifteen of them your
            password is enough most of the time. Under My security you see how far we are.
          </p>
        ) : (
          <p>Nothing about your typing is measured. When you sign in, we ask for your password and three cells of your card.</p>
        )}
        <div className="actions">
          <Link className="button button-primary" to="/accounts">
            Go to my accounts
          </Link>
        </div>
      </div>
    </>
  );
}
