import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import type { FaceAsked, Security } from '../../api/types';
import { Button } from '../../components/button';
import { DeedError } from '../../components/deed-error';
import { FaceCheck } from '../../components/face-check';
import { FaceFacts } from '../../components/face-facts';
import { Notice } from '../../components/notice';
import { PageHeading } from '../../components/page';
import { useCardDeed } from '../../lib/use-card-deed';
import { useLoad } from '../../lib/use-load';
import { useFullSession, useSession } from '../../session/session-context';

/** Whoever has no face set up has none to be replaced; where that can not be found out it is said as a condition. */
function replacedWords(state: Security['face']['state'] | undefined, isUnknown: boolean): string {
  if (state === undefined) {
    return isUnknown ? ' If you have set up a face before, it is replaced.' : '';
  }
  return state === 'none' ? '' : ' What we know of your face from before is replaced.';
}

/** A face, set up for the first time or anew: the consent, the card, then the camera. */
export function EnrolFacePage() {
  const { auth } = useSession();
  const { biometrics } = useFullSession();
  const navigate = useNavigate();
  const { data: security, error } = useLoad((signal) => auth.security(signal), [auth]);
  const [asked, setAsked] = useState<FaceAsked | null>(null);
  const [isLate, setLate] = useState(false);
  const deed = useCardDeed((confirmation, idempotencyKey) => auth.faceStart(confirmation, { idempotencyKey }));
  const cancel = (
    <Link className="button button-quiet" to="/security">
      Cancel
    </Link>
  );

  async function agree(): Promise<void> {
    setLate(false);
    setAsked(
      await deed.run({
        binding: 'face:enrol',
        title: 'Set up your face',
        lead: 'Please confirm with your card. Then you look into the camera.',
        submitLabel: 'I agree, go on',
      }),
    );
  }

  if (biometrics === 'declined') {
    return (
      <div className="narrow">
        <PageHeading title="Set up your face" />
        <Notice tone="info">
          <p>
            We look at your face only together with how you type. Please <Link to="/security">turn on typing recognition</Link> first.
          </p>
        </Notice>
      </div>
    );
  }
  return (
    <div className="narrow">
      <PageHeading title="Set up your face" step={asked === null ? 'consent' : 'camera'} />
      {asked === null ? (
        <>
          <p className="lead">
            When you sign in, you look into the camera after your password.{replacedWords(security?.face.state, error !== undefined)}
          </p>
          {isLate ? (
            <Notice tone="warning" live="alert">
              Please confirm with your card once more: then you can try again.
            </Notice>
          ) : null}
          <DeedError text={deed.error} />
          <div className="panel stack">
            <h2>What is measured, and what happens to it</h2>
            <FaceFacts />
            <div className="actions">
              <Button busy={deed.pending} onClick={() => void agree()}>
                I agree: use my face
              </Button>
              {cancel}
            </div>
          </div>
          {deed.dialog}
        </>
      ) : (
        <>
          <p className="lead">We ask you to blink or to turn your head. It takes about half a minute. No picture leaves this browser.</p>
          <div className="panel">
            <FaceCheck
              asked={asked}
              ask={async () => {
                setLate(true);
                setAsked(null);
                return null;
              }}
              answer={async (body, idempotencyKey) => {
                const outcome = await auth.faceEnrol(body, { idempotencyKey });
                if (outcome.status === 'retry') {
                  return outcome;
                }
                navigate('/security', { replace: true });
                return null;
              }}
            >
              {cancel}
            </FaceCheck>
          </div>
        </>
      )}
    </div>
  );
}
