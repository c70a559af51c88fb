import { SEVERAL_DAYS, TRUST_RISKS } from '@tacit-auth/models';
import type { Context } from '../context';
import { requestScrub } from '../erased-data';
import type { StoreTransaction } from '../store';
import { ifReadable } from '../unreadable-record';
import { type ContinuousState, continuousKind } from './continuous-state';
import { joined, type Lessons, NO_LESSONS } from './lesson';
import { riskOfEvidence, type SessionModels } from './session-models';
import {
  DAY_MS,
  dayOf,
  findSessionTemplate,
  forgetSessionTemplate,
  MOST_DAYS,
  MOST_EARLIER,
  readyParts,
  type SessionTemplate,
  sessionTemplateKind,
  type Taught,
  TEMPLATE_ID,
  writeSessionTemplate,
} from './session-template';

const WEEK_MS = 7 * DAY_MS;
const PAGE = 100;
/** A session teaches where what was typed and pointed at brings at most half of medium risk. */
const MOST_RISK = TRUST_RISKS.medium / 2;
/** What a template weighs at most, beside what is new: it follows who changes. */
const MEMORY = { freeText: 20_000, pointer: 10_000 };

export interface TeachOptions {
  readonly subject: string;
  readonly state: ContinuousState;
  readonly models: SessionModels;
}

/**
 * Lets the template learn what a session taught, if it was vouched for and the template is still the one that the session began with; whether it did. What the
 * template was before is kept beside it.
 */
export async function teach(ctx: Context, tx: StoreTransaction, { subject, state, models }: TeachOptions): Promise<boolean> {
  const { lessons, barred, base, population } = state;
  if (barred || population !== models.population || (lessons.freeText === null && lessons.pointer === null)) {
    return false;
  }
  const found = await findSessionTemplate(ctx, tx, subject);
  // Left to servers that can read it.
  if (found?.unreadable === 'ERR_TEMPLATE_VERSION') {
    return false;
  }
  const now = ctx.clock();
  const before = found?.template;
  const unvouchedAt = (before?.unvouchedAt ?? []).filter((at) => at > now - WEEK_MS);
  if (!mayTeach(ctx, { state, models, before, lately: unvouchedAt.length })) {
    return false;
  }
  const template: SessionTemplate = {
    ...learned(ctx, before, lessons),
    days: [...new Set([...(before?.days ?? []), dayOf(state.startedAt)])].sort((a, b) => a - b).slice(-MOST_DAYS),
    sessions: (before?.sessions ?? 0) + 1,
    learnedAt: now,
    vouched: state.vouched && (before?.vouched ?? true),
    startedAt: before?.startedAt ?? now,
    unvouchedAt: state.vouched ? unvouchedAt : [...unvouchedAt, now],
    earlier: before === undefined ? [] : [...before.earlier, taughtBy(before)].slice(-MOST_EARLIER),
  };
  // Where another session has taught it since, nothing: what two learned apart is never put together unseen.
  return writeSessionTemplate(ctx, tx, { subject, template, ifVersion: base });
}

interface MayTeach {
  state: ContinuousState;
  models: SessionModels;
  before: SessionTemplate | undefined;
  lately: number;
}

function mayTeach(ctx: Context, { state, models, before, lately }: MayTeach): boolean {
  const { trust, vouched, peak } = state;
  // Whoever came last must not have left a doubt behind.
  if (riskOfEvidence(models, trust) > MOST_RISK) {
    return false;
  }
  if (vouched) {
    return true;
  }
  const { weeklyLessons } = ctx.policy.continuous;
  // Beside a template of fewer days somebody else is hardly noticed.
  const { state: template, days } = readyParts(before, models, ctx.policy);
  return peak <= MOST_RISK && lately < weeklyLessons && template === 'ready' && days >= SEVERAL_DAYS;
}

/** What makes a template ready counts in full; beyond that no session weighs more than all before it. */
function learned({ policy }: Context, before: SessionTemplate | undefined, lessons: Lessons): Lessons {
  const { readyKeys, readyActions } = policy.continuous;
  return {
    freeText: joined(before?.freeText ?? null, lessons.freeText, { memory: MEMORY.freeText, most: readyKeys }),
    pointer: joined(before?.pointer ?? null, lessons.pointer, { memory: MEMORY.pointer, most: readyActions }),
  };
}

function taughtBy({ freeText, pointer, days, sessions, learnedAt, vouched }: Taught): Taught {
  return { freeText, pointer, days, sessions, learnedAt, vouched };
}

/** What became of a session template that was to go back. */
export type SessionRollBack = 'rolled-back' | 'unchanged' | 'enrol-again' | 'none';

/**
 * Takes the template back to what it was before a time; without one, to what sessions taught that a factor vouched for, each of them. Where nothing of that is kept it is
 * erased: `enrol-again`. Sessions that are under way teach nothing more.
 */
export async function rollBackSessionTemplate(
  ctx: Context,
  tx: StoreTransaction,
  subject: string,
  { before }: { before?: number } = {},
): Promise<SessionRollBack> {
  const found = await findSessionTemplate(ctx, tx, subject);
  if (found === undefined) {
    return 'none';
  }
  const { template, version } = found;
  const isGood = ({ learnedAt, vouched }: Taught) => (before === undefined ? vouched : learnedAt < before);
  if (template !== undefined && isGood(template)) {
    // Under a version of its own, so that sessions which go on from it teach nothing.
    await writeSessionTemplate(ctx, tx, { subject, template, ifVersion: version });
    return 'unchanged';
  }
  await requestScrub(ctx, tx);
  const at = template === undefined ? -1 : template.earlier.findLastIndex(isGood);
  const good = template?.earlier[at];
  if (template === undefined || good === undefined) {
    await barSessions(ctx, tx, subject);
    await tx.delete(sessionTemplateKind.kind, subject, TEMPLATE_ID);
    forgetSessionTemplate(ctx, subject);
    return 'enrol-again';
  }
  const unvouchedAt = template.unvouchedAt.filter((time) => time <= good.learnedAt);
  const rolled: SessionTemplate = { ...template, ...good, unvouchedAt, earlier: template.earlier.slice(0, at) };
  await writeSessionTemplate(ctx, tx, { subject, template: rolled, ifVersion: version });
  return 'rolled-back';
}

/** Versions begin anew with what is enrolled again: no session that is under way may be taken for one that began with it. */
async function barSessions(ctx: Context, tx: StoreTransaction, subject: string): Promise<void> {
  let after: { at: number; id: string } | undefined;
  do {
    const page = await tx.list(continuousKind.kind, subject, { limit: PAGE, ...(after === undefined ? {} : { after }) });
    for (const record of page) {
      const stored = await ifReadable(continuousKind.open(ctx, tx, record));
      if (stored !== undefined) {
        await continuousKind.put(ctx, tx, { ...stored, value: { ...stored.value, barred: true, lessons: NO_LESSONS } });
      }
    }
    after = page.length < PAGE ? undefined : page.at(-1);
  } while (after !== undefined);
}
