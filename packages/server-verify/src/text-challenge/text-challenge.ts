import { assertParsedTypingSample, type ParsedTypingSample } from '@tacit-auth/features';
import { type CheckedChallenge, issueChallenge, readChallenge } from '../challenges';
import type { Context } from '../context';
import { retryAfterSeconds, TacitServerError } from '../errors';
import { sessionBinding } from '../flows/open-session';
import { refusalFor } from '../flows/session-need';
import { grantOf } from '../flows/session-view';
import { type FlowClient, type FlowResult, type Refused, refuse, type SessionGrant } from '../flows/types';
import { judgeOnce } from '../judge-once';
import type { Stored } from '../record-kind';
import { liveSession, type StoredSession } from '../sessions';
import type { SessionReference } from '../tokens';
import { assertChallengeText, type ChallengeTextSource } from './challenge-text';
import { type DrawnText, readDrawn, waitFor, writeDrawn } from './drawn-texts';
import { judgeText } from './judge-text';
import { settleText, type TextOutcome } from './settle-text';
import { readTextHistory } from './text-history';
import type { TextJudge, TextTemplate } from './text-judge';

const PURPOSE = 'flow-text';

/** Most characters of what was typed. */
export const MAX_TYPED_TEXT_LENGTH = 900;

export interface TextChallengeFlow {
  /**
   * A text to be typed by hand. The same as long as it waits to be typed, however often this is called. A session, and those that grow out of it, may have
   * `policy.text.perHour` (3) in an hour.
   *
   * Refused: `ERR_TEXT_UNAVAILABLE` where there is nothing to compare with; `ERR_THROTTLED`; `ERR_STEP_UP_NEEDED` where a text can not help any more and
   * the code is asked for
   */
  start(options: {
    client: FlowClient;
    session: SessionGrant;
  }): Promise<FlowResult<{ challenge: string; text: string; expiresAt: number }>>;
  /**
   * Judges what was typed against the server's own copy of the text, and how it was typed against the customer's sessions. A text that passes ends a
   * medium doubt; nothing ends a high one but the code, and the code of a transfer is asked for all the same.
   *
   * @param options.text what the field holds, at most 900 characters
   * @param options.sample of mode `text`
   * @throws TypeError, RangeError; TacitError `ERR_SAMPLE_UNPARSED`; TacitServerError `ERR_CHALLENGE_*`
   */
  submit(options: {
    client: FlowClient;
    session: SessionGrant;
    challenge: string;
    text: string;
    sample: ParsedTypingSample;
  }): Promise<FlowResult<TextOutcome>>;
}

export interface TextChallengeParts {
  judge: TextJudge;
  source: ChallengeTextSource;
}

export function createTextChallenge(ctx: Context, { judge, source }: TextChallengeParts): TextChallengeFlow {
  async function issue(
    client: FlowClient,
    { subject, id: session }: SessionReference,
    { id, expiresAt }: DrawnText,
  ): Promise<{ challenge: string; expiresAt: number }> {
    return issueChallenge(ctx, {
      purpose: PURPOSE,
      subject,
      binding: sessionBinding(client, session),
      lifetimeMs: expiresAt - ctx.clock(),
      data: { text: id },
    });
  }

  return {
    async start({ client, session }) {
      const reference = referenceOf(ctx, session);
      return ctx.store.transaction(async (tx): Promise<FlowResult<{ challenge: string; text: string; expiresAt: number }>> => {
        const stored = await liveSession(ctx, tx, reference);
        const wrong = misplaced(stored);
        if (stored === undefined || wrong !== undefined) {
          return wrong ?? refuse('ERR_SESSION_NONE', {}, true);
        }
        const { subject } = reference;
        const { family, risk, codeNeeded } = stored.value;
        const template = await judge.textTemplate(tx, subject);
        if (template === undefined) {
          return refuse('ERR_TEXT_UNAVAILABLE');
        }
        const now = ctx.clock();
        const drawn = await readDrawn(ctx, tx, subject);
        const own = drawn.filter((text) => text.family === family);
        if ((risk !== 'low' || codeNeeded) && own.some(({ outcome }) => outcome === 'failed')) {
          return refuse('ERR_STEP_UP_NEEDED');
        }
        const open = own.filter(isOpen).find(({ expiresAt }) => expiresAt > now);
        if (open !== undefined) {
          return { ok: true, body: { ...(await issue(client, reference, open)), text: open.text } };
        }
        const waitMs = waitFor(drawn, family, { now, most: ctx.policy.text.perHour });
        if (waitMs > 0) {
          return refuse('ERR_THROTTLED', { retryAfter: retryAfterSeconds(waitMs) });
        }
        const { text, parts } = assertChallengeText(
          source({
            characters: lengthFor(ctx, template),
            random: (length) => ctx.random(length),
            recent: new Set(drawn.flatMap((earlier) => earlier.parts)),
          }),
        );
        const fresh: DrawnText = {
          id: ctx.newId(),
          family,
          at: now,
          expiresAt: now + ctx.policy.text.challengeMs,
          parts: [...parts],
          text,
          outcome: 'open',
        };
        await writeDrawn(ctx, tx, subject, [...drawn, fresh]);
        return { ok: true, body: { ...(await issue(client, reference, fresh)), text } };
      });
    },

    async submit({ client, session, challenge, text: typed, sample }) {
      assertSubmit(typed, sample);
      const reference = referenceOf(ctx, session);
      const { subject, id } = reference;
      const checked = await readChallenge(ctx, challenge, {
        purpose: PURPOSE,
        subject,
        binding: sessionBinding(client, id),
        replayable: true,
      });
      const { outcome } = await judgeOnce<FlowResult<TextOutcome>>(ctx, {
        challenge: checked,
        body: { text: typed, sample },
        ...(client.idempotencyKey === undefined ? {} : { idempotencyKey: client.idempotencyKey }),
        async judge() {
          const found = await ctx.store.transaction(async (tx) => {
            const open = openText(await readDrawn(ctx, tx, subject), checked);
            return open && { text: open.text, history: await readTextHistory(ctx, tx, subject) };
          });
          const verdict = found && (await judgeText(ctx, judge, { subject, typed, sample, ...found }));
          return {
            outcome: refuse('ERR_CHALLENGE_USED', { field: 'challenge' }),
            effects: async (tx): Promise<FlowResult<TextOutcome> | undefined> => {
              const stored = await liveSession(ctx, tx, reference);
              const wrong = misplaced(stored);
              if (stored === undefined || wrong !== undefined) {
                return wrong;
              }
              const drawn = await readDrawn(ctx, tx, subject);
              const open = openText(drawn, checked);
              if (open === undefined || verdict === undefined) {
                return undefined;
              }
              if ((await judge.textTemplate(tx, subject)) === undefined) {
                return refuse('ERR_TEXT_UNAVAILABLE');
              }
              return settleText(ctx, tx, { judge, stored, drawn, open, verdict, sample });
            },
          };
        },
      });
      return outcome;
    },
  };
}

const isOpen = (text: DrawnText): text is DrawnText & { text: string } => text.outcome === 'open' && text.text !== null;

/** The text that a challenge asks for, while it waits to be typed: two challenges for one text are judged once. */
function openText(drawn: readonly DrawnText[], { data }: CheckedChallenge) {
  const { text: id } = data as { text: string };
  return drawn.filter(isOpen).find((text) => text.id === id);
}

function misplaced(stored: Stored<StoredSession> | undefined): Refused | undefined {
  if (stored === undefined) {
    return refuse('ERR_SESSION_NONE', {}, true);
  }
  const error = refusalFor({ need: 'full' }, grantOf(stored));
  if (error !== undefined) {
    return { ok: false, error };
  }
  if (stored.value.role !== 'customer') {
    return refuse('ERR_ROLE');
  }
  return stored.value.risk === 'high' ? refuse('ERR_STEP_UP_NEEDED') : undefined;
}

/** The less is known of how the customer types, the more a text has to tell. */
function lengthFor({ policy }: Context, { keys }: TextTemplate): number {
  const { characters, youngCharacters } = policy.text;
  const { readyKeys } = policy.continuous;
  const share = Math.min(1, Math.max(0, (keys - readyKeys) / (RIPE * readyKeys - readyKeys)));
  return Math.round(youngCharacters + share * (characters - youngCharacters));
}

/** A template of so many times the keys from which it is compared with is ripe. */
const RIPE = 5;

function referenceOf(ctx: Context, { subject, id }: SessionGrant): SessionReference {
  return { subject: ctx.subjectOf(subject), id };
}

function assertSubmit(typed: unknown, sample: ParsedTypingSample): void {
  if (typeof typed !== 'string') {
    throw new TypeError('text must be a string');
  }
  if (typed.length > MAX_TYPED_TEXT_LENGTH || !typed.isWellFormed()) {
    throw new RangeError(`text must be well-formed, of at most ${MAX_TYPED_TEXT_LENGTH} characters`);
  }
  assertParsedTypingSample(sample);
  if (sample.mode !== 'text') {
    throw new TacitServerError('ERR_FIELD_INVALID', { field: 'sample.mode' });
  }
}
