import {
  type ParsedEvidenceBatch,
  type PointerActions,
  type PointerEventNumbers,
  type PointerSample,
  parseEvidenceBatch,
  parsePointerSample,
  pointerActions,
  type TypingSample,
} from '@tacit-auth/features';
import type { PointerPopulation, SessionTrustCalibration } from '@tacit-auth/models';
import { trainPointerPopulation } from '@tacit-auth/models/population-training';
import { afterCommit } from '../after-commit';
import { activate, ensureCustomer } from '../customers';
import type { Timer } from '../jobs';
import type { PolicyOptions } from '../policy';
import type { Stored } from '../record-kind';
import { setSessionEffects } from '../session-effects';
import { createSession, endSession, type StoredSession, sessionKind } from '../sessions';
import type { Store } from '../store';
import { startedTestContext, type TestContext } from '../testing-context';
import { seededNumbers } from '../testing-typists';
import { type ContinuousOptions, createEvidenceJudge, type EvidenceJudge, type ReactToRisk, type RiskChange } from './evidence-judge';

const WORDS =
  'the of and to in is you that it he was for on are as with his they at be this have from or one had by word but not what all were we when your can said there use an each which she do how their if will up other about out many then them these so some her would make like him into time has look two more write go see number no way could people my than first water been call who oil its now find long down day did get come made may part'.split(
    ' ',
  );

/** Class of a letter or a space, as a window has it. */
const classOf = (letter: string): string => String(letter === ' ' ? 0 : 11 + letter.charCodeAt(0) - 97);

function normals(seed: number): () => number {
  const next = seededNumbers(seed);
  return () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}

/** A made-up person with a rhythm and a hand of his own. Every window and every stretch differs. */
export interface Worker {
  window(changes?: Partial<TypingSample> & { length?: number }): TypingSample;
  stretch(changes?: Partial<PointerSample> & { moves?: number }): PointerSample;
}

export function worker(seed: number): Worker {
  const own = normals(seed);
  const hold = 95 * Math.exp(0.25 * own());
  const pace = 170 * Math.exp(0.3 * own());
  const spread = 0.18 * Math.exp(0.3 * own());
  const keyHolds = Array.from({ length: 39 }, () => 0.12 * own());
  const keyGaps = Array.from({ length: 39 }, () => 0.2 * own());
  const hand = { pace: 500 * Math.exp(0.3 * own()), bend: 0.08 * own(), tremor: Math.exp(0.5 * own()), early: Math.exp(0.2 * own()) };
  const clicks = { hold: 95 * Math.exp(0.25 * own()), pause: 160 * Math.exp(0.4 * own()) };
  const normal = normals(seed + 10_000);
  const uniform = seededNumbers(seed + 20_000);

  return {
    window({ length = 50, ...changes } = {}) {
      let text = '';
      while (text.length < length) {
        text += `${WORDS[Math.floor(uniform() * WORDS.length)]} `;
      }
      let time = 0;
      let last = 0;
      const keys = Array.from(text.slice(0, length), (letter, i): [string, number, number] => {
        const key = Number(classOf(letter));
        time += i === 0 ? 0 : pace * Math.exp((keyGaps[key] ?? 0) + 0.3 * (keyGaps[last] ?? 0) + 2 * spread * normal());
        last = key;
        const press = Math.round(10 * time);
        return [String(key), press, press + Math.round(10 * hold * Math.exp((keyHolds[key] ?? 0) + spread * normal()))];
      });
      return { version: 1, mode: 'window', field: 'message', keys, flags: {}, clockStep: 1, device: 'keyboard', ...changes };
    },

    stretch({ moves = 12, ...changes } = {}) {
      const events: PointerEventNumbers[] = [];
      let t = 0;
      let x = 400;
      let y = 300;
      const tell = (kind: PointerEventNumbers[0]) => events.push([kind, Math.round(10 * t), Math.round(10 * x), Math.round(10 * y)]);
      const move = (toX: number, toY: number, duration: number): void => {
        const [fromX, fromY] = [x, y];
        const steps = Math.max(5, Math.round(duration / 16.7));
        const bend = hand.bend + 0.05 * normal();
        for (let i = 1; i <= steps; i++) {
          const share = (1 - Math.cos(Math.PI * (i / steps) ** hand.early)) / 2;
          const aside = bend * Math.sin(Math.PI * share);
          t += 16.7;
          x = fromX + share * (toX - fromX) - aside * (toY - fromY) + hand.tremor * normal();
          y = fromY + share * (toY - fromY) + aside * (toX - fromX) + hand.tremor * normal();
          tell(0);
        }
      };
      for (let i = 0; i < moves; i++) {
        move(100 + 900 * uniform(), 100 + 500 * uniform(), hand.pace * Math.exp(0.25 * normal()));
        if (uniform() < 0.7) {
          t += clicks.pause * Math.exp(0.3 * normal());
          tell(1);
          t += clicks.hold * Math.exp(0.2 * normal());
          tell(3);
          t += 300 * uniform();
        } else {
          t += 1_100 + 300 * uniform();
        }
      }
      const first = events[0]?.[1] ?? 0;
      const rows = events.map(([kind, at, ...place]): PointerEventNumbers => [kind, at - first, ...place]);
      return { version: 1, device: 'mouse', pixelRatio: 1_000, viewport: [1_280, 800], events: rows, flags: {}, clockStep: 1, ...changes };
    },
  };
}

let trained: PointerPopulation | undefined;

/** Of a few made-up people; made once a test file. */
export function testPointerPopulation(): PointerPopulation {
  trained ??= trainPointerPopulation({
    people: Array.from({ length: 10 }, (_, i) => {
      const person = worker(500 + i);
      const sitting = () => pointerActions(parsePointerSample(person.stretch({ moves: 80 }))) as PointerActions;
      return { user: `person ${i}`, sessions: [sitting(), sitting()] };
    }),
    source: 'simulated',
    minimumUsers: 10,
  });
  return trained;
}

export interface BatchOf {
  stream: string;
  seq: number;
  floor?: number;
  typing?: readonly TypingSample[];
  pointer?: readonly PointerSample[];
}

export function batchOf({ stream, seq, floor = seq - 1, typing = [], pointer = [] }: BatchOf): ParsedEvidenceBatch {
  return parseEvidenceBatch({ version: 1, stream, seq, floor, typing, pointer });
}

/** A timer that fires when it is told to. */
export function testTimer(): Timer & { fire(): void; readonly waiting: number } {
  const works = new Map<number, () => void>();
  let last = 0;
  return {
    get waiting() {
      return works.size;
    },
    set(work) {
      last++;
      works.set(last, work);
      return last;
    },
    clear: (handle) => void works.delete(handle as number),
    fire() {
      const due = [...works.values()];
      works.clear();
      for (const work of due) {
        work();
      }
    },
  };
}

const QUICK = { medium: 8, high: 12 };

/** Thresholds that a test reaches within a few windows. */
export const QUICK_CALIBRATION: SessionTrustCalibration = {
  id: 'test/1',
  freeText: { sitting: QUICK, day: QUICK, days: QUICK },
  pointer: { sitting: QUICK, day: QUICK, days: QUICK },
};

export interface TestJudgeOptions {
  store?: Store;
  ctx?: TestContext;
  policy?: PolicyOptions;
  options?: ContinuousOptions;
  react?: ReactToRisk;
  timer?: Timer;
}

/** A judge over a clock that stands still, whose groups are judged at once, and that settles what sessions end. */
export async function testJudge({ store, ctx: given, policy, options = {}, react, timer }: TestJudgeOptions = {}) {
  const ctx =
    given ??
    (await startedTestContext({
      ...(store === undefined ? {} : { store }),
      policy: { session: { idleMs: 3_600_000, absoluteMs: 12 * 3_600_000 }, ...policy },
    }));
  const changes: RiskChange[] = [];
  const noting: ReactToRisk = async (tx, session, change) => {
    afterCommit(tx, () => changes.push(change));
    return react === undefined ? session : react(tx, session, change);
  };
  const judge: EvidenceJudge = createEvidenceJudge(ctx, { calibration: QUICK_CALIBRATION, ...options }, noting, {
    timer: timer ?? { set: (work) => setImmediate(work), clear: (handle) => clearImmediate(handle as NodeJS.Immediate) },
  });
  setSessionEffects(ctx, { closed: (tx, session, how) => judge.settle(tx, session, how), changed: () => undefined });

  const run = {
    ctx,
    judge,
    changes,
    session: (hostSubject = 'anna', amr = ['pwd', 'matrix'], changed: Partial<StoredSession> = {}): Promise<Stored<StoredSession>> =>
      ctx.store.transaction(async (tx) => {
        const { subject } = await ensureCustomer(ctx, tx, { hostSubject });
        await activate(ctx, tx, subject);
        const { session } = await createSession(ctx, tx, {
          subject,
          hostSubject,
          role: 'customer',
          scope: 'full',
          browser: 'browser',
          amr,
          signIns: [],
        });
        const value = { ...session.value, ...changed };
        await sessionKind.put(ctx, tx, { ...session, value });
        return { ...session, value };
      }),
    open: (session: Stored<StoredSession>, how?: { own?: boolean }) => ctx.store.transaction((tx) => judge.open(tx, session, how)),
    end: (session: Stored<StoredSession>, how: 'well' | 'ill' = 'well') =>
      ctx.store.transaction((tx) => endSession(ctx, tx, session, how === 'well' ? 'signed-out' : 'ended-by-customer')),

    /** Opens a session and sends windows and stretches of a person, two seconds apart. The session goes on. */
    async work(person: Worker, { windows = 0, stretches = 0, hostSubject = 'anna', amr = ['pwd', 'matrix'] } = {}) {
      const session = await run.session(hostSubject, amr);
      const { stream } = await run.open(session);
      const sender = run.sender(session, stream);
      for (let i = 0; i < Math.max(windows, stretches); i++) {
        await sender.send({ typing: i < windows ? [person.window()] : [], pointer: i < stretches ? [person.stretch()] : [] });
      }
      return { session, stream, ...sender };
    },

    sender(session: Stored<StoredSession>, stream: string) {
      let seq = 0;
      return {
        send(batch: Pick<BatchOf, 'typing' | 'pointer'> = {}) {
          seq++;
          ctx.advance(20_000);
          return judge.submit({ session, batch: batchOf({ stream, seq, ...batch }) });
        },
      };
    },

    /** Teaches a template on three days. */
    async enrol(person: Worker, { windows = 6, stretches = 0, hostSubject = 'anna', days = 3 } = {}) {
      for (let day = 0; day < days; day++) {
        const { session } = await run.work(person, { windows, stretches, hostSubject });
        await run.end(session);
        ctx.advance(86_400_000);
      }
    },

    summaries: (hostSubject = 'anna') => ctx.store.transaction((tx) => judge.summaries(tx, ctx.subjectOf(hostSubject), { limit: 100 })),
    history: (session: Stored<StoredSession>) => ctx.store.transaction((tx) => judge.history(tx, session)),
  };
  return run;
}
