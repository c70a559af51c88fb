import type { FixedTextVector } from '@tacit-auth/features';
import { defaultDetector } from '../default-detector';
import { DEFAULT_PROFILE_SCHEMA, type DefaultProfile } from '../default-profile';
import type { Score } from '../detector';
import { judgeLearning, type LearningPolicy, type LearningVerdict, learningPolicy, verifiedTimes } from '../learning-rule';
import { judgeRelease, type ReleasePolicy } from '../release-rule';

/** `timing`: learning by the score alone. `product`: the product's learning rule. `product-step-up`: the same, with a code after each refusal. */
export type GateName = 'timing' | 'product' | 'product-step-up';

/** One scored attempt of a simulation. */
export interface GateAttempt<P> {
  /** The profile that scored it. */
  readonly profile: P;
  readonly vector: FixedTextVector;
  readonly score: Score;
  /** Days since the enrolment. */
  readonly day: number;
  /** Whether the customer made the attempt. It shows in one thing only: nobody else can pass an independent factor. */
  readonly genuine: boolean;
}

/** An entry to learn, and how often it is to count. */
export interface LearnedEntry {
  readonly vector: FixedTextVector;
  readonly times: number;
}

/** Decides what one template learns. It remembers earlier attempts, so each simulation needs its own. */
export interface Gate<P> {
  /** The entries to learn now, oldest first: this one, earlier ones, or none. */
  learn(attempt: GateAttempt<P>): readonly LearnedEntry[];
}

/**
 * Learning by the score alone, unsupervised. For the default detector a gate of the published prototype's form: the raw score under
 * .6 + 2.2 exp(-(n - 5) / 15) with n samples in the profile, wide at first because practice changes typing most then. For any other detector:
 * a log-likelihood ratio above 0.
 */
export function timingGate<P>(): Gate<P> {
  return {
    learn({ profile, vector, score }) {
      const inside = isDefaultProfile(profile) ? score.raw < 0.6 + 2.2 * Math.exp(-(profile.samples - 5) / 15) : score.llr > 0;
      return inside ? [{ vector, times: 1 }] : [];
    },
  };
}

export interface ProductGateOptions {
  /** The profile of the enrolment. */
  readonly enrolled: DefaultProfile;
  /** Uniform numbers in [0, 1), one a login of the customer: whether it carries the independent factor. */
  readonly random: () => number;
  /** The same for attempts of others, so that they change nothing of the customer's; by default nobody else is asked by chance. */
  readonly strangers?: () => number;
  /**
   * Whether the independent factor is asked for where typing refuses, as at the reference bank; false by default. The customer gives it. Nobody else
   * can, by chance or after a refusal, and each such failure empties the quarantine.
   */
  readonly stepUp?: boolean;
  /** Share of genuine logins that carry the independent factor once the template is ready; .1 by default. */
  readonly factorShare?: number;
  /** Target at which typing accepts; .01 by default. */
  readonly targetFmr?: number;
  readonly policy?: Partial<LearningPolicy>;
  /** What of the quarantine a factor releases; the product's own rule by default. `all`: whatever lies there, for comparison. */
  readonly release?: Partial<ReleasePolicy> | 'all';
  /** Told what becomes of each attempt; `failed-factor` where somebody else was asked for the factor. */
  readonly onVerdict?: (attempt: GateAttempt<DefaultProfile>, action: LearningVerdict['action'] | 'failed-factor') => void;
}

const WEEK = 7;

/**
 * The product's learning rule, `judgeLearning` and `judgeRelease`. While the template is young every genuine login carries an independent factor,
 * because the product asks for it; afterwards some do, drawn by chance. What typing alone accepts waits in quarantine until a factor passes.
 */
export function productGate(options: ProductGateOptions): Gate<DefaultProfile> {
  const { enrolled, random, strangers = () => 1, stepUp = false, factorShare = 0.1, targetFmr = 0.01, release = {}, onVerdict } = options;
  const policy = { ...learningPolicy, ...options.policy };
  let anchor = enrolled;
  let quarantined: FixedTextVector[] = [];
  let quarantinedOn: number[] = [];
  let recentConsensus: number[] = [];
  return {
    learn(attempt) {
      const { profile, vector, score, day, genuine } = attempt;
      const asked = (genuine ? random : strangers)() < factorShare;
      const young = profile.samples < policy.readyAt;
      const accepted = !young && score.llr >= defaultDetector.threshold(profile, targetFmr);
      if (!genuine && stepUp && (asked || !accepted)) {
        quarantined = [];
        quarantinedOn = [];
        recentConsensus = [];
        onVerdict?.(attempt, 'failed-factor');
        return [];
      }
      const independent = genuine && (young || asked || (stepUp && !accepted));
      quarantinedOn = quarantinedOn.filter((on) => on > day - WEEK);
      const verdict = judgeLearning({
        profile,
        anchor,
        vector,
        score,
        accepted: accepted || independent,
        factor: independent ? 'independent' : 'none',
        recentConsensus,
        learnedThisWeek: quarantinedOn.length,
        policy,
      });
      onVerdict?.(attempt, verdict.action);
      if (verdict.action === 'discard') {
        return [];
      }
      recentConsensus = [...recentConsensus, verdict.consensus].slice(-policy.consensusWindow);
      if (verdict.action === 'quarantine') {
        quarantined.push(vector);
        quarantinedOn.push(day);
        return [];
      }
      anchor = defaultDetector.update(anchor, vector);
      const waiting = quarantined;
      quarantined = [];
      const verdicts = release === 'all' ? undefined : judgeRelease({ profile, anchor, quarantined: waiting, policy: release });
      const released = waiting.filter((_, i) => verdicts === undefined || verdicts[i].action === 'learn');
      return [...released.map((entry) => ({ vector: entry, times: 1 })), { vector, times: verifiedTimes(profile, policy) }];
    },
  };
}

export function isDefaultProfile(profile: unknown): profile is DefaultProfile {
  return (profile as Partial<DefaultProfile> | null)?.schema === DEFAULT_PROFILE_SCHEMA;
}
