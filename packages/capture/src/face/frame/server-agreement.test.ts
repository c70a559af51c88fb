import type { FaceAction } from '@tacit-auth/features';
import { judgeFaceActions } from '@tacit-auth/models';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { baselineOf, watchAction } from './action-watch';
import type { FaceFrame } from './face-reader';
import { faceTrack } from './face-track';
import { goodFrame } from './test-support';
import { tryGuard } from './try-guard';

const SOAK = process.env.TACIT_SOAK === '1';

/** How somebody does what is asked, before which camera. */
interface Person {
  /** Six frames a second and more: of fewer, a blink has too few for either side to be sure. */
  everyMs: number;
  /** Farthest yaw, and how far a camera that stands low or aslant sees the head nod and lean there. */
  degrees: number;
  nod: number;
  lean: number;
  turnMs: number;
  shutMs: number;
  depth: number;
  /** How often, and for how long, the eyes shut by themselves. */
  naturalEveryMs: number;
  naturalMs: number;
  /** How far the head goes down with them: who looks down narrows his eyes. */
  naturalNod: number;
  /** Size of a tremor that no two frames share. */
  tremor: number;
  seed: number;
}

const anyone: fc.Arbitrary<Person> = fc.record({
  everyMs: fc.integer({ min: 60, max: 150 }),
  degrees: fc.integer({ min: 15, max: 65 }),
  nod: fc.integer({ min: -45, max: 45 }),
  lean: fc.integer({ min: -30, max: 30 }),
  turnMs: fc.integer({ min: 600, max: 5_000 }),
  shutMs: fc.integer({ min: 300, max: 4_000 }),
  depth: fc.double({ min: 0.7, max: 0.9, noNaN: true }),
  naturalEveryMs: fc.oneof(fc.constant(1e9), fc.integer({ min: 1_200, max: 8_000 })),
  naturalMs: fc.integer({ min: 150, max: 900 }),
  naturalNod: fc.oneof(fc.constant(0), fc.integer({ min: 8, max: 18 })),
  tremor: fc.double({ min: 0.1, max: 1, noNaN: true }),
  seed: fc.integer({ min: 1, max: 1e6 }),
});

const anyAction = fc.oneof(
  fc.constantFrom<FaceAction>({ kind: 'turn', to: 'left' }, { kind: 'turn', to: 'right' }),
  fc.constantFrom<FaceAction>({ kind: 'blink', times: 1 }, { kind: 'blink', times: 2 }, { kind: 'blink', times: 3 }),
);

/** Somebody who blinks when asked, and not by himself. */
const STEADY: Person = {
  everyMs: 100,
  degrees: 40,
  nod: 0,
  lean: 10,
  turnMs: 2_000,
  shutMs: 300,
  depth: 0.8,
  naturalEveryMs: 1e9,
  naturalMs: 200,
  naturalNod: 0,
  tremor: 0.3,
  seed: 1,
};

/** From what is asked for to what is done. */
const REACTION_MS = 600;

/** The look at a time after an action was asked for, over and over with a rest between. */
function lookAt(person: Person, action: FaceAction | undefined, ms: number): Partial<FaceFrame> {
  const lasts = action?.kind === 'turn' ? person.turnMs : person.shutMs;
  const inside = (ms % (lasts + 2 * REACTION_MS)) - REACTION_MS;
  if (action === undefined || inside < 0 || inside >= lasts) {
    return {};
  }
  if (action.kind === 'blink') {
    const open = 1 - person.depth * Math.min(1, 3 * Math.sin((Math.PI * inside) / lasts));
    return { leftEye: 0.3 * open, rightEye: 0.32 * open };
  }
  const share = Math.min(1, 1.5 * Math.sin((Math.PI * inside) / lasts));
  const yaw = share * person.degrees * (action.to === 'left' ? 1 : -1);
  // The farther round, the more of the nod is seen.
  return { yaw: 2 + yaw, pitch: -3 + person.nod * share ** 2, roll: 1 + person.lean * share ** 2 };
}

/** The frames of a try that the client calls done; undefined where it does not. */
function tried(person: Person, actions: readonly FaceAction[]) {
  const { everyMs, tremor } = person;
  let state = person.seed;
  const shake = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return (tremor * state) / 2 ** 31;
  };
  let at = 0;
  const look = (action: FaceAction | undefined, ms: number) => {
    at += everyMs;
    const isNatural = at % person.naturalEveryMs < person.naturalMs && at > person.naturalEveryMs;
    const seen = goodFrame({ at, ...lookAt(person, action, ms), ...(isNatural ? { leftEye: 0.08, rightEye: 0.09 } : {}) });
    const { leftEye, rightEye, yaw, roll } = seen;
    const pitch = seen.pitch + (isNatural ? person.naturalNod : 0);
    const eyes = { leftEye: leftEye * (1 + 0.03 * shake()), rightEye: rightEye * (1 + 0.03 * shake()) };
    const frame = { ...seen, ...eyes, yaw: yaw + shake(), pitch: pitch + shake(), roll: roll + shake() };
    track.add(frame);
    return frame;
  };
  const track = faceTrack();
  const steady = Array.from({ length: Math.max(3, Math.ceil(500 / everyMs)) }, () => look(undefined, 0));
  const baseline = baselineOf(steady);
  const guard = tryGuard(steady, baseline, actions);
  for (const action of actions) {
    const watched = watchAction(action, baseline);
    const since = at;
    for (let done = false; !done; ) {
      const frame = look(action, at - since);
      if (guard.observe(frame, action.kind === 'turn' ? action.to : undefined) || track.isFull(at) || at - since > 20_000) {
        return undefined;
      }
      done = watched.observe(frame);
      if (watched.isDoubtful) {
        return undefined;
      }
    }
  }
  for (let held = 0; held <= 600; held += everyMs) {
    guard.observe(look(undefined, 0), undefined);
  }
  return guard.judge() === undefined && !track.isFull(at) ? track.frames : undefined;
}

it('what the client calls done, the server passes', () => {
  let done = 0;
  let all = 0;
  fc.assert(
    fc.property(anyone, fc.array(anyAction, { minLength: 1, maxLength: 3 }), (person, actions) => {
      const frames = tried(person, actions);
      all += 1;
      done += frames === undefined ? 0 : 1;
      if (frames !== undefined) {
        expect(judgeFaceActions({ actions, frames }).failed).toEqual([]);
      }
    }),
    { numRuns: SOAK ? 10_000 : 1_000 },
  );
  // Neither so easy that nobody fails, nor so hard that nothing was compared.
  expect(done / all).toBeGreaterThan(0.2);
  expect(done / all).toBeLessThan(0.9);
}, 60_000);

it('a far turn before a camera that stands low is a turn for both', () => {
  const person = { ...STEADY, degrees: 60, nod: 40, turnMs: 3_000 };
  const actions: FaceAction[] = [{ kind: 'turn', to: 'left' }];
  const frames = tried(person, actions);
  expect(Math.max(...(frames ?? []).map(([, , , , , pitch]) => Math.abs(pitch)))).toBeGreaterThan(300);
  expect(judgeFaceActions({ actions, frames: frames! }).passed).toBe(true);
});

it('who blinks too often by himself is asked to begin again, and is not sent to the server, which would take him for a film', () => {
  const actions: FaceAction[] = [{ kind: 'turn', to: 'left' }];
  expect(tried(STEADY, actions)).toBeDefined();
  expect(tried({ ...STEADY, naturalEveryMs: 400, naturalMs: 150 }, actions)).toBeUndefined();
});

it('who looks down, which narrows the eyes as well, has not blinked for either', () => {
  const actions: FaceAction[] = [{ kind: 'turn', to: 'left' }];
  const reader = { ...STEADY, naturalEveryMs: 400, naturalMs: 150, naturalNod: 18 };
  const frames = tried(reader, actions);
  expect(frames?.filter(([, , leftEye]) => leftEye < 150).length).toBeGreaterThan(4);
  expect(judgeFaceActions({ actions, frames: frames! }).passed).toBe(true);
  expect(tried({ ...reader, naturalNod: 0 }, actions)).toBeUndefined();
});
