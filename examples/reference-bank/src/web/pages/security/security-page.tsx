import type { Security } from '../../api/types';
import { Loading, PageHeading } from '../../components/page';
import { LoadProblem } from '../../components/problem';
import { useLoad } from '../../lib/use-load';
import { useSession } from '../../session/session-context';
import { CardSection } from './card-section';
import { ChecksSection } from './checks-section';
import { DataSection } from './data-section';
import { FaceSection } from './face-section';
import { PasswordSection } from './password-section';
import { SessionsSection } from './sessions-section';
import { SignInsSection } from './sign-ins-section';
import { TypingSection } from './typing-section';

export interface SectionProps {
  security: Security;
  /** Takes over what a change has brought. */
  onChanged: (security: Security) => void;
  reload: () => void;
}

export function SecurityPage() {
  const { auth } = useSession();
  const { data, error, reload, set } = useLoad((signal) => auth.security(signal), [auth]);
  return (
    <>
      <PageHeading title="My security">
        <p className="muted">How you sign in, who was here, and what we keep about you.</p>
      </PageHeading>
      {error === undefined ? null : <LoadProblem text={error} onRetry={reload} />}
      {data === undefined && error === undefined ? <Loading what="your security settings" /> : null}
      {data ? (
        <>
          <div className="columns">
            <TypingSection security={data} onChanged={set} reload={reload} />
            <div className="column">
              <CardSection security={data} onChanged={set} reload={reload} />
              <FaceSection security={data} onChanged={set} reload={reload} />
              <PasswordSection />
            </div>
          </div>
          <ChecksSection security={data} onChanged={set} reload={reload} />
          <SessionsSection security={data} onChanged={set} reload={reload} />
          <SignInsSection reload={reload} />
          <DataSection />
        </>
      ) : null}
    </>
  );
}
