import type { FaceAction, FaceFrameNumbers } from '@tacit-auth/features';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { acted, blink, filmed, rest, type Stretch, turn } from './face-acting.test-support';
import { FACE_ACTION_LIMITS } from './face-action-limits';
import { type FaceActionVerdict, judgeFaceActions } from './face-actions';
import { FACE_CHECK_IDS } from './face-check';

const SOAK = process.env.TACIT_SOAK === '1';
const RUNS = { numRuns: SOAK ? 2_000 : 80 };
const LEFT: FaceAction = { kind: 'turn', to: 'left' };
const RIGHT: FaceAction = { kind: 'turn', to: 'right' };
const TWICE: FaceAction = { kind: 'blink', times: 2 };

function failed(actions: readonly FaceAction[], stretches: readonly Stretch[], stream = {}): FaceActionVerdict['failed'] {
  return judgeFaceActions({ actions, frames: filmed(stretches, stream) }).failed;
}

const anyAction: fc.Arbitrary<FaceAction> = fc.oneof(
  fc.constantFrom(LEFT, RIGHT),
  fc.constantFrom(1 as const, 2 as const, 3 as const).map((times): FaceAction => ({ kind: 'blink', times })),
);

describe('judgeFaceActions', () => {
  it('passes a person who does what was asked for, and says when', () => {
    const actions = [TWICE, LEFT, { kind: 'blink', times: 1 } as const, RIGHT];
    const verdict = judgeFaceActions({ actions, frames: filmed(acted(actions)) });
    expect(verdict.failed).toEqual([]);
    expect(verdict.passed).toBe(true);
    // The first blink begins 0.7 s in; the last turn is over 0.7 s before the end.
    const total = acted(actions).reduce((sum, { lasts }) => sum + lasts, 0);
    expect(verdict.span!.from).toBeGreaterThan(7_000);
    expect(verdict.span!.from).toBeLessThan(9_000);
    expect(verdict.span!.to).toBeGreaterThan(10 * (total - 1_600));
    expect(verdict.span!.to).toBeLessThan(10 * (total - 600));
    const ofActions = verdict.checks.filter(({ action }) => action !== undefined).map(({ id, action }) => [id, action]);
    expect(ofActions).toEqual([
      ['blink', 0],
      ['turn', 1],
      ['blink', 2],
      ['turn', 3],
    ]);
  });

  it('passes whoever does any such list, on any usual camera', () => {
    const camera = fc.record({
      framesPerSecond: fc.integer({ min: 8, max: 60 }),
      noise: fc.double({ min: 0.05, max: 0.8, noNaN: true }),
      seed: fc.integer({ min: 0, max: 1e6 }),
      openness: fc.double({ min: 0.2, max: 0.4, noNaN: true }),
      resting: fc.record({
        yaw: fc.integer({ min: -8, max: 8 }),
        pitch: fc.integer({ min: -15, max: 15 }),
        roll: fc.integer({ min: -12, max: 12 }),
      }),
    });
    fc.assert(
      fc.property(
        fc.array(anyAction, { minLength: 1, maxLength: 5 }),
        camera,
        fc.integer({ min: 22, max: 55 }),
        (actions, stream, degrees) => {
          expect(failed(actions, acted(actions, { degrees }), stream)).toEqual([]);
        },
      ),
      RUNS,
    );
  });

  it('fails whoever does another list of turns', () => {
    const turns = fc.array(fc.constantFrom(LEFT, RIGHT), { maxLength: 4 });
    fc.assert(
      fc.property(turns, turns, (asked, done) => {
        fc.pre(asked.length > 0 && JSON.stringify(asked) !== JSON.stringify(done));
        const { passed, span } = judgeFaceActions({ actions: asked, frames: filmed([...acted(done), rest(1_000)]) });
        expect([passed, span]).toEqual([false, null]);
      }),
      RUNS,
    );
  });

  it('fails fewer blinks than asked for, and a film of many', () => {
    const three: FaceAction[] = [{ kind: 'blink', times: 3 }];
    expect(failed(three, acted([TWICE]))).toEqual(['blink']);
    const once: FaceAction[] = [{ kind: 'blink', times: 1 }];
    const many = Array.from({ length: 3 }, () => [blink(), rest(300)]).flat();
    expect(failed(once, [rest(500), ...many])).toEqual(['blink']);
    expect(failed(once, [rest(500), ...many.slice(0, 4)])).toEqual([]);
  });

  it('counts blinks where they were asked for only', () => {
    // Both blinks come after the turn instead of before.
    expect(failed([TWICE, LEFT], acted([LEFT, TWICE]))).toEqual(['blink', 'extra-blink']);
    // A blink of nature's own between two turns is no fault.
    expect(failed([LEFT, RIGHT], [rest(500), turn(30), blink(), rest(500), turn(-30), rest(500)])).toEqual([]);
  });

  it('allows nature’s own blinks where none was asked for, about one in 2.5 s, two at most, and none that is long', () => {
    const blinks = (count: number, pause: number, lasts = 350) => Array.from({ length: count }, () => [blink(lasts), rest(pause)]).flat();
    const before = (...stretches: Stretch[]) => failed([LEFT], [rest(400), ...stretches, turn(30), rest(700)]);
    const after = (...stretches: Stretch[]) => failed([LEFT], [rest(400), turn(30), rest(400), ...stretches]);
    for (const place of [before, after]) {
      expect(place(...blinks(1, 300))).toEqual([]);
      expect(place(...blinks(2, 300))).toEqual(['extra-blink']);
      expect(place(...blinks(2, 2_300))).toEqual([]);
      expect(place(...blinks(3, 2_600))).toEqual(['extra-blink']);
      expect(place(...blinks(1, 300, 700))).toEqual([]);
      expect(place(...blinks(1, 300, 1_200))).toEqual(['extra-blink']);
    }
  });

  // docs/threat-model.md states it.
  it('takes six films at least to answer all twelve challenges of two actions', { timeout: 60_000 }, () => {
    const answers = new Set<string>();
    const times = [1, 2, 3] as const;
    // A film with a turn to the other side answers the other six, and none of these.
    const challenges = times.flatMap((n): FaceAction[][] => [
      [{ kind: 'blink', times: n }, LEFT],
      [LEFT, { kind: 'blink', times: n }],
    ]);
    const slot = (count: number, pause: number) => [rest(pause), ...Array.from({ length: count }, () => [blink(300), rest(pause)]).flat()];
    for (const pause of [400, 2_600]) {
      for (let early = 0; early <= 4; early++) {
        for (let late = 0; late <= 4; late++) {
          const frames = filmed([...slot(early, pause), turn(30), ...slot(late, pause)], { framesPerSecond: 15 });
          const passed = challenges.flatMap((actions, i) => (judgeFaceActions({ actions, frames }).passed ? [i] : []));
          answers.add(passed.join());
        }
      }
    }
    const films = [...answers].map((film) => new Set(film.split(',').filter((place) => place !== '')));
    expect(Math.max(...films.map(({ size }) => size))).toBe(4);
    const covers = (count: number, left: readonly number[]): boolean =>
      left.length === 0 ||
      (count > 0 &&
        films.some(
          (film) =>
            film.has(String(left[0])) &&
            covers(
              count - 1,
              left.filter((place) => !film.has(String(place))),
            ),
        ));
    const all = challenges.map((_, i) => i);
    const fewest = [1, 2, 3, 4, 5, 6].find((count) => covers(count, all));
    expect(2 * (fewest ?? 0)).toBe(6);
  });

  it('takes a flaw of a few frames neither for a turn nor for a blink', () => {
    const camera = { framesPerSecond: 120, noise: 0.05 };
    expect(failed([LEFT], [rest(1_000), turn(22, 150), rest(1_000)], camera)).toEqual(['turn']);
    expect(failed([LEFT], [rest(1_000), turn(22, 260), rest(1_000)], camera)).toEqual([]);
    const once: FaceAction[] = [{ kind: 'blink', times: 1 }];
    expect(failed(once, [rest(1_000), blink(50, 0.9), rest(1_000)], camera)).toEqual(['blink']);
    expect(failed(once, [rest(1_000), blink(90, 0.9), rest(1_000)], camera)).toEqual([]);
  });

  it('does not count a blink of nature’s own before the first action as part of it', () => {
    const frames = filmed([rest(400), blink(), rest(2_000), blink(), rest(400), turn(30), rest(600)]);
    const { span } = judgeFaceActions({ actions: [{ kind: 'blink', times: 1 }, LEFT], frames });
    expect(span!.from).toBeGreaterThan(25_000);
  });

  const attacks: [name: string, stretches: readonly Stretch[], stream: object, ids: string[]][] = [
    ['a still picture', [rest(6_000)], { noise: 0.05 }, ['still', 'blink', 'turn']],
    ['a still picture and a noisy camera', [rest(6_000)], { noise: 0.6 }, ['still', 'blink', 'turn']],
    ['a frozen stream', [rest(6_000)], { noise: 0 }, ['frozen', 'still', 'blink', 'turn']],
    [
      'a picture leant to one side and back',
      [rest(1_000), { lasts: 4_000, roll: (share) => 60 * Math.sin(Math.PI * share) }, rest(1_000)],
      {},
      ['still', 'blink', 'turn'],
    ],
    [
      // Foreshortening makes the eyes narrower, as shutting them does.
      'a picture tilted back and forth',
      [
        rest(1_000),
        ...[1, 2, 3].flatMap((): Stretch[] => [
          {
            lasts: 600,
            pitch: (share) => 50 * Math.sin(Math.PI * share),
            eyes: (share) => [1 - 0.6 * Math.sin(Math.PI * share), 1 - 0.6 * Math.sin(Math.PI * share)],
          },
          rest(600),
        ]),
        turn(30),
        rest(800),
      ],
      {},
      ['blink'],
    ],
    [
      'a picture swung round by its edge',
      [
        rest(700),
        blink(),
        rest(400),
        blink(),
        rest(600),
        { lasts: 1_500, yaw: (share) => 30 * Math.sin(Math.PI * share), roll: (share) => 50 * Math.sin(Math.PI * share) },
        rest(700),
      ],
      {},
      ['turn'],
    ],
    [
      'a wink',
      [rest(700), { lasts: 400, eyes: () => [0.2, 1] }, rest(400), { lasts: 400, eyes: () => [0.2, 1] }, rest(400), turn(30), rest(600)],
      {},
      ['blink'],
    ],
    [
      'eyes that stay shut',
      [rest(700), blink(), rest(600), { lasts: 5_000, eyes: () => [0.2, 0.2] }, rest(600), turn(30), rest(600)],
      {},
      ['blink'],
    ],
    [
      'a turn that is not finished',
      [rest(700), blink(), rest(500), blink(), rest(500), { lasts: 1_500, yaw: (share) => Math.min(1, 3 * share) * 30 }],
      {},
      ['turn'],
    ],
    ['a turn not far enough', [rest(700), blink(), rest(500), blink(), rest(500), turn(14), rest(600)], {}, ['turn']],
    ['the other way', acted([TWICE, RIGHT]), {}, ['turn']],
    ['both ways', acted([TWICE, LEFT, RIGHT]), {}, ['extra-turn']],
    ['a cut to a turned head', [rest(700), blink(), rest(500), blink(), rest(500), { lasts: 800, yaw: () => 35 }, rest(600)], {}, ['jump']],
    ['another person’s head half of the time', [...acted([TWICE, LEFT]), { lasts: 3_000, faces: 2 }], {}, ['one-face', 'many-faces']],
    ['a face that goes and comes back', [...acted([TWICE]), { lasts: 1_200, faces: 0 }, turn(30), rest(9_000)], {}, ['one-face']],
  ];

  it.each(attacks)('fails %s', (_name, stretches, stream, ids) => {
    expect(failed([TWICE, LEFT], stretches, stream)).toEqual(ids);
  });

  it('fails a film that is too short, too long, too seldom, too fast or has a gap', () => {
    const actions = [LEFT];
    const good = filmed(acted(actions));
    const timed = (change: (at: number) => number) => good.map(([at, ...rest]): FaceFrameNumbers => [Math.round(change(at)), ...rest]);
    const verdict = (frames: FaceFrameNumbers[]) => judgeFaceActions({ actions, frames }).failed;
    expect(verdict(good)).toEqual([]);
    expect(verdict(timed((at) => at / 5))).toContain('duration');
    expect(verdict(timed((at) => 30 * at))).toContain('duration');
    expect(verdict(timed((at) => at / 8))).toContain('frame-rate');
    expect(verdict(timed((at) => 20 * at))).toContain('frame-rate');
    expect(verdict(timed((at) => (at > 5_000 ? at + 16_000 : at)))).toEqual(['frame-rate']);
  });

  it('can say nothing of eyes that are never open, or of no face', () => {
    expect(failed([LEFT], acted([LEFT]), { openness: 0.1 })).toEqual(['eyes']);
    const none = judgeFaceActions({ actions: [LEFT], frames: filmed([{ lasts: 3_000, faces: 0 }]) });
    expect(none.passed).toBe(false);
    expect(none.failed).toContain('one-face');
    expect(none.checks.every(({ value, limit }) => Number.isFinite(value) && Number.isFinite(limit))).toBe(true);
  });

  it('takes other bounds where it is told, and only known ones', () => {
    const slow = filmed(acted([LEFT]), { framesPerSecond: 1.6 });
    expect(judgeFaceActions({ actions: [LEFT], frames: slow }).failed).toEqual(['frame-rate']);
    expect(judgeFaceActions({ actions: [LEFT], frames: slow, limits: { leastFrameRate: 1 } }).passed).toBe(true);
    const wrong = (limits: object) => () => judgeFaceActions({ actions: [LEFT], frames: slow, limits });
    expect(wrong({ leastFrames: 1 })).toThrow(TypeError);
    expect(wrong({ leastFrameRate: '1' })).toThrow(TypeError);
    expect(wrong({ leastFrameRate: Number.NaN })).toThrow(RangeError);
    expect(wrong({ leastFrameRate: -1 })).toThrow(RangeError);
  });

  it('refuses what are no actions or no frames', () => {
    const frames = filmed(acted([LEFT]));
    const wrong =
      (actions: unknown, of: unknown = frames) =>
      () =>
        judgeFaceActions({ actions: actions as FaceAction[], frames: of as FaceFrameNumbers[] });
    expect(wrong([])).toThrow(RangeError);
    expect(wrong(Array(9).fill(LEFT))).toThrow(RangeError);
    for (const actions of [
      'blink',
      [{ kind: 'blink', times: 4 }],
      [{ kind: 'blink' }],
      [{ kind: 'turn', to: 'up' }],
      [{ kind: 'nod' }],
      [null],
      Array(1),
    ]) {
      expect(wrong(actions)).toThrow(TypeError);
    }
    for (const of of [
      null,
      [],
      [frames[0]],
      [
        [0, 1],
        [1, 1],
      ],
      [
        [0, 1, 0, 0, 0, 0, 0],
        [1, 1, 0, 0, Number.NaN, 0, 0],
      ],
    ])
      expect(wrong([LEFT], of)).toThrow(TypeError);
  });

  it('answers for any frames that the parser lets pass, with known ids', () => {
    const face = fc.tuple(
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 0, max: 1_000 }),
      fc.integer({ min: 0, max: 1_000 }),
      fc.integer({ min: -900, max: 900 }),
      fc.integer({ min: -900, max: 900 }),
      fc.integer({ min: -1_800, max: 1_800 }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 9_000 }), face), { minLength: 4, maxLength: 60 }), (rows) => {
        let at = -rows[0]![0];
        const frames = rows.map(([gap, numbers]): FaceFrameNumbers => {
          at += gap;
          return [at, ...numbers];
        });
        const { passed, failed: ids, checks } = judgeFaceActions({ actions: [LEFT, TWICE], frames });
        expect(passed).toBe(ids.length === 0);
        expect(ids.every((id) => FACE_CHECK_IDS.includes(id))).toBe(true);
        expect(checks.every(({ value }) => Number.isFinite(value))).toBe(true);
        // Chance alone does nobody's actions.
        expect(passed).toBe(false);
      }),
      RUNS,
    );
  });

  it('has bounds that nobody can change', () => {
    expect(Object.isFrozen(FACE_ACTION_LIMITS)).toBe(true);
  });
});
