import { type ReactNode, useEffect, useRef } from 'react';
import { useLocation } from 'react-router';
import { setPageTitle } from '../lib/window-title';

/**
 * The head of a page. After a change of page (or of `step`) the heading takes the focus, so that a keyboard or a screen reader starts
 * where the page starts; the first page of a visit is left alone.
 */
export function PageHeading({
  title,
  step,
  takesFocus = true,
  children,
}: {
  title: string;
  step?: string | number;
  /** False where the one field of the page has the focus. */
  takesFocus?: boolean;
  children?: ReactNode;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  const { key } = useLocation();
  const isUntouched = useRef(key === 'default');

  useEffect(() => {
    setPageTitle(title);
  }, [title]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new step moves the focus even where the title stays.
  useEffect(() => {
    if (isUntouched.current) {
      isUntouched.current = false;
      return;
    }
    if (takesFocus) {
      heading.current?.focus();
    }
    window.scrollTo(0, 0);
  }, [step]);

  return (
    <div className="page-head">
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      {children}
    </div>
  );
}

/** What a page shows before its data is there, and when it does not come. */
export function Loading({ what }: { what: string }) {
  return (
    <p className="loading" role="status">
      <span className="spinner" aria-hidden="true" />
      Loading {what} …
    </p>
  );
}
