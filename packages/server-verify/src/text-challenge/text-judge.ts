import { type FreeTextTimings, isInsufficient } from '@tacit-auth/features';
import { hasSessionConsent } from '../consent';
import type { Context } from '../context';
import type { EvidenceJudge, RiskLevel } from '../continuous/judge-types';
import type { SessionModels } from '../continuous/session-models';
import { findSessionTemplate, readyParts } from '../continuous/session-template';
import type { Stored } from '../record-kind';
import type { StoredSession } from '../sessions';
import type { StoreTransaction } from '../store';

/** What a text of the server's choice is compared with. */
export interface TextTemplate {
  /** Keys that it was made of. */
  readonly keys: number;
}

export interface TextScore {
  /** Natural-log likelihood ratio, positive = the customer. */
  readonly llr: number;
  /** The least ratio at which the text counts as the customer's, for so much evidence. */
  readonly threshold: number;
  /** Keys that the score rests on. */
  readonly keys: number;
}

/** What a text challenge asks of whatever knows how the customer types. */
export interface TextJudge {
  /**
   * What there is to compare with; undefined where there is nothing: no consent to the checks of sessions, no template or one that is not ready, or that
   * can not be read, no population.
   */
  textTemplate(tx: StoreTransaction, subject: string): Promise<TextTemplate | undefined>;
  /** Compares one text with it; undefined where that can not be done. Learns nothing and writes nothing. */
  scoreText(
    tx: StoreTransaction,
    subject: string,
    options: { timings: FreeTextTimings; targetFmr: number },
  ): Promise<TextScore | undefined>;
  /** A text passed: evidence that it is the customer. The level of doubt after it. */
  textPassed(tx: StoreTransaction, session: Stored<StoredSession>, passed: { llr: number; keys: number }): Promise<RiskLevel>;
}

/** Compares texts with the template that the customer's sessions taught. */
export function sessionTextJudge(ctx: Context, judge: Pick<EvidenceJudge, 'textPassed'>, models: SessionModels): TextJudge {
  async function profileOf(tx: StoreTransaction, subject: string) {
    if (!(await hasSessionConsent(ctx, tx, subject))) {
      return undefined;
    }
    const found = await findSessionTemplate(ctx, tx, subject);
    return readyParts(found?.template, models, ctx.policy).freeText;
  }

  return {
    async textTemplate(tx, subject) {
      const profile = await profileOf(tx, subject);
      return profile && { keys: profile.keys };
    },
    async scoreText(tx, subject, { timings, targetFmr }) {
      const profile = await profileOf(tx, subject);
      if (profile === undefined) {
        return undefined;
      }
      const score = models.freeText.score(profile, [timings]);
      if (isInsufficient(score)) {
        return undefined;
      }
      const { llr, evidence } = score;
      return { llr, threshold: models.freeText.threshold(profile, targetFmr, evidence), keys: evidence.probe };
    },
    textPassed: (tx, session, passed) => judge.textPassed(tx, session, passed),
  };
}

/** Where sessions are not checked: there is nothing to compare a text with. */
export const NO_TEXT_JUDGE: TextJudge = Object.freeze<TextJudge>({
  textTemplate: async () => undefined,
  scoreText: async () => undefined,
  textPassed: async (_tx, { value }) => value.risk,
});
