import { type ReactNode, useId, useLayoutEffect, useRef } from 'react';
import { Mark } from './mark';

export interface DialogProps {
  title: string;
  /** Called when the person leaves with Escape. Without it the dialog cannot be left so. */
  onDismiss?: () => void;
  /** What the dialog is about, read out with its title. */
  lead?: ReactNode;
  kind?: 'plain' | 'lock';
  children: ReactNode;
}

/** A modal dialog. The platform's own element keeps the focus inside, hides the rest from assistive technology, and gives the focus back. */
export function Dialog({ title, onDismiss, lead, kind = 'plain', children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  const leadId = useId();

  useLayoutEffect(() => {
    const element = dialog.current;
    if (!element) {
      return;
    }
    // A browser may close a dialog at the second Escape even where `cancel` was prevented: a lock must stand up again.
    const reopen = (): void => {
      if (element.isConnected && !element.open) {
        element.showModal();
      }
    };
    element.showModal();
    element.addEventListener('close', reopen);
    return () => {
      element.removeEventListener('close', reopen);
      element.close();
    };
  }, []);

  return (
    <dialog
      ref={dialog}
      className={`dialog dialog-${kind}`}
      aria-labelledby={titleId}
      {...(lead === undefined ? {} : { 'aria-describedby': leadId })}
      onCancel={(event) => {
        if (event.target === event.currentTarget) {
          event.preventDefault();
          onDismiss?.();
        }
      }}
    >
      <div className="dialog-body">
        {kind === 'lock' ? <Mark /> : null}
        <h2 id={titleId}>{title}</h2>
        {lead === undefined ? null : (
          <div id={leadId} className="dialog-lead">
            {lead}
          </div>
        )}
        {children}
      </div>
    </dialog>
  );
}
