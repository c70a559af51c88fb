import type { EvidenceLevel } from '../../api/operator-types';
import { percent } from './operator-words';

/**
 * Risk from 0 to 1 as a bar with marks where a code is asked for and where a session is locked. The number beside it says the same. While it is too early to say
 * there is none: a number would look like a finding.
 */
export function RiskBar({ risk, level }: { risk: number; level: EvidenceLevel }) {
  if (level === 'unsettled') {
    return <span className="muted">None yet</span>;
  }
  return (
    <span className="risk">
      <span className={`risk-bar${risk > 0.7 ? ' risk-high' : risk > 0.5 ? ' risk-medium' : ''}`} aria-hidden="true">
        <span className="risk-fill" style={{ inlineSize: `${Math.min(100, Math.max(0, risk * 100))}%` }} />
      </span>
      <span className="risk-number">
        <span className="visually-hidden">Risk </span>
        {percent(risk)}
      </span>
    </span>
  );
}
