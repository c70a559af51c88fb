import type { CoarseState } from '@tacit-auth/features';
import type { Stored } from '../record-kind';
import type { StoredSession } from '../sessions';
import type { ContinuousState } from './continuous-state';
import type { SessionModels } from './session-models';

/** All that the customer's browser may know: no score, no threshold, no count, no reason. */
export function coarseStateOf(session: Stored<StoredSession>, state: ContinuousState | undefined, models: SessionModels): CoarseState {
  if (session.value.state === 'ended') {
    return 'ended';
  }
  if (session.value.state === 'locked') {
    return 'locked';
  }
  if (state === undefined) {
    return 'off';
  }
  // A session takes on what was doubted of the one that it replaces.
  if (session.value.codeNeeded || (state.level === 'medium' && models.atMedium === 'step-up') || state.level === 'high') {
    return 'confirm';
  }
  const { level } = models.trust.at(state.trust, state.trust.at);
  return state.template !== 'ready' || level === 'unsettled' ? 'checking' : 'on';
}
