import { Link } from 'react-router';
import type { Security } from '../../api/types';
import { Button } from '../../components/button';
import { DeedError } from '../../components/deed-error';
import { formatAge, formatDay } from '../../lib/dates';
import { useCardDeed } from '../../lib/use-card-deed';
import { useSession } from '../../session/session-context';
import type { SectionProps } from './security-page';

const STATES = {
  enrolled: { tag: 'On', look: 'tag tag-good', text: 'When you sign in, you look into the camera after your password, or take your card.' },
  outdated: {
    tag: 'Out of date',
    look: 'tag tag-warning',
    text: 'It was set up with an earlier version of our face check. Please set it up again; until then we ask for your card.',
  },
  none: { tag: 'Off', look: 'tag', text: 'Nothing about your face is measured or kept.' },
} as const;

/** What the state of the face means to its owner: the words of its tag, and a sentence. */
export const faceStateWords = ({ state }: Security['face']): { tag: string; look: string; text: string } => STATES[state];

export function FaceSection({ security: { biometrics, face }, onChanged }: SectionProps) {
  const { auth } = useSession();
  const deleting = useCardDeed((confirmation, idempotencyKey) => auth.faceDelete(confirmation, { idempotencyKey }));
  const withdrawing = useCardDeed((confirmation, idempotencyKey) => auth.withdrawFace(confirmation, { idempotencyKey }));
  const { tag, look, text } = faceStateWords(face);
  const isKept = face.state !== 'none';

  async function run(deed: Promise<Security | null>): Promise<void> {
    const changed = await deed;
    if (changed !== null) {
      onChanged(changed);
    }
  }
  const erase = (): Promise<void> =>
    run(
      deleting.run({
        binding: 'face:delete',
        title: 'Delete my face',
        lead: 'We erase what we know of your face at once. From then on you sign in with your password, your typing and your card.',
        submitLabel: 'Delete my face',
      }),
    );
  const withdraw = (): Promise<void> =>
    run(
      withdrawing.run({
        binding: 'consent:face-declined',
        title: 'Withdraw my consent',
        lead: 'You no longer agree that we use your face. You can agree again at any time.',
        submitLabel: 'Withdraw my consent',
      }),
    );

  return (
    <section className="panel stack" aria-labelledby="face-title">
      <div className="panel-head">
        <h2 id="face-title">Your face</h2>
        <span className={look}>{tag}</span>
      </div>
      <p>{text}</p>
      {face.enrolledAt === null ? null : (
        <dl className="facts">
          <div>
            <dt>Set up on</dt>
            <dd>
              {formatDay(face.enrolledAt)}, {formatAge(face.enrolledAt)}
            </dd>
          </div>
        </dl>
      )}
      <DeedError text={deleting.error} />
      <DeedError text={withdrawing.error} />
      {biometrics.state === 'declined' ? (
        <p className="hint">We look at a face only together with how you type. Turn on typing recognition to add yours.</p>
      ) : (
        <div className="actions">
          <Link className="button button-secondary" to="/security/face">
            {isKept ? 'Set up my face again' : 'Add my face'}
          </Link>
          {isKept ? (
            <Button look="secondary" busy={deleting.pending} onClick={() => void erase()}>
              Delete my face
            </Button>
          ) : null}
        </div>
      )}
      {!isKept && face.consent === 'granted' ? (
        <p className="hint">
          You agreed that we may use your face.{' '}
          <button type="button" className="link-button" onClick={() => void withdraw()}>
            Withdraw my consent
          </button>
        </p>
      ) : null}
      {deleting.dialog}
      {withdrawing.dialog}
    </section>
  );
}
