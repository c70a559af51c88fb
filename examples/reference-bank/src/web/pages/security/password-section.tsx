import { Link } from 'react-router';

export function PasswordSection() {
  return (
    <section className="panel stack" aria-labelledby="password-title">
      <h2 id="password-title">Password</h2>
      <p>Changing it signs you out everywhere else.</p>
      <div className="actions">
        <Link className="button button-secondary" to="/security/password">
          Change my password
        </Link>
      </div>
    </section>
  );
}
