import { createHash } from 'node:crypto';
import {
  type FreeTextDetector,
  type FreeTextEvidence,
  type FreeTextPopulation,
  freeTextDetector,
  OWN_BEGINNING,
  type OwnBeginning,
  ownBeginning,
  type PointerDetector,
  type PointerEvidence,
  type PointerPopulation,
  pointerDetector,
  type SessionTrust,
  sessionTrust,
  TRUST_CLIP,
  TRUST_MINIMUM,
  TRUST_RISKS,
  type TrustState,
} from '@tacit-auth/models';
import { defaultFreeTextPopulation } from '@tacit-auth/models/default-population';
import { assertObject, assertOneOf } from '../arguments';
import type { ContinuousOptions, RiskLevel } from './judge-types';

/** What a judge compares with, and acts by. */
export interface SessionModels {
  readonly freeText: FreeTextDetector;
  /** What profiles of typing are made with; undefined where typing is not compared. */
  readonly freeTextProjection: string | undefined;
  readonly pointer: PointerDetector;
  /** Of the pointer: actions are cut on its grid, and those of another device are not comparable. */
  readonly pointerPopulation: PointerPopulation | null;
  readonly trust: SessionTrust;
  /** How evidence is compared with what its own session began with. */
  readonly beginnings: { readonly freeText: OwnBeginning<FreeTextEvidence>; readonly pointer: OwnBeginning<PointerEvidence> };
  /** Names both populations' projections: evidence of others is not comparable. */
  readonly population: string;
  readonly atMedium: NonNullable<ContinuousOptions['atMedium']>;
  readonly atHigh: NonNullable<ContinuousOptions['atHigh']>;
}

/** @throws TypeError, RangeError for wrong options; the message names them */
export function sessionModels(options: ContinuousOptions): SessionModels {
  assertObject(options satisfies ContinuousOptions as unknown, 'options');
  const { freeText = defaultFreeTextPopulation(), pointer = null, atMedium = 'step-up', atHigh = 'lock', calibration } = options;
  assertOneOf(atMedium, 'options.atMedium', ['none', 'step-up']);
  assertOneOf(atHigh, 'options.atHigh', ['lock', 'terminate', 'step-up']);
  const typing = freeTextDetector({ population: freeText });
  const pointing = pointerDetector({ population: pointer });
  return Object.freeze<SessionModels>({
    freeText: typing,
    freeTextProjection: freeText?.projectionId,
    pointer: pointing,
    pointerPopulation: pointer,
    trust: sessionTrust(calibration === undefined ? {} : { calibration }),
    beginnings: {
      freeText: ownBeginning(typing, { ...OWN_BEGINNING.freeText, amountOf: ({ keys }) => keys }),
      pointer: ownBeginning(pointing, { ...OWN_BEGINNING.pointer, amountOf: ({ actions }) => actions }),
    },
    population: nameOf(freeText, pointer),
    atMedium,
    atHigh,
  });
}

function nameOf(freeText: FreeTextPopulation | null, pointer: PointerPopulation | null): string {
  const names = `${freeText?.projectionId ?? ''}/${pointer?.projectionId ?? ''}`;
  return createHash('sha256').update(names).digest('base64url').slice(0, 16);
}

/** Risk by what was typed and pointed at alone: who idles, or has another network today, may be the customer all the same. */
export function riskOfEvidence({ trust }: SessionModels, state: TrustState): number {
  return trust.at({ ...state, idle: 0, context: 0 }, state.at).risk;
}

/** Of a session that begins with a level of doubt: just above its threshold, so that it takes as much to lift it as where it arose. */
export function doubtedTrust(
  { trust }: SessionModels,
  level: RiskLevel,
  { at, templateDays }: { at: number; templateDays: number },
): TrustState {
  let state = trust.start({ at });
  const least = level === 'low' ? 0 : TRUST_RISKS[level];
  while (level !== 'low' && trust.at(state, at).risk <= least) {
    state = trust.step(state, { part: 'freeText', llr: -TRUST_CLIP, amount: TRUST_MINIMUM.freeText, at, templateDays }).state;
  }
  return state;
}
