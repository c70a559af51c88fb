import { Link } from 'react-router';
import { PageHeading } from '../components/page';

export function NotFoundPage() {
  return (
    <div className="narrow">
      <PageHeading title="This page does not exist" />
      <p>The address may have a slip in it, or the page has moved.</p>
      <div className="actions">
        <Link className="button button-primary" to="/">
          Go to the home page
        </Link>
      </div>
    </div>
  );
}
