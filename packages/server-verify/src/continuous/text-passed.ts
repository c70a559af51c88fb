import { type SessionTrust, TRUST_CLIP, type TrustState } from '@tacit-auth/models';
import { levelOf } from './apply-evidence';
import type { ContinuousState } from './continuous-state';

/** Keys of a window, as which the text counts several times. */
const WINDOW_KEYS = 50;

export interface PassedText {
  /** Of all of the text, as a detector gave it. */
  readonly llr: number;
  readonly keys: number;
  readonly trust: SessionTrust;
  readonly templateDays: number;
  readonly now: number;
}

/**
 * The state after a text that the server chose was typed: evidence like windows of as many keys. Where it takes away so much of a medium doubt that there is none
 * left, the level falls; a high one stays, whatever was typed.
 */
export function afterText(state: ContinuousState, { llr, keys, trust, templateDays, now }: PassedText): ContinuousState {
  const windows = Math.max(1, Math.round(keys / WINDOW_KEYS));
  let next = state.trust;
  let level: ContinuousState['level'] = state.level;
  for (let window = 0; window < windows; window++) {
    const amount = Math.max(1, Math.round(keys / windows));
    next = besideBeginning(next, llr / windows);
    const step = trust.step(next, { part: 'freeText', llr: llr / windows, amount, at: now, templateDays: templateDays });
    next = step.state;
    // Windows that came twice are not outweighed by a text.
    const isOver = levelOf(step, state.suspicions.replayed) === 'low';
    level = state.level === 'medium' && isOver && llr > 0 ? 'low' : state.level;
  }
  return { ...state, trust: next, level, levelSince: level === state.level ? state.levelSince : now };
}

/** A text counts beside what the session began with as it does beside the template. */
function besideBeginning(state: TrustState, llr: number): TrustState {
  const { freeText } = state;
  const own = Math.max(0, freeText.own - Math.min(Math.max(llr, 0), TRUST_CLIP));
  return { ...state, freeText: { ...freeText, own } };
}
