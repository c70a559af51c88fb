import { useEffect, useState } from 'react';
import { Button } from '../components/button';
import { Dialog } from '../components/dialog';
import { isSpokenSecond, secondsLeft } from './idle-frame';

/** Says that the session is about to lock, and how to prevent it. */
export function WarnDialog({ locksAt, onStay, onLeave }: { locksAt: number; onStay: () => void; onLeave: () => void }) {
  const [seconds, setSeconds] = useState(() => secondsLeft(locksAt, Date.now()));
  const [spoken, setSpoken] = useState('');

  useEffect(() => {
    const timer = setInterval(() => {
      const left = secondsLeft(locksAt, Date.now());
      setSeconds(left);
      if (isSpokenSecond(left)) {
        setSpoken(`${left} seconds left`);
      }
    }, 1000);
    return () => clearInterval(timer);
  }, [locksAt]);

  return (
    <Dialog
      title="Are you still there?"
      lead="To keep your accounts safe, we lock this page in all tabs when nobody is using it."
      onDismiss={onStay}
    >
      <p className="countdown" role="timer" aria-live="off">
        <span className="countdown-number">{seconds}</span> seconds until we lock this page
      </p>
      <p className="visually-hidden" role="status">
        {spoken}
      </p>
      <div className="actions">
        <Button onClick={onStay}>Stay signed in</Button>
        <Button look="quiet" onClick={onLeave}>
          Sign out
        </Button>
      </div>
    </Dialog>
  );
}
