import { useState } from 'react';
import { Navigate, NavLink, Outlet, useLocation } from 'react-router';
import { messageFor } from '../api/messages';
import type { FullSession } from '../api/types';
import { usePending } from '../lib/use-submit';
import { ChecksStatus } from '../session/checks-status';
import { useFullSession, useSession } from '../session/session-context';
import { SessionFrame } from '../session/session-frame';
import { ShowItIsYou } from '../session/show-it-is-you';
import { Button } from './button';
import { Icon, type IconName } from './icons';
import { Notice } from './notice';
import { SessionLoading } from './session-loading';
import { SiteFrame } from './site-frame';

interface Place {
  to: string;
  label: string;
  icon: IconName;
}

const PLACES: readonly Place[] = [
  { to: '/accounts', label: 'Accounts', icon: 'accounts' },
  { to: '/transfer', label: 'Transfer', icon: 'transfer' },
  { to: '/transactions', label: 'Transactions', icon: 'transactions' },
  { to: '/security', label: 'Security', icon: 'security' },
];

const placesOf = (session: FullSession): readonly Place[] =>
  session.role === 'operator' ? [...PLACES, { to: '/operator', label: 'Operator', icon: 'operator' }] : PLACES;

/** The signed-in part of the site: only with a full session, or under its lock. */
export function SignedInLayout() {
  const { session, over } = useSession();
  const location = useLocation();
  if (session === undefined) {
    return (
      <SiteFrame home="/">
        <SessionLoading />
      </SiteFrame>
    );
  }
  if (session.state === 'none') {
    return <Navigate to="/sign-in" replace state={over === 'signed-out' ? null : { from: location.pathname }} />;
  }
  if (session.state === 'step-up') {
    return <Navigate to="/step-up" replace state={{ from: location.pathname }} />;
  }
  return (
    <SessionFrame session={session}>
      <SignedInSite />
    </SessionFrame>
  );
}

function SignedInSite() {
  const session = useFullSession();
  const { signOut } = useSession();
  const { pending, run } = usePending();
  const [error, setError] = useState<string | undefined>();
  return (
    <SiteFrame
      home="/accounts"
      nav={
        <nav className="site-nav" aria-label="Main">
          <ul>
            {placesOf(session).map((place) => (
              <li key={place.to}>
                <NavLink to={place.to}>
                  <Icon name={place.icon} />
                  <span>{place.label}</span>
                </NavLink>
              </li>
            ))}
          </ul>
        </nav>
      }
      actions={
        <>
          <ChecksStatus />
          <Button
            look="secondary"
            busy={pending}
            onClick={() =>
              void run(async () => {
                try {
                  await signOut();
                } catch (failure) {
                  setError(messageFor(failure));
                }
              })
            }
          >
            Sign out
          </Button>
        </>
      }
    >
      {error === undefined ? null : (
        <Notice tone="danger" live="alert">
          {error}
        </Notice>
      )}
      <ShowItIsYou />
      <Outlet />
    </SiteFrame>
  );
}
