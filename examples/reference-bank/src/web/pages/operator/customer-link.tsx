import { Link } from 'react-router';

/**
 * A customer's name and address, which leads to him in the list. The address goes along in the history of the browser and not in that of
 * the servers on the way, which write down what is asked for.
 */
export function CustomerLink({ name, email }: { name: string; email: string | null }) {
  return email === null ? (
    name
  ) : (
    <>
      <Link to="/operator/customers" state={{ email }}>
        {name}
        <span className="visually-hidden"> {email}</span>
      </Link>{' '}
      <span className="muted" aria-hidden="true">
        {email}
      </span>
    </>
  );
}

/** The address that a link to the list came with; '' where there is none. */
export function addressOf(state: unknown): string {
  return typeof state === 'object' && state !== null && 'email' in state && typeof state.email === 'string' ? state.email : '';
}
