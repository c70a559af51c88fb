import { Link, Outlet, useLocation } from 'react-router';
import { useSession } from '../session/session-context';
import { SiteFrame } from './site-frame';

export function PublicLayout() {
  const { session } = useSession();
  // Whoever is on his way in is offered no other: the page itself has the way out.
  const isOnTheWayIn = useLocation().pathname === '/step-up';
  const isSignedIn = session?.state === 'full' || session?.state === 'locked';
  return (
    <SiteFrame
      home="/"
      actions={
        isSignedIn ? (
          <Link className="button button-primary" to="/accounts">
            My accounts
          </Link>
        ) : isOnTheWayIn ? null : (
          <>
            <Link className="button button-quiet" to="/sign-in">
              Sign in
            </Link>
            <Link className="button button-primary header-register" to="/register">
              Open an account
            </Link>
          </>
        )
      }
    >
      <Outlet />
    </SiteFrame>
  );
}
