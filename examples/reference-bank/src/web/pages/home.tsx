import { Link } from 'react-router';
import { HillScene } from '../components/hill-scene';
import { Icon, type IconName } from '../components/icons';
import { PageHeading } from '../components/page';

const OFFERS: ReadonlyArray<{ icon: IconName; title: string; text: string }> = [
  {
    icon: 'accounts',
    title: 'Accounts without small print',
    text: 'A current account, free of charge. See every payment the moment it happens and take your statements with you.',
  },
  {
    icon: 'keyboard',
    title: 'A bank that knows your hand',
    text: 'The rhythm in which you type your password is yours alone. We use it as a quiet second check, if you want us to. It is your choice, and you can change it.',
  },
  {
    icon: 'card',
    title: 'A card that needs no battery',
    text: 'Large transfers and changes to your security are confirmed with your printed matrix card. No app, no phone number, nothing to charge.',
  },
];

export function HomePage() {
  return (
    <div className="home">
      <section className="hero">
        <div className="hero-text">
          <PageHeading title="Banking that recognises you" />
          <p className="lead">
            Fernhill keeps your everyday money in order and your accounts safe, with a password, your own way of typing it, and a card in
            your drawer.
          </p>
          <div className="actions">
            <Link className="button button-primary button-large" to="/register">
              Open an account
            </Link>
            <Link className="button button-secondary button-large" to="/sign-in">
              Sign in
            </Link>
          </div>
          <p className="hint">It takes about five minutes. You need an e-mail address and a printer, or a pen.</p>
        </div>
        <HillScene />
      </section>
      <section className="offers" aria-label="What you get">
        {OFFERS.map((offer) => (
          <article className="offer" key={offer.title}>
            <Icon name={offer.icon} className="icon offer-icon" />
            <h2>{offer.title}</h2>
            <p>{offer.text}</p>
          </article>
        ))}
      </section>
      <section className="panel split" aria-labelledby="how-title">
        <div>
          <h2 id="how-title">How signing in works</h2>
          <p className="muted">Three things that only you have together. One of them is optional.</p>
        </div>
        <ol className="steps">
          <li>
            <strong>You type your password.</strong> If you have agreed, we look at how it is typed: only when keys go down and up, never
            which ones.
          </li>
          <li>
            <strong>Most of the time, that is all.</strong> After your first weeks you rarely notice the second check.
          </li>
          <li>
            <strong>Now and then we ask for your card.</strong> You read three cells from it. The same goes for large transfers.
          </li>
        </ol>
      </section>
    </div>
  );
}
