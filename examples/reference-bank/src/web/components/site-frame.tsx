import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { BANK_NAME } from '../lib/window-title';
import { Mark } from './mark';
import { ThemeSwitch } from './theme-switch';

/** Header, main and footer: the same landmarks on every page. */
export function SiteFrame({ home, nav, actions, children }: { home: string; nav?: ReactNode; actions?: ReactNode; children: ReactNode }) {
  return (
    <div className="site">
      <a className="skip-link" href="#main">
        Skip to main content
      </a>
      <header className="site-header">
        <div className="site-header-inner">
          <Link to={home} className="brand">
            <Mark />
            <span>{BANK_NAME}</span>
          </Link>
          {nav}
          <div className="site-actions">{actions}</div>
        </div>
      </header>
      <main id="main" className="site-main" tabIndex={-1}>
        {children}
      </main>
      <footer className="site-footer">
        <div className="site-footer-inner">
          <p>
            <strong>{BANK_NAME}</strong> is a demonstration without real money.
          </p>
          <nav aria-label="Help">
            <ul className="footer-links">
              <li>
                <Link to="/reset">Forgotten password</Link>
              </li>
              <li>
                <Link to="/collect-card">Collect a new card</Link>
              </li>
              <li>
                <Link to="/mailbox">Demo mailbox</Link>
              </li>
            </ul>
          </nav>
          <ThemeSwitch />
        </div>
      </footer>
    </div>
  );
}
