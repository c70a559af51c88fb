import { useState } from 'react';
import { Link } from 'react-router';
import { Button } from '../../components/button';
import { LostCardDialog } from '../../components/lost-card-dialog';
import { formatDay } from '../../lib/dates';
import type { SectionProps } from './security-page';

const STATES = {
  active: { text: 'Active', look: 'tag tag-good' },
  suspended: { text: 'Blocked', look: 'tag tag-danger' },
  none: { text: 'None', look: 'tag' },
} as const;

/** The id of the section, for links to it. */
export const CARD_SECTION = 'card';

export function CardSection({ security: { card }, reload }: SectionProps) {
  const [isAsking, setAsking] = useState(false);
  const { text, look } = STATES[card.state];
  return (
    <section id={CARD_SECTION} className="panel stack" aria-labelledby="card-title">
      <div className="panel-head">
        <h2 id="card-title">Matrix card</h2>
        <span className={look}>{text}</span>
      </div>
      <p>
        {card.issuedAt === null ? 'You have no card yet.' : `Issued on ${formatDay(card.issuedAt)}.`}
        {card.wrongInARow > 0 ? ` Wrong codes in a row: ${card.wrongInARow}.` : ''}
      </p>
      {card.state === 'active' ? (
        <div className="actions">
          <Button look="secondary" onClick={() => setAsking(true)}>
            Report my card as lost
          </Button>
        </div>
      ) : (
        <p>
          Please call us to get a new card. When you have the code from our e-mail, <Link to="/collect-card">collect your new card</Link>.
        </p>
      )}
      {isAsking ? (
        <LostCardDialog
          onClose={() => setAsking(false)}
          onReported={() => {
            setAsking(false);
            reload();
          }}
        />
      ) : null}
    </section>
  );
}
