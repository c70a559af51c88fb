import { isInsufficient } from '@tacit-auth/features';
import { TRUST_CLIP, TRUST_CONTEXT, type TrustEvidence, type TrustStep } from '@tacit-auth/models';
import type { Policy } from '../policy';
import { NO_BEGINNINGS, pointerBeginning, pointerBegun, typingBeginning, typingBegun } from './beginnings';
import { type ContinuousState, MOST_DIGESTS, thinned } from './continuous-state';
import type { RiskLevel } from './judge-types';
import { freeTextProfileOf, joined, type Lesson, NO_LESSONS, pointerLesson, typingLesson } from './lesson';
import { appended, LEAST_ACTIONS } from './pending-actions';
import type { PointerStretch, PreparedEvidence, TypingWindow } from './prepared-evidence';
import { riskOfEvidence, type SessionModels } from './session-models';
import type { ReadyTemplate } from './session-template';

/** So many windows that came twice are medium and high risk by themselves: no page sends one again under another number. */
const REPLAYED = { medium: 3, high: 6 };

/** Within one session all counts alike. */
const ALL = { memory: Number.POSITIVE_INFINITY, most: Number.POSITIVE_INFINITY };

const RANKS: readonly RiskLevel[] = ['low', 'medium', 'high'];

/** What a batch is applied to, beside the state. */
export interface Applying {
  readonly models: SessionModels;
  readonly policy: Policy;
  readonly template: ReadyTemplate;
  /** Digests of windows and samples that came in another session of the customer, or long ago in this one. */
  readonly seen: ReadonlySet<number>;
  /** The server's time. */
  readonly now: number;
}

/**
 * The state after a batch. Pure: whatever is repeated gives the same. Nothing of the client's times counts but differences within a sample.
 *
 * A window that came before, or that a script made, never speaks for the customer: the one counts as sure evidence against him, the other as an unusual
 * circumstance beside what it says against him itself.
 *
 * What is compared with the template is also compared with what the session itself began with, which would count for nothing where there is no template. That learns from windows that were
 * typed, by no script and only once, and leave no doubt.
 */
export function applyEvidence(before: ContinuousState, evidence: PreparedEvidence, applying: Applying): ContinuousState {
  const { now, template, policy } = applying;
  const run = new Run(before, applying);
  for (const window of evidence.typing) {
    run.addWindow(window);
  }
  for (const stretch of evidence.pointer) {
    run.addStretch(stretch);
  }
  const { state, step } = run;
  const counts = { ...state.counts, batches: state.counts.batches + 1, keys: state.counts.keys + evidence.keys };
  const told = { ...state, counts, template: template.state, lastAt: run.hasTold ? now : before.lastAt };
  return step === undefined ? told : withPoint(told, step.risk, now, policy);
}

/** Whether one level is above another. */
export function isAbove(one: RiskLevel, other: RiskLevel): boolean {
  return RANKS.indexOf(one) > RANKS.indexOf(other);
}

/** By what was typed and pointed at, and by how many windows came twice. */
export function levelOf({ level }: Pick<TrustStep, 'level'>, replayed: number): RiskLevel {
  if (level === 'high' || replayed >= REPLAYED.high) {
    return 'high';
  }
  return level === 'medium' || replayed >= REPLAYED.medium ? 'medium' : 'low';
}

class Run {
  state: ContinuousState;
  step: TrustStep | undefined;
  /** Whether anything new has come by which the customer could be told: what is too short for that, as anybody may send it at any time, is no sign of him. */
  hasTold = false;
  readonly #applying: Applying;

  constructor(state: ContinuousState, applying: Applying) {
    // Evidence of other populations is not comparable, whatever its length.
    this.state = state.population === applying.models.population ? state : { ...state, beginnings: NO_BEGINNINGS };
    this.#applying = applying;
  }

  addWindow(window: TypingWindow): void {
    if (this.#wasSeen(window.digest)) {
      this.#replayed('freeText');
      return;
    }
    if (window.untrusted) {
      this.#untrusted();
    }
    const { evidence } = window;
    if (evidence === undefined) {
      return;
    }
    const { models, template } = this.#applying;
    const score = template.freeText && models.freeText.scoreEvidence(template.freeText, evidence);
    const llr = score === undefined || isInsufficient(score) ? undefined : score.llr;
    this.#tell(!window.untrusted, llr);
    if (llr !== undefined) {
      const bounded = (ratio: number) => (window.untrusted ? Math.min(ratio, 0) : ratio);
      const begun = typingBegun(this.state.beginnings.freeText, evidence);
      const own = models.beginnings.freeText.compare(begun, evidence);
      this.#count({ part: 'freeText', llr: bounded(llr), own: own === undefined ? undefined : bounded(own), amount: evidence.keys });
      if (window.teachable && !window.untrusted) {
        const doubt = own === undefined ? undefined : this.state.trust.freeText.own;
        this.#goOn({ freeText: typingBeginning(models.beginnings.freeText.learn(begun, evidence, doubt)) });
      }
    }
    const lesson = typingLesson(evidence);
    if (window.teachable && !window.untrusted && this.#mayLearn(llr) && !this.#isOther(lesson)) {
      this.#learn({ freeText: joined(this.state.lessons.freeText, lesson, ALL) });
    }
  }

  addStretch({ digest, untrusted, actions }: PointerStretch): void {
    if (this.#wasSeen(digest)) {
      this.#replayed('pointer');
      return;
    }
    if (untrusted) {
      this.#untrusted();
      return;
    }
    if (actions === undefined) {
      return;
    }
    const { counts } = this.state;
    this.state = { ...this.state, counts: { ...counts, actions: counts.actions + actions.kinds.length } };
    const block = appended(this.state.pending, actions);
    if (block.kinds.length < LEAST_ACTIONS) {
      this.state = { ...this.state, pending: block };
      return;
    }
    this.state = { ...this.state, pending: null };
    const { models, template } = this.#applying;
    const evidence = models.pointer.evidence([block]);
    if (isInsufficient(evidence)) {
      if (evidence.reason === 'degenerate-input') {
        this.#untrusted();
      }
      return;
    }
    const score = template.pointer && models.pointer.scoreEvidence(template.pointer, evidence);
    const llr = score === undefined || isInsufficient(score) ? undefined : score.llr;
    this.#tell(true, llr);
    if (llr !== undefined) {
      const begun = pointerBegun(this.state.beginnings.pointer, evidence);
      const own = models.beginnings.pointer.compare(begun, evidence);
      this.#count({ part: 'pointer', llr, own, amount: evidence.actions });
      const doubt = own === undefined ? undefined : this.state.trust.pointer.own;
      this.#goOn({ pointer: pointerBeginning(models.beginnings.pointer.learn(begun, evidence, doubt)) });
    }
    if (this.#mayLearn(llr)) {
      const lesson = pointerLesson(evidence);
      this.#learn({ pointer: joined(this.state.lessons.pointer, lesson, ALL) });
    }
  }

  /** Where there is nothing to compare with yet, whatever was made by no script is a sign of him. */
  #tell(isTrusted: boolean, llr: number | undefined): void {
    const { freeText, pointer } = this.#applying.template;
    this.hasTold ||= isTrusted && (llr !== undefined || (freeText === undefined && pointer === undefined));
  }

  /** Whether a window came before, in this session or another; remembers it. */
  #wasSeen(digest: number | undefined): boolean {
    const { digests } = this.state;
    if (digest === undefined) {
      return false;
    }
    if (digests.includes(digest) || this.#applying.seen.has(digest)) {
      return true;
    }
    this.state = { ...this.state, digests: [...digests, digest].slice(-MOST_DIGESTS) };
    return false;
  }

  #replayed(part: 'freeText' | 'pointer'): void {
    const { counts, suspicions } = this.state;
    this.state = {
      ...this.state,
      counts: { ...counts, replayed: counts.replayed + 1 },
      suspicions: { ...suspicions, replayed: suspicions.replayed + 1 },
    };
    // The least amount: what was there before is no evidence that anybody is there now.
    this.#count({ part, llr: -TRUST_CLIP, amount: 1 });
  }

  #untrusted(): void {
    const { counts, suspicions } = this.state;
    this.state = {
      ...this.state,
      counts: { ...counts, untrusted: counts.untrusted + 1 },
      suspicions: { ...suspicions, untrusted: suspicions.untrusted + 1 },
    };
    // A help for writing makes events, too: a circumstance, which is never summed up.
    this.#count({ part: 'context', llr: -TRUST_CONTEXT.llr, amount: 0 });
  }

  #count(evidence: Pick<TrustEvidence, 'part' | 'llr' | 'own' | 'amount'>): void {
    const { models, template, now } = this.#applying;
    const { state } = this;
    const step = models.trust.step(state.trust, { ...evidence, at: now, templateDays: template.days });
    this.step = step;
    const { confidence, counts } = state;
    const isScore = evidence.part !== 'context';
    this.state = {
      ...state,
      trust: step.state,
      peak: Math.max(state.peak, riskOfEvidence(models, step.state)),
      counts: { ...counts, scored: counts.scored + (isScore ? 1 : 0) },
      confidence: {
        sum: confidence.sum + step.confidence,
        least: confidence.of === 0 ? step.confidence : Math.min(confidence.least, step.confidence),
        of: confidence.of + 1,
      },
    };
    const level = levelOf(step, state.suspicions.replayed);
    if (isAbove(level, state.level)) {
      // An alarm: what was learned so far may be somebody else's.
      this.state = { ...this.state, level, levelSince: now, barred: true, lessons: NO_LESSONS };
    }
  }

  /** What a factor vouched for teaches whatever it says, until there is an alarm; what only typing vouches for, where it speaks for the customer. */
  #mayLearn(llr: number | undefined): boolean {
    const { barred, vouched } = this.state;
    return !barred && (vouched || (llr !== undefined && llr > 0));
  }

  /** Whether typing is somebody else's than that of the session's beginning, as far as there is no template to tell by. Then all of it is forgotten. */
  #isOther(lesson: Lesson): boolean {
    const { models, template, policy } = this.#applying;
    const { lessons, own } = this.state;
    if (template.freeText !== undefined || lessons.freeText === null || lessons.freeText.amount < policy.continuous.ownKeys) {
      return false;
    }
    const evidence = { projectionId: lesson.projectionId, windows: lesson.windows, keys: lesson.amount, mean: lesson.mean };
    const score = models.freeText.scoreEvidence(freeTextProfileOf(lessons.freeText), evidence);
    if (isInsufficient(score)) {
      return false;
    }
    const statistic = Math.max(0, own - Math.min(Math.max(score.llr, -TRUST_CLIP), TRUST_CLIP));
    const barred = statistic > models.trust.calibration.freeText.sitting.medium;
    this.state = { ...this.state, own: statistic, ...(barred ? { barred, lessons: NO_LESSONS } : {}) };
    return barred;
  }

  #goOn(beginnings: Partial<ContinuousState['beginnings']>): void {
    this.state = { ...this.state, beginnings: { ...this.state.beginnings, ...beginnings } };
  }

  #learn(lessons: Partial<ContinuousState['lessons']>): void {
    this.state = { ...this.state, lessons: { ...this.state.lessons, ...lessons } };
  }
}

/** Adds a point to the risk over time. */
function withPoint(state: ContinuousState, risk: number, now: number, policy: Policy): ContinuousState {
  const seconds = Math.min(Math.max(0, Math.floor((now - state.startedAt) / 1_000)), 2 ** 24 - 1);
  const points = [...state.points, seconds * 256 + Math.round(risk * 255)];
  return { ...state, points: points.length > policy.continuous.historyPoints ? thinned(points) : points };
}
