import { usePending } from '../lib/use-submit';
import { useSession } from '../session/session-context';
import { Button } from './button';
import { Notice } from './notice';
import { Loading, PageHeading } from './page';

/** Stands where it is not known yet whether somebody is signed in. A bank that can not be reached signs nobody out. */
export function SessionLoading() {
  const { unreached, begin } = useSession();
  const { pending, run } = usePending();
  if (unreached === undefined) {
    return <Loading what="your session" />;
  }
  return (
    <div className="narrow">
      <PageHeading title="We can not show this page" takesFocus={false} />
      <Notice tone="danger" live="alert">
        <p>{unreached}</p>
        <div className="actions">
          <Button look="secondary" busy={pending} onClick={() => void run(begin)}>
            Try again
          </Button>
        </div>
      </Notice>
    </div>
  );
}
