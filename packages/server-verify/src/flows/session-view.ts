import { consentOf } from '../consent';
import type { Context } from '../context';
import { customerOf } from '../customers';
import { currentCoordinates } from '../matrix-card';
import type { Stored } from '../record-kind';
import type { StoredSession } from '../sessions';
import type { StoreTransaction } from '../store';
import type { BiometricsState, SessionGrant, SessionView } from './types';

export function grantOf({ id, value }: Stored<StoredSession>): SessionGrant {
  const { hostSubject, scope, state, role, amr, risk, codeNeeded, startedAt, expiresAt } = value;
  return {
    id,
    subject: hostSubject,
    scope,
    locked: state === 'locked',
    role,
    amr,
    acr: `urn:tacit:${scope}`,
    risk,
    stepUpNeeded: codeNeeded,
    startedAt,
    expiresAt,
  };
}

/** What the browser is told: for a step-up session nothing about the customer. */
export async function sessionView(ctx: Context, tx: StoreTransaction, session: Stored<StoredSession>): Promise<SessionView> {
  const { subject, value } = session;
  if (value.scope === 'step-up') {
    if (value.pending?.face !== undefined) {
      return { state: 'step-up', next: 'face' };
    }
    const { coordinates } = await asked(ctx, tx, subject);
    return { state: 'step-up', next: coordinates === undefined ? 'card-suspended' : 'matrix-code' };
  }
  const customer = await customerOf(ctx, tx, subject);
  const name = customer?.value.name ?? '';
  const biometrics = await biometricsOf(ctx, tx, subject);
  if (value.state === 'locked') {
    return { state: 'locked', biometrics, name, cause: value.lockedFor === 'risk' ? 'checks' : 'idle' };
  }
  const { idleMs } = ctx.policy.session;
  return { state: 'full', idleAfterMs: idleMs, expiresAt: value.expiresAt, biometrics, role: value.role, name };
}

export async function biometricsOf(ctx: Context, tx: StoreTransaction, subject: string): Promise<BiometricsState> {
  return (await consentOf(ctx, tx, subject))?.biometrics ?? 'declined';
}

/** The cells to ask for; none where the card is suspended or there is none. */
export async function asked(ctx: Context, tx: StoreTransaction, subject: string): Promise<{ coordinates?: string[] }> {
  const found = await currentCoordinates(ctx, tx, subject, 'current');
  return 'coordinates' in found && found.coordinates !== undefined ? { coordinates: found.coordinates } : {};
}
