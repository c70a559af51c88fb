import { assertParsedEvidenceBatch, EVIDENCE_LIMITS, type EvidenceOpening } from '@tacit-auth/features';
import { logAfter } from '../after-commit';
import { assertFunction, assertObject, assertText } from '../arguments';
import type { Context } from '../context';
import { isTacitServerError, retryAfterSeconds, TacitServerError } from '../errors';
import { platformTimer } from '../jobs';
import type { Stored } from '../record-kind';
import { rememberSeen } from '../seen-evidence';
import type { StoredSession } from '../sessions';
import type { StoreTransaction } from '../store';
import { ifReadable } from '../unreadable-record';
import { NO_BEGINNINGS } from './beginnings';
import { coarseStateOf } from './coarse-state';
import { type ContinuousState, continuousKind, withStream } from './continuous-state';
import { firstBudget } from './evidence-budget';
import { createEvidenceGroups } from './evidence-groups';
import { evidenceFollow, worthJudging } from './evidence-look';
import { judgeGroup, type Submitted } from './judge-group';
import type { ContinuousOptions, EvidenceJudge, EvidenceJudgeParts, ReactToRisk } from './judge-types';
import { NO_LESSONS } from './lesson';
import { listLive, liveHistory } from './live-evidence';
import { type PreparedEvidence, prepareEvidence } from './prepared-evidence';
import { rateGuard } from './rate-guard';
import { teach } from './session-lesson';
import { doubtedTrust, sessionModels } from './session-models';
import { listSummaries, writeSummary } from './session-summary';
import { findSessionTemplate, readyParts } from './session-template';
import { afterText } from './text-passed';

export type * from './judge-types';

/** Most batches of one session that wait at this server. A page has one of each stream under way: more is nobody's page, and would wait in the place of others. */
const MOST_OF_SESSION = 16;

/** What waits to be judged, and what is worked out of it once it is taken. */
interface Waiting extends Omit<Submitted, 'evidence'> {
  evidence?: Promise<PreparedEvidence>;
}

/** A factor that the customer alone holds, as sessions note it. */
const VOUCHING = 'matrix';
/** A session is settled when it ends or expires. What is left so long after is of none that can be read, and is deleted. */
const LEFT_MS = 86_400_000;

/**
 * Judges the evidence of sessions, and keeps what it makes of it in the store, so that any server goes on with any session.
 *
 * @throws TypeError, RangeError for wrong options; the message names them
 */
export function createEvidenceJudge(
  ctx: Context,
  options: ContinuousOptions,
  react: ReactToRisk,
  { timer = platformTimer, prepare = prepareEvidence }: EvidenceJudgeParts = {},
): EvidenceJudge {
  assertFunction(react, 'react');
  const models = sessionModels(options);
  const { groupMs, mostGrouped, mostWaiting, everyMs } = ctx.policy.continuous;
  const guard = rateGuard();
  const groups = createEvidenceGroups({ run, taken, groupMs, mostGrouped, mostWaiting, timer });
  const waiting = new Map<string, number>();

  const follow = evidenceFollow();

  function workOut(item: Waiting): void {
    item.evidence = prepare(item.batch, models);
    // Looked at when its group is judged.
    item.evidence.catch(() => undefined);
  }

  /** What follows on a batch that took effect is worked out while its group gathers; nothing is, of anything else, before it was looked at where it stands. */
  function taken(item: Waiting): void {
    if (follow.isNext(item)) {
      workOut(item);
    }
  }

  async function prepareOthers(items: readonly Waiting[]): Promise<void> {
    const others = items.filter(({ evidence }) => evidence === undefined);
    const worth = others.length === 0 ? [] : await worthJudging(ctx, others);
    for (const [i, item] of others.entries()) {
      if (worth[i]) {
        workOut(item);
      }
    }
  }

  /** Prepared side by side while the group gathers; what fails there is refused by itself. */
  async function run(items: readonly Waiting[]) {
    await prepareOthers(items);
    const prepared = await Promise.allSettled(items.map(({ evidence }) => evidence));
    const good: Submitted[] = [];
    for (const [i, { session, batch }] of items.entries()) {
      const result = prepared[i];
      if (result?.status === 'fulfilled') {
        good.push({ session, batch, evidence: result.value });
      }
    }
    const outcomes = good.length === 0 ? [] : await judgeGroup({ ctx, models, react, settle, prepare }, good);
    let next = 0;
    return prepared.map((result) =>
      result.status === 'rejected' ? { error: result.reason as unknown } : (outcomes[next++] ?? { error: undefined }),
    );
  }

  function stateOf(tx: StoreTransaction, { subject, id }: Stored<StoredSession>): Promise<Stored<ContinuousState> | undefined> {
    return ifReadable(continuousKind.get(ctx, tx, subject, id));
  }

  async function write(
    tx: StoreTransaction,
    { subject, id, at, due, version }: Stored<ContinuousState>,
    value: ContinuousState,
  ): Promise<void> {
    if (!(await continuousKind.put(ctx, tx, { subject, id, value, at, due, ifVersion: version }))) {
      throw new TacitServerError('ERR_RECORD_CONFLICT', { field: continuousKind.kind });
    }
  }

  async function begun(tx: StoreTransaction, session: Stored<StoredSession>): Promise<ContinuousState> {
    const now = ctx.clock();
    const found = await findSessionTemplate(ctx, tx, session.subject);
    if (found?.unreadable !== undefined) {
      logAfter(ctx, tx, { level: 'error', event: 'session-template-unreadable', code: found.unreadable });
    }
    const ready = readyParts(found?.template, models, ctx.policy);
    return {
      startedAt: now,
      lastAt: null,
      streams: [],
      population: models.population,
      vouched: session.value.amr.includes(VOUCHING),
      base: found?.version ?? 0,
      template: ready.state,
      // What was doubted of the session that this one replaced is doubted of it.
      trust: doubtedTrust(models, session.value.risk, { at: now, templateDays: ready.days }),
      level: session.value.risk,
      levelSince: now,
      peak: 0,
      barred: session.value.risk !== 'low',
      own: 0,
      counts: { batches: 0, keys: 0, actions: 0, scored: 0, replayed: 0, untrusted: 0 },
      suspicions: { replayed: 0, untrusted: 0 },
      confidence: { sum: 0, least: 1, of: 0 },
      asked: { stepUps: 0, locks: 0, terminated: false, confirmed: 0 },
      budget: firstBudget(ctx.policy, now),
      digests: [],
      points: [],
      lessons: NO_LESSONS,
      beginnings: NO_BEGINNINGS,
      pending: null,
    };
  }

  async function settle(tx: StoreTransaction, { subject, id }: Stored<StoredSession>, how: 'well' | 'ill'): Promise<void> {
    const record = await tx.get(continuousKind.kind, subject, id);
    if (record === undefined) {
      return;
    }
    await tx.delete(continuousKind.kind, subject, id);
    const state = (await ifReadable(continuousKind.open(ctx, tx, record)))?.value;
    // Who was erased meanwhile has no history, and nothing to learn.
    if (state === undefined || (await ctx.dataKey(tx, subject)) === undefined) {
      return;
    }
    await rememberSeen(ctx, tx, subject, state.digests);
    const taught = how === 'well' && (await teach(ctx, tx, { subject, state, models }));
    await writeSummary(ctx, tx, { subject, id, state, settled: how, taught });
  }

  return Object.freeze<EvidenceJudge>({
    async open(tx, session, { own = false } = {}) {
      const { subject, id, value } = session;
      const record = await stateOf(tx, session);
      const before = record?.value ?? (await begun(tx, session));
      // Made with other populations: what it gathered can not be gone on with.
      const state =
        before.population === models.population
          ? before
          : { ...before, population: models.population, lessons: NO_LESSONS, beginnings: NO_BEGINNINGS, pending: null };
      // One that has no number left takes nothing more, whoever counted it up.
      const shared = state.streams.findLast((each) => !each.own && each.last < EVIDENCE_LIMITS.maxSeq);
      const known = own ? undefined : shared;
      const stream = known ?? { id: ctx.newId(), last: 0, own };
      const streams = known === undefined ? withStream(state.streams, stream) : state.streams;
      if (record === undefined || known === undefined || state !== before) {
        const changed = { ...state, streams };
        if (record !== undefined) {
          await write(tx, record, changed);
        } else {
          // In the place of one that can not be read, if there is one.
          await continuousKind.put(ctx, tx, { subject, id, value: changed, at: ctx.clock(), due: value.expiresAt + LEFT_MS });
        }
      }
      return {
        version: 1,
        stream: stream.id,
        // Follows from the stream, so that a page that comes back can read what it left.
        queueKey: ctx.pseudonym('evidence-queue/1', `${subject}.${id}.${stream.id}`),
        next: stream.last + 1,
        state: coarseStateOf(session, state, models),
        everyMs,
      } satisfies EvidenceOpening;
    },

    async submit(given) {
      assertObject(given, 'evidence');
      const { session, batch } = given;
      assertObject(session, 'session');
      assertText(session.subject, 'session.subject', 1, 128);
      assertText(session.id, 'session.id', 1, 128);
      assertParsedEvidenceBatch(batch);
      const wait = guard.waitFor(session, ctx.clock());
      if (wait > 0) {
        throw new TacitServerError('ERR_EVIDENCE_RATE', { retryAfter: retryAfterSeconds(wait) });
      }
      const key = `${session.subject}/${session.id}`;
      const others = waiting.get(key) ?? 0;
      if (others >= MOST_OF_SESSION) {
        throw new TacitServerError('ERR_EVIDENCE_RATE', { retryAfter: 1 });
      }
      waiting.set(key, others + 1);
      try {
        const answer = await groups.add({ session: { subject: session.subject, id: session.id }, batch });
        follow.note(given, answer.seq);
        return answer;
      } catch (error) {
        follow.note(given, undefined);
        if (isTacitServerError(error, 'ERR_EVIDENCE_RATE') && error.retryAfter !== undefined) {
          guard.note(session, ctx.clock() + error.retryAfter * 1_000);
        }
        throw error;
      } finally {
        const left = (waiting.get(key) ?? 1) - 1;
        if (left > 0) {
          waiting.set(key, left);
        } else {
          waiting.delete(key);
        }
      }
    },

    state: async (tx, session) => coarseStateOf(session, (await stateOf(tx, session))?.value, models),

    async silentSince(tx, session) {
      const found = await findSessionTemplate(ctx, tx, session.subject);
      if (readyParts(found?.template, models, ctx.policy).state !== 'ready') {
        return undefined;
      }
      const state = (await stateOf(tx, session))?.value;
      return Math.max(session.value.startedAt, state?.lastAt ?? 0);
    },

    async confirmed(tx, session) {
      const record = await stateOf(tx, session);
      if (record === undefined) {
        return;
      }
      const { value: state } = record;
      const now = ctx.clock();
      // What an alarm made it forget is begun anew, on the template as it is now.
      const base = state.barred ? ((await findSessionTemplate(ctx, tx, session.subject))?.version ?? 0) : state.base;
      await write(tx, record, {
        ...state,
        base,
        vouched: true,
        barred: false,
        own: 0,
        trust: models.trust.confirm(state.trust, now),
        // Who has just been vouched for is who goes on.
        beginnings: NO_BEGINNINGS,
        level: 'low',
        levelSince: state.level === 'low' ? state.levelSince : now,
        suspicions: { replayed: 0, untrusted: 0 },
        pending: null,
        asked: { ...state.asked, confirmed: state.asked.confirmed + 1 },
      });
    },

    async textPassed(tx, session, passed) {
      const record = await stateOf(tx, session);
      if (record === undefined) {
        // Nothing is known that could speak against what was doubted.
        return session.value.risk;
      }
      const found = await findSessionTemplate(ctx, tx, session.subject);
      const { days: templateDays } = readyParts(found?.template, models, ctx.policy);
      const state = afterText(record.value, { ...passed, trust: models.trust, templateDays, now: ctx.clock() });
      await write(tx, record, state);
      return state.level;
    },

    settle,
    live: (tx, given) => listLive(ctx, tx, models, given),
    history: (tx, session) => liveHistory(ctx, tx, models, session),
    summaries: (tx, subject, { limit }) => listSummaries(ctx, tx, subject, limit),
    close: () => groups.close(),
  });
}
