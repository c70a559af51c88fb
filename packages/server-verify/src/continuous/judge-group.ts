import type { EvidenceAnswer, ParsedEvidenceBatch } from '@tacit-auth/features';
import type { Context } from '../context';
import { isTacitServerError, retryAfterSeconds, TacitServerError } from '../errors';
import type { Stored } from '../record-kind';
import { rememberSeen, seenBefore } from '../seen-evidence';
import { liveSession, type StoredSession } from '../sessions';
import type { StoreTransaction } from '../store';
import type { SessionReference } from '../tokens';
import { ifReadable } from '../unreadable-record';
import { applyEvidence, isAbove } from './apply-evidence';
import { coarseStateOf } from './coarse-state';
import { type ContinuousState, continuousKind } from './continuous-state';
import { afterSpending, amountsOf, waitFor } from './evidence-budget';
import type { Outcome } from './evidence-groups';
import type { ReactToRisk, RiskAction, RiskChange, RiskReason } from './judge-types';
import type { PreparedEvidence, prepareEvidence } from './prepared-evidence';
import type { SessionModels } from './session-models';
import { findSessionTemplate, type ReadyTemplate, readyParts } from './session-template';

/** A batch with what was worked out of it; where nothing was, because it seemed to be none that takes effect, that is done when it does. */
export interface Submitted {
  readonly session: SessionReference;
  readonly batch: ParsedEvidenceBatch;
  readonly evidence: PreparedEvidence | undefined;
}

export interface JudgeGroup {
  readonly ctx: Context;
  readonly models: SessionModels;
  readonly react: ReactToRisk;
  readonly prepare: typeof prepareEvidence;
  /** Deletes the state of a session that the reaction has ended. */
  readonly settle: (tx: StoreTransaction, session: Stored<StoredSession>, how: 'ill') => Promise<void>;
}

type Refusal = { readonly error: TacitServerError };
type Outcomes = Outcome<EvidenceAnswer>[];

/** Digests that a session gathers by itself, before the customer's memory takes them: one write for so many windows. */
const FEWEST_HANDED_ON = 16;
/** How often a session is tried whose record another server has changed, where the store lets that be seen. */
const MOST_TRIES = 3;

/**
 * Judges batches of any sessions in one transaction, those of one session in the order given. What fails for one session, other than by the store, is tried again by
 * itself, so that it harms no other; whatever the outcome, a batch took effect exactly where its transaction committed.
 */
export async function judgeGroup(judge: JudgeGroup, items: readonly Submitted[]): Promise<Outcomes> {
  const outcomes: Outcomes = [];
  const bySession = new Map<string, number[]>();
  items.forEach(({ session }, i) => {
    const key = `${session.subject}/${session.id}`;
    bySession.set(key, [...(bySession.get(key) ?? []), i]);
  });
  let groups = [...bySession.values()];
  while (groups.length > 0) {
    const { failed, error, done } = await attempt(judge, items, groups);
    for (const [i, outcome] of done) {
      outcomes[i] = outcome;
    }
    if (failed === undefined) {
      break;
    }
    const isAlone = groups.length === 1;
    const own = isAlone ? { error } : await alone(judge, items, failed);
    for (const [place, i] of failed.entries()) {
      outcomes[i] = 'error' in own ? { error: own.error } : (own.outcomes[place] as Outcome<EvidenceAnswer>);
    }
    groups = groups.filter((group) => group !== failed);
  }
  return outcomes;
}

interface Attempt {
  /** What was judged and committed. */
  readonly done: ReadonlyMap<number, Outcome<EvidenceAnswer>>;
  /** Batches of the session that made the transaction fail; undefined where it came through, or nobody's session is at fault. */
  readonly failed?: number[];
  readonly error?: unknown;
}

async function attempt(judge: JudgeGroup, items: readonly Submitted[], groups: readonly number[][]): Promise<Attempt> {
  const at: { group: number[] | undefined } = { group: undefined };
  try {
    const done = await judge.ctx.store.transaction(async (tx) => {
      const judged = new Map<number, Outcome<EvidenceAnswer>>();
      for (const group of groups) {
        at.group = group;
        const outcomes = await judgeSession(
          judge,
          tx,
          group.map((i) => items[i] as Submitted),
        );
        group.forEach((i, place) => {
          judged.set(i, outcomes[place] as Outcome<EvidenceAnswer>);
        });
      }
      at.group = undefined;
      return judged;
    });
    return { done };
  } catch (error) {
    if (at.group === undefined || isOfStore(error)) {
      return { done: new Map(groups.flat().map((i) => [i, { error }])) };
    }
    return { done: new Map(), failed: at.group, error };
  }
}

/** The store itself has failed, or is overloaded: trying one after the other would only make it worse. */
function isOfStore(error: unknown): boolean {
  return isTacitServerError(error) && error.code.startsWith('ERR_STORE_');
}

async function alone(
  judge: JudgeGroup,
  items: readonly Submitted[],
  group: number[],
): Promise<{ outcomes: Outcomes } | { error: unknown }> {
  const own = group.map((i) => items[i] as Submitted);
  for (let tries = 1; ; tries++) {
    try {
      return { outcomes: await judge.ctx.store.transaction((tx) => judgeSession(judge, tx, own)) };
    } catch (error) {
      if (tries >= MOST_TRIES || !isTacitServerError(error, 'ERR_RECORD_CONFLICT')) {
        return { error };
      }
    }
  }
}

/** Batches of one session, in the caller's transaction. */
async function judgeSession(judge: JudgeGroup, tx: StoreTransaction, items: readonly Submitted[]): Promise<Outcomes> {
  const { ctx, models, prepare } = judge;
  const { session: reference } = items[0] as Submitted;
  const refuseAll = (refusal: Refusal): Outcomes => items.map(() => refusal);
  // No action of the user: whoever comes back finds his session locked, whatever a page had left to send.
  const live = await liveSession(ctx, tx, reference);
  const refusal = refusalOf(live);
  if (live === undefined || refusal !== undefined) {
    return refuseAll(refusal ?? refused('ERR_SESSION_NONE'));
  }
  const record = await ifReadable(continuousKind.get(ctx, tx, reference.subject, reference.id));
  if (record === undefined) {
    return refuseAll(refused('ERR_EVIDENCE_UNKNOWN'));
  }
  let template: ReadyTemplate | undefined;
  const run = new SessionRun(judge, tx, live, record);
  const outcomes: Array<Outcome<EvidenceAnswer> | 'answered'> = [];
  const streams: string[] = [];
  for (const { batch, evidence } of items) {
    streams.push(batch.stream);
    const before = refusalOf(run.session) ?? run.place(batch);
    if (before === 'duplicate') {
      outcomes.push('answered');
    } else if (before !== undefined) {
      outcomes.push(before);
    } else {
      template ??= readyParts((await findSessionTemplate(ctx, tx, reference.subject))?.template, models, ctx.policy);
      await run.apply(batch, evidence ?? (await prepare(batch, models)), template);
      outcomes.push('answered');
    }
  }
  await run.write();
  return outcomes.map((outcome, i) => (outcome === 'answered' ? { answer: run.answer(streams[i] as string) } : outcome));
}

/** Why nothing is taken of a session, whatever it sends. */
export function refusalOf(session: Stored<StoredSession> | undefined): Refusal | undefined {
  if (session === undefined) {
    return refused('ERR_SESSION_NONE');
  }
  const { state, scope } = session.value;
  if (state === 'ended') {
    return refused('ERR_SESSION_ENDED');
  }
  if (state === 'locked') {
    return refused('ERR_SESSION_LOCKED');
  }
  return scope === 'full' ? undefined : refused('ERR_SESSION_SCOPE');
}

function refused(...given: ConstructorParameters<typeof TacitServerError>): Refusal {
  return { error: new TacitServerError(...given) };
}

/** One session's state, as its batches change it in a transaction. */
class SessionRun {
  session: Stored<StoredSession>;
  #state: ContinuousState;
  #version: number;
  #changed = false;
  readonly #record: Stored<ContinuousState>;

  constructor(
    readonly judge: JudgeGroup,
    readonly tx: StoreTransaction,
    session: Stored<StoredSession>,
    record: Stored<ContinuousState>,
  ) {
    this.session = session;
    this.#record = record;
    this.#state = record.value;
    this.#version = record.version;
  }

  /** Whether a batch is one that took effect, or why it can not; undefined where it is the next. */
  place(batch: ParsedEvidenceBatch): 'duplicate' | Refusal | undefined {
    const { stream, seq, floor } = batch;
    const last = this.#lastOf(stream);
    if (last === undefined) {
      return refused('ERR_EVIDENCE_UNKNOWN');
    }
    if (seq <= last) {
      return 'duplicate';
    }
    const given = Math.max(last, floor);
    if (given !== seq - 1) {
      return refused('ERR_EVIDENCE_GAP', { expected: given + 1 });
    }
    const wait = waitFor(this.#state.budget, amountsOf(batch), this.judge.ctx.policy, this.judge.ctx.clock());
    return wait > 0 ? refused('ERR_EVIDENCE_RATE', { retryAfter: retryAfterSeconds(wait) }) : undefined;
  }

  async apply({ stream, seq }: ParsedEvidenceBatch, evidence: PreparedEvidence, template: ReadyTemplate): Promise<void> {
    const { ctx, models } = this.judge;
    const now = ctx.clock();
    const before = this.#state;
    const budget = afterSpending(before.budget, evidence, ctx.policy, now);
    const streams = before.streams.map((each) => (each.id === stream ? { ...each, last: seq } : each));
    const { subject } = this.#record;
    const digests = [...evidence.typing, ...evidence.pointer].flatMap(({ digest }) => digest ?? []);
    const seen = await seenBefore(ctx, this.tx, subject, digests);
    const applied = applyEvidence({ ...before, budget, streams }, evidence, { models, policy: ctx.policy, template, seen, now });
    const isFull = applied.digests.length >= FEWEST_HANDED_ON;
    if (isFull) {
      await rememberSeen(ctx, this.tx, subject, applied.digests);
    }
    const after = isFull ? { ...applied, digests: [] } : applied;
    this.#state = after;
    this.#changed = true;
    if (isAbove(after.level, before.level)) {
      await this.#react(before, after);
    }
  }

  async #react(before: ContinuousState, after: ContinuousState): Promise<void> {
    const { ctx, models, react, settle } = this.judge;
    const action: RiskAction = after.level === 'high' ? models.atHigh : models.atMedium;
    const { stepUps, locks, terminated, confirmed } = after.asked;
    const asked = {
      stepUps: stepUps + (action === 'step-up' ? 1 : 0),
      locks: locks + (action === 'lock' ? 1 : 0),
      terminated: terminated || action === 'terminate',
      confirmed,
    };
    this.#state = { ...after, asked };
    // First, so that the reaction may settle it.
    await this.write();
    const change: RiskChange = { from: before.level, to: after.level, action, reasons: reasonsOf(after, models, ctx.clock()) };
    this.session = await react(this.tx, this.session, change);
    if (this.session.value.state === 'ended') {
      await settle(this.tx, this.session, 'ill');
    }
  }

  /** @throws TacitServerError `ERR_RECORD_CONFLICT` where the record is not the one that was read */
  async write(): Promise<void> {
    if (!this.#changed) {
      return;
    }
    const { subject, id, at, due } = this.#record;
    const written = { subject, id, value: this.#state, at, due, ifVersion: this.#version };
    if (!(await continuousKind.put(this.judge.ctx, this.tx, written))) {
      throw new TacitServerError('ERR_RECORD_CONFLICT', { field: continuousKind.kind });
    }
    this.#version++;
    this.#changed = false;
  }

  answer(stream: string): EvidenceAnswer {
    const state = coarseStateOf(this.session, this.#state, this.judge.models);
    return { version: 1, stream, seq: this.#lastOf(stream) ?? 0, state };
  }

  #lastOf(stream: string): number | undefined {
    return this.#state.streams.find(({ id }) => id === stream)?.last;
  }
}

/** Why there is doubt, most first. */
export function reasonsOf({ trust, suspicions }: ContinuousState, models: SessionModels, now: number): RiskReason[] {
  return [
    ...(suspicions.replayed > 0 ? (['replayed'] as const) : []),
    ...models.trust.at(trust, now).reasons,
    ...(suspicions.untrusted > 0 ? (['untrusted'] as const) : []),
  ];
}
